//! 逾期作废: a voucher whose year is over and on which nothing was redeemed lapses. One with an
//! application that is not decided waits for the decision.

use crate::acts::{Act, ActError, Line, Outcome};
use crate::store;
use crate::voucher::{VoucherState, is_over};

/// Lets one voucher lapse when it is time. `false` when there is nothing to do, so that the job
/// may run twice.
///
/// # Errors
/// Faults of the database.
pub fn expire_voucher(act: &mut Act<'_>, id: i64) -> Outcome<bool> {
    let mut voucher = store::voucher::lock(act.db, id)?.ok_or(ActError::NotFound)?;
    if !is_over(voucher.year, act.now) || !act.settle_voucher(&mut voucher)? {
        return Ok(false);
    }
    store::voucher::save(act.db, &voucher)?;
    if voucher.state == VoucherState::Expired {
        act.write_line(&Line {
            act: "expire_voucher",
            enterprise: Some(voucher.enterprise_id),
            subject: &voucher.number,
            ..Line::default()
        })?;
    }
    Ok(true)
}
