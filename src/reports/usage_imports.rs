//! What a provider's files of usage came to.

use super::Db;
use crate::acts::import_usage::RowAnswer;
use crate::acts::{ActError, Outcome};
use crate::ids::ProviderId;
use crate::store;
pub use crate::store::usage_import::Import;

/// Imports of the list.
const MOST: i64 = 100;

/// A provider's imports, newest first.
///
/// # Errors
/// A fault of the database.
pub fn imports(db: &mut Db, provider: ProviderId) -> Outcome<Vec<Import>> {
    Ok(store::usage_import::of_provider(db, provider, MOST)?)
}

/// One import with the outcome of every row that is kept.
///
/// # Errors
/// `NotFound` for another provider's.
pub fn one(db: &mut Db, provider: ProviderId, id: i64) -> Outcome<(Import, Vec<RowAnswer>)> {
    let import = store::usage_import::find(db, id)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
    let report = store::usage_import::report(db, id)?.unwrap_or_default();
    let row = |line: &str| serde_json::from_str(line).ok().and_then(RowAnswer::of_cells);
    Ok((import, report.lines().filter_map(row).collect()))
}

/// The code that stands in the usual source of the provider's files.
///
/// # Errors
/// A fault of the database.
pub fn uscc_of(db: &mut Db, provider: ProviderId) -> Outcome<String> {
    Ok(store::purchase::provider(db, provider)?.ok_or(ActError::NotFound)?.uscc)
}
