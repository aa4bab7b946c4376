//! Precheck: papers complete, qualifications decided. From here on only what was accepted counts.

use super::assessment::facts_of_submission;
use super::case_facts::Trust;
use super::four_eyes::{Side, take_side};
use super::letters::Tell;
use super::{Act, Outcome, refuse};
use crate::application::ActKind;
use crate::store;

/// Passes the precheck and evaluates again with the accepted qualifications alone.
///
/// # Errors
/// Refusals: qualifications not decided yet, nothing left to grant, four eyes; what the workflow
/// says; a stale page.
pub fn precheck_application(act: &mut Act<'_>, number: &str, seen_version: i64) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::Precheck)?;
    let entries = store::qualification::of_enterprise(act.db, application.enterprise_id)?;
    let open = entries.iter().filter(|entry| entry.state == "entered").count();
    if open > 0 {
        return refuse(
            "qualifications_open",
            format!("这家企业还有 {open} 项资质没有核对。请先在「资质」栏逐项认可或不予认可，再通过预审。"),
            format!("{open} qualification entries of this enterprise are not decided yet. Accept or refuse each of them first."),
        );
    }
    take_side(act, &application, Side::Preparer)?;
    let facts = facts_of_submission(act.db, &application, Trust::AcceptedOnly)?;
    act.assess_and_hold(&mut application, &facts, "precheck")?;
    if application.total_fen.is_zero() {
        return refuse(
            "nothing_to_grant",
            "按已认可的资质重新测算，补贴为 0，不能通过预审。请退回补正（说明缺什么）或不予通过。",
            "With the accepted qualifications alone the subsidy is zero, so the precheck cannot be passed. Return the case (say what is missing) or reject it.",
        );
    }
    let total = application.total_fen.display();
    act.advance(&mut application, ActKind::Precheck, "", &total)?;
    act.tell_enterprise(&application, ActKind::Precheck, &Tell::default())
}
