//! A person closes a difference of the reconciliation with a reason; the purchase is worked out
//! anew and may become claimable.

use super::centre::must_run;
use super::reconcile_purchase::reconcile_purchase;
use super::{Act, ActError, Line, Outcome, refuse, refuse_field};
use crate::ids::ProviderId;
use crate::store;

/// # Errors
/// Refusals: no reason, closed before. `NotFound` for another centre's case.
pub fn close_case(act: &mut Act<'_>, provider: ProviderId, id: i64, reason: &str) -> Outcome<()> {
    must_run(act, provider)?;
    let case = store::paper_trail::case(act.db, id)?.filter(|case| case.provider_id == provider).ok_or(ActError::NotFound)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return refuse_field("reason_missing", "reason", "请写明差异的原因。", "Say why the two differ.");
    }
    let (by, at) = (act.actor.account, act.stamp());
    if !store::paper_trail::close_case(act.db, id, "explained", reason, by, at)? {
        return refuse("closed_already", "这个差异已经处理过。", "This difference was closed before.");
    }
    reconcile_purchase(act, case.purchase_id)?;
    let detail = format!("{} {} ≠ {}", case.kind, case.expected, case.found);
    act.write_line(&Line { act: "close_case", subject: &case.about, reason, detail: &detail, ..Line::default() })
}
