//! A backup: one file with the database, every stored file and a manifest, that was restored to a scratch
//! place and proven before it got its name; and the way back, which keeps nothing by halves.
//!
//! A backup that is cut short or whose bytes were changed is refused before anything is written.

mod archive;
mod database;
mod make;
mod proof;
mod restore;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use archive::read_manifest;
pub use make::{Made, Wanted, make, newest, stamp_of};
pub use restore::{Restored, Target, restore};

use crate::reports::{trail_check, usage_check};
use crate::store::Fault;

/// The form of the file; a later program that writes another form raises it.
const FORM: u32 = 1;

/// What a backup consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub form: u32,
    /// Version of the program that made it.
    pub product: String,
    /// RFC 3339, UTC.
    pub made_at: String,
    pub database: Kind,
    /// Rows of the tables that matter most, by name.
    pub rows: Vec<(String, i64)>,
    /// The database first, then the stored files.
    pub parts: Vec<Part>,
}

/// Which database it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    fn of_url(url: &str) -> Kind {
        if url.starts_with("sqlite://") { Kind::Sqlite } else { Kind::Postgres }
    }

    const fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "SQLite",
            Kind::Postgres => "PostgreSQL",
        }
    }
}

/// One part of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `database`, or the digest of a stored file.
    pub name: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// The part that is the database.
const DATABASE: &str = "database";

/// Why there is no backup, or why one was not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    #[error("{path}: {why}")]
    Disk { path: PathBuf, why: std::io::Error },
    #[error("{path} is no backup, or its end is missing: fetch it again from where it was kept")]
    NotABackup { path: PathBuf },
    #[error("{path} was changed: {what}; use another generation")]
    Changed { path: PathBuf, what: String },
    #[error("{path} has form {form}, and this program reads form {FORM}: restore it with suanquan {product}")]
    OtherForm { path: PathBuf, form: u32, product: String },
    #[error("the backup is of {0}, and the target is not: give the address of a {0} database")]
    OtherDatabase(&'static str),
    #[error("{0} is not empty: restore into a place where nothing is")]
    NotEmpty(String),
    #[error("the program {program} failed: {why}")]
    Program { program: &'static str, why: String },
    #[error("the copy does not prove itself: {0}")]
    Unproven(String),
    #[error("the stored file {sha256} of the database cannot be read: {why}")]
    StoredFile { sha256: String, why: String },
    #[error("the scratch database {0} is not empty: give one that nobody uses for anything else")]
    ScratchInUse(String),
    #[error("another backup or restore proves its copy in the scratch database {0} just now: start again when it has ended")]
    ScratchHeld(String),
    #[error(
        "no scratch database can be made for the proof: let the user make databases (ALTER ROLE … CREATEDB), or name an empty one by --scratch or backup_scratch"
    )]
    NoScratch(#[source] Fault),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl BackupFault {
    fn disk(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> BackupFault {
        let path = path.into();
        |why| BackupFault::Disk { path, why }
    }
}

impl From<trail_check::Broken> for BackupFault {
    fn from(why: trail_check::Broken) -> BackupFault {
        match why {
            trail_check::Broken::Fault(fault) => BackupFault::Fault(fault),
            other => BackupFault::Unproven(format!("audit verify: {other}")),
        }
    }
}

impl From<usage_check::Broken> for BackupFault {
    fn from(why: usage_check::Broken) -> BackupFault {
        match why {
            usage_check::Broken::Fault(fault) => BackupFault::Fault(fault),
            usage_check::Broken::Place(place) => BackupFault::Unproven(format!("usage verify: {place}")),
        }
    }
}
