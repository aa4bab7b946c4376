//! `sacct -P`: a header and rows with `|` between the cells.

use super::{ImportRow, RowRead, Rows, Run, Stamp};
use crate::metering::event::{EventCode, EventFault};
use crate::metering::imports::header::Header;
use crate::metering::imports::stamp::{length_in_seconds, local};
use crate::metering::imports::{FileFault, ImportSettings};
use crate::metering::moment::Moment;

const NAMES: [&str; 16] = [
    "Cluster",
    "DBIndex",
    "SLUID",
    "JobIDRaw",
    "JobID",
    "Account",
    "User",
    "Partition",
    "QOS",
    "State",
    "Submit",
    "Start",
    "End",
    "ElapsedRaw",
    "Suspended",
    "AllocTRES",
];

const REQUIRED: [&str; 10] = ["JobIDRaw", "JobID", "Account", "State", "Submit", "Start", "End", "ElapsedRaw", "Suspended", "AllocTRES"];

pub(super) fn rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    // `-p` instead of `-P` ends every line with one more `|`.
    let closed = first.ends_with('|');
    let cells = move |line: &str| -> Vec<String> {
        let line = if closed { line.strip_suffix('|').unwrap_or(line) } else { line };
        line.split('|').map(str::to_owned).collect()
    };
    let header = cells(first);
    let width = header.len();
    let header = Header::read(&header, &NAMES, &REQUIRED, None)?;
    if !header.has("Cluster") && settings.map.cluster.is_empty() {
        return Err(FileFault::MissingColumns(vec!["Cluster".to_owned()]));
    }
    if settings.map.utc_offset.is_none() {
        refuse_local_times(lines.clone().map(cells), &header)?;
    }
    Ok(Box::new(lines.enumerate().map(move |(at, line)| {
        let row = at + 1;
        let cells = cells(line);
        if line.trim().is_empty() {
            return ImportRow::new(row, "", RowRead::empty_line());
        }
        if cells.len() != width {
            let found = cells.len();
            let (zh, en) = (format!("有 {found} 个单元格，表头有 {width} 个"), format!("has {found} cells where the header has {width}"));
            return ImportRow::new(row, "", RowRead::Rejected(EventFault::new(EventCode::BadEnvelope, "row", zh, en)));
        }
        run(&header, &cells, line, settings).row(row, settings, now)
    })))
}

/// A dump is written in one form of time. One local time in it means that all of them are read
/// wrong by hours, so the file is refused as a whole.
fn refuse_local_times(rows: impl Iterator<Item = Vec<String>>, header: &Header) -> Result<(), FileFault> {
    for (at, cells) in rows.enumerate() {
        for name in ["Submit", "Start", "End"] {
            let value = header.cell(&cells, name).trim();
            if local(value).is_some() {
                return Err(FileFault::LocalTime { row: at + 1, value: value.to_owned() });
            }
        }
    }
    Ok(())
}

fn run(header: &Header, cells: &[String], line: &str, settings: &ImportSettings) -> Run {
    let cell = |name| header.cell(cells, name).trim().to_owned();
    let stamp = |name| Some(Stamp::parse(header.cell(cells, name), settings.map.utc_offset));
    let cluster = match cell("Cluster") {
        empty if empty.is_empty() => settings.map.cluster.clone(),
        cluster => cluster,
    };
    let (sluid, index) = (cell("SLUID"), cell("DBIndex"));
    let id = match (sluid.is_empty(), matches!(index.as_str(), "" | "0")) {
        (false, _) => sluid,
        (true, false) => format!("{cluster}/{index}"),
        (true, true) => String::new(),
    };
    Run {
        id,
        cluster,
        job: cell("JobID"),
        job_raw: cell("JobIDRaw"),
        account: cell("Account"),
        user: cell("User"),
        partition: cell("Partition"),
        qos: cell("QOS"),
        state: cell("State"),
        submit: stamp("Submit"),
        start: stamp("Start"),
        end: stamp("End"),
        elapsed: cell("ElapsedRaw").parse().ok().filter(|seconds| *seconds >= 0),
        suspended: length_in_seconds(&cell("Suspended")),
        tres: cell("AllocTRES"),
        raw: line.to_owned(),
    }
}
