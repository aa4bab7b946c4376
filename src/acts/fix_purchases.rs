//! A decision about money rests on metered purchases as they were looked at.

use super::case_facts::Dossier;
use super::{Act, Outcome, refuse};
use crate::store;

/// Fixes the metered purchases of an application until the act is over: a red letter, a refund or a
/// reversal that comes at the same moment is either seen here or has to wait, and then finds the
/// application decided.
///
/// # Errors
/// A refusal when one of them changed since the dossier was loaded; faults of the database.
pub(super) fn fix_purchases(act: &mut Act<'_>, dossier: &Dossier) -> Outcome<()> {
    for purchase in dossier.items.iter().map(|(_, purchase)| purchase).filter(|purchase| purchase.is_metered()) {
        if !store::purchase::fix(act.db, purchase)? {
            let order = &purchase.order_no;
            return refuse(
                "purchase_changed",
                format!("账单 {order} 的发票、付款或对账单刚刚有变化。请刷新页面，核对后再办理。"),
                format!("Invoice, payment or statement of purchase {order} has just changed. Reload the page and look again."),
            );
        }
    }
    Ok(())
}
