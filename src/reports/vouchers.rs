//! Vouchers that the jobs look at: those that end soon, and those whose year is over.

use chrono::{DateTime, Datelike, Utc};

use super::Db;
use crate::acts::Outcome;
use crate::calendar::beijing_date;
use crate::store;
use crate::voucher::{VoucherState, is_over, warning_due};

/// What is due now: rows to warn of, and rows to let lapse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    pub to_warn: Vec<i64>,
    pub to_lapse: Vec<i64>,
}

/// # Errors
/// A fault of the database.
pub fn due(db: &mut Db, now: DateTime<Utc>) -> Outcome<Due> {
    let today = beijing_date(now);
    let mut due = Due::default();
    for voucher in store::voucher::at_rest(db, i64::from(today.year()))? {
        if is_over(voucher.year, now) {
            // One that was redeemed in part keeps its state; its rest lapsed with the year.
            due.to_lapse.extend((voucher.state == VoucherState::Claimed).then_some(voucher.id));
        } else if warning_due(voucher.year, today, voucher.warned_days).is_some() {
            due.to_warn.push(voucher.id);
        }
    }
    Ok(due)
}
