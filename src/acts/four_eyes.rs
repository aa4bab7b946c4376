//! Four eyes: a person stands on one side of a case for ever, as preparer (coaching, precheck,
//! preliminary review) or as final reviewer (policy.md §3). Checked inside the transaction; the
//! primary key of the sides is the backstop against two clicks at the same moment.

use super::{Act, ActError, Outcome, refuse};
use crate::application::State;
use crate::store;
use crate::store::application::Application;

/// The side of a case somebody acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Preparer,
    Final,
}

impl Side {
    /// The side that decides an application in this state.
    #[must_use]
    pub const fn deciding(state: State) -> Side {
        if matches!(state, State::PreliminaryPassed) { Side::Final } else { Side::Preparer }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Side::Preparer => "preparer",
            Side::Final => "final",
        }
    }
}

/// Puts the actor on a side of the case.
///
/// # Errors
/// The refusal `four_eyes` when the actor stands on the other side; faults of the database.
pub fn take_side(act: &mut Act<'_>, application: &Application, side: Side) -> Outcome<()> {
    let who = act.account()?;
    let stands = store::application::side_of(act.db, application.id, who)?;
    if stands.is_some_and(|other| other != side.as_str()) {
        return stands_on_the_other(side);
    }
    match store::application::take_side(act.db, application.id, who, side.as_str()) {
        Err(fault) if fault.is_unique_violation() => stands_on_the_other(side),
        done => done.map_err(ActError::from),
    }
}

fn stands_on_the_other<T>(side: Side) -> Outcome<T> {
    match side {
        Side::Final => refuse(
            "four_eyes",
            "您已参与本案的辅导、预审或初审，不能再做复审。请改派给未参与本案、有复审权限的同事。",
            "You have coached, prechecked or preliminarily reviewed this case, so you cannot do its final review. Assign it to a final reviewer who has not touched it.",
        ),
        Side::Preparer => refuse(
            "four_eyes",
            "您已做过本案的复审，不能再做辅导、预审或初审。请改派给其他同事。",
            "You have acted as final reviewer of this case, so you cannot coach, precheck or preliminarily review it. Assign it to a colleague.",
        ),
    }
}
