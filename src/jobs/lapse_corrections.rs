//! Applications returned for correction whose day is over count as withdrawn. Each in its own
//! transaction; running twice does nothing.

use crate::acts::lapse_correction::lapse_correction;
use crate::acts::{ActError, perform};
use crate::calendar::beijing_date;
use crate::party::Actor;
use crate::reports::corrections;
use crate::web::site::Site;

/// One round.
///
/// # Errors
/// A fault of the database; one application that cannot be lapsed does not keep the others.
pub fn run(site: &Site) -> Result<(), ActError> {
    let now = site.clock.now();
    let overdue = site.store.read(|db| corrections::overdue(db, beijing_date(now)))?;
    for number in overdue {
        let done = perform(&site.store, &site.house, &Actor::system(), now, |act| lapse_correction(act, &number));
        match done {
            Ok(true) => tracing::info!(number, "not corrected in time"),
            Ok(false) => {}
            Err(error) => tracing::error!(number, ?error, "a correction could not be lapsed"),
        }
    }
    Ok(())
}
