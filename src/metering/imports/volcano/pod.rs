//! A pod. A container that was restarted once still tells of its run before; of earlier ones the
//! record says nothing, so such a pod waits for a person.

use serde_json::{Map, Value};

use super::{Held, RowRead, at, bad, cards, text, time, unfinished};
use crate::metering::event::{EventCode, EventFault};
use crate::metering::moment::{Interval, Moment};

/// Where Volcano writes the queue of a pod.
const QUEUES: [&str; 2] = ["volcano.sh/queue-name", "scheduling.volcano.sh/queue-name"];

pub(super) fn held<'a>(pod: &'a Map<String, Value>, raw: &'a str) -> Result<Held<'a>, RowRead> {
    match text(pod, &["status", "phase"]) {
        "Succeeded" | "Failed" => {}
        "Pending" | "Running" | "Unknown" => return Err(unfinished()),
        other => {
            let (zh, en) = (format!("阶段「{other}」未知"), format!("the phase \"{other}\" is unknown"));
            return Err(RowRead::Rejected(bad("phase", zh, en)));
        }
    }
    let containers = at(pod, &["status", "containerStatuses"]).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let restarts = containers.iter().filter_map(|container| container.get("restartCount").and_then(Value::as_i64)).max().unwrap_or(0);
    if restarts > 1 {
        let (zh, en) = (
            format!("容器重启过 {restarts} 次，记录中没有更早各次的时间，请核对后用 CSV 上报"),
            format!("its container was restarted {restarts} times and the record has no times of the earlier runs; file it as CSV"),
        );
        return Err(RowRead::Quarantined(EventFault::new(EventCode::DoesNotAddUp, "restartCount", zh, en), raw.to_owned()));
    }
    let uid = text(pod, &["metadata", "uid"]);
    if uid.is_empty() {
        return Err(RowRead::Rejected(bad("uid", "缺少", "is missing")));
    }
    let interval = interval(containers)?.ok_or_else(|| RowRead::skipped("没有容器运行过", "no container of it ever ran"))?;
    let queue = QUEUES.iter().flat_map(|name| ["labels", "annotations"].map(|place| text(pod, &["metadata", place, name])));
    Ok(Held {
        uid,
        restarts,
        namespace: text(pod, &["metadata", "namespace"]),
        name: text(pod, &["metadata", "name"]),
        queue: queue.into_iter().find(|queue| !queue.is_empty()).unwrap_or_default(),
        interval,
        cards: cards(pod.get("spec"))?,
        raw,
    })
}

/// From the first start to the last end of its containers; `None` when none ever ran.
fn interval(containers: &[Value]) -> Result<Option<Interval>, RowRead> {
    let mut whole: Option<Interval> = None;
    for container in containers {
        for state in ["lastState", "state"] {
            let Some(run) = container.get(state).and_then(|state| state.get("terminated")) else { continue };
            // A container that could not be started was "terminated" without a start.
            let Some(started) = run.get("startedAt").filter(|started| !started.is_null()) else { continue };
            let (start, end): (Moment, Moment) = (time(Some(started), "startedAt")?, time(run.get("finishedAt"), "finishedAt")?);
            let so_far = whole.unwrap_or(Interval { start, end });
            whole = Some(Interval { start: so_far.start.min(start), end: so_far.end.max(end) });
        }
    }
    Ok(whole)
}
