//! Letters as pages show them.

use super::Db;
use crate::acts::{ActError, Outcome};
use crate::ids::LetterId;
use crate::store;
pub use crate::store::letter::Letter;

/// The newest two hundred.
///
/// # Errors
/// A fault of the database.
pub fn newest(db: &mut Db) -> Outcome<Vec<Letter>> {
    Ok(store::letter::newest(db, None, 200)?)
}

/// # Errors
/// `NotFound` for an unknown id.
pub fn one(db: &mut Db, id: i64) -> Outcome<Letter> {
    store::letter::find(db, LetterId::new(id))?.ok_or(ActError::NotFound)
}
