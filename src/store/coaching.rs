//! Questions an enterprise asks while it fills in an application, and the task force's answers.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::coaching;
use super::{Db, Fault};
use crate::ids::{AccountId, ApplicationId};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = coaching)]
pub struct Coaching {
    pub id: i64,
    pub application_id: ApplicationId,
    pub question: String,
    pub asked_by: AccountId,
    pub asked_at: NaiveDateTime,
    pub answer: String,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<NaiveDateTime>,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn ask(db: &mut Db, id: ApplicationId, question: &str, by: AccountId, at: NaiveDateTime) -> Result<i64, Fault> {
    Ok(diesel::insert_into(coaching::table)
        .values((coaching::application_id.eq(id), coaching::question.eq(question), coaching::asked_by.eq(by), coaching::asked_at.eq(at)))
        .returning(coaching::id)
        .get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: i64) -> Result<Option<Coaching>, Fault> {
    Ok(coaching::table.find(id).select(Coaching::as_select()).first(db).optional()?)
}

/// Everything asked about an application, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<Coaching>, Fault> {
    Ok(coaching::table.filter(coaching::application_id.eq(id)).order(coaching::id).select(Coaching::as_select()).load(db)?)
}

/// Answers a question; `false` when it was answered already.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn answer(db: &mut Db, id: i64, answer: &str, by: AccountId, at: NaiveDateTime) -> Result<bool, Fault> {
    let open = coaching::table.filter(coaching::id.eq(id).and(coaching::answered_at.is_null()));
    let changed =
        diesel::update(open).set((coaching::answer.eq(answer), coaching::answered_by.eq(by), coaching::answered_at.eq(at))).execute(db)?;
    Ok(changed == 1)
}
