//! Usage from files: the formats that centres can write today, each row with exactly one outcome.
//!
//! Bytes go in, rows come out; nothing is stored here. Every event is put together as CloudEvents
//! JSON and read by [`read_event`](super::event::read_event), so that one validator rules all
//! doors. The same fact keeps the same id in every file that tells it, so a file can be sent twice:
//!
//! | format | id |
//! |---|---|
//! | `csv`, `jsonl` | column `id`, else the SHA-256 of the fact itself |
//! | `cloudevents` | the event's own |
//! | `slurm` | SLUID, else cluster/DBIndex, else cluster/JobIDRaw/submit time |
//! | `huawei-bill` | the record's `id`, else trade_id/resource_id/usage_type/effective_time |
//! | `volcano` | UID/restart count |
//!
//! *Rejected* is a row that can be mended in the file; *quarantined* one that a person has to decide
//! (an unknown account, a row that does not add up); *skipped* one that tells of nothing to bill.

mod cloud_events;
mod csv_rows;
mod draft;
mod fault;
mod flat_row;
mod header;
mod huawei_bill;
mod json_lines;
mod provider_bill;
mod settings;
mod slurm;
mod stamp;
mod volcano;

pub use fault::FileFault;
pub use provider_bill::{BillKind, BillParts, BillTotals, ProviderBillRow, bill_months};
pub use settings::{ImportMap, ImportSettings, MapFault, ResourceRule, TimeUnit};
pub use slurm::{SACCT, SlurmState};

use super::event::{Event, EventFault};
use super::moment::Moment;
use crate::codes::codes;
use crate::lang::Text;

codes! {
    /// What a file is written in.
    ImportFormat {
        /// UTF-8 with a header; columns by name, other names by the map.
        Csv = "csv",
        /// One flat JSON object per line with the names of the CSV columns.
        Jsonl = "jsonl",
        /// CloudEvents as a JSON array or one per line.
        CloudEvents = "cloudevents",
        /// `sacct -P` or `sacct --json`.
        Slurm = "slurm",
        /// Huawei Cloud's detail records (ListCustomerselfResourceRecords) as JSON or CSV.
        HuaweiBill = "huawei-bill",
        /// Pods or Volcano jobs as `kubectl get -o json` writes them.
        Volcano = "volcano",
    }
}

/// Most rows that are held in memory at once.
pub const MOST_ROWS: usize = 200_000;

/// One row of a file, in the order of the file; every row of the file gets exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// 1 = the first below the header, or the first element of a list.
    pub row: usize,
    /// The id that people look for: the job, the order, the pod; empty when the row has none.
    pub label: String,
    pub read: RowRead,
    /// The provider's bill side of the row, also where it is no usage.
    pub bill: Option<Box<ProviderBillRow>>,
}

/// What a row turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowRead {
    Event(Box<Event>),
    /// Nothing to bill, and why.
    Skipped(Text),
    /// To be mended in the file.
    Rejected(EventFault),
    /// For a person to decide, with the row as text.
    Quarantined(EventFault, String),
}

/// A file that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    pub rows: Vec<ImportRow>,
}

/// How many rows came to what; the sum is the rows of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub events: usize,
    pub skipped: usize,
    pub rejected: usize,
    pub quarantined: usize,
}

impl ImportedFile {
    /// The provider's bill rows, for the reconciliation.
    pub fn bills(&self) -> impl Iterator<Item = &ProviderBillRow> {
        self.rows.iter().filter_map(|row| row.bill.as_deref())
    }

    #[must_use]
    pub fn counts(&self) -> ImportCounts {
        let mut counts = ImportCounts::default();
        for row in &self.rows {
            let count = match &row.read {
                RowRead::Event(_) => &mut counts.events,
                RowRead::Skipped(_) => &mut counts.skipped,
                RowRead::Rejected(_) => &mut counts.rejected,
                RowRead::Quarantined(..) => &mut counts.quarantined,
            };
            *count += 1;
        }
        counts
    }
}

/// The rows of a file, read one by one.
pub type Rows<'a> = Box<dyn Iterator<Item = ImportRow> + Send + 'a>;

/// Reads a file row by row, however many rows it has. Empty lines at its end are no rows.
///
/// # Errors
/// The file as a whole cannot be read; no row of it is.
pub fn read_rows<'a>(format: ImportFormat, bytes: &'a [u8], settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|why| FileFault::NotUtf8(why.valid_up_to()))?;
    let ink = text.trim_end().len();
    if ink == 0 {
        return Err(FileFault::Empty);
    }
    let end = text.get(ink..).and_then(|blank| blank.find('\n')).map_or(text.len(), |line_end| ink + line_end);
    let text = text.get(..end).unwrap_or(text);
    match format {
        ImportFormat::Csv => csv_rows::rows(text, settings, now),
        ImportFormat::Jsonl => json_lines::rows(text, settings, now),
        ImportFormat::CloudEvents => cloud_events::rows(text, now),
        ImportFormat::Slurm => slurm::rows(text, settings, now),
        ImportFormat::HuaweiBill => huawei_bill::rows(text, settings, now),
        ImportFormat::Volcano => volcano::rows(text, settings, now),
    }
}

/// Reads a file of at most [`MOST_ROWS`] rows.
///
/// # Errors
/// The file as a whole cannot be read; no row of it is.
pub fn read_file(format: ImportFormat, bytes: &[u8], settings: &ImportSettings, now: Moment) -> Result<ImportedFile, FileFault> {
    let mut rows = Vec::new();
    for row in read_rows(format, bytes, settings, now)? {
        if rows.len() == MOST_ROWS {
            return Err(FileFault::TooManyRows(MOST_ROWS));
        }
        rows.push(row);
    }
    Ok(ImportedFile { rows })
}

impl RowRead {
    fn skipped(zh: impl Into<String>, en: impl Into<String>) -> RowRead {
        RowRead::Skipped(Text::new(zh, en))
    }

    fn empty_line() -> RowRead {
        RowRead::skipped("空行", "empty line")
    }

    fn of(event: Result<Event, EventFault>) -> RowRead {
        match event {
            Ok(event) => RowRead::Event(Box::new(event)),
            Err(fault) => RowRead::Rejected(fault),
        }
    }
}

impl ImportRow {
    fn new(row: usize, label: impl Into<String>, read: RowRead) -> ImportRow {
        ImportRow { row, label: label.into(), read, bill: None }
    }
}

#[cfg(test)]
mod tests;
