//! Red letters to invoices of applications that have passed their final review.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::application::{Application, Material};
use super::schema::{application, material, recovery_task};
use super::{Db, Fault};
use crate::application::State;
use crate::ids::{AccountId, ApplicationId, MaterialId, StoredFileId};
use crate::money::Fen;
use crate::payout::recovery::{Bringer, TaskState};

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = recovery_task)]
pub struct RecoveryTask {
    pub id: i64,
    pub application_id: ApplicationId,
    /// The invoice that it takes back.
    pub material_id: MaterialId,
    pub code: String,
    pub number: String,
    /// Positive.
    pub red_fen: Fen,
    pub dated_on: NaiveDate,
    pub source: Bringer,
    pub file_id: Option<StoredFileId>,
    pub file_name: String,
    pub found_by: Option<AccountId>,
    pub found_at: NaiveDateTime,
    pub state: TaskState,
    pub note: String,
    pub settled_by: Option<AccountId>,
    pub settled_at: Option<NaiveDateTime>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = recovery_task)]
pub struct NewRecoveryTask<'a> {
    pub application_id: ApplicationId,
    pub material_id: MaterialId,
    pub code: &'a str,
    pub number: &'a str,
    pub red_fen: Fen,
    pub dated_on: NaiveDate,
    pub source: Bringer,
    pub file_id: Option<StoredFileId>,
    pub file_name: &'a str,
    pub found_by: Option<AccountId>,
    pub found_at: NaiveDateTime,
    pub state: TaskState,
}

/// Adds a task; `false` when the same red letter has one already.
///
/// # Errors
/// A [`Fault`]; a unique violation when somebody else brings the same letter at the same moment.
pub fn open(db: &mut Db, new: &NewRecoveryTask<'_>) -> Result<bool, Fault> {
    let same =
        recovery_task::material_id.eq(new.material_id).and(recovery_task::number.eq(new.number)).and(recovery_task::code.eq(new.code));
    let known: i64 = recovery_task::table.filter(same).count().get_result(db)?;
    if known > 0 {
        return Ok(false);
    }
    diesel::insert_into(recovery_task::table).values(new).execute(db)?;
    Ok(true)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: i64) -> Result<Option<RecoveryTask>, Fault> {
    Ok(recovery_task::table.find(id).select(RecoveryTask::as_select()).first(db).optional()?)
}

/// All of an application, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<RecoveryTask>, Fault> {
    let mine = recovery_task::table.filter(recovery_task::application_id.eq(id)).order(recovery_task::id);
    Ok(mine.select(RecoveryTask::as_select()).load(db)?)
}

/// All that are open, and the newest of the others, with their applications.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_desk(db: &mut Db, others: i64) -> Result<Vec<(RecoveryTask, Application)>, Fault> {
    let all = || recovery_task::table.inner_join(application::table.on(application::id.eq(recovery_task::application_id)));
    let columns = (RecoveryTask::as_select(), Application::as_select());
    let open = all().filter(recovery_task::state.eq(TaskState::Open)).order(recovery_task::id).select(columns);
    let mut found: Vec<(RecoveryTask, Application)> = open.load(db)?;
    let done = all().filter(recovery_task::state.ne(TaskState::Open)).order(recovery_task::settled_at.desc()).limit(others).select(columns);
    found.extend(done.load::<(RecoveryTask, Application)>(db)?);
    Ok(found)
}

/// How many are open.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn count_open(db: &mut Db) -> Result<i64, Fault> {
    Ok(recovery_task::table.filter(recovery_task::state.eq(TaskState::Open)).count().get_result(db)?)
}

/// Decides an open one. `false` when somebody else was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn settle(db: &mut Db, id: i64, state: TaskState, note: &str, by: AccountId, at: NaiveDateTime) -> Result<bool, Fault> {
    let open = recovery_task::table.filter(recovery_task::id.eq(id).and(recovery_task::state.eq(TaskState::Open)));
    let changed = diesel::update(open)
        .set((
            recovery_task::state.eq(state),
            recovery_task::note.eq(note),
            recovery_task::settled_by.eq(by),
            recovery_task::settled_at.eq(at),
        ))
        .execute(db)?;
    Ok(changed == 1)
}

/// Invoices with one of these numbers that stand in an application which was not given up, with it.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn invoices_numbered(db: &mut Db, numbers: &[String]) -> Result<Vec<(Material, Application)>, Fault> {
    let gone = [State::Rejected, State::Withdrawn];
    Ok(material::table
        .inner_join(application::table.on(application::id.eq(material::application_id)))
        .filter(material::kind.eq("invoice").and(material::removed_at.is_null()).and(material::number.eq_any(numbers.to_vec())))
        .filter(application::state.ne_all(gone))
        .order(material::id)
        .select((Material::as_select(), Application::as_select()))
        .load(db)?)
}
