//! Finance records that demanded money has arrived: it leaves the book of paid money, the budget
//! has it again, and so has the enterprise's room under the yearly cap.

use chrono::NaiveDate;

use super::letters::Tell;
use super::{Act, ActError, Outcome, refuse, refuse_field};
use crate::application::ActKind;
use crate::calendar::{beijing_date, full_date};
use crate::lang::Lang;
use crate::ledger::Occasion;
use crate::party::Role;
use crate::store;

/// # Errors
/// Refusals: recovered already, a day before the demand or after today.
pub fn recover_clawback(act: &mut Act<'_>, number: &str, on: NaiveDate) -> Outcome<()> {
    act.must_hold(Role::Finance)?;
    let by = act.account()?;
    let clawback = store::known::clawback(act.db, act.actor, number)?.ok_or(ActError::NotFound)?;
    let opened_on = beijing_date(clawback.opened_at.and_utc());
    if on > act.today() {
        return refuse_field("future_day", "on", "到账日不能晚于今天。", "The day of arrival cannot be after today.");
    }
    if on < opened_on {
        return refuse_field(
            "before_demand",
            "on",
            format!("到账日不能早于发起追回的 {}。", full_date(opened_on, Lang::Zh)),
            format!("The day of arrival cannot be before the demand of {}.", full_date(opened_on, Lang::En)),
        );
    }
    if !store::clawback::recover(act.db, clawback.id, by, on)? {
        return refuse("already_recovered", format!("{number} 已登记收回。"), format!("{number} is recorded as recovered already."));
    }
    let mut application = store::application::find(act.db, clawback.application_id)?.ok_or(ActError::NotFound)?;
    let rows = store::subsidy::of_application(act.db, application.id)?;
    let row = rows.into_iter().find(|row| (row.tier, row.year) == (clawback.tier, clawback.year)).ok_or(ActError::NotFound)?;
    act.post(&application, &row, Occasion::ClawBack, clawback.amount_fen)?;
    store::subsidy::set_held(act.db, row.id, row.held_fen - clawback.amount_fen)?;
    // room_cap(t) = cap(t) − Σ (paid + reserved − clawed back): the room returns (policy.md §4).
    if !store::budget::use_cap(act.db, application.enterprise_id, row.tier, row.year, -clawback.amount_fen)? {
        return refuse(
            "cap_changed",
            "年度额度记录与账簿不一致，请联系审计核对。",
            "The yearly cap does not agree with the books; have the auditor look.",
        );
    }
    act.advance(&mut application, ActKind::Recover, "", number)?;
    act.tell_enterprise(&application, ActKind::Recover, &Tell { amount: Some(clawback.amount_fen), ..Tell::default() })
}
