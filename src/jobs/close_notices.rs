//! Closes public notices after their last day (Beijing): every line by itself, so that one that
//! cannot be closed stops no other. Running it twice changes nothing.

use crate::acts::close_notice::{self, close_item};
use crate::acts::{ActError, Fault, perform};
use crate::calendar::beijing_date;
use crate::party::Actor;
use crate::web::site::Site;

/// One round.
///
/// # Errors
/// A fault of the database while looking; a line that fails is logged and tried again.
pub fn run(site: &Site) -> Result<(), Fault> {
    let system = Actor::system();
    for ended in close_notice::ended(&site.store, beijing_date(site.clock.now()))? {
        for id in &ended.applications {
            let now = site.clock.now();
            log(
                &perform(&site.store, &site.house, &system, now, |act| close_item(act, ended.notice, *id)),
                "a line of a notice was not closed",
            );
        }
        let now = site.clock.now();
        log(
            &perform(&site.store, &site.house, &system, now, |act| close_notice::close_notice(act, ended.notice)),
            "a notice was not closed",
        );
    }
    Ok(())
}

fn log(outcome: &Result<bool, ActError>, what: &str) {
    match outcome {
        // Somebody acted on the case at the same moment; the next round sees it.
        Ok(_) | Err(ActError::Stale(_)) => {}
        Err(error) => tracing::error!(?error, "{what}"),
    }
}
