//! Keeps a time stamp beside its checkpoint. No line of the trail tells of it: the line would need a
//! checkpoint, and the checkpoint a stamp.

use chrono::{DateTime, Utc};

use super::{Fault, Store};
use crate::store::audit_stamp::{self, KeptStamp};

/// Says whether it was kept: of two instances that asked, the first one is.
///
/// # Errors
/// A fault of the database.
pub fn keep_stamp(store: &Store, size: i64, answer: Vec<u8>, now: DateTime<Utc>) -> Result<bool, Fault> {
    let new = KeptStamp { size, answer, kept_at: now.naive_utc() };
    match store.write(|db| audit_stamp::keep(db, &new)) {
        Ok(()) => Ok(true),
        Err(fault) if fault.is_unique_violation() => Ok(false),
        Err(fault) => Err(fault),
    }
}
