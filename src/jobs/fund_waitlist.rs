//! Looks whether the waiting list can go on.

use crate::acts::{Fault, fund_waitlist};
use crate::web::site::Site;

/// One round.
///
/// # Errors
/// A fault of the database.
pub fn run(site: &Site) -> Result<(), Fault> {
    let funded = fund_waitlist::fund_all(&site.store, &site.house, site.clock.now())?;
    if funded > 0 {
        tracing::info!(funded, "applications left the waiting list");
    }
    Ok(())
}
