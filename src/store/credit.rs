//! Credit checks as they were recorded.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::credit_check;
use super::{Db, Fault};
use crate::ids::{AccountId, ApplicationId};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = credit_check)]
pub struct CreditCheck {
    pub id: i64,
    pub application_id: ApplicationId,
    pub occasion: String,
    pub checked_on: NaiveDate,
    pub source: String,
    pub clean: bool,
    pub note: String,
    pub checked_by: Option<AccountId>,
    pub checked_at: NaiveDateTime,
}

/// All checks of an application, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn checks_of(db: &mut Db, id: ApplicationId) -> Result<Vec<CreditCheck>, Fault> {
    let mine = credit_check::table.filter(credit_check::application_id.eq(id)).order(credit_check::id);
    Ok(mine.select(CreditCheck::as_select()).load(db)?)
}
