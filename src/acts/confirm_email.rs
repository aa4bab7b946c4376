//! Somebody shows that an address is theirs, or asks for the link again.

use super::links::Purpose;
use super::register_enterprise::send_confirmation;
use super::{Act, ActError, Line, Outcome};
use crate::store;

/// # Errors
/// A refusal for a link that no longer works.
pub fn confirm_email(act: &mut Act<'_>, token: &str) -> Outcome<()> {
    let link = act.use_link(token, Purpose::ConfirmEmail)?;
    let id = link.account_id.ok_or(ActError::NotFound)?;
    store::account_change::confirm(act.db, id, act.now.naive_utc())?;
    let person = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    act.in_name_of(&person, |act| {
        act.write_line(&Line { act: "confirm_email", enterprise: person.enterprise_id, subject: &person.email, ..Line::default() })
    })
}

/// Sends the link again where there is something to confirm. The answer is the same for every
/// address.
///
/// # Errors
/// A fault of the database.
pub fn resend_confirmation(act: &mut Act<'_>, email: &str) -> Outcome<()> {
    match store::account::find_by_email(act.db, email)? {
        Some(person) if person.confirmed_at.is_none() && person.disabled_at.is_none() && person.password_hash.is_some() => {
            send_confirmation(act, &person)
        }
        _ => Ok(()),
    }
}
