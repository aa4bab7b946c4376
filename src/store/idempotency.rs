//! Client-made keys: the same request twice is answered once.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::idempotency;
use super::{Db, Fault, dialect};

/// What was kept under a key.
#[derive(Debug, Queryable)]
pub struct Kept {
    pub body_sha256: String,
    pub answer: String,
}

/// Lets the requests of one key follow one another: one that was sent by a server that died may still be on its way in
/// the database.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn wait_for_turn(db: &mut Db, scope: &str, key: &str) -> Result<(), Fault> {
    dialect::lock_name(db, &format!("request {scope} {key}"))
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, scope: &str, key: &str) -> Result<Option<Kept>, Fault> {
    Ok(idempotency::table.find((scope, key)).select((idempotency::body_sha256, idempotency::answer)).first(db).optional()?)
}

/// # Errors
/// A unique violation when another transaction stored the key first; a [`Fault`] otherwise.
pub fn keep(db: &mut Db, scope: &str, key: &str, body_sha256: &str, answer: &str, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::scope.eq(scope),
            idempotency::request_key.eq(key),
            idempotency::body_sha256.eq(body_sha256),
            idempotency::answer.eq(answer),
            idempotency::at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}
