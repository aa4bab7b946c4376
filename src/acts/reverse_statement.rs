//! A statement is taken back whole by a credit statement with the opposite sign; nothing is
//! deleted, and the month can be billed anew. The person who issued it cannot do it.

use chrono::Datelike;

use super::answer_statement::{move_on, next_state, own_statement};
use super::issue_statement::sign;
use super::{Act, Outcome, refuse};
use crate::metering::statement::{LineClass, LineName, StatementAct, StatementLine};
use crate::money::Fen;
use crate::store;
use crate::store::statement::{NewStatement, Statement};

/// Reverses a statement and gives the number of its credit statement.
///
/// # Errors
/// What the table of statements says; a purchase that a living application holds; credit that a
/// later statement used up.
pub fn reverse_statement(act: &mut Act<'_>, number: &str, seen_version: i64, reason: &str) -> Outcome<String> {
    let (statement, contract, mut standing) = own_statement(act, number)?;
    let next = next_state(act, &statement, &standing, StatementAct::Reverse, reason)?;
    held_by_nobody(act, &statement)?;
    let later_credit = store::statement::of_contract(act.db, contract.id)?.iter().any(|(later, standing)| {
        later.id > statement.id && later.credit_brought_fen.is_positive() && super::billing::is_living(&standing.state)
    });
    if statement.credit_left_fen.is_positive() && later_credit {
        return refuse(
            "credit_used",
            "这份对账单的余额已被后续对账单抵用，请先冲销后续对账单。",
            "A later statement used the credit of this one; reverse that one first.",
        );
    }
    let credit = credit(act, &statement)?;
    for (pool, amount) in store::statement::moves(act.db, statement.id)? {
        store::statement::draw(act.db, pool, credit.0, Fen::ZERO - amount)?;
    }
    reason.trim().clone_into(&mut standing.reason);
    move_on(act, &statement, standing, seen_version, next, StatementAct::Reverse, reason.trim())?;
    Ok(credit.1)
}

/// A purchase that stands in a living application is let go of first; what was paid is claimed back.
fn held_by_nobody(act: &mut Act<'_>, statement: &Statement) -> Outcome<()> {
    let ids: Vec<_> = store::purchase::of_statement(act.db, statement.id)?.iter().map(|purchase| purchase.id).collect();
    if let Some((_, application)) = store::purchase::holders(act.db, &ids)?.first() {
        return refuse(
            "purchase_held",
            format!("申请 {application} 正在使用这份对账单，须先撤回或驳回该申请；已拨付的须先追回。"),
            format!(
                "Application {application} rests on this statement: withdraw or reject it first; what was paid has to be clawed back first."
            ),
        );
    }
    Ok(())
}

fn credit(act: &mut Act<'_>, original: &Statement) -> Outcome<(crate::ids::StatementId, String)> {
    let lines = taken_back(&original.number, store::statement::lines(act.db, original.id)?);
    let less = |amount: Fen| Fen::ZERO - amount;
    let mut new = NewStatement {
        number: store::number::next(act.db, "S", act.today().year())?,
        version: store::statement::last_version(act.db, original.contract_id, &original.period)? + 1,
        kind: "credit".to_owned(),
        reverses_id: Some(original.id),
        usage_fen: less(original.usage_fen),
        adjustment_fen: less(original.adjustment_fen),
        total_fen: less(original.total_fen),
        credit_brought_fen: less(original.credit_brought_fen),
        prepaid_cash_fen: less(original.prepaid_cash_fen),
        non_cash_fen: less(original.non_cash_fen),
        payable_fen: less(original.payable_fen),
        credit_left_fen: less(original.credit_left_fen),
        lines_digest: hex::encode(crate::metering::statement::lines_digest(&original.period, &lines)),
        issued_by: act.actor.account,
        issued_at: act.stamp(),
        ..original.as_new()
    };
    sign(act, &mut new)?;
    let (by, at) = (act.actor.account, act.stamp());
    let id = store::statement::insert(act.db, &new, &lines, "credit", by, at)?;
    Ok((id, new.number))
}

/// The lines of a statement with the opposite sign, each naming the line that it takes back.
pub fn taken_back(number: &str, lines: Vec<StatementLine>) -> Vec<StatementLine> {
    (1_i64..)
        .zip(lines)
        .map(|(place, mut line)| {
            line.line.quantity = -line.line.quantity;
            line.line.amount_num = -line.line.amount_num;
            line.line.amount = Fen::ZERO - line.line.amount;
            line.class = LineClass::Reversal;
            line.corrects = Some(LineName { statement: number.to_owned(), line: place });
            line
        })
        .collect()
}
