//! Qualifications that wait for the task force's decision.

use diesel::prelude::*;

use super::Db;
use crate::acts::Outcome;
use crate::store::Fault;
use crate::store::qualification::Qualification;
use crate::store::schema::{enterprise, qualification};

/// One entry with the enterprise that made it.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub entry: Qualification,
    pub enterprise: String,
    pub uscc: String,
}

/// All entries without a decision, oldest first.
///
/// # Errors
/// A fault of the database.
pub fn waiting(db: &mut Db) -> Outcome<Vec<Waiting>> {
    let rows: Vec<(Qualification, String, String)> = qualification::table
        .inner_join(enterprise::table.on(enterprise::id.eq(qualification::enterprise_id)))
        .filter(qualification::state.eq("entered"))
        .order((qualification::entered_at, qualification::id))
        .select((Qualification::as_select(), enterprise::name, enterprise::uscc))
        .load(db)
        .map_err(Fault::from)?;
    Ok(rows.into_iter().map(|(entry, enterprise, uscc)| Waiting { entry, enterprise, uscc }).collect())
}

/// How many wait.
///
/// # Errors
/// A fault of the database.
pub fn count(db: &mut Db) -> Outcome<i64> {
    Ok(qualification::table.filter(qualification::state.eq("entered")).count().get_result(db).map_err(Fault::from)?)
}
