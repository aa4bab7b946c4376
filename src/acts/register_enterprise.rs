//! An enterprise registers by its unified social credit code, with the first of its people.
//! Nobody learns from it which addresses have accounts: a known address gets a letter instead.

use super::account_letters::{address_is_known, confirm_email};
use super::links::{CONFIRM_EMAIL, Purpose};
use super::listings::take_listings;
use super::{Act, ActError, Line, Outcome, refuse_field};
use crate::hidden::{Personal, Secret, tells};
use crate::ids::{EnterpriseId, Uscc, folded_name};
use crate::lang::Lang;
use crate::party::AccountKind;
use crate::store;
use crate::store::account::{Account, NewAccount};

/// What was typed, already in its normal form.
#[derive(Clone)]
pub struct Registration {
    pub uscc: Uscc,
    pub enterprise: String,
    pub name: String,
    pub phone: Personal<String>,
    /// In lower case.
    pub email: Personal<String>,
    pub password_hash: Secret<String>,
    pub lang: Lang,
}

tells! { Registration { uscc } }

/// # Errors
/// A refusal when the enterprise is registered, with what to do.
pub fn register_enterprise(act: &mut Act<'_>, typed: &Registration) -> Outcome<()> {
    let known = store::account::enterprise_by_uscc(act.db, typed.uscc.as_str())?;
    if let Some(enterprise) = &known {
        must_be_abandoned(act, enterprise.id)?;
    }
    if let Some(owner) = store::account::find_by_email(act.db, &typed.email)? {
        return tell_owner(act, &owner, &typed.enterprise);
    }
    let id = match known {
        None => store::account::insert_enterprise(
            act.db,
            typed.uscc.as_str(),
            &typed.enterprise,
            &folded_name(&typed.enterprise),
            act.now.naive_utc(),
        )?,
        Some(enterprise) => enterprise.id,
    };
    let mut enterprise = store::account::enterprise(act.db, id)?.ok_or(ActError::NotFound)?;
    enterprise.name.clone_from(&typed.enterprise);
    enterprise.name_folded = folded_name(&typed.enterprise);
    enterprise.phone.clone_from(&typed.phone);
    store::account_change::save_enterprise(act.db, &enterprise)?;
    take_listings(act, id, typed.uscc.as_str())?;
    let new = NewAccount {
        email: &typed.email,
        name: &typed.name,
        password_hash: Some(typed.password_hash.expose()),
        kind: AccountKind::Enterprise,
        enterprise_id: Some(id),
        provider_id: None,
        language: typed.lang.code(),
        created_at: act.stamp(),
        confirmed_at: None,
    };
    let person = store::account::insert(act.db, &new)?;
    let person = store::account::find(act.db, person)?.ok_or(ActError::NotFound)?;
    act.in_name_of(&person, |act| {
        act.write_line(&Line {
            act: "register_enterprise",
            enterprise: Some(id),
            subject: typed.uscc.as_str(),
            detail: &typed.enterprise,
            ..Line::default()
        })
    })?;
    send_confirmation(act, &person)
}

/// A registration that nobody confirmed in time holds no code: its people are closed, the code is
/// free again. Otherwise anybody could keep an enterprise out.
fn must_be_abandoned(act: &mut Act<'_>, id: EnterpriseId) -> Outcome<()> {
    let people = store::account_change::everybody_of(act.db, id)?;
    if people.iter().any(|person| person.confirmed_at.is_some()) {
        return refuse_field(
            "uscc_registered",
            "uscc",
            "这家企业已经注册。请让已有账号的同事在「企业资料 → 同事」里邀请您；没有人能登录时，请联系专班。",
            "This enterprise is registered. Ask a colleague who has an account to invite you (Enterprise → Colleagues); if nobody can sign in, call the task force.",
        );
    }
    let now = act.stamp();
    if people.iter().any(|person| person.disabled_at.is_none() && person.created_at + CONFIRM_EMAIL > now) {
        return refuse_field(
            "uscc_waits_for_confirmation",
            "uscc",
            "这家企业刚刚注册过，正在等邮箱确认。请打开确认邮件里的链接；没有收到可重新发送。48 小时内没有确认的，可以重新注册。",
            "This enterprise registered a short while ago and its address is not confirmed yet. Open the link in the letter, or have it sent again. After 48 hours without confirmation it can register anew.",
        );
    }
    for person in people.iter().filter(|person| person.disabled_at.is_none()) {
        store::account_change::set_disabled(act.db, person.id, Some(now))?;
    }
    Ok(())
}

/// Writes to the owner of a known address; the page says the same as for an unknown one.
pub(super) fn tell_owner(act: &mut Act<'_>, owner: &Account, enterprise: &str) -> Outcome<()> {
    if owner.confirmed_at.is_none() && owner.disabled_at.is_none() {
        return send_confirmation(act, owner);
    }
    let lang = Lang::parse(&owner.language).unwrap_or_default();
    let forgot = format!("{}/forgot", act.house.base_url);
    act.send("address_is_known", owner, &address_is_known(&owner.name, enterprise, &forgot, lang), None)
}

/// Sends the link that confirms an address; only the newest one works.
pub(super) fn send_confirmation(act: &mut Act<'_>, person: &Account) -> Outcome<()> {
    if !act.may_send_link(person.id, Purpose::ConfirmEmail)? {
        return Ok(());
    }
    let enterprise = match person.enterprise_id {
        Some(id) => store::account::enterprise(act.db, id)?.map(|enterprise| enterprise.name).unwrap_or_default(),
        None => String::new(),
    };
    store::mail_token::close_all(act.db, person.id, Purpose::ConfirmEmail, act.now.naive_utc())?;
    let token = act.issue_link(Purpose::ConfirmEmail, Some(person.id), "")?;
    let link = format!("{}/confirm/{}", act.house.base_url, token.expose());
    let lang = Lang::parse(&person.language).unwrap_or_default();
    act.send("confirm_email", person, &confirm_email(&person.name, &enterprise, &link, lang), None)
}
