//! Accounts, their rights, and wrong passwords.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{account, account_right, enterprise, login_attempt, service_token};
use super::{Db, Fault};
use crate::hidden::tells;
use crate::ids::{AccountId, EnterpriseId, ProviderId};
use crate::party::{AccountKind, Actor, Duty, Standing};

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = account)]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub kind: AccountKind,
    pub enterprise_id: Option<EnterpriseId>,
    pub provider_id: Option<ProviderId>,
    pub language: String,
    pub created_at: NaiveDateTime,
    pub confirmed_at: Option<NaiveDateTime>,
    pub disabled_at: Option<NaiveDateTime>,
    pub version: i64,
    pub password_set_at: Option<NaiveDateTime>,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = account)]
pub struct NewAccount<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: Option<&'a str>,
    pub kind: AccountKind,
    pub enterprise_id: Option<EnterpriseId>,
    pub provider_id: Option<ProviderId>,
    pub language: &'a str,
    pub created_at: NaiveDateTime,
    pub confirmed_at: Option<NaiveDateTime>,
}

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = enterprise)]
pub struct Enterprise {
    pub id: EnterpriseId,
    pub uscc: String,
    pub name: String,
    pub name_folded: String,
    pub legal_representative: String,
    pub address: String,
    pub phone: String,
    pub created_at: NaiveDateTime,
    pub version: i64,
}

tells! { Account { id, kind } NewAccount<'_> { kind } Enterprise { id, uscc } }

/// # Errors
/// A [`Fault`]; a unique violation when the address is taken.
pub fn insert(db: &mut Db, new: &NewAccount<'_>) -> Result<AccountId, Fault> {
    let set_at = new.password_hash.map(|_| new.created_at);
    Ok(diesel::insert_into(account::table).values((new, account::password_set_at.eq(set_at))).returning(account::id).get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: AccountId) -> Result<Option<Account>, Fault> {
    Ok(account::table.find(id).select(Account::as_select()).first(db).optional()?)
}

/// Addresses are stored in lower case.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn find_by_email(db: &mut Db, email: &str) -> Result<Option<Account>, Fault> {
    Ok(account::table.filter(account::email.eq(email.trim().to_lowercase())).select(Account::as_select()).first(db).optional()?)
}

/// People of an enterprise who can sign in: confirmed and not disabled, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_enterprise(db: &mut Db, id: EnterpriseId) -> Result<Vec<Account>, Fault> {
    Ok(account::table
        .filter(account::enterprise_id.eq(id).and(account::disabled_at.is_null()).and(account::confirmed_at.is_not_null()))
        .order(account::id)
        .select(Account::as_select())
        .load(db)?)
}

/// Everybody on staff, providers included, by name.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn staff(db: &mut Db) -> Result<Vec<Account>, Fault> {
    Ok(account::table.filter(account::kind.ne(AccountKind::Enterprise)).order(account::id).select(Account::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn duties(db: &mut Db, id: AccountId) -> Result<BTreeSet<Duty>, Fault> {
    let held: Vec<Duty> = account_right::table.filter(account_right::account_id.eq(id)).select(account_right::duty).load(db)?;
    Ok(held.into_iter().collect())
}

/// Replaces the rights of an account.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn set_duties(db: &mut Db, id: AccountId, duties: &BTreeSet<Duty>) -> Result<(), Fault> {
    diesel::delete(account_right::table.filter(account_right::account_id.eq(id))).execute(db)?;
    for duty in duties {
        diesel::insert_into(account_right::table).values((account_right::account_id.eq(id), account_right::duty.eq(*duty))).execute(db)?;
    }
    Ok(())
}

/// Everybody who holds a right and can sign in.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn with_duty(db: &mut Db, duty: Duty) -> Result<Vec<Account>, Fault> {
    let holders = account_right::table.filter(account_right::duty.eq(duty)).select(account_right::account_id);
    Ok(account::table
        .filter(account::id.eq_any(holders).and(account::disabled_at.is_null()))
        .order(account::id)
        .select(Account::as_select())
        .load(db)?)
}

/// The account as somebody who acts.
///
/// # Errors
/// A [`Fault`] of the database; a row that belongs to no house.
pub fn actor(db: &mut Db, account: &Account) -> Result<Actor, Fault> {
    let standing = match (account.kind, account.enterprise_id, account.provider_id) {
        (AccountKind::Enterprise, Some(id), _) => Standing::Enterprise(id),
        (AccountKind::Provider, _, Some(id)) => Standing::Provider(id),
        (AccountKind::Staff, _, _) => Standing::Staff(duties(db, account.id)?),
        (AccountKind::Enterprise | AccountKind::Provider, _, _) => {
            return Err(Fault::BadRow { table: "account", id: account.id.to_string(), what: "no house".into() });
        }
    };
    Ok(Actor { account: Some(account.id), name: account.name.clone(), standing })
}

/// # Errors
/// A [`Fault`] of the database.
pub fn enterprise(db: &mut Db, id: EnterpriseId) -> Result<Option<Enterprise>, Fault> {
    Ok(enterprise::table.find(id).select(Enterprise::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn enterprise_by_uscc(db: &mut Db, uscc: &str) -> Result<Option<Enterprise>, Fault> {
    Ok(enterprise::table.filter(enterprise::uscc.eq(uscc)).select(Enterprise::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`]; a unique violation when the code is registered.
pub fn insert_enterprise(db: &mut Db, uscc: &str, name: &str, folded: &str, at: NaiveDateTime) -> Result<EnterpriseId, Fault> {
    Ok(diesel::insert_into(enterprise::table)
        .values((enterprise::uscc.eq(uscc), enterprise::name.eq(name), enterprise::name_folded.eq(folded), enterprise::created_at.eq(at)))
        .returning(enterprise::id)
        .get_result(db)?)
}

/// Records a wrong password for an address, known or not.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn record_attempt(db: &mut Db, email: &str, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::insert_into(login_attempt::table).values((login_attempt::email.eq(email), login_attempt::at.eq(at))).execute(db)?;
    Ok(())
}

/// Wrong passwords for an address since a moment.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn recent_attempts(db: &mut Db, email: &str, since: NaiveDateTime) -> Result<i64, Fault> {
    Ok(login_attempt::table.filter(login_attempt::email.eq(email).and(login_attempt::at.gt(since))).count().get_result(db)?)
}

/// Name and provider of a living service token.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn service_token(db: &mut Db, token_hash: &str) -> Result<Option<(String, ProviderId)>, Fault> {
    let living = service_token::table.filter(service_token::token_hash.eq(token_hash).and(service_token::revoked_at.is_null()));
    Ok(living.select((service_token::name, service_token::provider_id)).first(db).optional()?)
}

/// Everybody who can sign in.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all_living(db: &mut Db) -> Result<Vec<Account>, Fault> {
    let living = account::table.filter(account::disabled_at.is_null().and(account::confirmed_at.is_not_null()));
    Ok(living.order(account::id).select(Account::as_select()).load(db)?)
}

/// Names of other enterprises with the same legal representative; none where it was not entered.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn others_with_representative(db: &mut Db, own: &Enterprise) -> Result<Vec<String>, Fault> {
    let same = enterprise::legal_representative.eq(&own.legal_representative).and(enterprise::legal_representative.ne(""));
    Ok(enterprise::table.filter(same.and(enterprise::id.ne(own.id))).order(enterprise::name).select(enterprise::name).load(db)?)
}
