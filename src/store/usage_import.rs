//! Files of usage that were imported: what each brought, with an outcome per row.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::usage_import;
use super::{Db, Fault};
use crate::ids::{AccountId, ProviderId};

/// An import without its report.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = usage_import)]
pub struct Import {
    pub id: i64,
    pub provider_id: ProviderId,
    pub format: String,
    pub file_name: String,
    pub file_sha256: String,
    pub source: String,
    pub row_count: i64,
    pub accepted: i64,
    pub duplicate: i64,
    pub conflict: i64,
    pub rejected: i64,
    pub quarantined: i64,
    pub skipped: i64,
    pub reason: String,
    pub imported_by: Option<AccountId>,
    pub imported_at: NaiveDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = usage_import)]
pub struct NewImport {
    pub provider_id: ProviderId,
    pub format: String,
    pub file_name: String,
    pub file_sha256: String,
    pub source: String,
    pub row_count: i64,
    pub accepted: i64,
    pub duplicate: i64,
    pub conflict: i64,
    pub rejected: i64,
    pub quarantined: i64,
    pub skipped: i64,
    /// One JSON array of texts per row.
    pub report: String,
    pub reason: String,
    pub imported_by: Option<AccountId>,
    pub imported_at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database, also when the six outcomes do not add up to the rows.
pub fn insert(db: &mut Db, new: &NewImport) -> Result<i64, Fault> {
    Ok(diesel::insert_into(usage_import::table).values(new).returning(usage_import::id).get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: i64) -> Result<Option<Import>, Fault> {
    Ok(usage_import::table.find(id).select(Import::as_select()).first(db).optional()?)
}

/// The outcomes of the rows, one JSON array of texts per line.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn report(db: &mut Db, id: i64) -> Result<Option<String>, Fault> {
    Ok(usage_import::table.find(id).select(usage_import::report).first(db).optional()?)
}

/// A provider's imports, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_provider(db: &mut Db, provider: ProviderId, most: i64) -> Result<Vec<Import>, Fault> {
    let own = usage_import::table.filter(usage_import::provider_id.eq(provider)).order(usage_import::id.desc()).limit(most);
    Ok(own.select(Import::as_select()).load(db)?)
}
