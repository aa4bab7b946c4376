//! Adds up usage by contract and day. Two instances may run side by side: each span of a chain is
//! claimed by one of them.

use crate::acts::Fault;
use crate::acts::sum_usage::catch_up;
use crate::web::site::Site;

/// One round.
///
/// # Errors
/// A fault of the database; it goes on from there in the next round.
pub fn run(site: &Site) -> Result<(), Fault> {
    catch_up(&site.store, &site.house, site.clock.now())
}
