//! A copy proves itself: it is whole, every fen adds up, the trail and the chains of usage are unchanged,
//! and every file that a row names is there with the right content.

use super::BackupFault;
use crate::files::Files;
use crate::reports::trail_check::{self, Broken, Given};
use crate::reports::{ledger, usage_check};
use crate::store::copying::{damage, row_counts, stored_files};
use crate::store::{Store, migrations};

/// What was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proof {
    pub rows: Vec<(String, i64)>,
    /// Digests of the stored files.
    pub files: Vec<String>,
    /// Sealed lines of the trail.
    pub lines: i64,
}

/// Checks a copy of the database, which is brought to this version for it, and the stored files.
pub(super) fn prove(store: &Store, files: &Files) -> Result<Proof, BackupFault> {
    if let Some(what) = store.read(damage)? {
        return Err(BackupFault::Unproven(format!("integrity check: {what}")));
    }
    // Counted as they were copied: a migration may add rows.
    let rows = store.read(row_counts)?;
    migrations::run(store)?;
    if let Some(first) = store.read(ledger::check)?.first() {
        return Err(BackupFault::Unproven(format!("ledger check: {}", first.0)));
    }
    let lines = match trail_check::check(store, &Given::default()) {
        Ok(checked) => checked.lines,
        // A database that nobody has used yet.
        Err(Broken::CannotTell(_)) => 0,
        Err(broken) => return Err(broken.into()),
    };
    usage_check::check(store)?;
    let named = store.read(stored_files)?;
    for (sha256, size) in &named {
        let at = |why: String| BackupFault::StoredFile { sha256: sha256.clone(), why };
        let bytes = files.read(sha256).map_err(|why| at(why.to_string()))?;
        if i64::try_from(bytes.len()).ok() != Some(*size) {
            return Err(at(format!("it has {} bytes and its row says {size}", bytes.len())));
        }
    }
    Ok(Proof { rows, files: named.into_iter().map(|(sha256, _)| sha256).collect(), lines })
}
