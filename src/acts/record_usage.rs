//! Usage events come in: each is named in the answer, and the answer is given after the commit.
//!
//! The name of an event and its fact are stored in one transaction, so a repeated batch changes
//! nothing and is a success. One bad event never changes the fate of another, unless the caller
//! asks for all or nothing. The chain of events is its own trail: no audit line is written here.

mod against;
mod sort;

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, ActError, Outcome};
use crate::codes::codes;
use crate::ids::ProviderId;
use crate::lang::Text;
use crate::metering::event::{Event, EventCode, EventFault, EventKey, read_event};
use crate::metering::moment::Moment;
use crate::store;
use crate::store::quarantine::{NewQuarantined, Quarantined};
use crate::store::usage::{Ingest, StoredEvent, VoidedEvent};

codes! {
    /// Where an event ended.
    EventStatus {
        /// Stored now.
        Accepted = "accepted",
        /// Stored before with the same content; a success.
        Duplicate = "duplicate",
        /// Stored before with another content; nothing was changed, this one is in quarantine.
        Conflict = "conflict",
        /// Wrong in itself; not kept.
        Rejected = "rejected",
        /// Kept until somebody assigns what is missing, or until its target comes.
        Quarantined = "quarantined",
    }
}

/// On whose behalf events are written.
#[derive(Clone, Debug)]
pub struct Meter {
    pub provider: ProviderId,
    pub sources: BTreeSet<String>,
    /// May write events of more than 35 days ago, for the reason given.
    pub backfill: Option<String>,
    /// Why history may not be written, for the refusal.
    pub may_backfill: bool,
}

/// One event of a request, read or not.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The name as far as it could be read, for the answer.
    pub key: EventKey,
    pub read: Result<Event, EventFault>,
}

/// The answer to one event, in the order of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventAnswer {
    pub key: EventKey,
    pub status: EventStatus,
    pub fault: Option<EventFault>,
    /// Shard and sequence number of the stored event.
    pub place: Option<(i64, i64)>,
    /// It belongs to a month that was billed already and becomes an adjustment of the next
    /// statement.
    pub late: bool,
}

/// What is to be written, worked out before anything is.
#[derive(Debug, Default)]
pub(super) struct Plan {
    answers: Vec<EventAnswer>,
    events: Vec<StoredEvent>,
    voids: Vec<VoidedEvent>,
    kept: Vec<Kept>,
    hash: Vec<u8>,
    seq: i64,
}

/// An event for the quarantine.
#[derive(Debug)]
struct Kept {
    event: Event,
    fault: EventFault,
    waits_for: Option<EventKey>,
}

/// Writes events of one provider under the lock of one shard's chain.
///
/// # Errors
/// Faults of the database; [`store::Fault::Collision`] when another shard's writer stored one of
/// the events at the same moment: nothing was stored then and the caller tries again.
pub fn record_usage(act: &mut Act<'_>, meter: &Meter, shard: i64, incoming: Vec<Incoming>, atomic: bool) -> Outcome<Vec<EventAnswer>> {
    record(act, meter, shard, incoming, atomic, Hope::Nothing)
}

/// As [`record_usage`], in the hope that all events are new and fit: which of them were stored before
/// is not asked. Almost every batch is so, and the question would cost it a tenth of its time.
///
/// # Errors
/// [`store::Fault::Collision`] also when the hope was vain; then [`record_usage`] answers.
pub fn record_new_usage(act: &mut Act<'_>, meter: &Meter, shard: i64, incoming: Vec<Incoming>, atomic: bool) -> Outcome<Vec<EventAnswer>> {
    record(act, meter, shard, incoming, atomic, Hope::AllNew)
}

/// What is taken for granted of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hope {
    AllNew,
    Nothing,
}

fn record(act: &mut Act<'_>, meter: &Meter, shard: i64, incoming: Vec<Incoming>, atomic: bool, hope: Hope) -> Outcome<Vec<EventAnswer>> {
    store::usage::lock_provider(act.db, meter.provider)?;
    let end = store::usage::lock_shard(act.db, shard)?;
    let facts = against::load(act, meter, &incoming, hope)?;
    let readable = incoming.iter().filter(|one| one.read.is_ok()).count();
    let mut plan = sort::sort(act, meter, &end, &facts, incoming)?;
    // An event that was stored before would overlap itself, or wait for what has changed since.
    if hope == Hope::AllNew && plan.events.len() != readable {
        return Err(store::Fault::Collision.into());
    }
    let fine = |answer: &EventAnswer| matches!(answer.status, EventStatus::Accepted | EventStatus::Duplicate);
    if atomic && !plan.answers.iter().all(fine) {
        return Ok(nothing_of(plan.answers));
    }
    store::usage::insert(act.db, &plan.events)?;
    store::usage::insert_voids(act.db, &plan.voids)?;
    if !plan.events.is_empty() {
        let end = store::usage::Shard { shard, last_seq: plan.seq, last_hash: std::mem::take(&mut plan.hash) };
        store::usage::move_shard(act.db, &end)?;
    }
    keep_aside(act, meter, &plan.kept)?;
    count(act, meter, shard, &plan)?;
    replay_waiting(act, meter, shard, &plan.events)?;
    Ok(plan.answers)
}

/// All or nothing, and one failed: the others are told so.
fn nothing_of(mut answers: Vec<EventAnswer>) -> Vec<EventAnswer> {
    for answer in &mut answers {
        match answer.status {
            EventStatus::Accepted | EventStatus::Duplicate => {
                let (zh, en) =
                    ("同一请求中有事件未通过，全部未保存", "another event of this all-or-nothing request failed; nothing was stored");
                answer.fault = Some(EventFault::new(EventCode::NotAtomic, "event", zh, en));
            }
            EventStatus::Conflict | EventStatus::Rejected | EventStatus::Quarantined => {}
        }
        answer.status = EventStatus::Rejected;
        answer.place = None;
    }
    answers
}

fn keep_aside(act: &mut Act<'_>, meter: &Meter, kept: &[Kept]) -> Outcome<()> {
    let at = act.stamp();
    for one in kept {
        let new = NewQuarantined {
            provider: meter.provider,
            key: &one.event.key,
            digest: &one.event.digest,
            body: &one.event.to_json(),
            code: one.fault.code.as_str(),
            field: one.fault.field,
            detail_zh: &one.fault.text.zh,
            detail_en: &one.fault.text.en,
            waits_for: one.waits_for.as_ref(),
            at,
        };
        store::quarantine::keep(act.db, &new)?;
    }
    Ok(())
}

fn count(act: &mut Act<'_>, meter: &Meter, shard: i64, plan: &Plan) -> Outcome<()> {
    let received = Moment::at(act.now).millis();
    let mut sources: BTreeMap<&str, Ingest> = BTreeMap::new();
    for answer in plan.answers.iter().filter(|answer| meter.sources.contains(&answer.key.source)) {
        let source = sources.entry(&answer.key.source).or_insert_with(|| Ingest {
            source: answer.key.source.clone(),
            last_received_ms: received,
            ..Ingest::default()
        });
        match answer.status {
            EventStatus::Accepted => source.accepted += 1,
            EventStatus::Duplicate => source.duplicate += 1,
            EventStatus::Conflict | EventStatus::Rejected | EventStatus::Quarantined => source.refused += 1,
        }
    }
    for event in &plan.events {
        if let Some(source) = sources.get_mut(event.source.as_str()) {
            source.last_event_ms = source.last_event_ms.max(event.time_ms);
        }
    }
    for brought in sources.values() {
        store::usage::count_ingest(act.db, meter.provider, shard, brought)?;
    }
    Ok(())
}

/// Voids and replacements that came before their target are read again now that it is here.
fn replay_waiting(act: &mut Act<'_>, meter: &Meter, shard: i64, stored: &[StoredEvent]) -> Outcome<()> {
    let keys: Vec<EventKey> = stored.iter().map(|event| EventKey { source: event.source.clone(), id: event.event_id.clone() }).collect();
    let keys: Vec<&EventKey> = keys.iter().collect();
    for waiting in store::quarantine::waiting_for(act.db, &keys)? {
        replay(act, meter, shard, &waiting, "target")?;
    }
    Ok(())
}

/// Reads a quarantined event again; closes it when it is a fact now. The answer says what is still
/// wrong with it otherwise.
///
/// # Errors
/// As [`record_usage`].
pub fn replay(act: &mut Act<'_>, meter: &Meter, shard: i64, waiting: &Quarantined, reason: &str) -> Outcome<EventAnswer> {
    let key = EventKey { source: waiting.source.clone(), id: waiting.event_id.clone() };
    let read = match serde_json::from_str(&waiting.body) {
        Ok(json) => read_event(&json, Moment::at(act.now)),
        Err(why) => Err(EventFault { code: EventCode::BadEnvelope, field: "event", text: Text::same(why.to_string()) }),
    };
    // It was let in when it came; its age since then is not its fault.
    let meter = Meter {
        provider: waiting.provider_id,
        sources: BTreeSet::from([key.source.clone()]).into_iter().chain(meter.sources.iter().cloned()).collect(),
        backfill: Some(reason.to_owned()),
        may_backfill: true,
    };
    let answers = record_usage(act, &meter, shard, vec![Incoming { key, read }], false)?;
    let answer = answers.into_iter().next().ok_or(ActError::NotFound)?;
    if matches!(answer.status, EventStatus::Accepted | EventStatus::Duplicate) {
        let (by, at) = (act.actor.account, act.stamp());
        store::quarantine::close(act.db, waiting.id, "replayed", reason, by, at)?;
    }
    Ok(answer)
}
