//! Final review passed, by somebody who has not touched the case before (policy.md §3).

use super::case_checks::{Check, to_explain};
use super::case_facts::Dossier;
use super::fix_purchases::fix_purchases;
use super::four_eyes::{Side, take_side};
use super::letters::Tell;
use super::reject_application::{REASON_LEAST, REASON_MOST};
use super::{Act, Outcome, no_longer_than, refuse_field};
use crate::application::ActKind;
use crate::lang::Lang;

/// Passes the final review. Where a check must be explained, the note says why the case passes all
/// the same.
///
/// # Errors
/// Refusals: no explanation where one is due, four eyes, a purchase whose money has just changed; what the workflow says; a stale page.
pub fn pass_final(act: &mut Act<'_>, number: &str, seen_version: i64, note: &str) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::PassFinal)?;
    take_side(act, &application, Side::Final)?;
    let note = note.trim();
    no_longer_than(REASON_MOST, "note", note)?;
    let today = act.today();
    let dossier = Dossier::load(act.db, application.clone())?;
    fix_purchases(act, &dossier)?;
    let open = to_explain(act.db, act.house, &application, today)?;
    if !open.is_empty() && note.chars().count() < REASON_LEAST {
        return explanation_missing(&open);
    }
    let total = application.total_fen.display();
    act.advance(&mut application, ActKind::PassFinal, note, &total)?;
    act.tell_enterprise(&application, ActKind::PassFinal, &Tell::default())
}

fn explanation_missing<T>(open: &[Check]) -> Outcome<T> {
    let named = |lang: Lang| open.iter().map(|check| check.text.get(lang)).collect::<Vec<_>>().join(lang.pick("；", "; "));
    refuse_field(
        "explanation_missing",
        "note",
        format!("有 {} 项核对须说明：{}。请写明为何仍可通过（至少 {REASON_LEAST} 个字）。", open.len(), named(Lang::Zh)),
        format!(
            "{} of the checks must be explained: {}. Say in at least {REASON_LEAST} characters why the case passes all the same.",
            open.len(),
            named(Lang::En)
        ),
    )
}
