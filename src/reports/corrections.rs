//! Applications that wait for the enterprise's correction.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Db;
use crate::acts::Outcome;
use crate::application::State;
use crate::store::Fault;
use crate::store::schema::application;

/// The numbers of those whose last day was before `today`.
///
/// # Errors
/// A fault of the database.
pub fn overdue(db: &mut Db, today: NaiveDate) -> Outcome<Vec<String>> {
    let late = application::table.filter(application::state.eq(State::Returned).and(application::correction_due.lt(today)));
    Ok(late.order(application::id).select(application::number).load(db).map_err(Fault::from)?)
}
