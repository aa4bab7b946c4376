//! The outbox's own small steps, each a transaction: take, mark as sent, put back or aside.

use chrono::{DateTime, Utc};

use super::{Fault, Store};
use crate::secret::{token_hash, tokens_in};
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

/// Marks a letter as sent. What is kept of it shows where its links stood, and opens nothing. `false` when
/// the lease ran out and another instance sends it again, with the same Message-ID.
///
/// # Errors
/// A fault of the database.
pub fn sent(store: &Store, seen: &Letter, at: DateTime<Utc>) -> Result<bool, Fault> {
    let body = without_tokens(&seen.body, |_| "…".to_owned());
    store.write(|db| letter::mark_sent(db, seen.id, seen.attempts + 1, &body, at.naive_utc()))
}

/// Puts a letter back for a later try; without one it is set aside. A letter set aside keeps its
/// links by their hashes: they open nothing, and [`super::retry_letter`] knows which to make anew.
///
/// # Errors
/// A fault of the database.
pub fn failed(store: &Store, seen: &Letter, why: &str, again: Option<DateTime<Utc>>) -> Result<bool, Fault> {
    let attempt = seen.attempts + 1;
    match again {
        Some(at) => store.write(|db| letter::mark_failed(db, seen.id, attempt, why, at.naive_utc())),
        None => {
            let body = without_tokens(&seen.body, token_hash);
            store.write(|db| letter::mark_dead(db, seen.id, attempt, why, &body))
        }
    }
}

fn without_tokens(body: &str, instead: impl Fn(&str) -> String) -> String {
    tokens_in(body).into_iter().fold(body.to_owned(), |kept, token| kept.replace(token, &instead(token)))
}
