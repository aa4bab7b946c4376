//! The enterprise declares that everything is true and nothing is claimed twice, and names the
//! account that the subsidy is paid to.

use super::{Act, Outcome, draft, refuse_field};
use crate::store;

/// Records the declaration with the enterprise's active bank account.
///
/// # Errors
/// Refusals: no account, not ticked; a stale page.
pub fn declare(act: &mut Act<'_>, number: &str, seen_version: i64, declared: bool) -> Outcome<()> {
    let mut application = draft::open(act, number, Some(seen_version))?;
    let Some(bank) = store::bank::active(act.db, application.enterprise_id)? else {
        return refuse_field(
            "no_bank_account",
            "bank",
            "还没有可用的收款账户。请先登记，再回到这里。",
            "There is no bank account yet. Register one, then come back.",
        );
    };
    if !declared {
        return refuse_field("not_declared", "declared", "请阅读承诺并勾选，才能提交申请。", "Read the declaration and tick it to go on.");
    }
    application.bank_account_id = Some(bank.id);
    application.declared_by = act.actor.account;
    application.declared_at = Some(act.stamp());
    draft::save(act, &mut application, false, "declared")
}
