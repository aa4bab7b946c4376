//! The leases of jobs, each step a transaction of its own: no act, because nothing of the scheme changes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Fault, Store};
use crate::store::job_lease;
pub use crate::store::job_lease::{Fence, TERM};

/// Takes or renews the leases of these jobs; those of other instances are left out.
///
/// # Errors
/// A fault of the database; nothing was taken then.
pub fn take(store: &Store, kinds: &[&'static str], holder: &str, now: DateTime<Utc>) -> Result<BTreeMap<&'static str, Fence>, Fault> {
    let taken: Result<_, Fault> = store.write(|db| {
        let mut held = BTreeMap::new();
        for kind in kinds {
            if let Some(fence) = job_lease::take(db, kind, holder, now.naive_utc())? {
                held.insert(*kind, fence);
            }
        }
        Ok(held)
    });
    match taken {
        // Two instances that start on a fresh database: the other was first.
        Err(fault) if fault.is_unique_violation() => Ok(BTreeMap::new()),
        other => other,
    }
}

/// Gives all leases of a holder back.
///
/// # Errors
/// A fault of the database; the leases end by themselves then.
pub fn give_back(store: &Store, holder: &str, now: DateTime<Utc>) -> Result<(), Fault> {
    store.write(|db| job_lease::give_back(db, holder, now.naive_utc()))
}
