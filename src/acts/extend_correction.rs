//! More time for a correction, once.

use super::letters::Tell;
use super::reject_application::REASON_MOST;
use super::return_for_correction::due_day;
use super::{Act, Outcome, no_longer_than, refuse, refuse_field};
use crate::application::ActKind;

/// Moves the due day by the usual number of working days.
///
/// # Errors
/// Refusals: extended already, no reason; what the workflow says; a stale page.
pub fn extend_correction(act: &mut Act<'_>, number: &str, seen_version: i64, reason: &str) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::ExtendCorrection)?;
    if application.correction_extended {
        return refuse(
            "extended_already",
            "补正期限只能延长一次，这项申请已经延长过。",
            "The time for correction can be extended once; it has been already.",
        );
    }
    if reason.trim().is_empty() {
        return refuse_field("reason_missing", "reason", "请写明延长的理由。", "Say why more time is given.");
    }
    no_longer_than(REASON_MOST, "reason", reason)?;
    let today = act.today();
    let due = due_day(act.house, application.correction_due.unwrap_or(today))?;
    application.correction_due = Some(due);
    application.correction_extended = true;
    act.advance(&mut application, ActKind::ExtendCorrection, reason.trim(), &due.to_string())?;
    act.tell_enterprise(&application, ActKind::ExtendCorrection, &Tell { due: Some(due), ..Tell::default() })
}
