//! Oneself, and lists of people.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::Db;
use crate::acts::end_sessions::handle;
use crate::acts::{ActError, House, Outcome};
use crate::hidden::{Personal, tells};
use crate::lang::Lang;
use crate::party::{AccountKind, Actor};
use crate::store;

/// One's own account, as its page shows it.
#[derive(Clone, Debug)]
pub struct Myself {
    pub email: Personal<String>,
    pub name: String,
    /// The language of letters, by its tag.
    pub language: String,
    pub version: i64,
}

/// # Errors
/// `NotAllowed` for jobs and programs; a fault of the database.
pub fn myself(db: &mut Db, actor: &Actor) -> Outcome<Myself> {
    let id = actor.account.ok_or(ActError::NotAllowed)?;
    let account = store::account::find(db, id)?.ok_or(ActError::NotFound)?;
    Ok(Myself { email: account.email.into(), name: account.name, language: account.language, version: account.version })
}

/// How somebody proves who they are, and where they are signed in.
#[derive(Clone, Debug)]
pub struct OwnAccess {
    /// When the second factor was set up; `None` without one.
    pub factor_since: Option<NaiveDateTime>,
    pub codes_left: i64,
    /// Nobody of this house works without one.
    pub factor_required: bool,
    /// The last used first.
    pub sessions: Vec<OwnSession>,
}

/// One of one's own sessions.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// What the page calls it by.
    pub handle: String,
    pub device: String,
    pub address: String,
    pub since: NaiveDateTime,
    pub seen_at: NaiveDateTime,
    /// The one that asks.
    pub here: bool,
}

/// # Errors
/// `NotAllowed` for jobs and programs; a fault of the database.
pub fn own_access(db: &mut Db, house: &House, actor: &Actor, session_hash: &str, now: DateTime<Utc>) -> Outcome<OwnAccess> {
    let id = actor.account.ok_or(ActError::NotAllowed)?;
    let account = store::account::find(db, id)?.ok_or(ActError::NotFound)?;
    let sessions = store::session::of_account(db, id, now.naive_utc())?.into_iter().map(|session| OwnSession {
        handle: handle(&session.token_hash),
        here: session.token_hash == session_hash,
        device: session.device,
        address: session.address,
        since: session.created_at,
        seen_at: session.seen_at,
    });
    Ok(OwnAccess {
        factor_since: store::second_factor::find(db, id)?.map(|factor| factor.enrolled_at),
        codes_left: store::second_factor::codes_left(db, id)?,
        factor_required: house.access.requires_factor(account.kind),
        sessions: sessions.collect(),
    })
}

/// How somebody may prove anew who they are.
#[derive(Clone, Copy, Debug)]
pub struct OpenProofs {
    pub by_code: bool,
    pub by_password: bool,
    /// The provider asks them, for a second factor too.
    pub by_openid: bool,
}

/// The proofs that are open to somebody. `issuer`: the provider whose second factor counts, if any.
///
/// # Errors
/// `NotAllowed` for jobs and programs; a fault of the database.
pub fn open_proofs(db: &mut Db, house: &House, actor: &Actor, issuer: Option<&str>) -> Outcome<OpenProofs> {
    let id = actor.account.ok_or(ActError::NotAllowed)?;
    let account = store::account::find(db, id)?.ok_or(ActError::NotFound)?;
    let by_code = store::second_factor::find(db, id)?.is_some();
    let by_openid = match issuer {
        Some(issuer) => store::openid::linked_since(db, id, issuer)?.is_some(),
        None => false,
    };
    let needs_more = house.access.provider_asks && house.access.requires_factor(account.kind);
    Ok(OpenProofs { by_code, by_password: !by_code && !needs_more, by_openid })
}

/// Somebody the demo lets one sign in as.
#[derive(Clone)]
pub struct DemoPerson {
    pub account: i64,
    pub name: String,
    pub email: String,
    pub role: String,
}

tells! { DemoPerson { account, role } }

/// Everybody who can sign in, staff first, then providers, then enterprises.
///
/// # Errors
/// A fault of the database.
pub fn everybody(db: &mut Db, lang: Lang) -> Outcome<Vec<(String, Vec<DemoPerson>)>> {
    let mut staff = Vec::new();
    let mut providers = Vec::new();
    let mut enterprises = Vec::new();
    for account in store::account::all_living(db)? {
        let actor = store::account::actor(db, &account)?;
        let roles: Vec<&str> = actor.roles().into_iter().map(|role| role.label(lang)).collect();
        let house = match (account.enterprise_id, account.provider_id) {
            (Some(id), _) => store::account::enterprise(db, id)?.map(|enterprise| enterprise.name),
            (None, Some(id)) => store::purchase::provider(db, id)?.map(|provider| provider.name),
            (None, None) => None,
        };
        let person = DemoPerson {
            account: account.id.get(),
            name: account.name,
            email: account.email,
            role: house.unwrap_or_else(|| roles.join(lang.pick("、", ", "))),
        };
        match account.kind {
            AccountKind::Staff => staff.push(person),
            AccountKind::Provider => providers.push(person),
            AccountKind::Enterprise => enterprises.push(person),
        }
    }
    Ok(vec![
        (lang.pick("工作人员", "Staff").to_owned(), staff),
        (lang.pick("服务机构", "Providers").to_owned(), providers),
        (lang.pick("企业", "Enterprises").to_owned(), enterprises),
    ])
}
