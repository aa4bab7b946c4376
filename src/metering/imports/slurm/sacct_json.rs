//! `sacct --json` (also `slurmrestd`'s `/slurmdb/…/jobs`): the same runs as objects. Times are
//! seconds since 1970 here, whatever the clock of the machine.

use serde_json::{Map, Value};

use super::{ImportRow, RowRead, Rows, Run, Stamp};
use crate::metering::imports::json_lines::{object, plain};
use crate::metering::imports::{FileFault, ImportSettings};
use crate::metering::json_elements::{elements, member};
use crate::metering::moment::Moment;

pub(super) fn rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let list = member(text, &["jobs"]).ok_or(FileFault::NoList("jobs"))?;
    let jobs = elements(list, usize::MAX).map_err(FileFault::BrokenList)?;
    Ok(Box::new(jobs.into_iter().enumerate().map(move |(at, raw)| match object(raw) {
        Ok(job) => run(&job, raw, settings).row(at + 1, settings, now),
        Err(fault) => ImportRow::new(at + 1, "", RowRead::Rejected(fault)),
    })))
}

fn run(job: &Map<String, Value>, raw: &str, settings: &ImportSettings) -> Run {
    let text = |name: &str| plain(job.get(name)).unwrap_or_default();
    let time = |name: &str| job.get("time").and_then(|time| number(time.get(name)));
    let stamp = |name: &str| time(name).map(Stamp::of_seconds);
    let cluster = match text("cluster") {
        empty if empty.is_empty() => settings.map.cluster.clone(),
        cluster => cluster,
    };
    let (sluid, index) = (text("sluid"), text("db_index"));
    let id = match (sluid.is_empty(), matches!(index.as_str(), "" | "0")) {
        (false, _) => sluid,
        (true, false) => format!("{cluster}/{index}"),
        (true, true) => String::new(),
    };
    Run {
        id,
        cluster,
        job: shown_id(job),
        job_raw: text("job_id"),
        account: text("account"),
        user: text("user"),
        partition: text("partition"),
        qos: text("qos"),
        state: state(job),
        submit: stamp("submission"),
        start: stamp("start"),
        end: stamp("end"),
        elapsed: time("elapsed").filter(|seconds| *seconds >= 0),
        suspended: time("suspended"),
        tres: tres(job),
        raw: raw.to_owned(),
    }
}

/// A number, or Slurm's `{"set": true, "infinite": false, "number": 3}`.
fn number(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    match value.get("set") {
        Some(Value::Bool(false)) => None,
        Some(_) => value.get("number").and_then(Value::as_i64),
        None => value.as_i64(),
    }
}

/// `123`, `123_4` for a task of an array, `123+1` for a part of a heterogeneous job.
fn shown_id(job: &Map<String, Value>) -> String {
    let part = |object: &str, id: &str, place: &str| {
        let object = job.get(object)?;
        Some((number(object.get(id)).filter(|id| *id > 0)?, number(object.get(place))?))
    };
    if let Some((id, task)) = part("array", "job_id", "task_id") {
        return format!("{id}_{task}");
    }
    if let Some((id, offset)) = part("het", "job_id", "job_offset") {
        return format!("{id}+{offset}");
    }
    plain(job.get("job_id")).unwrap_or_default()
}

/// `state.current` is a text up to Slurm 23.02 and a list since.
fn state(job: &Map<String, Value>) -> String {
    let current = job.get("state").and_then(|state| state.get("current"));
    let first = match current {
        Some(Value::Array(states)) => states.first(),
        other => other,
    };
    plain(first).unwrap_or_default()
}

/// In the form of the column AllocTRES.
fn tres(job: &Map<String, Value>) -> String {
    let allocated = job.get("tres").and_then(|tres| tres.get("allocated")).and_then(Value::as_array);
    let entry = |entry: &Value| {
        let kind = entry.get("type").and_then(Value::as_str)?;
        let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
        // A count that is none is named by the one who reads the entries.
        let count = number(entry.get("count")).map_or_else(|| "?".to_owned(), |count| count.to_string());
        Some(if name.is_empty() { format!("{kind}={count}") } else { format!("{kind}/{name}={count}") })
    };
    allocated.into_iter().flatten().filter_map(entry).collect::<Vec<_>>().join(",")
}
