//! Money that has to come back, one row per level and year of an application.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::clawback;
use super::{Db, Fault};
use crate::code::Tier;
use crate::ids::{AccountId, ApplicationId, ClawbackId};
use crate::money::Fen;
use crate::payout::{Cause, ClawbackState};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = clawback)]
pub struct Clawback {
    pub id: ClawbackId,
    pub number: String,
    pub application_id: ApplicationId,
    pub tier: Tier,
    pub year: i64,
    pub amount_fen: Fen,
    pub cause: Cause,
    pub reason: String,
    pub fine_note: String,
    pub state: ClawbackState,
    pub opened_by: AccountId,
    pub opened_at: NaiveDateTime,
    pub recovered_by: Option<AccountId>,
    pub recovered_on: Option<NaiveDate>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = clawback)]
pub struct NewClawback<'a> {
    pub number: &'a str,
    pub application_id: ApplicationId,
    pub tier: Tier,
    pub year: i64,
    pub amount_fen: Fen,
    pub cause: Cause,
    pub reason: &'a str,
    pub fine_note: &'a str,
    pub state: ClawbackState,
    pub opened_by: AccountId,
    pub opened_at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert(db: &mut Db, new: &NewClawback<'_>) -> Result<(), Fault> {
    diesel::insert_into(clawback::table).values(new).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub(super) fn find_by_number(db: &mut Db, number: &str) -> Result<Option<Clawback>, Fault> {
    Ok(clawback::table.filter(clawback::number.eq(number)).select(Clawback::as_select()).first(db).optional()?)
}

/// All of an application, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<Clawback>, Fault> {
    Ok(clawback::table.filter(clawback::application_id.eq(id)).order(clawback::id).select(Clawback::as_select()).load(db)?)
}

/// All, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<Clawback>, Fault> {
    Ok(clawback::table.order(clawback::id.desc()).select(Clawback::as_select()).load(db)?)
}

/// Every one that came back from one day to another, both included, in the order of arrival.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn recovered_between(db: &mut Db, from: NaiveDate, to: NaiveDate) -> Result<Vec<Clawback>, Fault> {
    Ok(clawback::table
        .filter(clawback::state.eq(ClawbackState::Recovered).and(clawback::recovered_on.between(from, to)))
        .order((clawback::recovered_on, clawback::id))
        .select(Clawback::as_select())
        .load(db)?)
}

/// Marks a due one as recovered. `false` when somebody else was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn recover(db: &mut Db, id: ClawbackId, by: AccountId, on: NaiveDate) -> Result<bool, Fault> {
    let due = clawback::table.filter(clawback::id.eq(id).and(clawback::state.eq(ClawbackState::Due)));
    let rows = diesel::update(due)
        .set((clawback::state.eq(ClawbackState::Recovered), clawback::recovered_by.eq(by), clawback::recovered_on.eq(on)))
        .execute(db)?;
    Ok(rows == 1)
}
