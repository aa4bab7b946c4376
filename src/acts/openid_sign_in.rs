//! Signing in by an OpenID Connect provider: the way there and back, whose account it is, and a fresh
//! proof by it. Whoever is refused stands in the trail, as does whoever comes in.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::account_letters::{provider_linked, provider_unlinked};
use super::openid_refusals::Why;
use super::second_factor::{Clocks, in_name_of, living, renew};
use super::sign_in::{Stage, Whence, note, open, stage_after};
use super::{Act, ActError, Db, House, Line, Outcome, Store, perform, refuse};
use crate::hidden::tells;
use crate::ids::AccountId;
use crate::lang::Lang;
use crate::party::{AccountKind, Actor, Role};
use crate::secret::{Token, token_hash};
use crate::store;
use crate::store::account::Account;
use crate::store::openid::{Attempt, NewAttempt};

/// How long the way to the provider and back may take.
pub const UNDER_WAY: TimeDelta = TimeDelta::minutes(10);
/// An attempt is remembered for so long after its end, to tell one that is over from one that never was.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);
/// Longest errand that is kept, in bytes: anybody can send one, and nobody has to come back for it.
pub const MOST_KEPT: usize = 16 * 1024;
/// How far the provider's clock may be from ours.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(60);
/// Longest text of the provider that the trail keeps, in characters.
const TOLD: usize = 300;

/// What a provider says of somebody, after everything about its answer was checked.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub issuer: String,
    /// Never given to another person by this provider.
    pub subject: String,
    /// In lower case; empty when it says none.
    pub email: String,
    /// The provider made sure that the address is theirs.
    pub email_verified: bool,
    /// The provider asked for more than a password (`amr` holds `mfa` or `otp`).
    pub by_second_factor: bool,
    /// When they last proved to it who they are, in seconds since 1970.
    pub authenticated_at: Option<i64>,
}

tells! { Said { issuer, email_verified, by_second_factor, authenticated_at } }

/// A sign-in that came back to the browser where it began.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds the hash of a session and what somebody typed")]
pub struct Returned {
    /// What the person was about to do.
    pub errand: String,
    /// The session that asks for a fresh proof; none for a sign-in.
    pub session: Option<String>,
    begun_at: NaiveDateTime,
}

fn errand_of(state_hash: &str) -> String {
    format!("errand of sign-in {state_hash}")
}

/// Keeps that somebody goes to the provider: by hashes of the state, of the token in their browser's
/// cookie and of the session that asks for a proof. The clock is the world's, as the provider's is.
///
/// # Errors
/// A fault of the database.
pub fn begin(
    store: &Store,
    house: &House,
    (state, browser): (&Token, &Token),
    session: Option<&Token>,
    errand: &str,
    now: Clocks,
) -> Outcome<()> {
    let hash = token_hash(state.expose());
    let sealed = house.access.sealer.seal(&errand_of(&hash), errand.as_bytes());
    store.write(|db| {
        store::openid::forget_attempts(db, (now.world - REMEMBERED).naive_utc())?;
        store::openid::begin(
            db,
            &NewAttempt {
                state_hash: &hash,
                browser_hash: &token_hash(browser.expose()),
                session_hash: session.map(|token| token_hash(token.expose())).as_deref(),
                sealed_errand: &sealed,
                begun_at: now.world.naive_utc(),
                expires_at: (now.world + UNDER_WAY).naive_utc(),
            },
        )?;
        Ok(())
    })
}

/// Takes a state back, once, and only from the browser that has it from us.
///
/// # Errors
/// A refusal for a state that is unknown, used, too old, or somebody else's.
pub fn come_back(store: &Store, house: &House, (state, browser): (&str, &Token), now: Clocks) -> Outcome<Returned> {
    let at = now.world.naive_utc();
    let found = store.write(|db| take_back(db, &token_hash(state), &token_hash(browser.expose()), at))?;
    match found {
        Ok(attempt) => {
            let opened = house.access.sealer.open(&errand_of(&attempt.state_hash), &attempt.sealed_errand);
            let errand = opened.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
            Ok(Returned { errand, session: attempt.session_hash, begun_at: attempt.begun_at })
        }
        // What we never asked is noise from outside, of which anybody can make as much as they like.
        Err(Why::UnknownState) => {
            tracing::info!("somebody came back from the provider with a state that is none of ours");
            Err(Why::UnknownState.into())
        }
        Err(why) => turn_away(store, house, why, "", now.house),
    }
}

/// Whoever shows a state uses it up, right or wrong.
fn take_back(db: &mut Db, state: &str, browser: &str, at: NaiveDateTime) -> Outcome<Result<Attempt, Why>> {
    let Some(attempt) = store::openid::find_attempt(db, state)? else { return Ok(Err(Why::UnknownState)) };
    Ok(if !store::openid::use_attempt(db, state, at)? {
        Err(Why::ReplayedState)
    } else if attempt.expires_at <= at {
        Err(Why::ExpiredState)
    } else if attempt.browser_hash != browser {
        Err(Why::OtherBrowser)
    } else {
        Ok(attempt)
    })
}

/// Refuses, and says so in the trail. `about`: whom it concerns, as far as that is known.
///
/// # Errors
/// The refusal, always; a fault of the database.
pub fn turn_away<T>(store: &Store, house: &House, why: Why, about: &str, now: DateTime<Utc>) -> Outcome<T> {
    let subject: String = about.chars().filter(|c| !c.is_control()).take(TOLD).collect();
    perform(store, house, &Actor::system(), now, |act| {
        act.write_line(&Line { act: "refuse_openid", subject: &subject, detail: why.as_str(), ..Line::default() })
    })?;
    Err(why.into())
}

fn about(said: &Said) -> &str {
    if said.email.is_empty() { &said.subject } else { &said.email }
}

/// Opens a session for whom the provider vouches for. The first time the account is found by the
/// verified address; from then on by issuer and subject alone, whatever becomes of the address.
///
/// # Errors
/// A refusal for whoever has no account of staff that is in use.
pub fn sign_in_by_openid(store: &Store, house: &House, said: &Said, whence: &Whence, now: DateTime<Utc>) -> Outcome<Token> {
    let enter = || store.write(|db| let_in(db, house, said, whence, now));
    let entered = match enter() {
        // Two browsers came for the first time at one moment; now the link is there.
        Err(ActError::Fault(fault)) if fault.is_unique_violation() => enter()?,
        other => other?,
    };
    entered.or_else(|why| turn_away(store, house, why, about(said), now))
}

fn let_in(db: &mut Db, house: &House, said: &Said, whence: &Whence, now: DateTime<Utc>) -> Outcome<Result<Token, Why>> {
    let (account, is_new) = match whose(db, said)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    if is_new {
        store::openid::link(db, &said.issuer, &said.subject, account.id, now.naive_utc())?;
        note(db, &account, "link_openid", &said.issuer, now)?;
        in_name_of(db, house, &account, now, |act| {
            let lang = Lang::parse(&account.language).unwrap_or_default();
            act.send("openid_linked", &account, &provider_linked(&account.name, &said.issuer, lang), None)
        })?;
    }
    note(db, &account, "vouch_openid", &said.issuer, now)?;
    let vouched = house.access.provider_asks && said.by_second_factor;
    let stage = if vouched { Stage::Whole } else { stage_after(db, house, &account)? };
    open(db, house, &account, stage, whence, now).map(Ok)
}

/// The account that the provider's account opens, and whether it does so for the first time.
fn whose(db: &mut Db, said: &Said) -> Outcome<Result<(Account, bool), Why>> {
    let linked = store::openid::account_of(db, &said.issuer, &said.subject)?;
    let found = match linked {
        Some(id) => store::account::find(db, id)?,
        None if !said.email_verified || said.email.is_empty() => return Ok(Err(Why::UnverifiedAddress)),
        None => store::account::find_by_email(db, &said.email)?,
    };
    let Some(account) = found else { return Ok(Err(Why::NoAccount)) };
    Ok(if account.kind != AccountKind::Staff {
        Err(Why::NotStaff)
    } else if account.disabled_at.is_some() {
        Err(Why::Closed)
    } else if account.confirmed_at.is_none() {
        Err(Why::InvitationOpen)
    } else if linked.is_none() && store::openid::linked_since(db, account.id, &said.issuer)?.is_some() {
        Err(Why::OtherSubject)
    } else {
        Ok((account, linked.is_none()))
    })
}

/// A fresh proof by the provider, for who has none of ours: it asked the person anew, for a second
/// factor too, and it is the person who sits here.
///
/// # Errors
/// `NotAllowed` without a whole session; a refusal that says what was missing.
pub fn confirm_by_openid(store: &Store, house: &House, token: &Token, returned: &Returned, said: &Said, now: Clocks) -> Outcome<Token> {
    let proven = store.write(|db| {
        let (session, account) = living(db, token, now, Stage::Whole)?;
        let fresh_from = returned.begun_at - CLOCKS_APART;
        let is_fresh = said.authenticated_at.and_then(|at| DateTime::from_timestamp(at, 0)).is_some_and(|at| at.naive_utc() >= fresh_from);
        let why = if returned.session.as_ref() != Some(&session.token_hash) {
            Some(Why::OtherBrowser)
        } else if store::openid::account_of(db, &said.issuer, &said.subject)? != Some(account.id) {
            Some(Why::OtherPerson)
        } else if !house.access.provider_asks || !said.by_second_factor {
            Some(Why::WeakProof)
        } else {
            (!is_fresh).then_some(Why::OldProof)
        };
        if let Some(why) = why {
            return Ok(Err(why));
        }
        // Of two answers at one moment the second finds the session gone.
        if !store::session::close(db, &session.token_hash)? {
            return Err(ActError::NotAllowed);
        }
        let token = renew(db, &session, now)?;
        note(db, &account, "confirm_again", &said.issuer, now.house)?;
        Ok(Ok(token))
    })?;
    proven.or_else(|why| turn_away(store, house, why, about(said), now.house))
}

/// The security administrator takes away the link of somebody whose account at the provider was
/// replaced. At the next sign-in the account is found by its verified address again.
///
/// # Errors
/// `NotFound` for people of enterprises and who has no link; a refusal for one's own account.
pub fn unlink_openid(act: &mut Act<'_>, id: AccountId, reason: &str) -> Outcome<()> {
    act.must_hold(Role::SecurityAdministrator)?;
    let person = store::account::find(act.db, id)?.filter(|person| person.kind != AccountKind::Enterprise).ok_or(ActError::NotFound)?;
    if act.actor.account == Some(id) {
        return refuse(
            "own_account",
            "不能解除自己的绑定。请由另一位安全管理员办理，或用邮箱和密码登录。",
            "You cannot remove your own link. Ask another security administrator, or sign in with address and password.",
        );
    }
    if !store::openid::unlink(act.db, id)? {
        return Err(ActError::NotFound);
    }
    act.write_line(&Line { act: "unlink_openid", subject: &person.email, reason, ..Line::default() })?;
    store::session::close_all_of(act.db, id)?;
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let by = act.actor.name.clone();
    act.send("openid_unlinked", &person, &provider_unlinked(&person.name, &by, lang), None)
}
