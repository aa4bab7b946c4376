//! The security administrator makes an account for a member of staff or of a provider. The person
//! chooses the password by a link; nobody else ever knows it.

use std::collections::BTreeSet;

use super::account_letters::invitation;
use super::links::Purpose;
use super::{Act, ActError, Line, Outcome, Store, refuse, refuse_field};
use crate::hidden::Personal;
use crate::ids::{AccountId, ProviderId};
use crate::lang::Lang;
use crate::party::actor::check_duties;
use crate::party::{AccountKind, Actor, Duty, Role, Standing};
use crate::store;
use crate::store::account::{Account, NewAccount};

/// The account to make.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// In lower case.
    pub email: Personal<String>,
    pub name: String,
    pub lang: Lang,
    pub house: House,
}

/// Where the person belongs.
#[derive(Clone, Debug)]
pub enum House {
    Provider(ProviderId),
    Staff(BTreeSet<Duty>),
}

/// Makes the account and sends the invitation.
///
/// # Errors
/// Refusals for a known address, no right at all, rights that exclude one another.
pub fn create_staff(act: &mut Act<'_>, new: &NewStaff) -> Outcome<()> {
    act.must_hold(Role::SecurityAdministrator)?;
    let person = insert(act, new)?;
    send_invitation(act, &person)
}

/// Sends the invitation again to somebody who has not accepted it; only the newest link works.
///
/// # Errors
/// `NotFound` for people of enterprises; a refusal when it was accepted.
pub fn invite_again(act: &mut Act<'_>, id: AccountId) -> Outcome<()> {
    act.must_hold(Role::SecurityAdministrator)?;
    let person = store::account::find(act.db, id)?.filter(|person| person.kind != AccountKind::Enterprise).ok_or(ActError::NotFound)?;
    if person.password_hash.is_some() || person.disabled_at.is_some() {
        return refuse("already_accepted", "对方已接受邀请，或账号已停用。", "The invitation was accepted, or the account is closed.");
    }
    act.write_line(&Line { act: "invite_again", subject: &person.email, ..Line::default() })?;
    send_invitation(act, &person)
}

/// One of the three administrators, made by whoever runs the machine: the first of all is the
/// security administrator, who makes everybody else. Gives the path of the one-time link that sets
/// the password; no letter leaves.
///
/// # Errors
/// A refusal when the address is known.
pub fn create_administrator(
    store: &Store,
    house: &super::House,
    now: chrono::DateTime<chrono::Utc>,
    (email, name): (&str, &str),
    duty: Duty,
) -> Outcome<String> {
    let operator = Actor { account: None, name: "suanquan admin create".into(), standing: Standing::System };
    super::perform(store, house, &operator, now, |act| {
        let known = store::account::find_by_email(act.db, email)?;
        let person = match known {
            // Asked again before the link was used: a fresh one.
            Some(person) if person.password_hash.is_none() && store::account::duties(act.db, person.id)?.contains(&duty) => person,
            _ => {
                let duties = BTreeSet::from([duty]);
                insert(act, &NewStaff { email: email.into(), name: name.into(), lang: Lang::Zh, house: House::Staff(duties) })?
            }
        };
        store::mail_token::close_all(act.db, person.id, Purpose::Invitation, act.now.naive_utc())?;
        let token = act.issue_link(Purpose::Invitation, Some(person.id), "")?;
        Ok(format!("/invite/{}", token.expose()))
    })
}

fn insert(act: &mut Act<'_>, new: &NewStaff) -> Outcome<Account> {
    if store::account::find_by_email(act.db, &new.email)?.is_some() {
        return refuse_field("email_known", "email", "这个邮箱已有账号。", "This address has an account already.");
    }
    let (kind, provider, detail) = match &new.house {
        House::Provider(id) => {
            let provider = store::purchase::provider(act.db, *id)?.ok_or(ActError::NotFound)?;
            (AccountKind::Provider, Some(*id), provider.name)
        }
        House::Staff(duties) => {
            must_be_duties(duties)?;
            (AccountKind::Staff, None, codes(duties))
        }
    };
    let row = NewAccount {
        email: &new.email,
        name: &new.name,
        password_hash: None,
        kind,
        enterprise_id: None,
        provider_id: provider,
        language: new.lang.code(),
        created_at: act.stamp(),
        confirmed_at: None,
    };
    let id = store::account::insert(act.db, &row)?;
    if let House::Staff(duties) = &new.house {
        store::account::set_duties(act.db, id, duties)?;
    }
    act.write_line(&Line { act: "create_account", subject: &new.email, detail: &detail, ..Line::default() })?;
    store::account::find(act.db, id)?.ok_or(ActError::NotFound)
}

/// At least one right, and none that excludes another.
pub(super) fn must_be_duties(duties: &BTreeSet<Duty>) -> Outcome<()> {
    if duties.is_empty() {
        return refuse_field("no_duty", "duties", "请至少选择一项权限。", "Choose at least one right.");
    }
    match check_duties(duties) {
        Ok(()) => Ok(()),
        Err(conflict) => {
            let text = conflict.text();
            refuse_field("duties_conflict", "duties", text.zh, text.en)
        }
    }
}

/// For the trail.
pub(super) fn codes(duties: &BTreeSet<Duty>) -> String {
    duties.iter().map(|duty| duty.as_str()).collect::<Vec<_>>().join(", ")
}

/// What the person is invited as, in their language.
fn organisation(act: &mut Act<'_>, person: &Account, lang: Lang) -> Outcome<String> {
    let actor = store::account::actor(act.db, person)?;
    if let Some(id) = actor.provider() {
        return Ok(store::purchase::provider(act.db, id)?.map(|provider| provider.name).unwrap_or_default());
    }
    Ok(actor.roles().into_iter().map(|role| role.label(lang)).collect::<Vec<_>>().join(lang.pick("、", ", ")))
}

fn send_invitation(act: &mut Act<'_>, person: &Account) -> Outcome<()> {
    store::mail_token::close_all(act.db, person.id, Purpose::Invitation, act.now.naive_utc())?;
    let token = act.issue_link(Purpose::Invitation, Some(person.id), "")?;
    let link = format!("{}/invite/{}", act.house.base_url, token.expose());
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let (inviter, organisation) = (act.actor.name.clone(), organisation(act, person, lang)?);
    act.send("invitation", person, &invitation(&person.name, &inviter, &organisation, &link, lang), None)
}
