//! A reviewer's remark on one paper. It stays inside the house until the case is returned.

use super::{Act, ActError, Line, Outcome, no_longer_than, refuse_field};
use crate::application::State;
use crate::ids::MaterialId;
use crate::party::Role;
use crate::store;
use crate::store::application::{Application, Material};

/// Longest remark, in characters.
pub const REMARK_MOST: usize = 300;

/// Writes or takes back (empty text) the remark of a paper.
///
/// # Errors
/// `NotFound` for a paper of another application; refusals for a case that is not under review
/// and for a text that is too long.
pub fn add_remark(act: &mut Act<'_>, number: &str, seen_version: i64, paper: MaterialId, remark: &str) -> Outcome<()> {
    act.must_hold(Role::TaskForce)?;
    let application = act.application(number, Some(seen_version))?;
    if !under_review(application.state) {
        return refuse_field(
            "wrong_state",
            "remark",
            "这项申请现在不在审核中，不能批注。",
            "The application is not under review now, so no remark can be made.",
        );
    }
    let material = paper_of(act, &application, paper)?;
    no_longer_than(REMARK_MOST, "remark", remark)?;
    store::remark::set(act.db, paper, remark)?;
    act.write_line(&Line {
        act: "add_remark",
        enterprise: Some(application.enterprise_id),
        application: Some(application.id),
        subject: &application.number,
        from_state: Some(application.state),
        to_state: Some(application.state),
        reason: remark,
        detail: &material.file_name,
    })
}

const fn under_review(state: State) -> bool {
    matches!(state, State::Submitted | State::ProviderConfirmed | State::Prechecked | State::PreliminaryPassed)
}

/// A paper of this very application.
pub(super) fn paper_of(act: &mut Act<'_>, application: &Application, paper: MaterialId) -> Outcome<Material> {
    let found = store::application::material(act.db, paper)?.ok_or(ActError::NotFound)?;
    if found.application_id == application.id && found.removed_at.is_none() { Ok(found) } else { Err(ActError::NotFound) }
}
