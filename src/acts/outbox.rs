//! The outbox's own small steps, each a transaction: take, mark sent, mark failed, bring back.

use chrono::{DateTime, Utc};

use super::{Fault, Store};
use crate::ids::LetterId;
use crate::store::letter::{self, Letter};

/// # Errors
/// A fault of the database.
pub fn due(store: &Store, now: DateTime<Utc>, most: i64) -> Result<Vec<Letter>, Fault> {
    store.read(|db| letter::due(db, now.naive_utc(), most))
}

/// Takes a letter for sending; `false` when another instance was faster. The lease ends when a
/// crash leaves the letter in the state `sending`.
///
/// # Errors
/// A fault of the database.
pub fn take(store: &Store, seen: &Letter, lease_until: DateTime<Utc>) -> Result<bool, Fault> {
    store.write(|db| letter::take(db, seen, lease_until.naive_utc()))
}

/// # Errors
/// A fault of the database.
pub fn sent(store: &Store, id: LetterId, at: DateTime<Utc>) -> Result<(), Fault> {
    store.write(|db| letter::mark_sent(db, id, at.naive_utc()))
}

/// Puts a letter back for a later try; without one it is set aside.
///
/// # Errors
/// A fault of the database.
pub fn failed(store: &Store, id: LetterId, why: &str, again: Option<DateTime<Utc>>) -> Result<(), Fault> {
    store.write(|db| letter::mark_failed(db, id, why, again.map(|at| at.naive_utc())))
}
