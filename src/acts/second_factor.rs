//! The second factor: a code from the person's own authenticator (RFC 6238), set up once, asked for
//! at every sign-in and again before acts that need a fresh proof. Recovery codes stand in for a
//! lost telephone, each once.
//!
//! Whoever has proved more gets another session id, so these acts answer with a new token.

use chrono::{DateTime, Utc};

use super::account_letters::{second_factor_removed, second_factor_set};
use super::sign_in::{Whence, log_refusal, must_be_patient, note, open};
use super::{Act, ActError, Db, Fault, House, Line, Outcome, Store, refuse, refuse_field};
use crate::hidden::Secret;
use crate::ids::AccountId;
use crate::lang::Lang;
use crate::party::{AccountKind, Role};
use crate::secret::recovery::{fresh_codes, normal};
use crate::secret::sealing::Sealer;
use crate::secret::totp::{Seed, accepted_step, fresh_seed};
use crate::secret::{Token, random_token, token_hash, verify_password};
use crate::store;
use crate::store::account::Account;
use crate::store::session::{NewSession, Session, Stage};

/// Two clocks: that of the house, which the demo sets, and that of the world, the only one an
/// authenticator knows.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    pub house: DateTime<Utc>,
    pub world: DateTime<Utc>,
}

/// A secret that waits for its first code. It travels with the form, sealed: nothing is stored
/// before the person has shown that their authenticator has it.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds a secret")]
pub struct Offer {
    pub seed: Seed,
    pub sealed: String,
}

/// What somebody gets who has set up a second factor.
#[expect(missing_debug_implementations, reason = "holds secrets")]
pub struct Enrolled {
    /// Of the session that takes the place of the one that asked.
    pub token: Token,
    /// Shown once, never again.
    pub codes: Vec<Secret<String>>,
}

/// A wrong password or code: counted as a try.
pub(super) const WRONG: &str = "wrong_code";

fn factor_of(id: AccountId) -> String {
    format!("second factor of account {id}")
}

fn offer_to(id: AccountId) -> String {
    format!("offer to account {id}")
}

/// A fresh secret for an account.
#[must_use]
pub fn offer(sealer: &Sealer, id: AccountId) -> Offer {
    let seed = fresh_seed();
    Offer { sealed: sealer.seal(&offer_to(id), seed.expose()), seed }
}

/// The secret of a form that comes back; somebody else's form, or one that was changed, holds none.
#[must_use]
pub fn offered(sealer: &Sealer, id: AccountId, sealed: &str) -> Option<Offer> {
    let seed = sealer.open(&offer_to(id), sealed)?;
    Some(Offer { seed: Secret::new(seed.try_into().ok()?), sealed: sealed.to_owned() })
}

/// The second step of a sign-in.
///
/// # Errors
/// `NotAllowed` for a session that waits for no code; a refusal for a wrong or used one.
pub fn enter_code(store: &Store, house: &House, token: &Token, typed: &str, now: Clocks) -> Outcome<Token> {
    proving(store, house, token, now, Stage::Code, |db, session, account| {
        let how = prove(db, house, account, typed, now)?;
        let token = open(db, house, account, Stage::Whole, &whence(session), now.house)?;
        if !how.is_empty() {
            note(db, account, "use_recovery_code", "", now.house)?;
        }
        Ok(token)
    })
}

/// Proves again who sits here, before an act that needs it: by the second factor, or by the
/// password where there is none.
///
/// # Errors
/// `NotAllowed` without a whole session; a refusal for a wrong code or password.
pub fn confirm_again(store: &Store, house: &House, token: &Token, typed: &str, now: Clocks) -> Outcome<Token> {
    // The password is checked outside the transaction: hashing holds no lock.
    let by_password = store.read(|db| {
        let (_, account) = living(db, token, now, Stage::Whole)?;
        let has_factor = store::second_factor::find(db, account.id)?.is_some();
        if !has_factor && house.access.provider_asks && house.access.requires_factor(account.kind) {
            return no_password();
        }
        Ok::<_, ActError>((!has_factor).then_some(account.password_hash))
    })?;
    let fits = by_password.as_ref().map(|hash| verify_password(typed, hash.as_deref()));
    proving(store, house, token, now, Stage::Whole, |db, session, account| {
        match fits {
            Some(true) => {}
            Some(false) => return refuse_field(WRONG, "proof", "密码不对。", "The password is wrong."),
            None => {
                prove(db, house, account, typed, now)?;
            }
        }
        let token = renew(db, session, now)?;
        note(db, account, "confirm_again", "", now.house)?;
        Ok(token)
    })
}

/// Sets up the second factor with the first code of the authenticator; an earlier one is replaced.
/// Serves sessions that wait for it and whole ones alike.
///
/// # Errors
/// A refusal for a code that does not fit the offered secret.
pub fn enrol(store: &Store, house: &House, token: &Token, offer: &Offer, typed: &str, now: Clocks) -> Outcome<Enrolled> {
    let stage = store.read(|db| stage_of(db, token, now))?;
    proving(store, house, token, now, stage, |db, session, account| {
        let Some(step) = accepted_step(offer.seed.expose(), typed, now.world, 0) else { return wrong_code() };
        let codes = fresh_codes();
        let sealed = house.access.sealer.seal(&factor_of(account.id), offer.seed.expose());
        let hashes = marks(house, account.id, &codes);
        store::second_factor::set(db, account.id, &sealed, step, &hashes, now.house.naive_utc())?;
        let token = match stage {
            Stage::Whole => renew(db, session, now)?,
            Stage::Code | Stage::Enrol => open(db, house, account, Stage::Whole, &whence(session), now.house)?,
        };
        // Sessions elsewhere never showed the factor that holds from now on.
        store::session::close_others(db, account.id, &token_hash(token.expose()))?;
        note(db, account, "set_second_factor", "", now.house)?;
        in_name_of(db, house, account, now.house, |act| {
            let lang = Lang::parse(&account.language).unwrap_or_default();
            act.send("second_factor_set", account, &second_factor_set(&account.name, lang), None)
        })?;
        Ok(Enrolled { token, codes })
    })
}

/// Ten new recovery codes in the place of the old.
///
/// # Errors
/// `NotAllowed` without an account, `NotFound` without a second factor.
pub fn renew_codes(act: &mut Act<'_>) -> Outcome<Vec<Secret<String>>> {
    let id = act.account()?;
    store::second_factor::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let codes = fresh_codes();
    store::second_factor::set_codes(act.db, id, &marks(act.house, id, &codes))?;
    let person = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    act.write_line(&Line { act: "renew_recovery_codes", enterprise: person.enterprise_id, subject: &person.email, ..Line::default() })?;
    Ok(codes)
}

/// People who may live without a second factor take their own away.
///
/// # Errors
/// A refusal where the house requires one.
pub fn remove_second_factor(act: &mut Act<'_>) -> Outcome<()> {
    let id = act.account()?;
    let person = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    if act.house.access.requires_factor(person.kind) {
        return refuse(
            "second_factor_required",
            "工作人员必须使用动态口令，不能关闭；可以重新绑定另一台设备。",
            "Staff need a second factor and cannot switch it off; another device can be set up in its place.",
        );
    }
    take_away(act, &person, "remove_second_factor", "")
}

/// The security administrator takes away the factor of somebody who lost telephone and codes. At
/// the next sign-in they set up another.
///
/// # Errors
/// `NotFound` for people of enterprises; a refusal for one's own account.
pub fn reset_second_factor(act: &mut Act<'_>, id: AccountId, reason: &str) -> Outcome<()> {
    act.must_hold(Role::SecurityAdministrator)?;
    let person = store::account::find(act.db, id)?.filter(|person| person.kind != AccountKind::Enterprise).ok_or(ActError::NotFound)?;
    if act.actor.account == Some(id) {
        return refuse(
            "own_account",
            "不能重置自己的动态口令。请由另一位安全管理员办理，或用恢复码登录。",
            "You cannot reset your own second factor. Ask another security administrator, or use a recovery code.",
        );
    }
    take_away(act, &person, "reset_second_factor", reason)?;
    Ok(store::session::close_all_of(act.db, id)?)
}

fn take_away(act: &mut Act<'_>, person: &Account, what: &str, reason: &str) -> Outcome<()> {
    if !store::second_factor::remove(act.db, person.id)? {
        return refuse("no_second_factor", "这个账号没有动态口令。", "This account has no second factor.");
    }
    act.write_line(&Line { act: what, enterprise: person.enterprise_id, subject: &person.email, reason, ..Line::default() })?;
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let by = act.actor.name.clone();
    act.send("second_factor_removed", person, &second_factor_removed(&person.name, &by, lang), None)
}

fn stage_of(db: &mut Db, token: &Token, now: Clocks) -> Outcome<Stage> {
    let (session, _) = store::session::find(db, &token_hash(token.expose()), now.house.naive_utc())?.ok_or(ActError::NotAllowed)?;
    if session.stage == Stage::Code { Err(ActError::NotAllowed) } else { Ok(session.stage) }
}

pub(super) fn living(db: &mut Db, token: &Token, now: Clocks, stage: Stage) -> Outcome<(Session, Account)> {
    let found = store::session::find(db, &token_hash(token.expose()), now.house.naive_utc())?;
    found.filter(|(session, _)| session.stage == stage).ok_or(ActError::NotAllowed)
}

/// Runs a step that ends the session it came with. A wrong code is counted in a transaction of its
/// own, because the refusal takes everything else back.
pub(super) fn proving<T>(
    store: &Store,
    house: &House,
    token: &Token,
    now: Clocks,
    stage: Stage,
    run: impl FnOnce(&mut Db, &Session, &Account) -> Outcome<T>,
) -> Outcome<T> {
    let (session, account) = store.read(|db| living(db, token, now, stage))?;
    let outcome = patiently(store, house, token, now, stage, &account.email, run);
    log_refusal("prove", Some(account.id), &session.address, &outcome);
    outcome
}

fn patiently<T>(
    store: &Store,
    house: &House,
    token: &Token,
    now: Clocks,
    stage: Stage,
    email: &str,
    run: impl FnOnce(&mut Db, &Session, &Account) -> Outcome<T>,
) -> Outcome<T> {
    store.read(|db| must_be_patient(db, house, email, now.house))?;
    let outcome = store.write(|db| {
        let (session, account) = living(db, token, now, stage)?;
        // Of two clicks at one moment the second finds the session gone.
        if !store::session::close(db, &session.token_hash)? {
            return Err(ActError::NotAllowed);
        }
        run(db, &session, &account)
    });
    if matches!(&outcome, Err(ActError::Refused(why)) if why.iter().any(|refusal| refusal.code == WRONG)) {
        store.write(|db| store::account::record_attempt(db, email, now.house.naive_utc()))?;
    }
    outcome
}

/// A code of the authenticator, or a recovery code; used up by this. Says which, when it was the latter.
fn prove(db: &mut Db, house: &House, account: &Account, typed: &str, now: Clocks) -> Outcome<&'static str> {
    let factor = store::second_factor::find(db, account.id)?.ok_or(ActError::NotAllowed)?;
    let seed = house.access.sealer.open(&factor_of(account.id), &factor.sealed_secret).ok_or_else(|| Fault::BadRow {
        table: "second_factor",
        id: account.id.to_string(),
        what: "sealed with another key than secret or key_file give now".into(),
    })?;
    if let Some(step) = accepted_step(&seed, typed, now.world, factor.last_step) {
        return if store::second_factor::use_step(db, account.id, step)? { Ok("") } else { wrong_code() };
    }
    if let Some(code) = normal(typed) {
        let hash = house.access.sealer.mark(&factor_of(account.id), &code);
        if store::second_factor::use_code(db, account.id, &hash, now.house.naive_utc())? {
            return Ok("recovery code");
        }
    }
    wrong_code()
}

/// Who comes in by the provider's second factor proves no less afterwards.
fn no_password<T>() -> Outcome<T> {
    refuse_field(
        "openid_proof_needed",
        "proof",
        "您没有绑定动态口令，密码不足以办理这一步。请用统一身份认证重新验证。",
        "You have no second factor here, and a password is not enough for this step. Prove who you are by the single sign-on.",
    )
}

fn wrong_code<T>() -> Outcome<T> {
    refuse_field(
        WRONG,
        "proof",
        "动态口令不对，或已经用过。请等下一个 6 位数字再试，并核对手机时间是否准确。",
        "The code is wrong or was used before. Wait for the next six digits, and check that your telephone's clock is right.",
    )
}

fn marks(house: &House, id: AccountId, codes: &[Secret<String>]) -> Vec<String> {
    codes.iter().filter_map(|code| normal(code.expose())).map(|code| house.access.sealer.mark(&factor_of(id), &code)).collect()
}

fn whence(session: &Session) -> Whence {
    Whence { device: session.device.clone(), address: session.address.clone() }
}

/// The same session under another id, confirmed now; its end stays where it was.
pub(super) fn renew(db: &mut Db, session: &Session, now: Clocks) -> Outcome<Token> {
    let token = random_token();
    let at = now.house.naive_utc();
    store::session::open(
        db,
        &NewSession {
            token_hash: &token_hash(token.expose()),
            account_id: session.account_id,
            created_at: session.created_at,
            seen_at: at,
            expires_at: session.expires_at,
            stage: Stage::Whole,
            confirmed_at: Some(at),
            idle_seconds: session.idle_seconds,
            device: &session.device,
            address: &session.address,
        },
    )?;
    Ok(token)
}

pub(super) fn in_name_of<T>(
    db: &mut Db,
    house: &House,
    account: &Account,
    now: DateTime<Utc>,
    run: impl FnOnce(&mut Act<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let actor = store::account::actor(db, account)?;
    run(&mut Act { db, actor: &actor, now, house })
}
