//! A new application, as a draft, with or without purchases.

use chrono::Datelike;

use super::choose_purchases::hold;
use super::{Act, Line, Outcome};
use crate::application::State;
use crate::ids::PurchaseId;
use crate::party::Role;
use crate::store;

/// Makes a draft and answers its number.
///
/// # Errors
/// Refusals about the purchases; `NotFound` for purchases of others; faults of the database.
pub fn start_application(act: &mut Act<'_>, purchases: &[PurchaseId]) -> Outcome<String> {
    act.must_hold(Role::Enterprise)?;
    let enterprise = act.own_enterprise()?;
    let (by, at) = (act.account()?, act.stamp());
    let pack_id = act.pack_in_force()?.id.clone();
    let year = act.today().year();
    let number = store::number::next(act.db, "A", year)?;
    let id = store::application::insert_draft(act.db, &number, enterprise, &pack_id, by, at)?;
    let application = act.application(&number, None)?;
    hold(act, &application, purchases)?;
    act.write_line(&Line {
        act: "start_application",
        enterprise: Some(enterprise),
        application: Some(id),
        subject: &number,
        to_state: Some(State::Draft),
        ..Line::default()
    })?;
    Ok(number)
}
