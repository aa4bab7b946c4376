//! The events behind a statement or one of its lines: three clicks from an amount in an application.

use super::Db;
use super::statement::{Line, found, named};
use crate::acts::billing::clock;
use crate::acts::{ActError, Outcome};
use crate::metering::moment::{Month, UtcOffset};
use crate::party::Actor;
use crate::store;
pub use crate::store::used::EventBehind;
use crate::store::used::{Behind, Cutoff};

/// A page of the events.
#[derive(Clone, Debug)]
pub struct EventsPage {
    pub number: String,
    pub month: Month,
    /// The line that was asked for; `None` for the whole statement.
    pub line: Option<Line>,
    pub events: Vec<EventBehind>,
    pub all: i64,
    /// The contract's clock.
    pub clock: UtcOffset,
}

/// The events that a statement, or one line of it, rests on: what the contract used in the month up
/// to the statement's cutoff, with what had been taken out by then.
///
/// # Errors
/// `NotFound` for others' statements and for a line that it does not have; faults of the database.
pub fn events_of(db: &mut Db, actor: &Actor, number: &str, place: Option<i64>, skip: i64, most: i64) -> Outcome<EventsPage> {
    let (statement, contract) = found(db, actor, number)?;
    let line = match place {
        None => None,
        Some(place) => {
            let stored = store::statement::lines(db, statement.id)?;
            let lines = named(db, contract.provider_id, stored)?;
            Some(lines.into_iter().find(|line| line.place == place).ok_or(ActError::NotFound)?)
        }
    };
    let own = Month::parse(&statement.period).ok_or(ActError::NotFound)?;
    let month = line.as_ref().map_or(own, |line| line.line.month);
    let span = month.span(clock(&contract));
    let rated = line.as_ref().map(|line| &line.line.line);
    let asked = Behind {
        contract: contract.id,
        from_ms: span.start.millis(),
        to_ms: span.end.millis(),
        resource: rated.map(|line| line.resource.clone()).unwrap_or_default(),
        partition: rated.map(|line| line.partition.clone()).unwrap_or_default(),
        qos: rated.map(|line| line.qos.clone()).unwrap_or_default(),
        cutoff: Cutoff::parse(&statement.cutoff).ok_or(ActError::NotFound)?,
    };
    Ok(EventsPage {
        number: statement.number,
        month,
        line,
        events: store::used::events_behind(db, &asked, skip, most)?,
        all: store::used::count_behind(db, &asked)?,
        clock: clock(&contract),
    })
}
