//! Preliminary review passed: the case waits for a final reviewer who has not touched it.

use super::four_eyes::{Side, take_side};
use super::letters::Tell;
use super::reject_application::REASON_MOST;
use super::{Act, Outcome, no_longer_than};
use crate::application::ActKind;

/// Passes the preliminary review. The case becomes unassigned, because somebody else goes on.
///
/// # Errors
/// Refusals: four eyes, a note that is too long; what the workflow says; a stale page.
pub fn pass_preliminary(act: &mut Act<'_>, number: &str, seen_version: i64, note: &str) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::PassPreliminary)?;
    no_longer_than(REASON_MOST, "note", note)?;
    take_side(act, &application, Side::Preparer)?;
    application.assigned_to = None;
    act.advance(&mut application, ActKind::PassPreliminary, note.trim(), "")?;
    act.tell_enterprise(&application, ActKind::PassPreliminary, &Tell::default())
}
