//! An act whose answer is wanted and whose effects are not: it runs whole, in one transaction, and
//! everything is rolled back.

use chrono::{DateTime, Utc};

use super::{Act, House, Outcome, Store};
use crate::party::Actor;

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
    store.rehearse(|db| act(&mut Act { db, actor, now, house }))
}
