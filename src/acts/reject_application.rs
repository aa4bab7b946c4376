//! Not granted: the money and the purchases become free, the enterprise reads why.

use super::four_eyes::{Side, take_side};
use super::letters::Tell;
use super::release::let_go;
use super::{Act, Outcome, no_longer_than, refuse_field};
use crate::application::ActKind;

/// Shortest reason, in characters: a word is no reason.
pub const REASON_LEAST: usize = 10;
/// Longest reason or note of a decision, in characters.
pub const REASON_MOST: usize = 300;

/// Rejects with a typed reason.
///
/// # Errors
/// Refusals: a reason that is too short, four eyes; what the workflow says; a stale page.
pub fn reject_application(act: &mut Act<'_>, number: &str, seen_version: i64, reason: &str) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::Reject)?;
    let reason = reason.trim();
    if reason.chars().count() < REASON_LEAST {
        return refuse_field(
            "reason_too_short",
            "reason",
            format!("请写明不予通过的理由（至少 {REASON_LEAST} 个字），企业会原样看到。"),
            format!("Give the reason in at least {REASON_LEAST} characters; the enterprise reads it word for word."),
        );
    }
    no_longer_than(REASON_MOST, "reason", reason)?;
    take_side(act, &application, Side::deciding(application.state))?;
    let_go(act, &mut application, true)?;
    act.advance(&mut application, ActKind::Reject, reason, "")?;
    act.tell_enterprise(&application, ActKind::Reject, &Tell { words: reason, ..Tell::default() })
}
