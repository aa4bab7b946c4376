//! Which purchases an application is about. A purchase is claimed once: by at most one living
//! application.

use super::{Act, ActError, Outcome, draft, refuse_field};
use crate::ids::PurchaseId;
use crate::lang::Text;
use crate::metering::statement::PurchaseState;
use crate::policy::case::BEST_ITEMS_MAX;
use crate::store;
use crate::store::application::Application;
use crate::store::purchase::Purchase;

/// The field of the form that refusals belong to.
pub const FIELD: &str = "purchase";

/// Makes the application's purchases exactly these: adds what is new, drops the rest.
///
/// # Errors
/// Refusals: none, more than twelve, one held elsewhere (named); `NotFound` for purchases of
/// others; a stale page.
pub fn choose_purchases(act: &mut Act<'_>, number: &str, seen_version: i64, chosen: &[PurchaseId]) -> Outcome<()> {
    let mut application = draft::open(act, number, Some(seen_version))?;
    if chosen.is_empty() {
        return refuse_field("no_purchase", FIELD, "请至少选择一笔账单。", "Choose at least one purchase.");
    }
    for item in store::application::items(act.db, application.id)? {
        if !chosen.contains(&item.purchase_id) {
            store::application::remove_item(act.db, item.id)?;
        }
    }
    hold(act, &application, chosen)?;
    super::describe_material::reallocate(act.db, &application)?;
    draft::save(act, &mut application, true, &format!("purchases: {}", chosen.len()))
}

/// Adds the purchases that the application does not hold yet.
pub(super) fn hold(act: &mut Act<'_>, application: &Application, chosen: &[PurchaseId]) -> Outcome<()> {
    let mut wanted: Vec<PurchaseId> = chosen.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.len() > BEST_ITEMS_MAX {
        return refuse_field(
            "too_many_purchases",
            FIELD,
            format!("一份申请最多 {BEST_ITEMS_MAX} 笔账单，您选了 {} 笔。其余的可以另外申请。", wanted.len()),
            format!("At most {BEST_ITEMS_MAX} purchases in one application; you chose {}. File another one for the rest.", wanted.len()),
        );
    }
    let enterprise = store::account::enterprise(act.db, application.enterprise_id)?.ok_or(ActError::NotFound)?;
    let held: Vec<PurchaseId> = store::application::items(act.db, application.id)?.iter().map(|item| item.purchase_id).collect();
    for id in wanted.into_iter().filter(|id| !held.contains(id)) {
        let purchase = store::known::purchase(act.db, act.actor, id)?.filter(|purchase| purchase.enterprise_uscc == enterprise.uscc);
        let purchase = purchase.ok_or(ActError::NotFound)?;
        if let Some(why) = not_claimable(&purchase) {
            return refuse_field("not_claimable", FIELD, why.zh, why.en);
        }
        if let Some((_, holder)) = store::purchase::holders(act.db, &[id])?.first() {
            return refuse_field(
                "purchase_claimed",
                FIELD,
                format!("账单 {} 已用于申请 {holder}。请取消选择，或先撤回那份申请。", purchase.order_no),
                format!(
                    "Purchase {} is used in application {holder}. Leave it out, or withdraw that application first.",
                    purchase.order_no
                ),
            );
        }
        match store::application::insert_item(act.db, application.id, id) {
            // Somebody else claimed it between the question and the write.
            Err(fault) if fault.is_unique_violation() => {
                return refuse_field(
                    "purchase_claimed",
                    FIELD,
                    format!("账单 {} 刚刚被另一份申请选用。请刷新页面查看。", purchase.order_no),
                    format!("Purchase {} has just been taken by another application. Reload the page to see which.", purchase.order_no),
                );
            }
            done => done.map(|_| ())?,
        }
    }
    Ok(())
}

/// Why a metered purchase cannot be claimed yet, and what helps; `None` when it can.
#[must_use]
pub fn not_claimable(purchase: &Purchase) -> Option<Text> {
    let order = &purchase.order_no;
    let (zh, en) = match purchase.state {
        PurchaseState::Claimable => return None,
        PurchaseState::Issued => {
            ("尚未收到付款，付款并由服务机构登记后可申请", "no payment is recorded yet; pay it and have the centre record it")
        }
        PurchaseState::PartiallyPaid => ("尚未付清，付清后可申请", "it is not paid in full yet"),
        PurchaseState::Paid => (
            "对账单尚未确认，或发票金额为零；请先在「对账单」中确认",
            "its statement is not confirmed yet, or no invoice stands for it; confirm it under \"Statements\" first",
        ),
        PurchaseState::Blocked => {
            ("核对有差异，服务机构处理后可申请", "the reconciliation found a difference that the centre has to close first")
        }
        PurchaseState::Reversed => ("对账单已冲销，不能申请", "its statement was reversed"),
    };
    Some(Text::new(format!("账单 {order}：{zh}。"), format!("Purchase {order}: {en}.")))
}
