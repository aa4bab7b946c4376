//! Somebody has looked at what was granted on a listing that ended, and says what came of it. Money
//! that must come back is demanded by a clawback of its own.

use super::check_registry_list::must_keep_lists;
use super::{Act, ActError, Line, Outcome, no_longer_than, refuse, refuse_field};
use crate::store;

/// # Errors
/// Refusals: no word of what came of it, settled already.
pub fn settle_withdrawal(act: &mut Act<'_>, id: i64, note: &str) -> Outcome<()> {
    let task = store::registry_word::withdrawal(act.db, id)?.ok_or(ActError::NotFound)?;
    must_keep_lists(act, task.kind)?;
    let note = note.trim();
    if note.chars().count() < 5 {
        return refuse_field(
            "no_note",
            "note",
            "请写明复核结论（至少 5 个字），例如追回编号或不追回的理由。",
            "Say what came of it in at least 5 characters, such as the number of the clawback or why there is none.",
        );
    }
    no_longer_than(300, "note", note)?;
    let (by, at) = (act.account()?, act.stamp());
    if !store::registry_word::settle(act.db, id, note, by, at)? {
        return refuse("settled_already", "这一项已经复核，请刷新页面。", "This one was settled already; reload the page.");
    }
    act.write_line(&Line {
        act: "settle_withdrawal",
        enterprise: Some(task.enterprise_id),
        subject: task.kind.as_str(),
        reason: note,
        detail: &format!("{} {}", task.number, task.effect_on),
        ..Line::default()
    })
}
