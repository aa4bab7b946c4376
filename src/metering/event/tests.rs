use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn now() -> Moment {
    Moment::parse("2026-03-02T00:00:00Z").unwrap()
}

fn usage(changes: &[(&str, Value)]) -> Value {
    let mut event = json!({
        "specversion": "1.0", "type": "cn.suanquan.compute.usage.v1", "source": "slurm://dongji/dbd", "id": "1-77",
        "subject": "wh-zhixing", "time": "2026-03-01T08:15:00Z",
        "data": {"resource": "ascend-910b", "units": 2, "start": "2026-03-01T14:30:00+08:00", "end": "2026-03-01T16:15:00+08:00",
            "job": {"cluster": "dongji", "id": "77", "run": "0", "partition": "gpu80g", "qos": "high", "account": "vision"}}
    });
    for (path, value) in changes {
        let mut place = &mut event;
        for step in path.split('.') {
            place = place.as_object_mut().unwrap().entry(step).or_insert(Value::Null);
        }
        *place = value.clone();
    }
    event
}

#[test]
fn an_interval_becomes_units_times_time() {
    let event = read_event(&usage(&[]), now()).unwrap();
    let stated = event.fact.usage().unwrap();
    // 2 cards for 1 h 45 min.
    assert_eq!(stated.quantity(), UnitMillis::new(2 * 105 * 60_000));
    assert_eq!((stated.partition.as_str(), stated.qos.as_str(), stated.project.as_str()), ("gpu80g", "high", "vision"));
    assert_eq!(stated.instance, "dongji/77/0");
    let suspended = read_event(&usage(&[("data.active_seconds", json!(3600))]), now()).unwrap();
    assert_eq!(suspended.fact.usage().unwrap().quantity(), UnitMillis::hours(2));
    let without_time = read_event(&usage(&[("time", Value::Null)]), now()).unwrap();
    assert_eq!(without_time.time, stated.interval.end);
}

#[test]
fn what_is_wrong_is_named_with_its_field() {
    use EventCode::*;
    let long = "字".repeat(301);
    for (path, value, code, field) in [
        ("specversion", json!("0.3"), BadEnvelope, "specversion"),
        ("type", json!("usage"), BadEnvelope, "type"),
        ("id", json!(""), BadEnvelope, "id"),
        ("id", json!(17), BadEnvelope, "id"),
        ("id", json!("a\u{0}b"), BadEnvelope, "id"),
        ("source", json!(long), BadEnvelope, "source"),
        ("subject", Value::Null, BadEnvelope, "subject"),
        ("data", json!([]), BadEnvelope, "data"),
        ("data.job", json!("77"), BadEnvelope, "data.job"),
        ("data.units", json!(1_000_000_000), UnitsRange, "data.units"),
        ("data.units", json!(0), UnitsRange, "data.units"),
        ("data.units", json!(-1), UnitsRange, "data.units"),
        ("data.units", json!(1.5), BadEnvelope, "data"),
        ("data.units", json!(1e3), BadEnvelope, "data"),
        ("data.units", json!("8"), UnitsRange, "data.units"),
        ("data.end", json!("2026-03-01T14:29:59+08:00"), NegativeInterval, "data.end"),
        ("data.end", json!("2026-03-01T16:15:00"), BadTime, "data.end"),
        ("data.end", json!(1_772_353_200), BadTime, "data.end"),
        ("data.start", json!("2024-03-01T00:00:00Z"), IntervalTooLong, "data.end"),
        ("data.active_seconds", json!(6301), NegativeInterval, "data.active_seconds"),
        ("time", json!("2026-03-01T08:14:59Z"), BadTime, "time"),
        ("time", json!("2026-03-02T00:05:00.001Z"), TimeInFuture, "time"),
        ("data.note", json!("x".repeat(20_000)), TooLarge, "data"),
    ] {
        let fault = read_event(&usage(&[(path, value.clone())]), now()).unwrap_err();
        assert_eq!((fault.code, fault.field), (code, field), "{path} = {value}: {fault}");
    }
    assert!(read_event(&usage(&[("time", json!("2026-03-02T00:05:00Z"))]), now()).is_ok(), "five minutes ahead is still taken");
}

#[test]
fn a_void_names_its_target_and_needs_no_subject() {
    let event = json!({"specversion": "1.0", "type": "cn.suanquan.usage.void.v1", "source": "slurm://dongji/dbd", "id": "v1",
        "time": "2026-03-01T10:00:00Z", "data": {"target": {"source": "slurm://dongji/dbd", "id": "1-77"}, "reason": "重复上报"}});
    let event = read_event(&event, now()).unwrap();
    assert_eq!(event.fact.target(), Some(&EventKey { source: "slurm://dongji/dbd".into(), id: "1-77".into() }));
    assert_eq!(event.fact.usage(), None);
}

#[test]
fn the_digest_is_that_of_the_fact_and_not_of_its_spelling() {
    let one = read_event(&usage(&[]), now()).unwrap();
    let spelled: Value = serde_json::from_str(
        &usage(&[]).to_string().replace("\"time\":\"2026-03-01T08:15:00Z\"", "\"time\":\"2026-03-01T16:15:00+08:00\""),
    )
    .unwrap();
    assert_eq!(read_event(&spelled, now()).unwrap().digest, one.digest);
    for (path, value) in
        [("data.units", json!(3)), ("subject", json!("other")), ("data.note", json!("")), ("time", json!("2026-03-01T08:15:01Z"))]
    {
        assert_ne!(read_event(&usage(&[(path, value)]), now()).unwrap().digest, one.digest, "{path}");
    }
    let renamed = read_event(&usage(&[("id", json!("1-78"))]), now()).unwrap();
    assert_eq!(renamed.digest, one.digest, "the name is not part of the fact");
}

proptest! {
    #[test]
    fn no_json_panics(text in "\\PC{0,60}", number in any::<i64>(), deep in 0_usize..20) {
        let mut value = json!({"specversion": "1.0", "type": text, "source": number, "data": {"units": number, "start": text}});
        for _ in 0..deep {
            value = json!([value]);
        }
        let _ = read_event(&value, now());
        let _ = read_event(&usage(&[("data.units", json!(number)), ("data.end", json!(text))]), now());
    }
}
