//! Events are added up by contract and day, so that rating a month reads no year of events. The sums
//! are derived: nothing is decided here and no line of the trail is written.

use chrono::{DateTime, Utc};

use super::{Act, ActError, Fault, House, Outcome, Store, perform};
use crate::metering::day_sums::DaySums;
use crate::metering::moment::Moment;
use crate::party::Actor;
use crate::store;
use crate::store::day_sum::Span;
use crate::store::used::Cutoff;

/// Events of one transaction.
const MOST: i64 = 20_000;
/// Fewer wait a while: whoever needs them adds them.
const LEAST: i64 = 5_000;
const LONGEST_WAIT_MS: i64 = 60_000;
/// While so many come within a second, meters go first, up to a backlog.
const BUSY: i64 = 2_000;
const LONGEST_BACKLOG: i64 = 500_000;

/// The shards with enough to add up, or with an event that waits for longer than a minute.
///
/// # Errors
/// A fault of the database.
pub fn due(store: &Store, now: DateTime<Utc>) -> Result<Vec<i64>, Fault> {
    store.read(|db| {
        let mut due = Vec::new();
        for span in open(db)? {
            let mut age_of = |seq: i64| -> Result<Option<i64>, Fault> {
                let event = store::usage::chain_after(db, span.shard, seq - 1, 1)?;
                Ok(event.first().map(|event| Moment::at(now).millis() - event.received_ms))
            };
            let is_enough = span.events() >= LEAST || age_of(span.after + 1)?.is_some_and(|age| age >= LONGEST_WAIT_MS);
            let is_busy = span.events() > BUSY && age_of(span.to - BUSY)?.is_some_and(|age| age < 1_000);
            if is_enough && (!is_busy || span.events() >= LONGEST_BACKLOG) {
                due.push(span.shard);
            }
        }
        Ok(due)
    })
}

fn open(db: &mut store::Db) -> Result<Vec<Span>, Fault> {
    // The sums first: they never lie beyond an end that is read later.
    let summed = store::day_sum::ends(db)?;
    let ends = Cutoff::at(&store::usage::chain_ends(db)?);
    Ok(ends.beyond(&summed).unwrap_or_default())
}

/// Adds up the next events of a shard; `false` when there are none, or when another instance is at
/// it.
///
/// # Errors
/// Faults of the database.
pub fn sum_usage(act: &mut Act<'_>, shard: i64) -> Outcome<bool> {
    let Some(span) = open(act.db)?.into_iter().find(|span| span.shard == shard) else { return Ok(false) };
    let span = Span { to: span.to.min(span.after + MOST), ..span };
    if !store::day_sum::claim(act.db, span)? {
        return Ok(false);
    }
    let mut sums = DaySums::default();
    let clocks = store::day_sum::clocks(act.db)?;
    store::day_sum::add_span(act.db, &mut sums, &clocks, span, None)?;
    store::day_sum::keep(act.db, sums, span)?;
    Ok(true)
}

/// Adds up whatever is due.
///
/// # Errors
/// Faults of the database; what is summed until then stays.
pub fn catch_up(store: &Store, house: &House, now: DateTime<Utc>) -> Result<(), Fault> {
    for shard in due(store, now)? {
        loop {
            match perform(store, house, &Actor::system(), now, |act| sum_usage(act, shard)) {
                // Events that come in meanwhile wait for the next round: other jobs have their turn.
                Ok(true) if due(store, now)?.contains(&shard) => {}
                Ok(_) => break,
                Err(ActError::Fault(fault)) if fault.is_passing() => break,
                Err(ActError::Fault(fault)) => return Err(fault),
                Err(ActError::Refused(_) | ActError::NotFound | ActError::NotAllowed | ActError::Stale(_) | ActError::KeyReused) => break,
            }
        }
    }
    Ok(())
}
