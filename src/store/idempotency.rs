//! Client-made keys: the same request twice is answered once.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::idempotency;
use super::{Db, Fault};

/// What was kept under a key.
#[derive(Debug, Queryable)]
pub struct Kept {
    pub body_sha256: String,
    pub answer: String,
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
