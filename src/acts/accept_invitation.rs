//! Somebody accepts an invitation: a colleague of an enterprise, a member of staff, a provider's
//! person. The link came by mail, so the address is confirmed.

use super::links::Purpose;
use super::{Act, ActError, Line, Outcome, refuse};
use crate::ids::AccountId;
use crate::lang::Lang;
use crate::party::AccountKind;
use crate::store;
use crate::store::account::NewAccount;

/// # Errors
/// A refusal for a link that no longer works, an inviter who was closed, a closed account.
pub fn accept_invitation(act: &mut Act<'_>, token: &str, name: &str, password_hash: &str, lang: Lang) -> Outcome<AccountId> {
    let link = act.use_link(token, Purpose::Invitation)?;
    let named = link.account_id.ok_or(ActError::NotFound)?;
    let named = store::account::find(act.db, named)?.ok_or(ActError::NotFound)?;
    if named.disabled_at.is_some() {
        return refuse(
            "invitation_void",
            "这份邀请已失效：邀请人或账号已停用。请联系对方重新邀请。",
            "This invitation is void: the inviter or the account was closed. Ask for a new one.",
        );
    }
    let now = act.stamp();
    let id = if link.payload.is_empty() {
        store::account_change::set_password(act.db, named.id, password_hash, now)?;
        store::account_change::set_name(act.db, named.id, name)?;
        store::account_change::confirm(act.db, named.id, now)?;
        store::session::close_all_of(act.db, named.id)?;
        named.id
    } else {
        // Registered elsewhere since the invitation: one address belongs to one house.
        if store::account::find_by_email(act.db, &link.payload)?.is_some() {
            return refuse("address_is_known", "这个邮箱已有账号，请直接登录。", "This address has an account already; please sign in.");
        }
        let new = NewAccount {
            email: &link.payload,
            name,
            password_hash: Some(password_hash),
            kind: AccountKind::Enterprise,
            enterprise_id: named.enterprise_id,
            provider_id: None,
            language: lang.code(),
            created_at: now,
            confirmed_at: Some(now),
        };
        store::account::insert(act.db, &new)?
    };
    let person = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    act.in_name_of(&person, |act| {
        act.write_line(&Line { act: "accept_invitation", enterprise: person.enterprise_id, subject: &person.email, ..Line::default() })
    })?;
    Ok(id)
}
