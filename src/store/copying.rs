//! What a backup asks of the database: a copy of itself, whether it is whole, whether it is empty, and
//! which files its rows name.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::schema::stored_file;
use super::{Db, Fault, Store, dialect};

/// Tables whose rows a manifest counts.
const COUNTED: &[&str] = &[
    "account",
    "enterprise",
    "application",
    "evaluation",
    "audit_entry",
    "audit_seal",
    "ledger_entry",
    "posting",
    "stored_file",
    "usage_event",
];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

#[derive(QueryableByName)]
pub(super) struct Told {
    #[diesel(sql_type = Text)]
    pub told: String,
}

/// Writes a copy of a SQLite database as it is at this moment, while others go on writing.
///
/// # Errors
/// A [`Fault`] of the database; a path that is there already; PostgreSQL, which has a program for it.
pub fn copy_into(db: &mut Db, path: &str) -> Result<(), Fault> {
    diesel::sql_query("VACUUM INTO $1").bind::<Text, _>(path).execute(db)?;
    Ok(())
}

/// What SQLite finds wrong with its own pages and indexes; nothing for one that is whole, and for
/// PostgreSQL, whose restore has read every row.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn damage(db: &mut Db) -> Result<Option<String>, Fault> {
    dialect::damage(db)
}

/// Is there no table of ours and of nobody else?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn is_empty(db: &mut Db) -> Result<bool, Fault> {
    Ok(dialect::table_count(db)? == 0)
}

/// Rows of the tables that matter most.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn row_counts(db: &mut Db) -> Result<Vec<(String, i64)>, Fault> {
    let mut counts = Vec::new();
    for table in COUNTED {
        let count: Count = diesel::sql_query(format!("SELECT COUNT(*) AS rows FROM {table}")).get_result(db)?;
        counts.push(((*table).to_owned(), count.rows));
    }
    Ok(counts)
}

/// Digest and length of every stored file.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn stored_files(db: &mut Db) -> Result<Vec<(String, i64)>, Fault> {
    Ok(stored_file::table.order(stored_file::sha256).select((stored_file::sha256, stored_file::size_bytes)).load(db)?)
}

/// Makes an empty database beside another one of the same server. PostgreSQL only.
///
/// # Errors
/// No connection; a user who may not make databases.
pub fn create_database(beside: &str, name: &str) -> Result<(), Fault> {
    Store::open(beside)?.read(|db| {
        diesel::sql_query(format!("CREATE DATABASE {name}")).execute(db)?;
        Ok(())
    })
}

/// # Errors
/// No connection; somebody who still uses it.
pub fn drop_database(beside: &str, name: &str) -> Result<(), Fault> {
    Store::open(beside)?.read(|db| {
        diesel::sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(db)?;
        Ok(())
    })
}
