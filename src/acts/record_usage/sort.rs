//! Every event of a batch is sorted into accepted, duplicate, conflict, rejected or quarantined,
//! in the order in which they came. Nothing is written here.

use std::collections::{HashMap, HashSet};

use super::super::{Act, Outcome};
use super::against::{Against, Run, clock, covering};
use super::{EventAnswer, EventStatus, Incoming, Kept, Meter, Plan};
use crate::ids::ContractId;
use crate::metering::chain::{GENESIS, Hash, link};
use crate::metering::event::{BACKFILL_MS, Event, EventCode, EventFault, EventKey, EventKind, Fact, Usage};
use crate::metering::moment::{Interval, Moment};
use crate::metering::quantity::UnitMillis;
use crate::store;
use crate::store::usage::{Shard, StoredEvent, VoidedEvent};

/// What becomes of an event.
enum Fate {
    Store(Place),
    Duplicate { place: (i64, i64), late: bool },
    Conflict(EventFault),
    Rejected(EventFault),
    Quarantined { fault: EventFault, waits_for: Option<EventKey> },
}

/// Where a new fact belongs.
struct Place {
    contract: ContractId,
    late: bool,
    takes_out: Option<Target>,
}

/// The event that a void or a replacement takes out.
#[derive(Clone)]
struct Target {
    key: EventKey,
    shard: i64,
    seq: i64,
    contract: ContractId,
    interval: Interval,
}

struct Sorter<'a> {
    meter: &'a Meter,
    against: &'a Against,
    now: Moment,
    shard: i64,
    hash: Hash,
    /// What this batch has stored so far.
    here: HashMap<EventKey, usize>,
    runs: HashMap<String, Vec<Run>>,
    taken_out: HashSet<EventKey>,
    plan: Plan,
}

/// # Errors
/// Faults of the database.
pub(super) fn sort(act: &mut Act<'_>, meter: &Meter, end: &Shard, against: &Against, incoming: Vec<Incoming>) -> Outcome<Plan> {
    let mut sorter = Sorter {
        meter,
        against,
        now: Moment::at(act.now),
        shard: end.shard,
        hash: Hash::try_from(end.last_hash.as_slice()).unwrap_or(GENESIS),
        here: HashMap::new(),
        runs: HashMap::new(),
        taken_out: HashSet::new(),
        plan: Plan { seq: end.last_seq, ..Plan::default() },
    };
    for one in incoming {
        sorter.take(act, one)?;
    }
    sorter.plan.hash = sorter.hash.to_vec();
    Ok(sorter.plan)
}

impl Sorter<'_> {
    fn take(&mut self, act: &mut Act<'_>, one: Incoming) -> Outcome<()> {
        let event = match one.read {
            Ok(event) => event,
            Err(fault) => {
                self.answer(one.key, EventStatus::Rejected, Some(fault), None, false);
                return Ok(());
            }
        };
        match self.fate(act, &event)? {
            Fate::Store(place) => self.store(event, place),
            Fate::Duplicate { place, late } => self.answer(event.key, EventStatus::Duplicate, None, Some(place), late),
            Fate::Rejected(fault) => self.answer(event.key, EventStatus::Rejected, Some(fault), None, false),
            Fate::Conflict(fault) => self.keep(event, EventStatus::Conflict, fault, None),
            Fate::Quarantined { fault, waits_for } => self.keep(event, EventStatus::Quarantined, fault, waits_for),
        }
        Ok(())
    }

    fn answer(&mut self, key: EventKey, status: EventStatus, fault: Option<EventFault>, place: Option<(i64, i64)>, late: bool) {
        self.plan.answers.push(EventAnswer { key, status, fault, place, late });
    }

    fn keep(&mut self, event: Event, status: EventStatus, fault: EventFault, waits_for: Option<EventKey>) {
        self.answer(event.key.clone(), status, Some(fault.clone()), None, false);
        self.plan.kept.push(Kept { event, fault, waits_for });
    }

    fn fate(&self, act: &mut Act<'_>, event: &Event) -> Outcome<Fate> {
        if !self.meter.sources.contains(&event.key.source) {
            let (zh, en) = ("这个令牌不能写入该来源", "this token may not write this source");
            return Ok(Fate::Rejected(EventFault::new(EventCode::SourceForbidden, "source", zh, en)));
        }
        if let Some(fate) = self.seen(event) {
            return Ok(fate);
        }
        if let Some(fault) = self.too_old(event) {
            return Ok(Fate::Rejected(fault));
        }
        let target = match event.fact.target() {
            Some(key) => match self.target(act, key)? {
                Ok(target) => Some(target),
                Err(fate) => return Ok(fate),
            },
            None => None,
        };
        Ok(match (&event.fact, target) {
            (Fact::Void { .. }, Some(target)) => Self::void(act, target)?,
            (_, target) => self.fact(event, target),
        })
    }

    /// The same name was stored before, in the database or by this batch.
    fn seen(&self, event: &Event) -> Option<Fate> {
        let (digest, place, late) = match self.here.get(&event.key).and_then(|at| self.plan.events.get(*at)) {
            Some(stored) => (stored.digest.as_slice(), (stored.shard, stored.seq), stored.late),
            None => {
                let known = self.against.known.get(&event.key)?;
                (known.digest.as_slice(), (known.shard, known.seq), known.late)
            }
        };
        if digest == event.digest.as_slice() {
            return Some(Fate::Duplicate { place, late });
        }
        Some(Fate::Conflict(EventFault::new(
            EventCode::DigestMismatch,
            "id",
            "同一来源和编号已有不同内容的事件，原事件未改动；如需更正请发送 replace 事件",
            "an event of this source and id is stored with other content and was not changed; to correct it send a replace event",
        )))
    }

    /// History needs the right and a reason.
    fn too_old(&self, event: &Event) -> Option<EventFault> {
        let age = self.now.millis().saturating_sub(event.time.millis());
        if age <= BACKFILL_MS || (self.meter.may_backfill && self.meter.backfill.as_ref().is_some_and(|reason| !reason.is_empty())) {
            return None;
        }
        let (zh, en) = if self.meter.may_backfill {
            ("早于 35 天，补报须写明原因（backfill_reason）", "is older than 35 days; give a reason (backfill_reason)")
        } else {
            (
                "早于 35 天，此令牌没有补报权限，请联系管理员",
                "is older than 35 days, and this token may not file history; ask the administrator",
            )
        };
        Some(EventFault::new(EventCode::BackfillForbidden, "time", zh, en))
    }

    fn target(&self, act: &mut Act<'_>, key: &EventKey) -> Outcome<Result<Target, Fate>> {
        let fault = |code, zh: &str, en: &str| EventFault::new(code, "data.target", zh, en);
        if !self.meter.sources.contains(&key.source) {
            let (zh, en) = ("目标事件属于别的来源", "the target belongs to another source");
            return Ok(Err(Fate::Rejected(fault(EventCode::SourceForbidden, zh, en))));
        }
        let stored = match self.here.get(key).and_then(|at| self.plan.events.get(*at)) {
            Some(stored) => Some(stored.clone()),
            None if self.against.known.contains_key(key) => store::usage::find(act.db, key)?,
            None => None,
        };
        let Some(stored) = stored else {
            let (zh, en) = ("目标事件尚未收到，收到后自动处理", "the target has not come yet; this event is read again when it has");
            let fault = fault(EventCode::UnknownTarget, zh, en);
            return Ok(Err(Fate::Quarantined { fault, waits_for: Some(key.clone()) }));
        };
        if stored.kind == EventKind::Void.as_str() {
            let (zh, en) =
                ("作废事件不能再作废；请用新编号重新上报原用量", "a void cannot be taken out; send the usage again under a new id");
            return Ok(Err(Fate::Rejected(fault(EventCode::UnknownTarget, zh, en))));
        }
        if self.taken_out.contains(key) || store::usage::is_voided(act.db, stored.shard, stored.seq)? {
            let (zh, en) = ("目标事件已作废或已被替换", "the target was voided or replaced before");
            return Ok(Err(Fate::Rejected(fault(EventCode::AlreadyVoided, zh, en))));
        }
        let interval = Interval { start: Moment::from_millis(stored.start_ms), end: Moment::from_millis(stored.end_ms) };
        let (shard, seq, contract) = (stored.shard, stored.seq, stored.contract_id);
        Ok(Ok(Target { key: key.clone(), shard, seq, contract, interval }))
    }

    fn void(act: &mut Act<'_>, target: Target) -> Outcome<Fate> {
        let contract = store::metering::contract(act.db, target.contract)?.ok_or(super::super::ActError::NotFound)?;
        // The months of the target were not asked for when the batch has no event of its subject.
        let billed = store::usage::billed_months(act.db, &[target.contract])?;
        let late = super::against::months(target.interval, clock(&contract))
            .any(|month| billed.iter().any(|(_, period)| *period == month.to_string()));
        Ok(Fate::Store(Place { contract: target.contract, late, takes_out: Some(target) }))
    }

    fn fact(&self, event: &Event, target: Option<Target>) -> Fate {
        let wait = |code, field, zh: String, en: String| Fate::Quarantined { fault: EventFault::new(code, field, zh, en), waits_for: None };
        let Some(contracts) = self.against.contracts(&event.subject) else {
            let (zh, en) = (
                format!("账户「{}」尚未对应企业；对应后自动补入", event.subject),
                format!("the account \"{}\" is assigned to no enterprise yet; it is replayed when it is", event.subject),
            );
            return wait(EventCode::UnknownSubject, "subject", zh, en);
        };
        let resource = event.fact.resource().unwrap_or_default();
        if !self.against.resources.contains(resource) {
            let (zh, en) = (format!("资源「{resource}」不在目录中"), format!("the resource \"{resource}\" is not in the catalogue"));
            return wait(EventCode::UnknownResource, "data.resource", zh, en);
        }
        let interval = span(event);
        let Some(contract) = covering(contracts, interval) else {
            let (zh, en) = (
                format!("没有覆盖 {} 至 {} 的合同；跨合同的用量请分段上报", interval.start, interval.end),
                format!("no contract covers {} to {}; send usage over two contracts in parts", interval.start, interval.end),
            );
            return wait(EventCode::NoContract, "data.start", zh, en);
        };
        if let Some(usage) = event.fact.usage()
            && let Some(other) = self.overlapping(usage, target.as_ref().map(|target| &target.key))
        {
            let (zh, en) = (
                format!("与同一运行的事件 {other} 时间重叠，请核对后作废其一"),
                format!("overlaps event {other} of the same run; check both and void one"),
            );
            return wait(EventCode::Overlap, "data.start", zh, en);
        }
        let billed = |interval| self.against.is_billed(contract.id, clock(contract), interval);
        let late = billed(interval) || target.as_ref().is_some_and(|target| billed(target.interval));
        Fate::Store(Place { contract: contract.id, late, takes_out: target })
    }

    /// Another living interval of the same run that shares an instant; not the one it replaces.
    fn overlapping(&self, usage: &Usage, replaced: Option<&EventKey>) -> Option<String> {
        if usage.instance.is_empty() || usage.quantity() == UnitMillis::ZERO {
            return None;
        }
        let stored = self.against.runs.get(&usage.instance).into_iter().flatten();
        let mut runs = stored.chain(self.runs.get(&usage.instance).into_iter().flatten());
        let clash = runs
            .find(|run| Some(&run.key) != replaced && !self.taken_out.contains(&run.key) && run.interval.within(usage.interval).is_some());
        clash.map(|run| run.key.id.clone())
    }

    fn store(&mut self, event: Event, place: Place) {
        self.plan.seq += 1;
        let span = span(&event);
        let mut row = StoredEvent {
            shard: self.shard,
            seq: self.plan.seq,
            source: event.key.source.clone(),
            event_id: event.key.id.clone(),
            kind: event.kind.as_str().to_owned(),
            provider_id: self.meter.provider,
            contract_id: place.contract,
            subject: event.subject,
            resource: event.fact.resource().unwrap_or_default().to_owned(),
            partition_name: String::new(),
            qos: String::new(),
            project: String::new(),
            instance: String::new(),
            units: 0,
            time_ms: event.time.millis(),
            start_ms: span.start.millis(),
            end_ms: span.end.millis(),
            quantity_ms: UnitMillis::ZERO,
            data: event.data,
            digest: event.digest.to_vec(),
            received_ms: self.now.millis(),
            late: place.late,
            hash: Vec::new(),
        };
        match event.fact {
            Fact::Usage(usage) | Fact::Replace { usage, .. } => {
                row.quantity_ms = usage.quantity();
                row.units = usage.units;
                if !usage.instance.is_empty() {
                    let run = Run { interval: usage.interval, key: event.key.clone() };
                    self.runs.entry(usage.instance.clone()).or_default().push(run);
                }
                (row.partition_name, row.qos, row.project, row.instance) = (usage.partition, usage.qos, usage.project, usage.instance);
            }
            Fact::Gauge(gauge) => {
                row.units = gauge.units;
                (row.partition_name, row.qos, row.project, row.instance) = (gauge.partition, gauge.qos, gauge.project, gauge.instance);
            }
            Fact::Counter(counter) => {
                row.units = counter.value;
                (row.partition_name, row.qos, row.project, row.instance) =
                    (counter.partition, counter.qos, counter.project, counter.instance);
            }
            Fact::Void { .. } => {}
        }
        self.hash = link(&self.hash, &row.as_link());
        row.hash = self.hash.to_vec();
        if let Some(target) = place.takes_out {
            self.plan.voids.push(VoidedEvent {
                shard: target.shard,
                seq: target.seq,
                by_shard: row.shard,
                by_seq: row.seq,
                contract_id: target.contract,
            });
            self.taken_out.insert(target.key);
        }
        self.here.insert(event.key.clone(), self.plan.events.len());
        self.answer(event.key, EventStatus::Accepted, None, Some((row.shard, row.seq)), row.late);
        self.plan.events.push(row);
    }
}

/// The interval that an event states; a reading is an instant.
fn span(event: &Event) -> Interval {
    event.fact.usage().map_or(Interval { start: event.time, end: event.time }, |usage| usage.interval)
}
