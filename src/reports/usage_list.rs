//! What a centre's own programs ask of its usage: the stored events page by page, and sums by day,
//! month, resource, enterprise or project.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::Db;
use crate::acts::Outcome;
use crate::acts::billing::used_by;
use crate::codes::codes;
use crate::ids::ProviderId;
use crate::metering::moment::{Moment, Month};
use crate::metering::quantity::{Unit, UnitMillis};
pub use crate::store::checkpoint::Checkpoint;
use crate::store::schema::usage_event;
pub use crate::store::usage::StoredEvent;
use crate::store::used::Cutoff;
use crate::store::{self, Fault};

/// Which events: those that touch `[from, to)`; an empty account code stands for all.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub subject: String,
    pub from: Moment,
    pub to: Moment,
    /// Shard and sequence number of the last event that the caller has.
    pub after: (i64, i64),
}

/// A provider's events in the order of the chains, at most so many.
///
/// # Errors
/// A fault of the database.
pub fn events(db: &mut Db, provider: ProviderId, wanted: &Wanted, most: i64) -> Outcome<Vec<StoredEvent>> {
    let (shard, seq) = wanted.after;
    let mut query = usage_event::table
        .filter(usage_event::provider_id.eq(provider))
        .filter(usage_event::end_ms.ge(wanted.from.millis()).and(usage_event::start_ms.lt(wanted.to.millis())))
        .filter(usage_event::shard.gt(shard).or(usage_event::shard.eq(shard).and(usage_event::seq.gt(seq))))
        .order((usage_event::shard, usage_event::seq))
        .limit(most)
        .select(StoredEvent::as_select())
        .into_boxed::<<Db as Connection>::Backend>();
    if !wanted.subject.is_empty() {
        query = query.filter(usage_event::subject.eq(&wanted.subject));
    }
    Ok(query.load(db).map_err(Fault::from)?)
}

/// All signed checkpoints, shard by shard.
///
/// # Errors
/// A fault of the database.
pub fn checkpoints(db: &mut Db) -> Outcome<Vec<Checkpoint>> {
    Ok(store::checkpoint::all(db)?)
}

codes! {
    /// What a sum is taken over.
    GroupBy { Day = "day", Month = "month", Resource = "resource", Enterprise = "enterprise", Project = "project" }
}

/// What the usage of a sum has in common; `None` where the sum runs over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    pub day: Option<NaiveDate>,
    pub month: Option<Month>,
    pub resource: Option<String>,
    /// Credit code.
    pub enterprise: Option<String>,
    pub project: Option<String>,
    /// Units are never added to others.
    pub unit: Option<Unit>,
}

/// What a centre's enterprises used on the days `[from, to)` of their contracts' clocks, living
/// events only.
///
/// # Errors
/// A fault of the database.
pub fn sums(
    db: &mut Db,
    provider: ProviderId,
    (from, to): (NaiveDate, NaiveDate),
    by: &[GroupBy],
    now: DateTime<Utc>,
) -> Outcome<BTreeMap<Group, UnitMillis>> {
    let cutoff = Cutoff::at(&store::usage::chain_ends(db)?);
    let units: BTreeMap<String, Unit> =
        store::metering::catalogue(db, provider)?.into_iter().map(|resource| (resource.code, resource.unit)).collect();
    let mut found: BTreeMap<Group, UnitMillis> = BTreeMap::new();
    for contract in store::metering::contracts_of_provider(db, provider)? {
        if contract.valid_from >= to || contract.valid_to < from {
            continue;
        }
        for one in used_by(db, &contract, &cutoff, Moment::at(now))? {
            let used = one.used;
            if used.day < from || used.day >= to {
                continue;
            }
            let mut group = Group { unit: units.get(&used.resource).copied(), ..Group::default() };
            for by in by {
                match by {
                    GroupBy::Day => group.day = Some(used.day),
                    GroupBy::Month => group.month = Some(Month::of(used.day)),
                    GroupBy::Resource => group.resource = Some(used.resource.clone()),
                    GroupBy::Enterprise => group.enterprise = Some(contract.enterprise_uscc.clone()),
                    GroupBy::Project => group.project = Some(one.project.clone()),
                }
            }
            *found.entry(group).or_default() += used.quantity;
        }
    }
    Ok(found)
}
