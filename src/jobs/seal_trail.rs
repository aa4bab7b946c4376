//! Seals the trail, on a thread of its own: a mail server that does not answer must not keep a line
//! waiting. Two instances may run side by side; they queue at the head of the chain.

use std::time::Duration;

use super::Stop;
use crate::acts::Fault;
use crate::acts::seal_trail::seal_trail;
use crate::web::site::Site;

/// Twice within the second that a line may wait.
const PAUSE: Duration = Duration::from_millis(400);

/// Seals until asked to stop.
pub(super) fn start(site: &Site, stop: &Stop) {
    let (site, ears) = (site.clone(), stop.clone());
    std::thread::spawn(move || {
        while !ears.is_asked() {
            if let Err(fault) = run(&site) {
                tracing::error!(?fault, "the trail could not be sealed");
            }
            std::thread::sleep(PAUSE);
        }
    });
}

/// One round.
///
/// # Errors
/// A fault of the database; what was not sealed is sealed in the next round.
pub fn run(site: &Site) -> Result<(), Fault> {
    match seal_trail(&site.store, &site.house, site.clock.now()) {
        Ok(_) => Ok(()),
        // Another instance sealed the same lines.
        Err(fault) if fault.is_passing() || fault.is_unique_violation() => Ok(()),
        Err(fault) => Err(fault),
    }
}
