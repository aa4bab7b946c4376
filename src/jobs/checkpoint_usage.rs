//! Signs the chains of usage: every 10,000 events of a shard, and what waits for a day. Two
//! instances queue at the shard's lock, and the second one finds nothing to sign.

use crate::acts::checkpoint_usage::{self, checkpoint_usage};
use crate::acts::{ActError, Fault, perform};
use crate::party::Actor;
use crate::web::site::Site;

/// One round.
///
/// # Errors
/// A fault of the database while looking; a shard that fails is logged and tried again.
pub fn run(site: &Site) -> Result<(), Fault> {
    let now = site.clock.now();
    for shard in checkpoint_usage::due(&site.store, now)? {
        loop {
            match perform(&site.store, &site.house, &Actor::system(), now, |act| checkpoint_usage(act, shard)) {
                Ok(true) => tracing::info!(shard, "a checkpoint of usage is signed"),
                Ok(false) => break,
                Err(ActError::Fault(fault)) if fault.is_passing() || fault.is_unique_violation() => break,
                Err(error) => {
                    tracing::error!(shard, ?error, "a checkpoint of usage could not be signed");
                    break;
                }
            }
        }
    }
    Ok(())
}
