//! Links in letters: made, looked up and used once. Whoever opens a link is the person it was
//! sent to, so what follows is done in their name.

use chrono::TimeDelta;

use super::{Act, Db, Outcome, refuse};
use crate::ids::AccountId;
use crate::secret::{Token, random_token, token_hash};
use crate::store;
use crate::store::account::Account;
pub use crate::store::mail_token::{MailToken, Purpose};

/// How long each kind of link works.
pub const CONFIRM_EMAIL: TimeDelta = TimeDelta::hours(48);
pub const RESET_PASSWORD: TimeDelta = TimeDelta::minutes(30);
pub const INVITATION: TimeDelta = TimeDelta::days(7);
pub const BANK_CHANGE: TimeDelta = TimeDelta::hours(24);

/// Most letters of one kind to one person within an hour: nobody's mailbox is flooded by others.
const MOST_PER_HOUR: i64 = 5;

const fn life(purpose: Purpose) -> TimeDelta {
    match purpose {
        Purpose::ConfirmEmail => CONFIRM_EMAIL,
        Purpose::ResetPassword => RESET_PASSWORD,
        Purpose::Invitation => INVITATION,
        Purpose::BankChange => BANK_CHANGE,
    }
}

/// The open link behind a token.
///
/// # Errors
/// A refusal when it is unknown, was used or has run out.
pub fn open(db: &mut Db, token: &str, purpose: Purpose, now: chrono::NaiveDateTime) -> Outcome<MailToken> {
    match store::mail_token::open(db, &token_hash(token), purpose, now)? {
        Some(link) => Ok(link),
        None => no_longer_valid(),
    }
}

fn no_longer_valid<T>() -> Outcome<T> {
    refuse("link_not_valid", "这个链接已经用过、已经过期，或不完整。", "This link was used already, has run out, or is not complete.")
}

impl Act<'_> {
    /// Makes a link; only the returned token opens it.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn issue_link(&mut self, purpose: Purpose, account: Option<AccountId>, payload: &str) -> Outcome<Token> {
        let token = random_token();
        let until = (self.now + life(purpose)).naive_utc();
        store::mail_token::issue(self.db, &token_hash(token.expose()), purpose, account, payload, until)?;
        Ok(token)
    }

    /// Makes a link in the place of one that never arrived, by the hash of its token. `None` when
    /// that one was used up in the meantime, or never was.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn issue_anew(&mut self, hash: &str) -> Outcome<Option<Token>> {
        let Some(lost) = store::mail_token::find(self.db, hash)? else { return Ok(None) };
        let Some(purpose) = Purpose::parse(&lost.purpose) else { return Ok(None) };
        if !store::mail_token::use_up(self.db, hash, self.stamp())? {
            return Ok(None);
        }
        self.issue_link(purpose, lost.account_id, &lost.payload).map(Some)
    }

    /// May one more letter of this kind go to the person within this hour?
    ///
    /// # Errors
    /// A fault of the database.
    pub fn may_send_link(&mut self, account: AccountId, purpose: Purpose) -> Outcome<bool> {
        let an_hour_ago = (self.now + life(purpose) - TimeDelta::hours(1)).naive_utc();
        Ok(store::mail_token::count_ending_after(self.db, account, purpose, an_hour_ago)? < MOST_PER_HOUR)
    }

    /// Uses a link up.
    ///
    /// # Errors
    /// A refusal when it is unknown, was used or has run out.
    pub fn use_link(&mut self, token: &str, purpose: Purpose) -> Outcome<MailToken> {
        let link = open(self.db, token, purpose, self.stamp())?;
        if store::mail_token::use_up(self.db, &link.token_hash, self.stamp())? { Ok(link) } else { no_longer_valid() }
    }

    /// Goes on in the name of a person who has just proved who they are.
    ///
    /// # Errors
    /// What `run` answers.
    pub fn in_name_of<T>(&mut self, account: &Account, run: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> Outcome<T> {
        let person = store::account::actor(self.db, account)?;
        run(&mut Act { db: self.db, actor: &person, now: self.now, house: self.house })
    }
}
