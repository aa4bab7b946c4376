//! An account is closed, or opened again: colleagues by anybody of their enterprise, staff and
//! providers by the security administrator. Nobody closes their own.

use super::account_letters::account_closed;
use super::links::Purpose;
use super::{Act, ActError, Line, Outcome, no_longer_than, refuse};
use crate::ids::AccountId;
use crate::lang::Lang;
use crate::party::{AccountKind, Role};
use crate::store;

/// # Errors
/// `NotFound` for somebody of another house; a refusal for one's own account.
pub fn close_account(act: &mut Act<'_>, id: AccountId, closed: bool, reason: &str) -> Outcome<()> {
    let person = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let mine = match act.actor.enterprise() {
        Some(enterprise) => person.enterprise_id == Some(enterprise),
        None => act.actor.holds(Role::SecurityAdministrator) && person.kind != AccountKind::Enterprise,
    };
    if !mine {
        return Err(ActError::NotFound);
    }
    if act.actor.account == Some(id) {
        return refuse(
            "own_account",
            "不能停用自己的账号。请由同事或另一位管理员办理。",
            "You cannot close your own account. Ask a colleague or another administrator.",
        );
    }
    no_longer_than(300, "reason", reason)?;
    let now = act.stamp();
    store::account_change::set_disabled(act.db, id, closed.then_some(now))?;
    store::session::close_all_of(act.db, id)?;
    for purpose in [Purpose::ResetPassword, Purpose::ConfirmEmail, Purpose::Invitation, Purpose::BankChange] {
        store::mail_token::close_all(act.db, id, purpose, now)?;
    }
    act.write_line(&Line {
        act: if closed { "close_account" } else { "open_account" },
        enterprise: person.enterprise_id,
        subject: &person.email,
        reason,
        ..Line::default()
    })?;
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let by = act.actor.name.clone();
    act.send("account_closed", &person, &account_closed(&person.name, &by, closed, lang), None)
}
