//! What the meters say: two jobs per contract on every working day from New Year on, one on the
//! other days, and some storage, the same in every demo; and what goes wrong in every centre.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use super::super::at;
use super::super::firms::act;
use super::super::people::AI;
use super::Step;
use super::centres::{Clerk, clerk, meter};
use super::contracts::{CUSTOMERS, customer};
use crate::acts::record_usage::{EventStatus, Incoming, Meter, record_usage};
use crate::calendar::{Calendar, beijing_date, start_of_day};
use crate::metering::event::{EventKey, EventKind, read_event};
use crate::metering::moment::Moment;
use crate::party::Actor;
use crate::web::site::Site;

/// The months of 2026 in which something runs.
const MONTHS: [u32; 3] = [1, 2, 3];
/// A job runs for so many seconds or a multiple: eight cards for a tenth of an hour of one card.
const PACE: i64 = 45;
/// Most events of one request.
const BATCH: usize = 1_000;

/// Account code, month, day at noon, and how many GiB are held from then on.
const QUOTAS: [(&str, u32, u32, i64); 7] = [
    ("nanhu-gene", 1, 6, 20_480),
    ("nanhu-gene", 1, 19, 32_768),
    ("nanhu-gene", 2, 12, 24_576),
    ("shumai-data", 1, 8, 10_240),
    ("moshan-chip", 1, 15, 8_192),
    ("moshan-chip", 2, 20, 0),
    ("liangzi-water", 1, 12, 12_288),
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

/// The days on which the jobs of a month begin.
fn days(month: u32) -> anyhow::Result<Vec<NaiveDate>> {
    let first = NaiveDate::from_ymd_opt(2026, month, 1).ok_or_else(|| anyhow::anyhow!("there is no month {month}"))?;
    let mut days = Vec::new();
    for day in first.iter_days().take_while(|day| day.month() == month) {
        days.push(day);
        if Calendar::official().is_working_day(day)? {
            days.push(day);
        }
    }
    Ok(days)
}

/// The jobs of a customer's month. Its amount is shared out over them by lot, and each runs for as
/// long as its share pays for; what does not fill the pace goes to the next.
fn jobs(place: usize, month: u32) -> anyhow::Result<Vec<Job>> {
    let customer = CUSTOMERS.get(place).ok_or_else(|| anyhow::anyhow!("there is no customer {place}"))?;
    let lot = |run: usize, purpose: usize, sides: usize| i64::try_from(dice(place, run, purpose, sides));
    let fen = customer.yuan * if month == 1 { 100 } else { 80 + lot(0, 7, 21)? };
    // Card-seconds where prices are graduated, fen where every job has a price of its own.
    let amount = if customer.centre == AI { card_seconds(fen, month) } else { fen };
    let mut begun = Vec::new();
    for (run, day) in (usize::try_from(month)? * 100..).zip(days(month)?) {
        begun.push((run, day, 50 + lot(run, 8, 100)?));
    }
    let whole: i64 = begun.iter().map(|(_, _, share)| share).sum();
    let (mut jobs, mut left) = (Vec::with_capacity(begun.len()), 0);
    for (run, day, share) in begun {
        let any = |purpose: usize, list: &[&'static str]| list.get(dice(place, run, purpose, list.len())).copied().unwrap_or_default();
        // At the AI centre no job takes more than half of the cards.
        let (resource, partition, qos, (step, most)) = match customer.centre {
            AI => ("ascend-910b", "npu", any(2, &["normal", "normal", "high"]), (8, 320)),
            _ if run % 5 == 4 => ("kunpeng-920-node", "whole", "normal", (1, 4_000)),
            _ => ("kunpeng-920", any(2, &["cpu", "cpu", "fat"]), any(3, &["normal", "normal", "high"]), (64, 512_000)),
        };
        let price = price_of_hour(partition, qos);
        let due = left + amount * share / whole;
        let unit_seconds = due * 3_600 / price;
        let about = (4 + lot(run, 5, 7)?) * 3_600;
        let units = ((unit_seconds / (about * step) + 1) * step).min(most);
        let seconds = unit_seconds / units / PACE * PACE;
        left = due - seconds * units * price / 3_600;
        let start = start_of_day(day) + TimeDelta::minutes(lot(run, 4, 12 * 60)?);
        let project = any(6, &["train", "train", "infer", "test"]);
        let (number, end) = (100_000 + place * 1_000 + run, start + TimeDelta::seconds(seconds));
        jobs.push(Job { number, resource, partition, qos, project, units, start, end });
    }
    Ok(jobs)
}

/// How long one card runs at the AI centre for an amount: its prices of the month, turned round.
fn card_seconds(fen: i64, month: u32) -> i64 {
    let tiers: [(i64, i64); 3] =
        if month == 1 { [(5_000, 1_250), (15_000, 1_120), (i64::MAX, 980)] } else { [(4_000, 1_190), (16_000, 1_080), (i64::MAX, 980)] };
    let (mut left, mut seconds) = (fen, 0);
    for (hours, price) in tiers {
        let spent = left.min(price.saturating_mul(hours));
        seconds += spent * 3_600 / price;
        left -= spent;
    }
    seconds
}

/// What a core or node costs for an hour at the supercomputing centre, in fen; an hour of a card is
/// counted in seconds.
fn price_of_hour(partition: &str, qos: &str) -> i64 {
    match (partition, qos) {
        ("cpu", "normal") => 8,
        ("cpu", _) => 11,
        ("fat", "normal") => 12,
        ("fat", _) => 16,
        ("whole", _) => 960,
        _ => 3_600,
    }
}

/// The first job of a day.
fn job_of(place: usize, month: u32, day: u32) -> anyhow::Result<Job> {
    let found = jobs(place, month)?.into_iter().find(|job| beijing_date(job.start).day() == day);
    found.ok_or_else(|| anyhow::anyhow!("customer {place} has no job on {month}/{day}"))
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

/// What both centres' meters counted between two moments.
///
/// # Errors
/// An event that was not accepted.
pub(super) fn batch(site: &Site, when: DateTime<Utc>, after: DateTime<Utc>) -> anyhow::Result<()> {
    for centre in 0..2 {
        let mut events = Vec::new();
        for (place, customer) in CUSTOMERS.iter().enumerate().filter(|(_, customer)| customer.centre == centre) {
            for month in MONTHS.into_iter().filter(|month| after < at(2026, month + 1, 1, 0) && at(2026, *month, 1, 0) < when) {
                for job in jobs(place, month)?.iter().filter(|job| after < job.end && job.end <= when) {
                    events.push(told(centre, customer.account, job)?);
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
        for part in events.chunks(BATCH) {
            send(site, when, centre, part, EventStatus::Accepted)?;
        }
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
            let wrong = job_of(place, 1, 9)?;
            let held = wrong.units / 2;
            let mut event = told(centre, account, &Job { units: held, ..wrong })?;
            replace(&mut event, "type", json!(EventKind::Replace));
            replace(&mut event, "id", json!(format!("{}/{}/corrected", meter.cluster, wrong.number)));
            if let Some(data) = event.get_mut("data") {
                replace(data, "target", json!({"source": meter.jobs, "id": format!("{}/{}", meter.cluster, wrong.number)}));
                replace(data, "reason", json!(format!("作业降配后实际占用 {held} 卡，按调度记录更正")));
            }
            event
        }
        Step::Twice(_) => {
            let mut event = told(centre, account, &job_of(place, 1, 16)?)?;
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
            let late = Job { number: 100_900, units: 16, start: at(2026, 1, 28, 10), end: at(2026, 1, 28, 22), ..job_of(place, 1, 28)? };
            told(centre, account, &late)?
        }
        Step::Conflict(_) => {
            let known = job_of(place, 2, 10)?;
            told(centre, account, &Job { units: known.units * 2, ..known })?
        }
        _ => {
            let unknown = Job { number: 100_901, start: at(2026, 2, 18, 9), end: at(2026, 2, 18, 21), ..job_of(place, 2, 18)? };
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
