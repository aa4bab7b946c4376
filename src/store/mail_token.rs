//! Links sent by mail: confirm an address, reset a password, accept an invitation, confirm a bank
//! account. The database knows a link by the hash of its token only.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::mail_token;
use super::{Db, Fault};
use crate::codes::codes;
use crate::hidden::tells;
use crate::ids::AccountId;

codes! {
    /// What a link is good for.
    Purpose {
        ConfirmEmail = "confirm_email",
        ResetPassword = "reset_password",
        Invitation = "invitation",
        BankChange = "bank_change",
    }
}

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = mail_token)]
pub struct MailToken {
    pub token_hash: String,
    pub purpose: String,
    /// Whose link it is; for the invitation of a colleague, who invites.
    pub account_id: Option<AccountId>,
    /// What the link is about, when the account does not say it.
    pub payload: String,
    pub expires_at: NaiveDateTime,
    pub used_at: Option<NaiveDateTime>,
}

tells! { MailToken { purpose, account_id } }

/// # Errors
/// A [`Fault`] of the database.
pub fn issue(
    db: &mut Db,
    token_hash: &str,
    purpose: Purpose,
    account: Option<AccountId>,
    payload: &str,
    expires_at: NaiveDateTime,
) -> Result<(), Fault> {
    diesel::insert_into(mail_token::table)
        .values((
            mail_token::token_hash.eq(token_hash),
            mail_token::purpose.eq(purpose.as_str()),
            mail_token::account_id.eq(account),
            mail_token::payload.eq(payload),
            mail_token::expires_at.eq(expires_at),
        ))
        .execute(db)?;
    Ok(())
}

/// A link that was neither used nor has run out.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open(db: &mut Db, token_hash: &str, purpose: Purpose, now: NaiveDateTime) -> Result<Option<MailToken>, Fault> {
    Ok(mail_token::table
        .filter(mail_token::token_hash.eq(token_hash).and(mail_token::purpose.eq(purpose.as_str())))
        .filter(mail_token::used_at.is_null().and(mail_token::expires_at.gt(now)))
        .select(MailToken::as_select())
        .first(db)
        .optional()?)
}

/// A link in whatever state, by the hash of its token.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, token_hash: &str) -> Result<Option<MailToken>, Fault> {
    Ok(mail_token::table.find(token_hash).select(MailToken::as_select()).first(db).optional()?)
}

/// All open links of one purpose that belong to these accounts, the newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open_of(db: &mut Db, accounts: &[AccountId], purpose: Purpose, now: NaiveDateTime) -> Result<Vec<MailToken>, Fault> {
    Ok(mail_token::table
        .filter(mail_token::account_id.eq_any(accounts.to_vec()).and(mail_token::purpose.eq(purpose.as_str())))
        .filter(mail_token::used_at.is_null().and(mail_token::expires_at.gt(now)))
        .order((mail_token::expires_at.desc(), mail_token::token_hash))
        .select(MailToken::as_select())
        .load(db)?)
}

/// How many links of a purpose an account was sent that end after a moment.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn count_ending_after(db: &mut Db, account: AccountId, purpose: Purpose, moment: NaiveDateTime) -> Result<i64, Fault> {
    Ok(mail_token::table
        .filter(mail_token::account_id.eq(account).and(mail_token::purpose.eq(purpose.as_str())))
        .filter(mail_token::expires_at.gt(moment))
        .count()
        .get_result(db)?)
}

/// Uses a link up; `false` when somebody was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn use_up(db: &mut Db, token_hash: &str, now: NaiveDateTime) -> Result<bool, Fault> {
    let open = mail_token::table.filter(mail_token::token_hash.eq(token_hash).and(mail_token::used_at.is_null()));
    Ok(diesel::update(open).set(mail_token::used_at.eq(now)).execute(db)? == 1)
}

/// Uses up every open link of a purpose and account, so that only a newer one works.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn close_all(db: &mut Db, account: AccountId, purpose: Purpose, now: NaiveDateTime) -> Result<(), Fault> {
    let open = mail_token::table
        .filter(mail_token::account_id.eq(account).and(mail_token::purpose.eq(purpose.as_str())))
        .filter(mail_token::used_at.is_null());
    diesel::update(open).set(mail_token::used_at.eq(now)).execute(db)?;
    Ok(())
}
