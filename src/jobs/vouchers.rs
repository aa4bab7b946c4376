//! Vouchers: letters before they lapse, and the lapse itself. Each in its own transaction; running
//! twice does nothing.

use crate::acts::voucher::expire::expire_voucher;
use crate::acts::voucher::warn::warn_of_voucher;
use crate::acts::{ActError, perform};
use crate::party::Actor;
use crate::reports::vouchers::due;
use crate::web::site::Site;

/// One round.
///
/// # Errors
/// A fault of the database while looking; a voucher that fails is logged and tried again.
pub fn run(site: &Site) -> Result<(), ActError> {
    let (now, system) = (site.clock.now(), Actor::system());
    let due = site.store.read(|db| due(db, now))?;
    for id in due.to_warn {
        log(&perform(&site.store, &site.house, &system, now, |act| warn_of_voucher(act, id)), id);
    }
    for id in due.to_lapse {
        log(&perform(&site.store, &site.house, &system, now, |act| expire_voucher(act, id)), id);
    }
    Ok(())
}

fn log(outcome: &Result<bool, ActError>, id: i64) {
    if let Err(error) = outcome {
        tracing::error!(id, ?error, "a voucher could not be moved on");
    }
}
