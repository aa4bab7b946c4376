//! A Volcano job: its tasks with their replicas, and its phases with their times.

use serde_json::{Map, Value};

use super::{Held, RowRead, at, bad, cards, text, time, unfinished};
use crate::metering::event::{EventCode, EventFault};
use crate::metering::moment::Interval;

/// Phases in which a job holds nothing any more.
const ENDED: [&str; 4] = ["Completed", "Failed", "Terminated", "Aborted"];

pub(super) fn held<'a>(job: &'a Map<String, Value>, raw: &'a str) -> Result<Held<'a>, RowRead> {
    let phase = text(job, &["status", "state", "phase"]);
    if !ENDED.contains(&phase) {
        return Err(unfinished());
    }
    let uid = text(job, &["metadata", "uid"]);
    if uid.is_empty() {
        return Err(RowRead::Rejected(bad("uid", "缺少", "is missing")));
    }
    let conditions = at(job, &["status", "conditions"]).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let of = |condition: &&Value, wanted: &str| condition.get("status").and_then(Value::as_str) == Some(wanted);
    let running = conditions.iter().find(|condition| of(condition, "Running"));
    let running = running.ok_or_else(|| RowRead::skipped("未开始运行", "never started"))?;
    let last = conditions.iter().rev().find(|condition| of(condition, phase));
    let start = time(running.get("lastTransitionTime"), "conditions")?;
    let end = time(last.and_then(|condition| condition.get("lastTransitionTime")), "conditions")?;
    Ok(Held {
        uid,
        restarts: at(job, &["status", "retryCount"]).and_then(Value::as_i64).unwrap_or(0),
        namespace: text(job, &["metadata", "namespace"]),
        name: text(job, &["metadata", "name"]),
        queue: text(job, &["spec", "queue"]),
        interval: Interval { start, end },
        cards: all_cards(job)?,
        raw,
    })
}

/// The cards of all replicas of all tasks.
fn all_cards(job: &Map<String, Value>) -> Result<Vec<(String, i64)>, RowRead> {
    let mut all: Vec<(String, i64)> = Vec::new();
    let tasks = at(job, &["spec", "tasks"]).and_then(Value::as_array);
    for task in tasks.into_iter().flatten() {
        let replicas = match task.get("replicas") {
            None => Some(1),
            Some(replicas) => replicas.as_i64().filter(|replicas| (0..1_000_000_000).contains(replicas)),
        };
        let replicas = replicas.ok_or_else(|| {
            let (zh, en) = ("副本数不是整数", "the number of replicas is no whole number");
            RowRead::Rejected(EventFault::new(EventCode::UnitsRange, "replicas", zh, en))
        })?;
        let spec = task.get("template").and_then(|template| template.get("spec"));
        for (device, count) in cards(spec)? {
            let count = count.saturating_mul(replicas);
            match all.iter_mut().find(|(known, _)| *known == device) {
                Some((_, sum)) => *sum = sum.saturating_add(count),
                None if count > 0 => all.push((device, count)),
                None => {}
            }
        }
    }
    Ok(all)
}
