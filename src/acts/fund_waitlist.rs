//! Applications on the waiting list go on, first come first served, as soon as there is budget
//! again: after an appropriation, a release, a recovered clawback. Each has a transaction of its own.

use chrono::{DateTime, Utc};

use super::assessment::facts_of_submission;
use super::case_facts::Trust;
use super::confirm_by_statements::confirm_by_statements;
use super::letters::Tell;
use super::waiting_line::SpokenFor;
use super::{Act, ActError, Fault, House, Outcome, Store, perform, refuse};
use crate::application::ActKind;
use crate::party::Actor;
use crate::store::application::Application;

/// Funds whatever can be funded, in order of submission, and says how many went on.
///
/// # Errors
/// A fault of the database. An application that still gets nothing stays where it is.
pub fn fund_all(store: &Store, house: &House, now: DateTime<Utc>) -> Result<usize, Fault> {
    // A look before the transactions: most rounds find nothing and should write nothing.
    let turns = match store.read(|db| SpokenFor::by_everybody(db, house)) {
        Ok(spoken_for) => spoken_for.numbers,
        Err(ActError::Fault(fault)) => return Err(fault),
        Err(_) => Vec::new(),
    };
    let system = Actor::system();
    let mut funded = 0;
    for number in turns {
        match perform(store, house, &system, now, |act| fund(act, &number)) {
            Ok(()) => funded += 1,
            Err(ActError::Fault(fault)) => return Err(fault),
            Err(why) => tracing::debug!(number, ?why, "stays on the waiting list"),
        }
    }
    Ok(funded)
}

/// Funds one application: evaluated as of its submission, held, back in the queue.
///
/// # Errors
/// `still_waiting` when the budget gives it nothing; then nothing is written.
pub fn fund(act: &mut Act<'_>, number: &str) -> Outcome<()> {
    let mut application: Application = act.application(number, None)?;
    act.next_state(&application, ActKind::Fund)?;
    let facts = facts_of_submission(act.db, &application, Trust::EnteredOrAccepted)?;
    let assessment = act.assess_and_hold(&mut application, &facts, ActKind::Fund.as_str())?;
    if assessment.result()?.total.is_zero() {
        return refuse("still_waiting", "预算仍不足，继续排队。", "There is still no budget; the application keeps waiting.");
    }
    let detail = application.total_fen.display();
    act.advance(&mut application, ActKind::Fund, "", &detail)?;
    confirm_by_statements(act, &mut application)?;
    act.tell_enterprise(&application, ActKind::Fund, &Tell::default())
}
