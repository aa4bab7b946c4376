//! What the link of a letter opens, before its button is pressed. A link that no longer works is
//! an answer, not an error.

use chrono::{DateTime, Utc};

use super::Db;
use crate::acts::links::{Purpose, open};
use crate::acts::{ActError, Outcome};
use crate::hidden::Personal;
use crate::ids::{BankAccountId, tail};
use crate::lang::Text;
use crate::party::Role;
use crate::store;
use crate::store::account::Account;
use crate::store::bank::BankAccount;

/// What was asked for, or why the link does not work.
pub type Opened<T> = Result<T, Text>;

/// An invitation as the invited person sees it.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Empty when the administrator invites.
    pub inviter: String,
    /// Empty for staff.
    pub organisation: String,
    pub roles: Vec<Role>,
    pub email: Personal<String>,
    /// As the inviter typed it; empty for colleagues.
    pub name: String,
}

/// A change of a bank account: bank and last digits only, for a link may be forwarded.
#[derive(Clone, Debug)]
pub struct BankChange {
    pub enterprise: String,
    pub asked_by: String,
    pub old: String,
    pub new: String,
}

/// The link and the account it belongs to.
fn link(db: &mut Db, token: &str, purpose: Purpose, now: DateTime<Utc>) -> Outcome<Opened<(String, Account)>> {
    let link = match open(db, token, purpose, now.naive_utc()) {
        Ok(link) => link,
        Err(ActError::Refused(why)) => return Ok(Err(why.into_iter().next().map(|refusal| refusal.text).unwrap_or_default())),
        Err(other) => return Err(other),
    };
    let account = link.account_id.ok_or(ActError::NotFound)?;
    let account = store::account::find(db, account)?.ok_or(ActError::NotFound)?;
    Ok(Ok((link.payload, account)))
}

fn house_name(db: &mut Db, account: &Account) -> Outcome<String> {
    let name = match (account.enterprise_id, account.provider_id) {
        (Some(id), _) => store::account::enterprise(db, id)?.map(|enterprise| enterprise.name),
        (None, Some(id)) => store::purchase::provider(db, id)?.map(|provider| provider.name),
        (None, None) => None,
    };
    Ok(name.unwrap_or_default())
}

/// The address a new password is for.
///
/// # Errors
/// A fault of the database.
pub fn reset(db: &mut Db, token: &str, now: DateTime<Utc>) -> Outcome<Opened<String>> {
    Ok(link(db, token, Purpose::ResetPassword, now)?.map(|(_, account)| account.email))
}

/// The address to confirm and its enterprise.
///
/// # Errors
/// A fault of the database.
pub fn confirmation(db: &mut Db, token: &str, now: DateTime<Utc>) -> Outcome<Opened<(String, String)>> {
    match link(db, token, Purpose::ConfirmEmail, now)? {
        Ok((_, account)) => Ok(Ok((account.email.clone(), house_name(db, &account)?))),
        Err(why) => Ok(Err(why)),
    }
}

/// # Errors
/// A fault of the database.
pub fn invitation(db: &mut Db, token: &str, now: DateTime<Utc>) -> Outcome<Opened<Invitation>> {
    let (payload, account) = match link(db, token, Purpose::Invitation, now)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let organisation = house_name(db, &account)?;
    let roles = store::account::actor(db, &account)?.roles();
    Ok(Ok(if payload.is_empty() {
        Invitation { inviter: String::new(), organisation, roles, email: account.email.into(), name: account.name }
    } else {
        Invitation { inviter: account.name, organisation, roles, email: payload.into(), name: String::new() }
    }))
}

/// # Errors
/// A fault of the database.
pub fn bank_change(db: &mut Db, token: &str, now: DateTime<Utc>) -> Outcome<Opened<BankChange>> {
    let (payload, account) = match link(db, token, Purpose::BankChange, now)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let id: BankAccountId = payload.parse().map_err(|_| ActError::NotFound)?;
    let pending = store::bank::find(db, id)?.filter(|known| Some(known.enterprise_id) == account.enterprise_id);
    let pending = pending.ok_or(ActError::NotFound)?;
    let asked_by = store::account::find(db, pending.created_by)?.map(|person| person.name).unwrap_or_default();
    let short = |known: &BankAccount| format!("{} {}", known.bank_name, tail(&known.account_no));
    let old = store::bank::active(db, pending.enterprise_id)?.as_ref().map(short).unwrap_or_default();
    Ok(Ok(BankChange { enterprise: house_name(db, &account)?, asked_by, old, new: short(&pending) }))
}
