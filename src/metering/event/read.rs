//! From JSON to an event. Unknown fields of `data` are kept in its canonical form; unknown fields
//! of the envelope are extensions and are ignored, as CloudEvents asks.

use serde_json::{Map, Value};

use super::fault::{EventCode, EventFault};
use super::{Counter, Event, EventKey, EventKind, FUTURE_SKEW_MS, Fact, Gauge, LONGEST_MS, MOST_UNITS, Usage};
use crate::metering::canonical::{canonical_object, digest};
use crate::metering::moment::{Interval, Moment, NotAMoment};

/// Longest name, code or reason of an event, in characters.
const LONGEST_TEXT: usize = 300;
/// Longest `data` in canonical form, in bytes.
const LONGEST_DATA: usize = 16 * 1024;

type Read<T> = Result<T, EventFault>;

/// Reads one CloudEvents 1.0 event in structured form.
///
/// # Errors
/// The first thing that is wrong, with its field.
pub fn read_event(json: &Value, now: Moment) -> Read<Event> {
    let envelope = json.as_object().ok_or_else(|| bad("event", "不是 JSON 对象", "is no JSON object"))?;
    if text(envelope, "specversion", "specversion")? != "1.0" {
        return Err(bad("specversion", "须为 1.0", "must be 1.0"));
    }
    let key = EventKey { source: text(envelope, "source", "source")?, id: text(envelope, "id", "id")? };
    let kind = text(envelope, "type", "type")?;
    let kind = EventKind::parse(&kind).ok_or_else(|| {
        let known = EventKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        bad("type", format!("类型「{kind}」未知；可用：{known}"), format!("\"{kind}\" is unknown; known are {known}"))
    })?;
    let subject = match kind {
        EventKind::Void => optional(envelope, "subject", "subject")?,
        EventKind::Usage | EventKind::Gauge | EventKind::Counter | EventKind::Replace => text(envelope, "subject", "subject")?,
    };
    let fields = envelope.get("data").and_then(Value::as_object);
    let fields = fields.ok_or_else(|| bad("data", "须为 JSON 对象", "must be a JSON object"))?;
    let data = canonical_object(fields)
        .map_err(|why| bad("data", format!("含有 {}，请用整数或文本", why.0), format!("{why}; send whole units or text")))?;
    if data.len() > LONGEST_DATA {
        let fault = EventFault::new(EventCode::TooLarge, "data", "超过 16 KiB", "is longer than 16 KiB");
        return Err(fault);
    }
    let fact = fact(kind, fields)?;
    let time = event_time(envelope, &fact, now)?;
    let digest = fact_digest(kind.as_str(), &subject, time.millis(), &data);
    Ok(Event { key, kind, subject, time, fact, data, digest })
}

/// SHA-256 over what an event says, from its columns: `data` in canonical form, time in milliseconds.
#[must_use]
pub fn fact_digest(kind: &str, subject: &str, time_ms: i64, data: &str) -> [u8; 32] {
    digest(&[kind.as_bytes(), subject.as_bytes(), &time_ms.to_be_bytes(), data.as_bytes()])
}

fn fact(kind: EventKind, data: &Map<String, Value>) -> Read<Fact> {
    Ok(match kind {
        EventKind::Usage => Fact::Usage(usage(data)?),
        EventKind::Gauge => Fact::Gauge(Gauge {
            resource: text(data, "resource", "data.resource")?,
            partition: optional(data, "partition", "data.partition")?,
            qos: optional(data, "qos", "data.qos")?,
            project: optional(data, "project", "data.project")?,
            instance: text(data, "instance", "data.instance")?,
            units: units(data, 0)?,
        }),
        EventKind::Counter => Fact::Counter(Counter {
            resource: text(data, "resource", "data.resource")?,
            partition: optional(data, "partition", "data.partition")?,
            qos: optional(data, "qos", "data.qos")?,
            project: optional(data, "project", "data.project")?,
            instance: text(data, "instance", "data.instance")?,
            epoch: whole(data, "epoch", "data.epoch", 0, i64::MAX)?.unwrap_or(0),
            value: whole(data, "value", "data.value", 0, MOST_UNITS * LONGEST_MS / 1000)?
                .ok_or_else(|| bad("data.value", "缺少", "is missing"))?,
        }),
        EventKind::Void => Fact::Void { target: target(data)?, reason: text(data, "reason", "data.reason")? },
        EventKind::Replace => Fact::Replace { target: target(data)?, reason: text(data, "reason", "data.reason")?, usage: usage(data)? },
    })
}

fn usage(data: &Map<String, Value>) -> Read<Usage> {
    let interval = Interval { start: moment(data, "start", "data.start")?, end: moment(data, "end", "data.end")? };
    if interval.end < interval.start {
        let fault = EventFault::new(EventCode::NegativeInterval, "data.end", "早于 start", "is before start");
        return Err(fault);
    }
    if interval.millis() > LONGEST_MS {
        let (zh, en) = ("区间超过 366 天，请分段上报", "the interval is longer than 366 days; send it in parts");
        return Err(EventFault::new(EventCode::IntervalTooLong, "data.end", zh, en));
    }
    let active_ms = match whole(data, "active_seconds", "data.active_seconds", 0, LONGEST_MS / 1000)? {
        None => interval.millis(),
        Some(seconds) if seconds.saturating_mul(1000) <= interval.millis() => seconds.saturating_mul(1000),
        Some(_) => {
            let (zh, en) = ("大于区间长度", "is more than the length of the interval");
            return Err(EventFault::new(EventCode::NegativeInterval, "data.active_seconds", zh, en));
        }
    };
    let job = job(data)?;
    let or_job = |name: &'static str, field: &'static str, of_job: &str| {
        let own = optional(data, name, field)?;
        Ok(if own.is_empty() { of_job.to_owned() } else { own })
    };
    Ok(Usage {
        resource: text(data, "resource", "data.resource")?,
        partition: or_job("partition", "data.partition", &job.partition)?,
        qos: or_job("qos", "data.qos", &job.qos)?,
        project: or_job("project", "data.project", &job.account)?,
        instance: or_job("instance", "data.instance", &job.instance)?,
        units: units(data, 1)?,
        interval,
        active_ms,
    })
}

/// `data.job`, as a batch system describes a run.
#[derive(Default)]
struct Job {
    partition: String,
    qos: String,
    account: String,
    instance: String,
}

fn job(data: &Map<String, Value>) -> Read<Job> {
    let Some(job) = data.get("job") else { return Ok(Job::default()) };
    let job = job.as_object().ok_or_else(|| bad("data.job", "须为 JSON 对象", "must be a JSON object"))?;
    let id = optional(job, "id", "data.job.id")?;
    let (cluster, run) = (optional(job, "cluster", "data.job.cluster")?, optional(job, "run", "data.job.run")?);
    Ok(Job {
        partition: optional(job, "partition", "data.job.partition")?,
        qos: optional(job, "qos", "data.job.qos")?,
        account: optional(job, "account", "data.job.account")?,
        instance: if id.is_empty() { id } else { format!("{cluster}/{id}/{run}") },
    })
}

fn target(data: &Map<String, Value>) -> Read<EventKey> {
    let target = data.get("target").and_then(Value::as_object);
    let target = target.ok_or_else(|| bad("data.target", "须为含 source 与 id 的对象", "must be an object with source and id"))?;
    Ok(EventKey { source: text(target, "source", "data.target.source")?, id: text(target, "id", "data.target.id")? })
}

/// The event's time: given, or the end of its interval. It is never before that end and never
/// ahead of our clock by more than the skew.
fn event_time(envelope: &Map<String, Value>, fact: &Fact, now: Moment) -> Read<Moment> {
    let end = fact.usage().map(|usage| usage.interval.end);
    let time = match (envelope.get("time"), end) {
        (None | Some(Value::Null), Some(end)) => end,
        (None | Some(Value::Null), None) => return Err(EventFault::new(EventCode::BadTime, "time", "缺少", "is missing")),
        (Some(_), _) => moment(envelope, "time", "time")?,
    };
    if end.is_some_and(|end| time < end) {
        return Err(EventFault::new(EventCode::BadTime, "time", "早于 data.end", "is before data.end: a fact is told when it is complete"));
    }
    let latest = now.plus_millis(FUTURE_SKEW_MS);
    if time > latest || end.is_some_and(|end| end > latest) {
        let (zh, en) = (
            format!("超前系统时间 {now} 五分钟以上，请校准时钟"),
            format!("is more than five minutes ahead of our clock ({now}); set the meter's clock"),
        );
        return Err(EventFault::new(EventCode::TimeInFuture, "time", zh, en));
    }
    Ok(time)
}

fn bad(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> EventFault {
    EventFault::new(EventCode::BadEnvelope, field, zh, en)
}

fn text(fields: &Map<String, Value>, name: &str, field: &'static str) -> Read<String> {
    let text = optional(fields, name, field)?;
    if text.is_empty() { Err(bad(field, "缺少或为空", "is missing or empty")) } else { Ok(text) }
}

fn optional(fields: &Map<String, Value>, name: &str, field: &'static str) -> Read<String> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) if text.chars().any(char::is_control) => Err(bad(field, "含有控制字符", "holds a control character")),
        Some(Value::String(text)) if text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT => {
            Err(bad(field, format!("超过 {LONGEST_TEXT} 个字符"), format!("has more than {LONGEST_TEXT} characters")))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(_) | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => Err(bad(field, "须为文本", "must be text")),
    }
}

fn moment(fields: &Map<String, Value>, name: &str, field: &'static str) -> Read<Moment> {
    let bad_time = |zh: &str, en: String| EventFault::new(EventCode::BadTime, field, zh, en);
    let text = match fields.get(name) {
        Some(Value::String(text)) => text,
        None | Some(Value::Null) => return Err(bad_time("缺少", "is missing".to_owned())),
        Some(_) => return Err(bad_time("须为带时区的时间文本", NotAMoment::NotRfc3339.to_string())),
    };
    Moment::parse(text).map_err(|why| {
        let zh = match why {
            NotAMoment::NotRfc3339 => "不是带时区的时间，请写成 2026-03-02T14:30:00+08:00",
            NotAMoment::TooFine => "精度超过毫秒",
            NotAMoment::OutOfRange => "不在 2000 至 2100 年之间",
        };
        bad_time(zh, why.to_string())
    })
}

/// A whole number between two bounds; `None` when the field is missing.
fn whole(fields: &Map<String, Value>, name: &str, field: &'static str, least: i64, most: i64) -> Read<Option<i64>> {
    let out_of_range = || {
        EventFault::new(
            EventCode::UnitsRange,
            field,
            format!("须为 {least} 至 {most} 之间的整数"),
            format!("must be a whole number from {least} to {most}"),
        )
    };
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
            Some(_) | None => Err(out_of_range()),
        },
        Some(_) => Err(out_of_range()),
    }
}

fn units(data: &Map<String, Value>, least: i64) -> Read<i64> {
    whole(data, "units", "data.units", least, MOST_UNITS)?.ok_or_else(|| bad("data.units", "缺少", "is missing"))
}
