//! The approver (复核人) orders a batch: another person than the maker, checked here and by the
//! table itself. Every line moves its money from reserved to ordered.

use std::collections::BTreeSet;

use super::draw_up_batch::undecided_letter;
use super::letters::Tell;
use super::{Act, ActError, Line, Outcome, refuse};
use crate::application::ActKind;
use crate::ids::ApplicationId;
use crate::ledger::Occasion;
use crate::payout::{BatchState, LineState, Obstacle};
use crate::store;
use crate::store::payout::Disbursement;
use crate::store::subsidy::Subsidy;
use crate::trail::with_digest;

/// # Errors
/// Refusals: the maker approves, an account changed since, a red letter came since, a batch changed
/// meanwhile.
pub fn approve_batch(act: &mut Act<'_>, number: &str, seen_version: i64) -> Outcome<()> {
    let (mut batch, mut lines) = act.batch(number, seen_version, BatchState::DrawnUp)?;
    act.payouts_must_be_open()?;
    let by = act.account()?;
    if batch.drawn_up_by == by {
        return refuse(
            "four_eyes",
            "这个批次是您制的单，须由另一位财政人员复核。",
            "You drew this batch up; another person of finance has to approve it.",
        );
    }
    // Budgets are locked in the order that every writer takes.
    lines.sort_by_key(|line| (line.tier, line.year, line.id));
    for line in &lines {
        act.order(line)?;
    }
    let applications: BTreeSet<ApplicationId> = lines.iter().map(|line| line.application_id).collect();
    for id in applications {
        let mut application = store::application::find(act.db, id)?.ok_or(ActError::NotFound)?;
        act.advance(&mut application, ActKind::OrderPayment, "", number)?;
        let amount = lines.iter().filter(|line| line.application_id == id).map(|line| line.amount_fen).sum();
        act.tell_enterprise(&application, ActKind::OrderPayment, &Tell { amount: Some(amount), ..Tell::default() })?;
    }
    batch.state = BatchState::Approved;
    batch.approved_by = Some(by);
    batch.approved_at = Some(act.stamp());
    act.save_batch(&batch)?;
    lines.sort_by_key(|line| line.id);
    let detail = format!("{} · {}", lines.len(), batch.total_fen.display());
    let detail = with_digest(&detail, &store::payout::content_digest(&batch, &lines));
    act.write_line(&Line { act: "approve_batch", subject: number, detail: &detail, ..Line::default() })
}

impl Act<'_> {
    fn order(&mut self, line: &Disbursement) -> Outcome<()> {
        let application = store::application::find(self.db, line.application_id)?.ok_or(ActError::NotFound)?;
        let account = store::bank::active(self.db, application.enterprise_id)?;
        if account.is_none_or(|now| (now.account_name, now.account_no) != (line.account_name.clone(), line.account_no.clone())) {
            return refuse(
                "account_changed",
                format!("{} 的收款账户在制单后变更，请作废本批次并重新制单。", application.number),
                format!("The bank account of {} changed after the batch was drawn up. Cancel it and draw up again.", application.number),
            );
        }
        if let Some(letter) = undecided_letter(self.db, application.id)? {
            let why = Obstacle::RedLetter(letter).text(&application.number);
            return refuse("red_letter", why.zh, why.en);
        }
        let row = self.grant_of(line)?;
        self.post(&application, &row, Occasion::Order, line.amount_fen)?;
        Ok(store::payout::set_line_state(self.db, line.id, LineState::Ordered)?)
    }

    /// The subsidy row that a line pays.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub(super) fn grant_of(&mut self, line: &Disbursement) -> Outcome<Subsidy> {
        let rows = store::subsidy::of_application(self.db, line.application_id)?;
        rows.into_iter().find(|row| (row.tier, row.year) == (line.tier, line.year)).ok_or(ActError::NotFound)
    }
}
