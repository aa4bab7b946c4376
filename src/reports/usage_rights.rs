//! What a meter's program may write.

use crate::acts::Outcome;
use crate::store::{self, Db};

/// The sources that a living token may write, and whether it may file history.
///
/// # Errors
/// A fault of the database.
pub fn rights_of_token(db: &mut Db, token_hash: &str) -> Outcome<(Vec<String>, bool)> {
    Ok(store::metering::rights_of_token(db, token_hash)?)
}
