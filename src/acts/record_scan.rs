//! The virus scanner has looked at a stored file. Only a find is a line of the trail.

use super::{Act, Line, Outcome};
use crate::ids::StoredFileId;
use crate::store;

/// Keeps what the scanner said; `found` is empty for a clean file.
///
/// # Errors
/// A fault of the database.
pub fn record_scan(act: &mut Act<'_>, file: StoredFileId, sha256: &str, found: &str) -> Outcome<()> {
    let (state, at) = (if found.is_empty() { "clean" } else { "infected" }, act.stamp());
    let is_first = store::file_scan::keep(act.db, file, state, found, at)?;
    if is_first && !found.is_empty() {
        act.write_line(&Line { act: "find_virus", subject: sha256, detail: found, ..Line::default() })?;
    }
    Ok(())
}
