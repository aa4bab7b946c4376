//! Sessions: known by the hash of their token, with how far the sign-in has come.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::account::Account;
use super::schema::{account, session};
use super::{Db, Fault};
use crate::codes::codes;
use crate::ids::AccountId;

codes! {
    /// How far a sign-in has come. Only a whole one opens anything.
    Stage {
        /// The password was right; the code of the second factor is due.
        Code = "code",
        /// The password was right; the second factor has to be set up first.
        Enrol = "enrol",
        Whole = "whole",
    }
}

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = session)]
#[expect(missing_debug_implementations, reason = "the hash of a token belongs in no log")]
pub struct Session {
    pub token_hash: String,
    pub account_id: AccountId,
    pub created_at: NaiveDateTime,
    pub seen_at: NaiveDateTime,
    /// The end that no use moves.
    pub expires_at: NaiveDateTime,
    pub stage: Stage,
    /// When the second factor, or the password of who has none, was last given.
    pub confirmed_at: Option<NaiveDateTime>,
    /// It also ends after this long without a request, in seconds.
    pub idle_seconds: i64,
    /// Browser and system, in a word each.
    pub device: String,
    pub address: String,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = session)]
#[expect(missing_debug_implementations, reason = "the hash of a token belongs in no log")]
pub struct NewSession<'a> {
    pub token_hash: &'a str,
    pub account_id: AccountId,
    pub created_at: NaiveDateTime,
    pub seen_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub stage: Stage,
    pub confirmed_at: Option<NaiveDateTime>,
    pub idle_seconds: i64,
    pub device: &'a str,
    pub address: &'a str,
}

impl Session {
    /// Neither at its end nor left alone for too long.
    #[must_use]
    pub fn lives(&self, now: NaiveDateTime) -> bool {
        self.expires_at > now && self.seen_at + TimeDelta::seconds(self.idle_seconds) > now
    }
}

/// Opens a session; only the hash of its token is kept.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open(db: &mut Db, new: &NewSession<'_>) -> Result<(), Fault> {
    diesel::insert_into(session::table).values(new).execute(db)?;
    Ok(())
}

/// A living session and its account, which is not disabled.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, token_hash: &str, now: NaiveDateTime) -> Result<Option<(Session, Account)>, Fault> {
    let found: Option<(Session, Account)> = session::table
        .inner_join(account::table.on(session::account_id.eq(account::id)))
        .filter(session::token_hash.eq(token_hash).and(account::disabled_at.is_null()))
        .select((Session::as_select(), Account::as_select()))
        .first(db)
        .optional()?;
    Ok(found.filter(|(session, _)| session.lives(now)))
}

/// The living whole sessions of an account, the last used first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_account(db: &mut Db, id: AccountId, now: NaiveDateTime) -> Result<Vec<Session>, Fault> {
    let kept: Vec<Session> = session::table
        .filter(session::account_id.eq(id).and(session::stage.eq(Stage::Whole)))
        .order(session::seen_at.desc())
        .select(Session::as_select())
        .load(db)?;
    Ok(kept.into_iter().filter(|session| session.lives(now)).collect())
}

/// Notes that a session was used.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn touch(db: &mut Db, token_hash: &str, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::update(session::table.find(token_hash)).set(session::seen_at.eq(at)).execute(db)?;
    Ok(())
}

/// Ends a session; `false` when it was over before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn close(db: &mut Db, token_hash: &str) -> Result<bool, Fault> {
    Ok(diesel::delete(session::table.find(token_hash)).execute(db)? == 1)
}

/// Ends every session of an account: at a new password, a changed right, a disable.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn close_all_of(db: &mut Db, id: AccountId) -> Result<(), Fault> {
    diesel::delete(session::table.filter(session::account_id.eq(id))).execute(db)?;
    Ok(())
}

/// Ends every session of an account but one; how many there were.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn close_others(db: &mut Db, id: AccountId, kept: &str) -> Result<usize, Fault> {
    Ok(diesel::delete(session::table.filter(session::account_id.eq(id).and(session::token_hash.ne(kept)))).execute(db)?)
}

/// Forgets sessions whose end has come.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn forget_ended(db: &mut Db, id: AccountId, now: NaiveDateTime) -> Result<(), Fault> {
    diesel::delete(session::table.filter(session::account_id.eq(id).and(session::expires_at.le(now)))).execute(db)?;
    Ok(())
}
