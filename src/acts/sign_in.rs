//! Signing in: a password that fits opens a session of twelve hours under a fresh token. Ten wrong
//! tries within a quarter of an hour close the address for that time, known or not.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ActError, Outcome, Store, refuse};
use crate::ids::AccountId;
use crate::secret::{random_token, token_hash, verify_password};
use crate::store;
use crate::store::audit::NewEntry;

/// The act's name in the trail.
pub const SIGN_IN: &str = "sign_in";

const TRIES: i64 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(15);
const SESSION: TimeDelta = TimeDelta::hours(12);

/// Signs somebody in and gives the token for the cookie. Slow on purpose; call it off the event
/// loop. The password is checked outside the transaction, so that hashing holds no lock.
///
/// # Errors
/// One refusal for a wrong password, an unknown address and a disabled account alike.
pub fn sign_in(store: &Store, email: &str, password: &str, now: DateTime<Utc>) -> Outcome<String> {
    let email = email.trim().to_lowercase();
    let tries = store.read(|db| store::account::recent_attempts(db, &email, (now - WINDOW).naive_utc()))?;
    if tries >= TRIES {
        return refuse(
            "too_many_attempts",
            "尝试次数过多，请 15 分钟后再试，或用「忘记密码」重设。",
            "Too many attempts. Try again in 15 minutes, or reset your password.",
        );
    }
    let account = store.read(|db| store::account::find_by_email(db, &email))?;
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let fits = verify_password(password, hash);
    let Some(account) = account.filter(|account| fits && account.disabled_at.is_none()) else {
        store.write(|db| store::account::record_attempt(db, &email, now.naive_utc()))?;
        return refuse("wrong_password", "邮箱或密码不对。", "The address or the password is wrong.");
    };
    if account.confirmed_at.is_none() {
        return refuse(
            "email_not_confirmed",
            "邮箱还没有确认。请打开注册邮件里的链接；没有收到可用「忘记密码」重发。",
            "The address is not confirmed yet. Open the link in the letter; if none came, use \"forgot password\".",
        );
    }
    open_session(store, account.id, now)
}

/// Opens a session for an account and gives its token; the trail keeps when it was.
///
/// # Errors
/// A fault of the database.
pub fn open_session(store: &Store, account: AccountId, now: DateTime<Utc>) -> Outcome<String> {
    let token = random_token();
    store.write(|db| {
        let known = store::account::find(db, account)?.ok_or(ActError::NotFound)?;
        let actor = store::account::actor(db, &known)?;
        store::account::open_session(db, &token_hash(&token), account, now.naive_utc(), (now + SESSION).naive_utc())?;
        let line = NewEntry {
            at: now.naive_utc(),
            actor_id: Some(account),
            actor_name: &actor.name,
            actor_role: actor.roles().first().map_or("", |role| role.as_str()),
            act: SIGN_IN,
            enterprise_id: known.enterprise_id,
            application_id: None,
            subject: &known.email,
            from_state: "",
            to_state: "",
            reason: "",
            detail: "",
        };
        Ok::<(), ActError>(store::audit::write(db, &line)?)
    })?;
    Ok(token)
}

/// Ends a session.
///
/// # Errors
/// A fault of the database.
pub fn sign_out(store: &Store, token: &str) -> Outcome<()> {
    Ok(store.write(|db| store::account::close_session(db, &token_hash(token)))?)
}
