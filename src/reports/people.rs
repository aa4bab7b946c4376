//! Oneself, and lists of people.

use super::Db;
use crate::acts::{ActError, Outcome};
use crate::lang::Lang;
use crate::party::{AccountKind, Actor};
use crate::store;

/// One's own account, as its page shows it.
#[derive(Clone, Debug)]
pub struct Myself {
    pub email: String,
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
    Ok(Myself { email: account.email, name: account.name, language: account.language, version: account.version })
}

/// Somebody the demo lets one sign in as.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    pub account: i64,
    pub name: String,
    pub email: String,
    pub role: String,
}

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
