//! Somebody of an enterprise invites a colleague by mail, or takes the invitation back.

use super::account_letters::invitation;
use super::links::Purpose;
use super::register_enterprise::tell_owner;
use super::{Act, ActError, Line, Outcome, refuse_field};
use crate::ids::AccountId;
use crate::lang::Lang;
use crate::store;

/// Most invitations of an enterprise that wait at a time.
const MOST_OPEN: usize = 20;

/// The people of the actor's enterprise.
fn people_of_own(act: &mut Act<'_>) -> Outcome<Vec<AccountId>> {
    let enterprise = act.own_enterprise()?;
    Ok(store::account_change::everybody_of(act.db, enterprise)?.into_iter().map(|person| person.id).collect())
}

/// Sends the invitation. A known address gets another letter; the page says the same.
///
/// # Errors
/// A refusal when the person is a colleague already or too many invitations wait.
pub fn invite_colleague(act: &mut Act<'_>, email: &str, lang: Lang) -> Outcome<()> {
    let (enterprise, inviter) = (act.own_enterprise()?, act.account()?);
    let people = people_of_own(act)?;
    let owner = store::account::find_by_email(act.db, email)?;
    if owner.as_ref().is_some_and(|owner| owner.enterprise_id == Some(enterprise)) {
        return refuse_field(
            "already_a_colleague",
            "email",
            "这个邮箱已是贵单位的账号，见下面的名单。",
            "This address is an account of your enterprise already; see the list.",
        );
    }
    let waiting = store::mail_token::open_of(act.db, &people, Purpose::Invitation, act.now.naive_utc())?;
    if waiting.len() >= MOST_OPEN {
        return refuse_field(
            "too_many_invitations",
            "email",
            format!("还有 {MOST_OPEN} 份邀请没有接受，请先撤回不需要的。"),
            format!("{MOST_OPEN} invitations wait already; take back those you do not need."),
        );
    }
    let now = act.stamp();
    for earlier in waiting.iter().filter(|link| link.payload == email) {
        store::mail_token::use_up(act.db, &earlier.token_hash, now)?;
    }
    let name = store::account::enterprise(act.db, enterprise)?.map(|known| known.name).unwrap_or_default();
    let token = act.issue_link(Purpose::Invitation, Some(inviter), email)?;
    act.write_line(&Line { act: "invite_colleague", enterprise: Some(enterprise), subject: email, ..Line::default() })?;
    if let Some(owner) = owner {
        return tell_owner(act, &owner, &name);
    }
    let link = format!("{}/invite/{}", act.house.base_url, token.expose());
    let letter = invitation(email, &act.actor.name.clone(), &name, &link, lang);
    act.send_to("invitation", (email, email), &letter, None)
}

/// Takes every waiting invitation of an address back.
///
/// # Errors
/// `NotFound` when none waits.
pub fn take_back_invitation(act: &mut Act<'_>, email: &str) -> Outcome<()> {
    let (enterprise, now) = (act.own_enterprise()?, act.stamp());
    let people = people_of_own(act)?;
    let waiting = store::mail_token::open_of(act.db, &people, Purpose::Invitation, now)?;
    let theirs: Vec<_> = waiting.iter().filter(|link| link.payload == email).collect();
    if theirs.is_empty() {
        return Err(ActError::NotFound);
    }
    for link in theirs {
        store::mail_token::use_up(act.db, &link.token_hash, now)?;
    }
    act.write_line(&Line { act: "take_back_invitation", enterprise: Some(enterprise), subject: email, ..Line::default() })
}
