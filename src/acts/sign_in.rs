//! Signing in: a password that fits, then the code of the second factor for whoever has one, opens
//! a session under a fresh token. Too many wrong tries close the address for a while, known or not.

use chrono::{DateTime, TimeDelta, Utc};

use super::access_rules::SECOND_STEP;
use super::{ActError, Db, House, Outcome, Store, refuse};
use crate::ids::AccountId;
use crate::secret::password::is_outdated;
use crate::secret::{Token, hash_password, random_token, token_hash, verify_password};
use crate::store;
use crate::store::account::Account;
use crate::store::audit::NewEntry;
use crate::store::session::NewSession;
pub use crate::store::session::Stage;

/// The act's name in the trail.
pub const SIGN_IN: &str = "sign_in";

/// Where somebody signs in from, for the list of their sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whence {
    /// Browser and system, in a word each.
    pub device: String,
    /// The network address.
    pub address: String,
}

/// Signs somebody in and gives the token for the cookie; the session behind it may still wait for
/// its second step. Slow on purpose; call it off the event loop, in its turn. The password is
/// checked outside the transaction, so that hashing holds no lock.
///
/// # Errors
/// One refusal for a wrong password, an unknown address and a disabled account alike.
pub fn sign_in(store: &Store, house: &House, (email, password): (&str, &str), whence: &Whence, now: DateTime<Utc>) -> Outcome<Token> {
    let email = email.trim().to_lowercase();
    let account = store.read(|db| store::account::find_by_email(db, &email))?;
    let known = account.as_ref().map(|account| account.id);
    let outcome = admit(store, house, account, (&email, password), whence, now);
    log_refusal(SIGN_IN, known, &whence.address, &outcome);
    outcome
}

fn admit(
    store: &Store,
    house: &House,
    account: Option<Account>,
    (email, password): (&str, &str),
    whence: &Whence,
    now: DateTime<Utc>,
) -> Outcome<Token> {
    store.read(|db| must_be_patient(db, house, email, now))?;
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let fits = verify_password(password, hash);
    let Some(account) = account.filter(|account| fits && account.disabled_at.is_none()) else {
        store.write(|db| store::account::record_attempt(db, email, now.naive_utc()))?;
        return refuse("wrong_password", "邮箱或密码不对。", "The address or the password is wrong.");
    };
    if account.confirmed_at.is_none() {
        return refuse(
            "email_not_confirmed",
            "邮箱还没有确认。请打开注册邮件里的链接；没有收到可用「忘记密码」重发。",
            "The address is not confirmed yet. Open the link in the letter; if none came, use \"forgot password\".",
        );
    }
    must_be_young(house, &account, now)?;
    keep_the_hash_current(store, &account, password)?;
    store.write(|db| {
        let stage = stage_after(db, house, &account)?;
        open(db, house, &account, stage, whence, now)
    })
}

/// How far the first proof brings somebody.
pub(super) fn stage_after(db: &mut Db, house: &House, account: &Account) -> Outcome<Stage> {
    Ok(match store::second_factor::find(db, account.id)? {
        Some(_) => Stage::Code,
        None if house.access.requires_factor(account.kind) => Stage::Enrol,
        None => Stage::Whole,
    })
}

/// A proof that did not hold stands in the log: of whose account, from where and why. What was typed is
/// written nowhere, because it may be a password in the wrong field.
pub(super) fn log_refusal<T>(act: &str, account: Option<AccountId>, address: &str, outcome: &Outcome<T>) {
    if let Err(ActError::Refused(refusals)) = outcome {
        let code = refusals.first().map_or("", |refusal| refusal.code);
        tracing::warn!(act, account = account.map(AccountId::get), address, code, "a proof was refused");
    }
}

/// Wrong passwords and codes count together, by address. A new password begins anew: a stranger who guesses
/// keeps nobody out who reads their mail.
pub(super) fn must_be_patient(db: &mut Db, house: &House, email: &str, now: DateTime<Utc>) -> Outcome<()> {
    let (most, window) = house.access.passwords.patience();
    let begun = store::account::find_by_email(db, email)?.and_then(|account| account.password_set_at);
    // What was tried at the very moment still counts.
    let begun = begun.unwrap_or_default() - TimeDelta::microseconds(1);
    let since = begun.max((now - window).naive_utc());
    if store::account::recent_attempts(db, email, since)? < most {
        return Ok(());
    }
    let minutes = window.num_minutes();
    refuse(
        "too_many_attempts",
        format!("尝试次数过多，请 {minutes} 分钟后再试，或用「忘记密码」重设。"),
        format!("Too many attempts. Try again in {minutes} minutes, or reset your password."),
    )
}

fn must_be_young(house: &House, account: &Account, now: DateTime<Utc>) -> Outcome<()> {
    let set_at = account.password_set_at.unwrap_or(account.created_at);
    match house.access.passwords.life() {
        Some(life) if set_at + life <= now.naive_utc() => {
            let days = life.num_days();
            refuse(
                "password_too_old",
                format!("密码已使用满 {days} 天，须更换。请用「忘记密码」设置新密码。"),
                format!("The password is {days} days old and has to be changed. Set a new one by \"forgot password\"."),
            )
        }
        _ => Ok(()),
    }
}

/// The one moment at which the password is known: a hash with old parameters is made anew.
fn keep_the_hash_current(store: &Store, account: &Account, password: &str) -> Outcome<()> {
    let Some(old) = account.password_hash.as_deref().filter(|hash| is_outdated(hash)) else { return Ok(()) };
    match hash_password(password) {
        Ok(new) => Ok(store.write(|db| store::account_change::hash_anew(db, account.id, old, &new))?),
        Err(why) => {
            tracing::warn!(why, "a password could not be hashed anew; the old hash stays");
            Ok(())
        }
    }
}

/// Opens a whole session for an account and gives its token; for the demo, where nobody proves
/// anything.
///
/// # Errors
/// A fault of the database.
pub fn open_session(store: &Store, house: &House, id: AccountId, whence: &Whence, now: DateTime<Utc>) -> Outcome<Token> {
    store.write(|db| {
        let account = store::account::find(db, id)?.ok_or(ActError::NotFound)?;
        open(db, house, &account, Stage::Whole, whence, now)
    })
}

/// Opens a session that has come this far; a whole one stands in the trail.
pub(super) fn open(db: &mut Db, house: &House, account: &Account, stage: Stage, whence: &Whence, now: DateTime<Utc>) -> Outcome<Token> {
    let token = random_token();
    let at = now.naive_utc();
    let whole = stage == Stage::Whole;
    let life = if whole { house.access.session } else { SECOND_STEP };
    let idle = if whole { house.access.idle_of(account.kind) } else { SECOND_STEP };
    store::session::forget_ended(db, account.id, at)?;
    store::session::open(
        db,
        &NewSession {
            token_hash: &token_hash(token.expose()),
            account_id: account.id,
            created_at: at,
            seen_at: at,
            expires_at: (now + life).naive_utc(),
            stage,
            confirmed_at: whole.then_some(at),
            idle_seconds: idle.max(TimeDelta::seconds(1)).num_seconds(),
            device: &whence.device,
            address: &whence.address,
        },
    )?;
    if whole {
        note(db, account, SIGN_IN, "", now)?;
    }
    Ok(token)
}

/// One line of the trail about a session.
pub(super) fn note(db: &mut Db, account: &Account, act: &str, detail: &str, now: DateTime<Utc>) -> Outcome<()> {
    let actor = store::account::actor(db, account)?;
    let line = NewEntry {
        at: now.naive_utc(),
        actor_id: Some(account.id),
        actor_name: &actor.name,
        actor_role: actor.roles().first().map_or("", |role| role.as_str()),
        act,
        enterprise_id: account.enterprise_id,
        application_id: None,
        subject: &account.email,
        from_state: "",
        to_state: "",
        reason: "",
        detail,
    };
    Ok(store::audit::write(db, &line)?)
}

/// Ends a session.
///
/// # Errors
/// A fault of the database.
pub fn sign_out(store: &Store, token: &Token) -> Outcome<()> {
    store.write(|db| store::session::close(db, &token_hash(token.expose())))?;
    Ok(())
}

/// Notes that a session is in use, so that it does not end for standing still.
///
/// # Errors
/// A fault of the database.
pub fn stay_awake(store: &Store, session: &str, now: DateTime<Utc>) -> Outcome<()> {
    Ok(store.write(|db| store::session::touch(db, session, now.naive_utc()))?)
}
