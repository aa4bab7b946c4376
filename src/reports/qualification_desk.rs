//! Qualifications that wait for the task force's decision.

use diesel::prelude::*;

use super::Db;
use super::registry::{List, RegistryRow, word_on};
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
    /// What the registry's lists say now, beside what the enterprise entered.
    pub listed: Vec<(RegistryRow, List)>,
    /// The newest list of the kind, for the case that it says nothing.
    pub newest: Option<List>,
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
    let mut waiting = Vec::new();
    for (entry, enterprise, uscc) in rows {
        let (listed, newest) = word_on(db, &uscc, entry.kind)?;
        waiting.push(Waiting { entry, enterprise, uscc, listed, newest });
    }
    Ok(waiting)
}

/// How many wait.
///
/// # Errors
/// A fault of the database.
pub fn count(db: &mut Db) -> Outcome<i64> {
    Ok(qualification::table.filter(qualification::state.eq("entered")).count().get_result(db).map_err(Fault::from)?)
}
