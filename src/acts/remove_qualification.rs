//! An enterprise removes an entry it made. What was accepted and carries an application under
//! way stays until that is decided.

use super::{Act, ActError, Line, Outcome, refuse};
use crate::application::State;
use crate::ids::QualificationId;
use crate::store;

/// # Errors
/// `NotFound` for another enterprise's; refusals for what a registry says and while applications stand
/// on it.
pub fn remove_qualification(act: &mut Act<'_>, id: QualificationId) -> Outcome<()> {
    let enterprise = act.own_enterprise()?;
    let entry = store::qualification::find(act.db, id)?.filter(|entry| entry.enterprise_id == enterprise && entry.state != "removed");
    let entry = entry.ok_or(ActError::NotFound)?;
    if entry.registry_row_id.is_some() {
        return refuse(
            "entry_of_registry",
            "这一条来自主管部门的登记名单，不能移除。有误的，请联系名单的发布单位更正。",
            "This entry comes from the registry's own list and cannot be removed. If it is wrong, ask its publisher to correct it.",
        );
    }
    if entry.state == "accepted" {
        let settled = |state: State| {
            matches!(state, State::Draft | State::Paid | State::Rejected | State::Withdrawn | State::ClawbackDue | State::ClawedBack)
        };
        let under_way = store::application::of_enterprise(act.db, enterprise)?.into_iter().filter(|known| !settled(known.state));
        let numbers: Vec<String> = under_way.map(|known| known.number).collect();
        if !numbers.is_empty() {
            let numbers = numbers.join("、");
            return refuse(
                "entry_in_use",
                format!("这一条已核对通过，正在办理的申请（{numbers}）以它为依据，办结后才能移除。"),
                format!(
                    "This entry was accepted and the applications under way ({numbers}) stand on it; it can be removed once they are decided."
                ),
            );
        }
    }
    if !store::qualification::decide(act.db, id, &entry.state, "removed", &entry.reason, act.actor.account, act.now.naive_utc())? {
        return refuse("entry_changed", "这一条刚刚被核对过，请刷新页面。", "This entry has just been checked; reload the page.");
    }
    act.write_line(&Line {
        act: "remove_qualification",
        enterprise: Some(enterprise),
        subject: entry.kind.as_str(),
        detail: &format!("{} {}–{}", entry.number, entry.valid_from, entry.valid_to),
        ..Line::default()
    })
}
