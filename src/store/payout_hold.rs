//! Payouts rest while a hold is open: days that decide about money were perhaps counted on a wrong clock.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::payout_hold;
use super::{Db, Fault, dialect};
use crate::ids::AccountId;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payout_hold)]
pub struct Hold {
    pub id: i64,
    pub begun_at: NaiveDateTime,
    /// By how much the clock of the machine was put forward.
    pub jump_seconds: i64,
    pub ended_at: Option<NaiveDateTime>,
    pub ended_by: Option<AccountId>,
    pub reason: String,
}

/// The hold that is open, if there is one; the database keeps it the only one.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open(db: &mut Db) -> Result<Option<Hold>, Fault> {
    Ok(payout_hold::table.filter(payout_hold::ended_at.is_null()).select(Hold::as_select()).first(db).optional()?)
}

/// As [`open`], for an act that pays: until it ends no hold begins, so what it was told stays true.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open_until_paid(db: &mut Db) -> Result<Option<Hold>, Fault> {
    dialect::lock_payout_holds(db)?;
    open(db)
}

/// The newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn newest(db: &mut Db, most: i64) -> Result<Vec<Hold>, Fault> {
    Ok(payout_hold::table.order(payout_hold::id.desc()).limit(most).select(Hold::as_select()).load(db)?)
}

/// # Errors
/// A unique violation when one is open; a [`Fault`] of the database.
pub fn begin(db: &mut Db, at: NaiveDateTime, jump_seconds: i64) -> Result<(), Fault> {
    diesel::insert_into(payout_hold::table)
        .values((payout_hold::begun_at.eq(at), payout_hold::jump_seconds.eq(jump_seconds)))
        .execute(db)?;
    Ok(())
}

/// Ends the open hold; `false` when somebody else was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn end(db: &mut Db, id: i64, by: AccountId, reason: &str, at: NaiveDateTime) -> Result<bool, Fault> {
    let ended = diesel::update(payout_hold::table.filter(payout_hold::id.eq(id).and(payout_hold::ended_at.is_null())))
        .set((payout_hold::ended_at.eq(at), payout_hold::ended_by.eq(by), payout_hold::reason.eq(reason)))
        .execute(db)?;
    Ok(ended == 1)
}
