//! The trail: one line per act, never changed (a trigger sees to it).

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::audit_entry;
use super::{Db, Fault};
use crate::ids::{AccountId, ApplicationId, EnterpriseId};

/// A line to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = audit_entry)]
pub struct NewEntry<'a> {
    pub at: NaiveDateTime,
    pub actor_id: Option<AccountId>,
    pub actor_name: &'a str,
    pub actor_role: &'a str,
    pub act: &'a str,
    pub enterprise_id: Option<EnterpriseId>,
    pub application_id: Option<ApplicationId>,
    pub subject: &'a str,
    pub from_state: &'a str,
    pub to_state: &'a str,
    pub reason: &'a str,
    pub detail: &'a str,
}

/// A line as read.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_entry)]
pub struct Entry {
    pub id: i64,
    pub at: NaiveDateTime,
    pub actor_id: Option<AccountId>,
    pub actor_name: String,
    pub actor_role: String,
    pub act: String,
    pub enterprise_id: Option<EnterpriseId>,
    pub application_id: Option<ApplicationId>,
    pub subject: String,
    pub from_state: String,
    pub to_state: String,
    pub reason: String,
    pub detail: String,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn write(db: &mut Db, entry: &NewEntry<'_>) -> Result<(), Fault> {
    diesel::insert_into(audit_entry::table).values(entry).execute(db)?;
    Ok(())
}

/// All lines of one application, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<Entry>, Fault> {
    Ok(audit_entry::table.filter(audit_entry::application_id.eq(id)).order(audit_entry::id).select(Entry::as_select()).load(db)?)
}

/// All lines about a subject such as the number of a statement, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_subject(db: &mut Db, subject: &str) -> Result<Vec<Entry>, Fault> {
    Ok(audit_entry::table.filter(audit_entry::subject.eq(subject)).order(audit_entry::id).select(Entry::as_select()).load(db)?)
}

/// All lines of an act such as `checkpoint_usage`, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_act(db: &mut Db, act: &str) -> Result<Vec<Entry>, Fault> {
    Ok(audit_entry::table.filter(audit_entry::act.eq(act)).order(audit_entry::id).select(Entry::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn last_of_application(db: &mut Db, id: ApplicationId) -> Result<Option<Entry>, Fault> {
    let newest = audit_entry::table.filter(audit_entry::application_id.eq(id)).order(audit_entry::id.desc());
    Ok(newest.select(Entry::as_select()).first(db).optional()?)
}

/// When the last act happened.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn last_moment(db: &mut Db) -> Result<Option<NaiveDateTime>, Fault> {
    Ok(audit_entry::table.order(audit_entry::id.desc()).select(audit_entry::at).first(db).optional()?)
}
