//! Finance records what the bank did with the lines of an ordered batch: paid on a day, or sent
//! back with a reason. What was sent back is reserved again and can be drawn up anew.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::letters::Tell;
use super::{Act, ActError, Line, Outcome, refuse, refuse_field};
use crate::application::ActKind;
use crate::calendar::{beijing_date, full_date};
use crate::ids::ApplicationId;
use crate::lang::Lang;
use crate::ledger::Occasion;
use crate::money::Fen;
use crate::payout::{BatchState, LineState};
use crate::store;
use crate::store::payout::{Batch, Disbursement};

/// What the bank says of some lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAnswer {
    /// The rows of the lines.
    pub lines: Vec<i64>,
    /// The day on the bank's slip.
    pub on: NaiveDate,
    /// Why the transfer failed; `None` when it was paid.
    pub failure: Option<String>,
}

/// Records the answer for all named lines at once.
///
/// # Errors
/// Refusals: no line, one that is settled already, a day before the order or after today, a
/// failure without a reason, a batch changed meanwhile.
pub fn settle_lines(act: &mut Act<'_>, number: &str, seen_version: i64, answer: &BankAnswer) -> Outcome<()> {
    let (mut batch, lines) = act.batch(number, seen_version, BatchState::Approved)?;
    let by = act.account()?;
    check(act, &batch, answer)?;
    let mut picked: Vec<&Disbursement> = Vec::new();
    for id in answer.lines.iter().collect::<BTreeSet<_>>() {
        let line = lines.iter().find(|line| line.id == *id).ok_or(ActError::NotFound)?;
        if line.state != LineState::Ordered {
            return refuse("line_settled", "其中有已登记结果的行，请刷新页面。", "One of the lines is settled already; reload the page.");
        }
        picked.push(line);
    }
    // Budgets are locked in the order that every writer takes.
    picked.sort_by_key(|line| (line.tier, line.year, line.id));
    let (occasion, state) =
        if answer.failure.is_none() { (Occasion::Pay, LineState::Paid) } else { (Occasion::Unorder, LineState::Failed) };
    let failure = answer.failure.as_deref().unwrap_or_default();
    for line in &picked {
        let application = store::application::find(act.db, line.application_id)?.ok_or(ActError::NotFound)?;
        let row = act.grant_of(line)?;
        act.post(&application, &row, occasion, line.amount_fen)?;
        store::payout::settle_line(act.db, line.id, state, failure, by, answer.on)?;
    }
    let touched: BTreeSet<ApplicationId> = picked.iter().map(|line| line.application_id).collect();
    for id in touched {
        act.conclude(&batch, id)?;
    }
    let open = store::payout::lines(act.db, batch.id)?.iter().any(|line| line.state == LineState::Ordered);
    if !open {
        batch.state = BatchState::Settled;
        batch.settled_at = Some(act.stamp());
    }
    act.save_batch(&batch)?;
    let total: Fen = picked.iter().map(|line| line.amount_fen).sum();
    let detail = format!("{} · {} · {}", picked.len(), total.display(), answer.on);
    let word = if answer.failure.is_none() { "mark_paid" } else { "mark_failed" };
    act.write_line(&Line { act: word, subject: number, reason: failure, detail: &detail, ..Line::default() })
}

fn check(act: &Act<'_>, batch: &Batch, answer: &BankAnswer) -> Outcome<()> {
    if answer.lines.is_empty() {
        return refuse_field("nothing_picked", "line-1", "请至少勾选一行。", "Tick at least one line.");
    }
    if answer.failure.as_deref().is_some_and(str::is_empty) {
        return refuse_field("no_reason", "failure", "请填写银行退回的原因。", "Enter the bank's reason.");
    }
    if answer.on > act.today() {
        return refuse_field("future_day", "on", "银行日期不能晚于今天。", "The bank's day cannot be after today.");
    }
    let ordered_on = batch.approved_at.map(|at| beijing_date(at.and_utc())).unwrap_or_default();
    if answer.on < ordered_on {
        return refuse_field(
            "before_order",
            "on",
            format!("银行日期不能早于下达日 {}。", full_date(ordered_on, Lang::Zh)),
            format!("The bank's day cannot be before the order of {}.", full_date(ordered_on, Lang::En)),
        );
    }
    Ok(())
}

impl Act<'_> {
    /// Moves an application on once every line of it in the batch is settled: paid when nothing is
    /// left to pay, failed when any line was sent back.
    fn conclude(&mut self, batch: &Batch, id: ApplicationId) -> Outcome<()> {
        let lines: Vec<Disbursement> =
            store::payout::lines(self.db, batch.id)?.into_iter().filter(|line| line.application_id == id).collect();
        if lines.iter().any(|line| line.state == LineState::Ordered) {
            return Ok(());
        }
        let mut application = store::application::find(self.db, id)?.ok_or(ActError::NotFound)?;
        let failed: Vec<&str> = lines.iter().filter(|line| line.state == LineState::Failed).map(|line| line.failure.as_str()).collect();
        let amount: Fen = lines.iter().filter(|line| line.state == LineState::Paid).map(|line| line.amount_fen).sum();
        let (word, reason) =
            if failed.is_empty() { (ActKind::ConfirmPayment, String::new()) } else { (ActKind::FailPayment, failed.join(";")) };
        self.advance(&mut application, word, &reason, &batch.number)?;
        let told = if failed.is_empty() { Some(amount) } else { None };
        self.tell_enterprise(&application, word, &Tell { words: &reason, amount: told, ..Tell::default() })
    }
}
