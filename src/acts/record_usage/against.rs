//! What a batch is read against, loaded with a few questions for all of its events.

use std::collections::{HashMap, HashSet};

use super::super::{Act, Outcome};
use super::{Hope, Incoming, Meter};
use crate::ids::ContractId;
use crate::metering::event::EventKey;
use crate::metering::moment::{Interval, Moment, Month, UtcOffset};
use crate::store;
use crate::store::metering::Contract;
use crate::store::usage::Known;

/// An interval of a run, with the event that states it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub interval: Interval,
    pub key: EventKey,
}

/// The world that the events are read against.
#[derive(Debug, Default)]
pub(super) struct Against {
    pub known: HashMap<EventKey, Known>,
    /// Account code → the enterprise's contracts, oldest first.
    contracts: HashMap<String, Vec<Contract>>,
    pub resources: HashSet<String>,
    billed: HashSet<(ContractId, Month)>,
    pub runs: HashMap<String, Vec<Run>>,
}

/// # Errors
/// Faults of the database.
pub(super) fn load(act: &mut Act<'_>, meter: &Meter, incoming: &[Incoming], hope: Hope) -> Outcome<Against> {
    let events = || incoming.iter().filter_map(|one| one.read.as_ref().ok());
    let mut names: HashMap<&str, Vec<&str>> = HashMap::new();
    for event in events() {
        let own = (hope == Hope::Nothing).then_some(&event.key);
        for key in own.into_iter().chain(event.fact.target()) {
            names.entry(&key.source).or_default().push(&key.id);
        }
    }
    let mut against = Against::default();
    for (source, ids) in names {
        for known in store::usage::known(act.db, source, &ids)? {
            against.known.insert(known.key.clone(), known);
        }
    }
    let fresh = || events().filter(|event| !against.known.contains_key(&event.key));
    let codes: HashSet<&str> = fresh().map(|event| event.subject.as_str()).filter(|code| !code.is_empty()).collect();
    let instances: HashSet<&str> = fresh()
        .filter_map(|event| event.fact.usage())
        .map(|usage| usage.instance.as_str())
        .filter(|instance| !instance.is_empty())
        .collect();
    let runs = store::usage::intervals_of(act.db, meter.provider, &instances.into_iter().collect::<Vec<_>>())?;
    let subjects = store::metering::subjects(act.db, meter.provider, &codes.into_iter().collect::<Vec<_>>())?;
    for run in runs {
        let interval = Interval { start: Moment::from_millis(run.start_ms), end: Moment::from_millis(run.end_ms) };
        let key = EventKey { source: run.source, id: run.event_id };
        against.runs.entry(run.instance).or_default().push(Run { interval, key });
    }
    let usccs: HashSet<&str> = subjects.iter().map(|subject| subject.enterprise_uscc.as_str()).collect();
    let contracts = store::metering::contracts_with(act.db, meter.provider, &usccs.into_iter().collect::<Vec<_>>())?;
    let ids: Vec<ContractId> = contracts.iter().map(|contract| contract.id).collect();
    let billed = store::usage::billed_months(act.db, &ids)?;
    against.billed = billed.into_iter().filter_map(|(id, period)| Month::parse(&period).map(|month| (id, month))).collect();
    for subject in subjects {
        let own = contracts.iter().filter(|contract| contract.enterprise_uscc == subject.enterprise_uscc).cloned().collect();
        against.contracts.insert(subject.code, own);
    }
    against.resources = store::metering::catalogue(act.db, meter.provider)?.into_iter().map(|resource| resource.code).collect();
    Ok(against)
}

impl Against {
    /// The contracts of the enterprise behind an account code; `None` for a code that nobody has
    /// assigned.
    pub fn contracts(&self, subject: &str) -> Option<&[Contract]> {
        self.contracts.get(subject).map(Vec::as_slice)
    }

    /// Does the interval touch a month of the contract that was billed?
    pub fn is_billed(&self, contract: ContractId, offset: UtcOffset, interval: Interval) -> bool {
        months(interval, offset).any(|month| self.billed.contains(&(contract, month)))
    }
}

/// The clock of a contract.
pub(super) fn clock(contract: &Contract) -> UtcOffset {
    UtcOffset::of_minutes(contract.utc_offset_minutes).unwrap_or(UtcOffset::BEIJING)
}

/// The months that an interval touches on a clock; one for an instant.
pub(super) fn months(interval: Interval, offset: UtcOffset) -> impl Iterator<Item = Month> {
    let last_instant = interval.end.plus_millis(-1).max(interval.start);
    let (first, last) = (Month::of(interval.start.date(offset)), Month::of(last_instant.date(offset)));
    std::iter::successors(Some(first), |month| Some(month.next())).take_while(move |month| *month <= last)
}

/// The contract whose days hold the whole interval.
pub(super) fn covering(contracts: &[Contract], interval: Interval) -> Option<&Contract> {
    contracts.iter().find(|contract| {
        let offset = clock(contract);
        let last_instant = interval.end.plus_millis(-1).max(interval.start);
        contract.valid_from <= interval.start.date(offset) && last_instant.date(offset) <= contract.valid_to
    })
}
