//! Credit checks, and what they do to an application that stands in a notice.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{credit_check, notice_item, objection};
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

/// Does an objection to the application still wait for its answer?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn has_open_objection(db: &mut Db, id: ApplicationId) -> Result<bool, Fault> {
    let open = objection::table.filter(objection::application_id.eq(id).and(objection::state.eq("open")));
    Ok(open.count().get_result::<i64>(db)? > 0)
}

/// Gives the held line of a notice its outcome: `open` when the application goes on, `upheld`
/// when it leaves the notice for good.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn settle_notice_item(db: &mut Db, id: ApplicationId, outcome: &str) -> Result<(), Fault> {
    let standing = notice_item::table.filter(notice_item::application_id.eq(id).and(notice_item::outcome.ne("upheld")));
    diesel::update(standing).set(notice_item::outcome.eq(outcome)).execute(db)?;
    Ok(())
}
