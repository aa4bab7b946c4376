//! The enterprise takes its application back, at any time before the notice.

use super::letters::Tell;
use super::release::let_go;
use super::{Act, Outcome, no_longer_than, refuse_field};
use crate::application::{ActKind, State};

/// Longest reason, in characters.
pub const REASON_MOST: usize = 300;

/// Withdraws: money, invoices and purchases are free again. A draft needs no reason.
///
/// # Errors
/// Refusals: no reason, too long a one; what the workflow says; a stale page.
pub fn withdraw_application(act: &mut Act<'_>, number: &str, seen_version: i64, reason: &str) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::Withdraw)?;
    let draft = application.state == State::Draft;
    if reason.is_empty() && !draft {
        return refuse_field("reason_missing", "reason", "请写明撤回的原因。", "Say why you withdraw.");
    }
    no_longer_than(REASON_MOST, "reason", reason)?;
    let_go(act, &mut application, true)?;
    application.correction_due = None;
    act.advance(&mut application, ActKind::Withdraw, reason, "")?;
    if draft {
        return Ok(());
    }
    act.tell_enterprise(&application, ActKind::Withdraw, &Tell::default())
}
