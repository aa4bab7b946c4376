//! Gives an application to a member of the task force.

use super::{Act, Outcome, refuse_field};
use crate::application::ActKind;
use crate::ids::AccountId;
use crate::party::Duty;
use crate::store;

/// Assigns; `to` may be the actor. The case stays as it is.
///
/// # Errors
/// A refusal for somebody outside the task force; what the workflow says; a stale page.
pub fn assign_application(act: &mut Act<'_>, number: &str, seen_version: i64, to: AccountId) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::Assign)?;
    let members = store::account::with_duty(act.db, Duty::TaskForce)?;
    let Some(member) = members.into_iter().find(|member| member.id == to) else {
        return refuse_field("not_task_force", "to", "请选择一位专班成员。", "Choose a member of the task force.");
    };
    application.assigned_to = Some(to);
    act.advance(&mut application, ActKind::Assign, "", &member.name)
}
