//! A forgotten password: a link to the address of the account, and a new password by that link.

use super::account_letters::{password_changed, reset_password as reset_letter};
use super::links::Purpose;
use super::{Act, ActError, Line, Outcome, refuse};
use crate::lang::Lang;
use crate::store;

/// Sends the link where there is an account that is not closed. The answer is the same for every
/// address.
///
/// # Errors
/// A fault of the database.
pub fn ask_password_reset(act: &mut Act<'_>, email: &str) -> Outcome<()> {
    let Some(person) = store::account::find_by_email(act.db, email)? else { return Ok(()) };
    if person.disabled_at.is_some() || !act.may_send_link(person.id, Purpose::ResetPassword)? {
        return Ok(());
    }
    store::mail_token::close_all(act.db, person.id, Purpose::ResetPassword, act.now.naive_utc())?;
    let token = act.issue_link(Purpose::ResetPassword, Some(person.id), "")?;
    let link = format!("{}/reset/{}", act.house.base_url, token.expose());
    let lang = Lang::parse(&person.language).unwrap_or_default();
    act.send("reset_password", &person, &reset_letter(&person.name, &link, lang), None)
}

/// Sets the new password and ends every session. Who opens the link has shown that the address is
/// theirs, so it is confirmed too.
///
/// # Errors
/// A refusal for a link that no longer works or a closed account.
pub fn reset_password(act: &mut Act<'_>, token: &str, password_hash: &str) -> Outcome<()> {
    let link = act.use_link(token, Purpose::ResetPassword)?;
    let id = link.account_id.ok_or(ActError::NotFound)?;
    let person = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    if person.disabled_at.is_some() {
        return refuse("account_closed", "这个账号已停用。", "This account is closed.");
    }
    let now = act.stamp();
    store::account_change::set_password(act.db, id, password_hash, now)?;
    store::account_change::confirm(act.db, id, now)?;
    store::session::close_all_of(act.db, id)?;
    for purpose in [Purpose::ResetPassword, Purpose::ConfirmEmail] {
        store::mail_token::close_all(act.db, id, purpose, now)?;
    }
    act.in_name_of(&person, |act| {
        act.write_line(&Line { act: "reset_password", enterprise: person.enterprise_id, subject: &person.email, ..Line::default() })
    })?;
    let forgot = format!("{}/forgot", act.house.base_url);
    let lang = Lang::parse(&person.language).unwrap_or_default();
    act.send("password_changed", &person, &password_changed(&person.name, &forgot, lang), None)
}
