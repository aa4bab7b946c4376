//! Accounts of an OpenID Connect provider: whose they are, and sign-ins that are under way.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{openid_attempt, openid_link};
use super::{Db, Fault};
use crate::ids::AccountId;

/// A sign-in that went to the provider.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = openid_attempt)]
#[expect(missing_debug_implementations, reason = "hashes of tokens belong in no log")]
pub struct Attempt {
    pub state_hash: String,
    /// Of the token in the cookie of the browser that began it.
    pub browser_hash: String,
    /// The session that asks for a fresh proof; none for a sign-in.
    pub session_hash: Option<String>,
    /// What the person was about to do.
    pub sealed_errand: String,
    pub begun_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub used_at: Option<NaiveDateTime>,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = openid_attempt)]
#[expect(missing_debug_implementations, reason = "hashes of tokens belong in no log")]
pub struct NewAttempt<'a> {
    pub state_hash: &'a str,
    pub browser_hash: &'a str,
    pub session_hash: Option<&'a str>,
    pub sealed_errand: &'a str,
    pub begun_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn begin(db: &mut Db, new: &NewAttempt<'_>) -> Result<(), Fault> {
    diesel::insert_into(openid_attempt::table).values(new).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find_attempt(db: &mut Db, state_hash: &str) -> Result<Option<Attempt>, Fault> {
    Ok(openid_attempt::table.find(state_hash).select(Attempt::as_select()).first(db).optional()?)
}

/// Uses an attempt up, and keeps no longer what the person was about to do; `false` when it was used before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn use_attempt(db: &mut Db, state_hash: &str, at: NaiveDateTime) -> Result<bool, Fault> {
    let unused = openid_attempt::table.filter(openid_attempt::state_hash.eq(state_hash).and(openid_attempt::used_at.is_null()));
    Ok(diesel::update(unused).set((openid_attempt::used_at.eq(at), openid_attempt::sealed_errand.eq(""))).execute(db)? == 1)
}

/// Forgets attempts whose end was before a moment.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn forget_attempts(db: &mut Db, before: NaiveDateTime) -> Result<(), Fault> {
    diesel::delete(openid_attempt::table.filter(openid_attempt::expires_at.lt(before))).execute(db)?;
    Ok(())
}

/// Whose the provider's account is.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn account_of(db: &mut Db, issuer: &str, subject: &str) -> Result<Option<AccountId>, Fault> {
    Ok(openid_link::table.find((issuer, subject)).select(openid_link::account_id).first(db).optional()?)
}

/// When an account was linked with one of this provider.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn linked_since(db: &mut Db, id: AccountId, issuer: &str) -> Result<Option<NaiveDateTime>, Fault> {
    let mine = openid_link::table.filter(openid_link::account_id.eq(id).and(openid_link::issuer.eq(issuer)));
    Ok(mine.select(openid_link::linked_at).first(db).optional()?)
}

/// When an account was last linked with a provider, whichever.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn last_linked(db: &mut Db, id: AccountId) -> Result<Option<NaiveDateTime>, Fault> {
    let mine = openid_link::table.filter(openid_link::account_id.eq(id)).order(openid_link::linked_at.desc());
    Ok(mine.select(openid_link::linked_at).first(db).optional()?)
}

/// # Errors
/// A [`Fault`]; a unique violation when either side is linked already.
pub fn link(db: &mut Db, issuer: &str, subject: &str, id: AccountId, at: NaiveDateTime) -> Result<(), Fault> {
    let values =
        (openid_link::issuer.eq(issuer), openid_link::subject.eq(subject), openid_link::account_id.eq(id), openid_link::linked_at.eq(at));
    diesel::insert_into(openid_link::table).values(values).execute(db)?;
    Ok(())
}

/// Takes the links of an account away; `false` when there was none.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn unlink(db: &mut Db, id: AccountId) -> Result<bool, Fault> {
    Ok(diesel::delete(openid_link::table.filter(openid_link::account_id.eq(id))).execute(db)? > 0)
}
