//! What every step of filling in has in common: the application must be open for changes, and
//! each save is kept, counted and traced.

use super::{Act, Outcome};
use crate::application::ActKind;
use crate::store::application::Application;

/// An application that the actor may change now.
///
/// # Errors
/// `NotFound` for others' applications, a refusal that names the state, `Stale` when
/// `seen_version` is not the current one.
pub(super) fn open(act: &mut Act<'_>, number: &str, seen_version: Option<i64>) -> Outcome<Application> {
    let application = act.application(number, seen_version)?;
    act.next_state(&application, ActKind::SaveDraft)?;
    Ok(application)
}

/// Saves a step. When the content changed, the calculation must be looked at again.
///
/// # Errors
/// `Stale` when somebody was faster; faults of the database.
pub(super) fn save(act: &mut Act<'_>, application: &mut Application, content_changed: bool, detail: &str) -> Outcome<()> {
    application.saved_at = act.stamp();
    if content_changed {
        application.previewed_at = None;
    }
    act.advance(application, ActKind::SaveDraft, "", detail)
}
