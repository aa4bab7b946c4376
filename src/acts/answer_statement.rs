//! What happens to an issued statement: the enterprise confirms or disputes it, the centre answers
//! a dispute. Reversal has an act of its own.

use super::reconcile_purchase::reconcile_purchase;
use super::{Act, ActError, Line, Outcome, Refusal};
use crate::ids::AccountId;
use crate::metering::statement::{Asked, StatementAct, StatementRefusal, StatementState, apply};
use crate::store;
use crate::store::metering::Contract;
use crate::store::statement::{Standing, Statement};

/// A statement of one of the actor's own contracts, with the contract and where it stands.
///
/// # Errors
/// `NotFound` for another enterprise's or centre's, an unknown number, a credit statement.
pub fn own_statement(act: &mut Act<'_>, number: &str) -> Outcome<(Statement, Contract, Standing)> {
    if act.actor.enterprise().is_none() && act.actor.provider().is_none() {
        return Err(ActError::NotFound);
    }
    let (statement, contract) = store::known::statement(act.db, act.actor, number)?.ok_or(ActError::NotFound)?;
    let standing = store::statement::standing(act.db, statement.id)?.ok_or(ActError::NotFound)?;
    Ok((statement, contract, standing))
}

/// Confirms, disputes or answers. A dispute and an answer carry a reason that the other side reads.
///
/// # Errors
/// What the table of statements says; a statement that somebody else moved on at the same moment.
pub fn answer_statement(act: &mut Act<'_>, number: &str, seen_version: i64, kind: StatementAct, reason: &str) -> Outcome<()> {
    let (statement, _, mut standing) = own_statement(act, number)?;
    let next = next_state(act, &statement, &standing, kind, reason)?;
    let reason = reason.trim();
    match kind {
        StatementAct::Resolve => reason.clone_into(&mut standing.answer),
        StatementAct::Dispute => reason.clone_into(&mut standing.reason),
        StatementAct::Confirm => {}
        StatementAct::Issue | StatementAct::Reverse => return Err(ActError::NotAllowed),
    }
    move_on(act, &statement, standing, seen_version, next, kind, reason)
}

/// The state after an act, by the table.
pub(super) fn next_state(
    act: &mut Act<'_>,
    statement: &Statement,
    standing: &Standing,
    kind: StatementAct,
    reason: &str,
) -> Outcome<StatementState> {
    let state = StatementState::parse(&standing.state).ok_or(ActError::NotFound)?;
    let person = act.actor.account.unwrap_or(AccountId::new(0));
    let roles = act.actor.roles();
    let asked = Asked { act: kind, roles: &roles, person, issuer: statement.issued_by, reason };
    apply(state, &asked).map_err(|refusal| match refusal {
        StatementRefusal::WrongRole { .. } => ActError::NotAllowed,
        StatementRefusal::WrongState { .. } | StatementRefusal::SamePerson => refused(refusal, None),
        StatementRefusal::ReasonMissing { .. } => refused(refusal, Some("reason")),
    })
}

fn refused(refusal: StatementRefusal, field: Option<&str>) -> ActError {
    let code = match refusal {
        StatementRefusal::WrongState { .. } => "wrong_state",
        StatementRefusal::WrongRole { .. } => "wrong_role",
        StatementRefusal::ReasonMissing { .. } => "reason_missing",
        StatementRefusal::SamePerson => "same_person",
    };
    ActError::Refused(vec![Refusal { code, field: field.map(ToOwned::to_owned), text: refusal.text() }])
}

/// Saves the new state, works out what became of the purchases, and writes the line.
pub(super) fn move_on(
    act: &mut Act<'_>,
    statement: &Statement,
    mut standing: Standing,
    seen_version: i64,
    next: StatementState,
    kind: StatementAct,
    reason: &str,
) -> Outcome<()> {
    let before = std::mem::replace(&mut standing.state, next.as_str().to_owned());
    standing.version = seen_version;
    standing.changed_by = act.actor.account;
    standing.changed_at = act.stamp();
    if !store::statement::save_standing(act.db, &standing)? {
        return super::refuse(
            "statement_moved_on",
            "对账单刚刚被别人处理过，请刷新页面。",
            "Somebody else has just dealt with this statement. Reload the page.",
        );
    }
    for purchase in store::purchase::of_statement(act.db, statement.id)? {
        reconcile_purchase(act, purchase.id)?;
    }
    let detail = format!("{before} → {next}");
    let name = format!("{kind}_statement");
    act.write_line(&Line { act: &name, subject: &statement.number, reason, detail: &detail, ..Line::default() })
}
