//! Final review passed, by somebody who has not touched the case before (policy.md §3).

use super::four_eyes::{Side, take_side};
use super::letters::Tell;
use super::{Act, Outcome};
use crate::application::ActKind;

/// Passes the final review.
///
/// # Errors
/// The refusal for four eyes; what the workflow says; a stale page.
pub fn pass_final(act: &mut Act<'_>, number: &str, seen_version: i64, note: &str) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::PassFinal)?;
    take_side(act, &application, Side::Final)?;
    let total = application.total_fen.display();
    act.advance(&mut application, ActKind::PassFinal, note.trim(), &total)?;
    act.tell_enterprise(&application, ActKind::PassFinal, &Tell::default())
}
