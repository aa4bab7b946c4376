//! Questions of enterprises that wait for an answer, and those answered last.

use diesel::prelude::*;

use super::Db;
use crate::acts::Outcome;
use crate::store::Fault;
use crate::store::coaching::Coaching;
use crate::store::schema::{application, coaching, enterprise};

const ANSWERED_SHOWN: i64 = 20;

/// One question with the case it is about.
#[derive(Clone, Debug)]
pub struct Question {
    pub coaching: Coaching,
    pub number: String,
    pub enterprise: String,
}

/// Open questions oldest first, then the newest answers.
///
/// # Errors
/// A fault of the database.
pub fn questions(db: &mut Db) -> Outcome<(Vec<Question>, Vec<Question>)> {
    let joined = || {
        coaching::table
            .inner_join(application::table.on(application::id.eq(coaching::application_id)))
            .inner_join(enterprise::table.on(enterprise::id.eq(application::enterprise_id)))
            .select((Coaching::as_select(), application::number, enterprise::name))
    };
    let open: Vec<(Coaching, String, String)> =
        joined().filter(coaching::answered_at.is_null()).order(coaching::id).load(db).map_err(Fault::from)?;
    let answered: Vec<(Coaching, String, String)> = joined()
        .filter(coaching::answered_at.is_not_null())
        .order(coaching::answered_at.desc())
        .limit(ANSWERED_SHOWN)
        .load(db)
        .map_err(Fault::from)?;
    let question = |(coaching, number, enterprise)| Question { coaching, number, enterprise };
    Ok((open.into_iter().map(question).collect(), answered.into_iter().map(question).collect()))
}

/// How many wait.
///
/// # Errors
/// A fault of the database.
pub fn count(db: &mut Db) -> Outcome<i64> {
    Ok(coaching::table.filter(coaching::answered_at.is_null()).count().get_result(db).map_err(Fault::from)?)
}
