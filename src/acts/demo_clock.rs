//! The demo's clock over a restart. Production has no such setting.

use chrono::{DateTime, Utc};

use super::{Fault, Store};
use crate::store;

/// The key of the setting.
pub const KEY: &str = "demo_clock";

/// Keeps where the clock stands.
///
/// # Errors
/// A fault of the database.
pub fn keep(store: &Store, at: DateTime<Utc>) -> Result<(), Fault> {
    store.write(|db| store::setting::set(db, KEY, &at.to_rfc3339()))
}
