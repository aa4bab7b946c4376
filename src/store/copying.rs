//! What a backup asks of the database: a copy of itself, whether it is whole, whether it is empty, and
//! which files its rows name.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

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

/// The table by which a database is known that may be emptied.
const SCRATCH: &str = "suanquan_scratch";

/// The key of the lock that whoever proves a copy holds in the scratch database: "scratch" in ASCII.
const SCRATCH_LOCK: i64 = 0x0073_6372_6174_6368;

/// A scratch database that nobody else takes while this value lives.
#[expect(missing_debug_implementations, reason = "a connection has nothing to show")]
pub struct Held(PgConnection);

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Keeps others out of a scratch database; `None` while somebody else does. PostgreSQL only.
///
/// # Errors
/// No connection.
pub fn hold_scratch(url: &str) -> Result<Option<Held>, Fault> {
    let opened = PgConnection::establish(url).map_err(|why| Fault::Address(format!("no connection to the scratch database: {why}")));
    let mut held = Held(opened?);
    let asked = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS locked").bind::<BigInt, _>(SCRATCH_LOCK);
    let Locked { locked } = asked.get_result(&mut held.0)?;
    Ok(locked.then_some(held))
}

/// Takes an empty database for a scratch copy, or one that was taken before and not given back: a run that
/// was stopped left it so. Hold it before ([`hold_scratch`]). PostgreSQL only.
///
/// # Errors
/// No connection; a user who may not make tables. `Ok(false)` when somebody else's tables are in it.
pub fn take_scratch(url: &str) -> Result<bool, Fault> {
    Store::open(url)?.read(|db| {
        let marked: Vec<Told> = diesel::sql_query("SELECT tablename::text AS told FROM pg_tables WHERE schemaname = 'public'").load(db)?;
        if marked.iter().any(|table| table.told == SCRATCH) {
            empty(db)?;
        } else if !is_empty(db)? {
            return Ok(false);
        }
        diesel::sql_query(format!("CREATE TABLE {SCRATCH} (note TEXT)")).execute(db)?;
        Ok(true)
    })
}

/// Empties a scratch database again, its mark last.
///
/// # Errors
/// No connection; a database that was not taken for it.
pub fn give_scratch_back(url: &str) -> Result<(), Fault> {
    Store::open(url)?.read(empty)
}

fn empty(db: &mut Db) -> Result<(), Fault> {
    let all = "DO $$ DECLARE one record; BEGIN \
        FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'suanquan_scratch' LOOP \
            EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', one.name); END LOOP; \
        FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP \
            EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.name); END LOOP; \
        DROP TABLE public.suanquan_scratch; END $$";
    diesel::sql_query(all).execute(db)?;
    Ok(())
}

/// # Errors
/// No connection; somebody who still uses it.
pub fn drop_database(beside: &str, name: &str) -> Result<(), Fault> {
    Store::open(beside)?.read(|db| {
        diesel::sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(db)?;
        Ok(())
    })
}
