//! The administrator puts another policy pack in force. Applications that were begun keep the
//! pack they carry.

use super::{Act, ActError, Line, Outcome, no_longer_than, refuse, refuse_field};
use crate::party::Role;
use crate::store;

/// # Errors
/// `NotFound` for a pack this program does not have; refusals without a reason or when it is in
/// force already.
pub fn activate_pack(act: &mut Act<'_>, id: &str, reason: &str) -> Outcome<()> {
    act.must_hold(Role::Administrator)?;
    let Some(pack) = act.house.packs.get(id) else { return Err(ActError::NotFound) };
    if reason.is_empty() {
        return refuse_field("no_reason", "reason", "请写明理由或文号。", "Give the reason or the document's number.");
    }
    no_longer_than(300, "reason", reason)?;
    let before = act.pack_in_force()?.id.clone();
    if before == id {
        return refuse("pack_in_force", "这个政策包正在施行。", "This pack is in force already.");
    }
    store::pack::activate(act.db, id, &pack.sha256, reason, act.actor.account, act.now.naive_utc())?;
    act.write_line(&Line {
        act: "activate_pack",
        subject: id,
        reason,
        detail: &format!("{before} → {id} sha256 {}", pack.sha256),
        ..Line::default()
    })
}
