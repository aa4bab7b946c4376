//! What the meters say: some thirty jobs per contract from 5 January to the end of February and
//! some storage, the same in every demo; and what goes wrong in every centre.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::super::at;
use super::super::firms::act;
use super::centres::{Clerk, clerk, meter};
use super::{CUSTOMERS, Step, customer};
use crate::acts::record_usage::{EventStatus, Incoming, Meter, record_usage};
use crate::metering::event::{EventKey, EventKind, read_event};
use crate::metering::moment::Moment;
use crate::party::Actor;
use crate::web::site::Site;

/// How many jobs each contract has.
const RUNS: usize = 29;
/// From the earliest start of a job to that of the next.
const HOURS_BETWEEN: i64 = 44;

/// Account code, month, day at noon, and how many GiB are held from then on.
const QUOTAS: [(&str, u32, u32, i64); 6] = [
    ("nanhu-gene", 1, 6, 20_480),
    ("nanhu-gene", 1, 19, 32_768),
    ("nanhu-gene", 2, 12, 24_576),
    ("shumai-data", 1, 8, 10_240),
    ("moshan-chip", 1, 15, 8_192),
    ("moshan-chip", 2, 20, 0),
];

/// A finished job.
#[derive(Clone, Copy, Debug)]
struct Job {
    number: usize,
    resource: &'static str,
    partition: &'static str,
    qos: &'static str,
    project: &'static str,
    units: i64,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

/// A number below `sides` that depends on customer, run and purpose, and looks like chance.
const fn dice(place: usize, run: usize, purpose: usize, sides: usize) -> usize {
    let mut mixed = place * 7_919 + run * 104_729 + purpose * 1_299_709 + 7;
    mixed = (mixed ^ (mixed >> 11)).wrapping_mul(0x9E37_79B1);
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85EB_CA77);
    (mixed >> 17) % sides
}

/// A job of the customer at this place of the list.
fn job(place: usize, run: usize) -> anyhow::Result<Job> {
    let customer = CUSTOMERS.get(place).ok_or_else(|| anyhow::anyhow!("there is no customer {place}"))?;
    let any = |purpose: usize, list: &[&'static str]| list.get(dice(place, run, purpose, list.len())).copied().unwrap_or_default();
    let minutes = |purpose: usize, most: usize| i64::try_from(dice(place, run, purpose, most)).map(TimeDelta::minutes);
    let size = [1, 2, 4, 8].get(dice(place, run, 1, 4)).copied().unwrap_or(1);
    let (resource, partition, qos, units) = match customer.centre {
        0 => ("ascend-910b", "npu", any(2, &["normal", "normal", "high"]), 8 * size),
        _ if run % 5 == 4 => ("kunpeng-920-node", "whole", "normal", 8 * size),
        _ => ("kunpeng-920", any(2, &["cpu", "cpu", "fat"]), any(3, &["normal", "normal", "high"]), 512 * size),
    };
    let earliest = at(2026, 1, 5, 0) + TimeDelta::hours(HOURS_BETWEEN * i64::try_from(run)?);
    let start = earliest + minutes(4, 20 * 60)?;
    let end = start + TimeDelta::hours(3) + minutes(5, 27 * 60)?;
    let project = any(6, &["train", "train", "infer", "test"]);
    Ok(Job { number: 100_000 + place * 1_000 + run, resource, partition, qos, project, units, start, end })
}

fn moment(at: DateTime<Utc>) -> String {
    Moment::at(at).to_string()
}

fn told(centre: usize, account: &str, job: &Job) -> anyhow::Result<Value> {
    let meter = meter(centre)?;
    Ok(json!({
        "specversion": "1.0", "type": EventKind::Usage, "source": meter.jobs, "id": format!("{}/{}", meter.cluster, job.number),
        "subject": account,
        "data": {
            "resource": job.resource, "units": job.units, "start": moment(job.start), "end": moment(job.end),
            "job": {
                "cluster": meter.cluster, "id": job.number.to_string(), "partition": job.partition, "qos": job.qos,
                "account": job.project
            }
        }
    }))
}

/// What both centres' meters counted between two moments, one batch per centre.
///
/// # Errors
/// An event that was not accepted.
pub(super) fn batch(site: &Site, when: DateTime<Utc>, after: DateTime<Utc>) -> anyhow::Result<()> {
    for centre in 0..2 {
        let mut events = Vec::new();
        for (place, customer) in CUSTOMERS.iter().enumerate().filter(|(_, customer)| customer.centre == centre) {
            for run in 0..RUNS {
                let job = job(place, run)?;
                if after < job.end && job.end <= when {
                    events.push(told(centre, customer.account, &job)?);
                }
            }
            for (account, month, day, gib) in QUOTAS {
                let noon = at(2026, month, day, 12);
                if account == customer.account && after < noon && noon <= when {
                    events.push(json!({
                        "specversion": "1.0", "type": EventKind::Gauge, "source": meter(centre)?.quotas,
                        "id": format!("{account}/2026-{month:02}-{day:02}"), "subject": account, "time": moment(noon),
                        "data": {"resource": "storage-hot", "instance": format!("quota/{account}"), "project": "data", "units": gib}
                    }));
                }
            }
        }
        send(site, when, centre, &events, EventStatus::Accepted)?;
    }
    Ok(())
}

/// One of the events that are not what they should be.
///
/// # Errors
/// An event that had another answer than the story expects.
pub(super) fn odd(site: &Site, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
    let (account, wanted) = match step {
        Step::Corrected(account) | Step::Twice(account) | Step::Voided(account) | Step::Late(account) => (account, EventStatus::Accepted),
        Step::Conflict(account) => (account, EventStatus::Conflict),
        // It is told by the AI centre.
        _ => ("nanhu-gene", EventStatus::Quarantined),
    };
    let (place, customer) = customer(account)?;
    let (centre, meter) = (customer.centre, meter(customer.centre)?);
    let by_hand = format!("by-hand/{account}/2026-01-27");
    let event = match step {
        Step::Corrected(_) => {
            let wrong = job(place, 2)?;
            let mut event = told(centre, account, &Job { units: 24, ..wrong })?;
            replace(&mut event, "type", json!(EventKind::Replace));
            replace(&mut event, "id", json!(format!("{}/{}/corrected", meter.cluster, wrong.number)));
            if let Some(data) = event.get_mut("data") {
                replace(data, "target", json!({"source": meter.jobs, "id": format!("{}/{}", meter.cluster, wrong.number)}));
                replace(data, "reason", json!("作业降配后实际占用 24 卡，按调度记录更正"));
            }
            event
        }
        Step::Twice(_) => {
            let mut event = told(centre, account, &job(place, 5)?)?;
            replace(&mut event, "id", json!(by_hand));
            if let Some(data) = event.get_mut("data").and_then(Value::as_object_mut) {
                data.remove("job");
            }
            event
        }
        Step::Voided(_) => json!({
            "specversion": "1.0", "type": EventKind::Void, "source": meter.jobs, "id": format!("{by_hand}/void"), "time": moment(when),
            "data": {"target": {"source": meter.jobs, "id": by_hand}, "reason": "与作业记录重复的手工补报"}
        }),
        Step::Late(_) => {
            let late = Job { number: 100_900, units: 16, start: at(2026, 1, 28, 10), end: at(2026, 1, 28, 22), ..job(place, 13)? };
            told(centre, account, &late)?
        }
        Step::Conflict(_) => {
            let known = job(place, 20)?;
            told(centre, account, &Job { units: known.units * 2, ..known })?
        }
        _ => {
            let unknown = Job { number: 100_901, start: at(2026, 2, 18, 9), end: at(2026, 2, 18, 21), ..job(place, 22)? };
            told(centre, "optics-lab", &unknown)?
        }
    };
    send(site, when, centre, &[event], wanted)
}

fn replace(event: &mut Value, field: &str, value: Value) {
    if let Some(fields) = event.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}

/// Sends events and sees to it that each has the answer that the story expects.
fn send(site: &Site, when: DateTime<Utc>, centre: usize, events: &[Value], wanted: EventStatus) -> anyhow::Result<()> {
    let (from, (_, provider)) = (meter(centre)?, clerk(site, centre, Clerk::First)?);
    let sources = BTreeSet::from([from.jobs.to_owned(), from.quotas.to_owned()]);
    let meter = Meter { provider, sources, backfill: None, may_backfill: false };
    let incoming = |event: &Value| {
        let name = |field: &str| event.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        Incoming { key: EventKey { source: name("source"), id: name("id") }, read: read_event(event, Moment::at(when)) }
    };
    let incoming: Vec<Incoming> = events.iter().map(incoming).collect();
    let answers = act(site, &Actor::system(), when, from.jobs, |act| record_usage(act, &meter, 0, incoming, false))?;
    match answers.iter().find(|answer| answer.status != wanted) {
        Some(answer) => anyhow::bail!("{} is {}: {:?}", answer.key.id, answer.status, answer.fault),
        None => Ok(()),
    }
}
