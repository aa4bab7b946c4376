//! What the virus scanner said of stored files.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::schema::{file_scan, stored_file};
use super::{Db, Fault};
use crate::ids::StoredFileId;

/// A verdict; a file without one waits.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = file_scan)]
pub struct FileScan {
    /// `clean` or `infected`.
    pub state: String,
    /// What was found in an infected file.
    pub found: String,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn of_file(db: &mut Db, id: StoredFileId) -> Result<Option<FileScan>, Fault> {
    Ok(file_scan::table.find(id).select(FileScan::as_select()).first(db).optional()?)
}

/// Files without a verdict, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn waiting(db: &mut Db, most: i64) -> Result<Vec<(StoredFileId, String)>, Fault> {
    Ok(stored_file::table
        .left_join(file_scan::table.on(file_scan::file_id.eq(stored_file::id)))
        .filter(file_scan::file_id.is_null())
        .order(stored_file::id)
        .select((stored_file::id, stored_file::sha256))
        .limit(most)
        .load(db)?)
}

/// Keeps a verdict; the first one stands.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn keep(db: &mut Db, id: StoredFileId, state: &str, found: &str, at: NaiveDateTime) -> Result<bool, Fault> {
    Ok(diesel::sql_query("INSERT INTO file_scan (file_id, state, found, scanned_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind::<BigInt, _>(id.get())
        .bind::<Text, _>(state)
        .bind::<Text, _>(found)
        .bind::<Timestamp, _>(at)
        .execute(db)?
        == 1)
}
