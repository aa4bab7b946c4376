//! Somebody has decided about a red letter to an invoice that was granted. Money that must come back is
//! demanded by a clawback of its own.

use super::{Act, ActError, Line, Outcome, no_longer_than, refuse, refuse_field};
use crate::party::Role;
use crate::payout::recovery::TaskState;
use crate::store;

/// What was decided about a red letter.
#[derive(Clone, Debug)]
pub struct Settlement {
    pub state: TaskState,
    pub note: String,
}

/// Somebody has decided: what had to be demanded is demanded, or the letter does not concern the case.
///
/// # Errors
/// Refusals: no outcome, no word of what came of it, settled already.
pub fn settle_recovery(act: &mut Act<'_>, id: i64, settled: &Settlement) -> Outcome<()> {
    if !act.actor.holds(Role::TaskForce) && !act.actor.holds(Role::CompetentAuthority) {
        return Err(ActError::NotAllowed);
    }
    let task = store::recovery::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let application = store::application::find(act.db, task.application_id)?.ok_or(ActError::NotFound)?;
    if settled.state == TaskState::Open {
        return refuse_field("no_outcome", "outcome", "请选择处理结果。", "Choose what came of it.");
    }
    let note = settled.note.trim();
    if note.chars().count() < 5 {
        return refuse_field(
            "no_note",
            "note",
            "请写明处理结论（至少 5 个字），例如追回编号或不追回的理由。",
            "Say what came of it in at least 5 characters, such as the number of the clawback or why there is none.",
        );
    }
    no_longer_than(300, "note", note)?;
    let (by, at) = (act.account()?, act.stamp());
    if !store::recovery::settle(act.db, id, settled.state, note, by, at)? {
        return refuse("settled_already", "这一项已经处理，请刷新页面。", "This one was settled already; reload the page.");
    }
    act.write_line(&Line {
        act: "settle_recovery",
        enterprise: Some(application.enterprise_id),
        application: Some(application.id),
        subject: &task.number,
        reason: note,
        detail: settled.state.as_str(),
        ..Line::default()
    })
}
