//! Finance records money that a level of government put into a year's budget, or took back out of
//! it, under the number of the document that says so.

use chrono::Datelike;

use super::{Act, ActError, Line, Outcome, refuse_field};
use crate::code::Tier;
use crate::lang::Text;
use crate::ledger::{Movement, Occasion};
use crate::money::Fen;
use crate::party::Role;
use crate::store;

/// An appropriation as finance enters it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAppropriation {
    pub tier: Tier,
    pub year: i64,
    /// Below zero: taken back; never more than is still available.
    pub amount: Fen,
    pub document_no: String,
    pub note: String,
}

/// Records the row and moves the money into (or out of) the budget.
///
/// # Errors
/// Refusals beside their fields: no amount, a year far off, a document known for the level and
/// year, a withdrawal above what is available.
pub fn record_appropriation(act: &mut Act<'_>, new: &NewAppropriation) -> Outcome<()> {
    act.must_hold(Role::Finance)?;
    let by = act.account()?;
    check(act, new)?;
    let row = (new.tier, new.year, new.amount);
    store::budget::insert_appropriation(act.db, row, &new.document_no, &new.note, by, act.now.naive_utc())
        .or_else(|fault| if fault.is_unique_violation() { known_document(new) } else { Err(ActError::Fault(fault)) })?;
    let movement = Movement {
        occasion: Occasion::Appropriate,
        tier: new.tier,
        year: new.year,
        application: None,
        amount: new.amount,
        note: new.document_no.clone(),
    };
    if !store::budget::post(act.db, &movement, Some(by), act.now.naive_utc())? {
        let available = store::budget::find(act.db, new.tier, new.year)?.map_or(Fen::ZERO, |budget| budget.available());
        return refuse_field(
            "budget_too_small",
            "amount",
            format!("这一级这一年可用的只有 {}，其余已预留、待拨付或已拨付，不能调减。", available.display()),
            format!("Only {} of this level and year is available; the rest is reserved, ordered or paid.", available.display()),
        );
    }
    let title: Text = new.tier.title();
    let detail = format!("{} {} {}", title.zh, new.year, new.amount.display());
    act.write_line(&Line { act: "record_appropriation", subject: &new.document_no, reason: &new.note, detail: &detail, ..Line::default() })
}

fn check(act: &mut Act<'_>, new: &NewAppropriation) -> Outcome<()> {
    let this_year = i64::from(act.today().year());
    if new.amount.is_zero() {
        return refuse_field("no_amount", "amount", "金额不能为零。", "The amount cannot be zero.");
    }
    if !(this_year - 5..=this_year + 1).contains(&new.year) {
        return refuse_field(
            "bad_year",
            "year",
            format!("年度须在 {} 至 {} 之间。", this_year - 5, this_year + 1),
            format!("The year must be between {} and {}.", this_year - 5, this_year + 1),
        );
    }
    if new.document_no.is_empty() {
        return refuse_field("no_document", "document_no", "请填写下达文号。", "Enter the number of the document.");
    }
    let known = store::budget::appropriations(act.db)?;
    if known.iter().any(|row| (row.tier, row.year) == (new.tier, new.year) && row.document_no == new.document_no) {
        return known_document(new);
    }
    Ok(())
}

fn known_document<T>(new: &NewAppropriation) -> Outcome<T> {
    let title = new.tier.title();
    refuse_field(
        "document_known",
        "document_no",
        format!("文号「{}」在{} {} 年已登记过，请核对。", new.document_no, title.zh, new.year),
        format!("Document \"{}\" is recorded for {} {} already; please check.", new.document_no, title.en, new.year),
    )
}
