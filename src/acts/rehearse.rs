//! An act whose answer is wanted and whose effects are not: it runs whole, in one transaction, and
//! everything is rolled back.

use std::convert::Infallible;

use chrono::{DateTime, Utc};

use super::{Act, ActError, Fault, House, Outcome, Store};
use crate::party::Actor;

/// How the transaction ended; both ways roll it back.
enum Ended<T> {
    Answered(T),
    Failed(ActError),
}

impl<T> From<Fault> for Ended<T> {
    fn from(fault: Fault) -> Self {
        Ended::Failed(ActError::Fault(fault))
    }
}

/// Runs an act and takes back what it wrote.
///
/// # Errors
/// What the act answers.
pub fn rehearse<T>(
    store: &Store,
    house: &House,
    actor: &Actor,
    now: DateTime<Utc>,
    act: impl FnOnce(&mut Act<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let ended: Result<Infallible, Ended<T>> = store.write(|db| match act(&mut Act { db, actor, now, house }) {
        Ok(answer) => Err(Ended::Answered(answer)),
        Err(why) => Err(Ended::Failed(why)),
    });
    match ended {
        Ok(never) => match never {},
        Err(Ended::Answered(answer)) => Ok(answer),
        Err(Ended::Failed(why)) => Err(why),
    }
}
