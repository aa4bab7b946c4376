//! The auditor or the competent authority demands paid money back. The books move when it arrives.

use chrono::Datelike;

use super::letters::Tell;
use super::{Act, ActError, Outcome, refuse_field};
use crate::application::ActKind;
use crate::code::Tier;
use crate::ids::ApplicationId;
use crate::lang::Lang;
use crate::money::Fen;
use crate::payout::{Cause, ClawbackState, LineState};
use crate::store;
use crate::store::Db;
use crate::store::clawback::NewClawback as NewRow;

/// A demand as entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClawback {
    pub tier: Tier,
    pub year: i64,
    pub amount: Fen,
    pub cause: Cause,
    pub reason: String,
    /// Under fraud: the fine that the authority decided, in its words. Recorded, never computed.
    pub fine_note: String,
}

/// Opens a clawback and gives its number.
///
/// # Errors
/// `NotAllowed` for others, refusals: nothing paid, more than was paid and not yet taken back.
pub fn open_clawback(act: &mut Act<'_>, number: &str, seen_version: Option<i64>, new: &NewClawback) -> Outcome<String> {
    let mut application = act.application(number, seen_version)?;
    act.next_state(&application, ActKind::OpenClawback)?;
    let by = act.account()?;
    if new.reason.is_empty() {
        return refuse_field("no_reason", "reason", "请写明追回的事实与依据。", "State the facts and the grounds.");
    }
    if !new.amount.is_positive() {
        return refuse_field("no_amount", "amount", "追回金额须大于零。", "The amount must be above zero.");
    }
    let most = left_to_claim(act.db, application.id, new.tier, new.year)?;
    if new.amount > most {
        let title = new.tier.title();
        return refuse_field(
            "more_than_paid",
            "amount",
            format!("{} {} 年已拨付且未追回的只有 {}。", title.zh, new.year, most.display()),
            format!("Only {} of the {} {} grant was paid and not yet claimed back.", most.display(), title.en, new.year),
        );
    }
    let row_number = store::number::next(act.db, "C", act.today().year())?;
    let row = NewRow {
        number: &row_number,
        application_id: application.id,
        tier: new.tier,
        year: new.year,
        amount_fen: new.amount,
        cause: new.cause,
        reason: &new.reason,
        fine_note: &new.fine_note,
        state: ClawbackState::Due,
        opened_by: by,
        opened_at: act.now.naive_utc(),
    };
    store::clawback::insert(act.db, &row)?;
    let title = new.tier.title();
    let detail = format!("{row_number} · {} {} · {} · {}", title.zh, new.year, new.amount.display(), new.cause.label(Lang::Zh));
    act.advance(&mut application, ActKind::OpenClawback, &new.reason, &detail)?;
    act.tell_enterprise(&application, ActKind::OpenClawback, &Tell { words: &new.reason, amount: Some(new.amount), ..Tell::default() })?;
    Ok(row_number)
}

/// What of a grant was paid and has not been claimed back yet.
///
/// # Errors
/// A fault of the database.
pub fn left_to_claim(db: &mut Db, id: ApplicationId, tier: Tier, year: i64) -> Result<Fen, ActError> {
    let paid: Fen = store::payout::lines_of_application(db, id)?
        .iter()
        .filter(|line| line.state == LineState::Paid && (line.tier, line.year) == (tier, year))
        .map(|line| line.amount_fen)
        .sum();
    let claimed: Fen =
        store::clawback::of_application(db, id)?.iter().filter(|row| (row.tier, row.year) == (tier, year)).map(|row| row.amount_fen).sum();
    Ok((paid - claimed).or_zero())
}
