//! A correction that did not come in time counts as a withdrawal.

use super::letters::Tell;
use super::release::let_go;
use super::{Act, Outcome};
use crate::application::{ActKind, State};

/// Lapses one application when its day is over. `false` when there is nothing to do any more, so
/// that the job may run twice.
///
/// # Errors
/// What the workflow says; faults of the database.
pub fn lapse_correction(act: &mut Act<'_>, number: &str) -> Outcome<bool> {
    let mut application = act.application(number, None)?;
    let today = act.today();
    let over = application.correction_due.is_some_and(|due| due < today);
    if application.state != State::Returned || !over {
        return Ok(false);
    }
    let due = application.correction_due.map(|due| due.to_string()).unwrap_or_default();
    let_go(act, &mut application, true)?;
    act.advance(&mut application, ActKind::LapseCorrection, "", &due)?;
    act.tell_enterprise(&application, ActKind::LapseCorrection, &Tell::default())?;
    Ok(true)
}
