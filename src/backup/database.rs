//! The copy of a database: SQLite copies itself while it is in use; PostgreSQL is dumped and restored by
//! its own programs, each as a child that is told the password by its environment only.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{BackupFault, Kind};
use crate::secret::random_name;
use crate::store::Store;
use crate::store::copying::{Held, copy_into, create_database, drop_database, give_scratch_back, hold_scratch, take_scratch};

/// Writes a copy of a database as it is at this moment.
pub(super) fn copy(store: &Store, url: &str, to: &Path) -> Result<(), BackupFault> {
    match Kind::of_url(url) {
        Kind::Sqlite => Ok(store.read(|db| copy_into(db, &to.display().to_string()))?),
        Kind::Postgres => {
            let to = to.display().to_string();
            run("pg_dump", url, &["--format=custom", "--no-owner", "--no-privileges", "--compress=1", "--file", &to])
        }
    }
}

/// Fills an empty PostgreSQL database, wholly or not at all.
pub(super) fn fill(url: &str, from: &Path) -> Result<(), BackupFault> {
    let from = from.display().to_string();
    run("pg_restore", url, &["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", &from])
}

/// Runs a program of PostgreSQL on a database.
fn run(program: &'static str, url: &str, arguments: &[&str]) -> Result<(), BackupFault> {
    let (shown, password) = without_password(url);
    let failed = |why: String| BackupFault::Program { program, why };
    let mut command = Command::new(program);
    command.arg("--dbname").arg(shown).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let ended = command.output().map_err(|why| failed(format!("{why}; it comes with the package postgresql-client")))?;
    if ended.status.success() { Ok(()) } else { Err(failed(String::from_utf8_lossy(&ended.stderr).trim().to_owned())) }
}

/// The address without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (who, place) = rest.rsplit_once('@')?;
        let (user, password) = who.split_once(':')?;
        Some((format!("{scheme}://{user}@{place}"), unescaped(password)))
    });
    parts.map_or_else(|| (url.to_owned(), None), |(shown, password)| (shown, Some(password)))
}

/// A password as it stands in an address, with its `%40`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let coded = (*first == b'%').then(|| after.split_first_chunk::<2>()).flatten();
        match coded.and_then(|(digits, after)| Some((hex::decode(digits).ok()?.first().copied()?, after))) {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A PostgreSQL database for a copy that is empty or gone with this value.
pub(super) struct Scratch {
    pub(super) url: String,
    end: End,
}

enum End {
    /// It was made beside this one, under this name.
    Drop { beside: String, name: String },
    /// It was given, and is held until it is empty again.
    Empty(#[expect(dead_code, reason = "held, not used")] Held),
}

impl Scratch {
    /// The one that was given, or one that is made beside the database.
    ///
    /// # Errors
    /// One that is not empty; a user who may not make databases; no connection.
    pub(super) fn open(url: &str, given: Option<&str>) -> Result<Scratch, BackupFault> {
        if let Some(given) = given {
            let shown = || Store::open(given).map(|store| store.shown_url());
            let Some(held) = hold_scratch(given)? else { return Err(BackupFault::ScratchHeld(shown()?)) };
            if !take_scratch(given)? {
                return Err(BackupFault::ScratchInUse(shown()?));
            }
            return Ok(Scratch { url: given.to_owned(), end: End::Empty(held) });
        }
        let name = random_name(12);
        let name = format!("suanquan_scratch_{name}");
        create_database(url, &name).map_err(BackupFault::NoScratch)?;
        Ok(Scratch { url: with_database(url, &name), end: End::Drop { beside: url.to_owned(), name } })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let ended = match &self.end {
            End::Drop { beside, name } => drop_database(beside, name),
            End::Empty(_) => give_scratch_back(&self.url),
        };
        if let Err(fault) = ended {
            tracing::warn!(?fault, "a scratch database is left over");
        }
    }
}

/// The same server and user, another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, None), |(address, options)| (address, Some(options)));
    let server = address.split_once("://").map(|(scheme, rest)| {
        let host = rest.split_once('/').map_or(rest, |(host, _)| host);
        format!("{scheme}://{host}")
    });
    let server = server.unwrap_or_else(|| address.to_owned());
    options.map_or_else(|| format!("{server}/{name}"), |options| format!("{server}/{name}?{options}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_among_the_arguments_of_a_program() {
        assert_eq!(
            without_password("postgres://u:p%40ss@db.test:5432/s?sslmode=require"),
            ("postgres://u@db.test:5432/s?sslmode=require".into(), Some("p@ss".into()))
        );
        assert_eq!(without_password("postgres://u@db.test/s").1, None);
        assert_eq!(with_database("postgres://u@db.test/s?x=1", "t"), "postgres://u@db.test/t?x=1");
        assert_eq!(with_database("postgres:///s?host=/run", "t"), "postgres:///t?host=/run");
    }
}
