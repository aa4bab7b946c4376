//! What an enterprise sees of itself: its data and qualifications, its bank accounts, its people.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::Db;
use super::names::Names;
use crate::acts::links::Purpose;
use crate::acts::sign_in::SIGN_IN;
use crate::acts::{ActError, Outcome};
use crate::hidden::{Personal, tells};
use crate::ids::{AccountId, EnterpriseId};
use crate::party::structure::Party;
use crate::store;
pub use crate::store::account::Enterprise;
pub use crate::store::bank::BankAccount;
pub use crate::store::qualification::Qualification;

/// Sign-ins shown on the page of colleagues.
const SIGN_INS: i64 = 20;
/// How far back wrong passwords are counted.
const WRONG_PASSWORDS: TimeDelta = TimeDelta::days(30);

/// An enterprise with its dated entries.
#[derive(Clone, Debug)]
pub struct OwnEnterprise {
    pub enterprise: Enterprise,
    pub entries: Vec<Qualification>,
    /// The newest first.
    pub structures: Vec<Structure>,
}

/// # Errors
/// A fault of the database.
pub fn own(db: &mut Db, id: EnterpriseId) -> Outcome<OwnEnterprise> {
    let enterprise = store::account::enterprise(db, id)?.ok_or(ActError::NotFound)?;
    Ok(OwnEnterprise { enterprise, entries: store::qualification::of_enterprise(db, id)?, structures: structures(db, id)? })
}

/// What an enterprise declared of who stands behind it.
#[derive(Clone, Debug)]
pub struct Structure {
    pub parties: Vec<Party>,
    pub version: i64,
    pub declared_at: NaiveDateTime,
    pub declared_by: String,
}

/// All declarations of an enterprise, the newest first.
///
/// # Errors
/// A fault of the database.
pub fn structures(db: &mut Db, id: EnterpriseId) -> Outcome<Vec<Structure>> {
    let mut names = Names::default();
    let mut found = Vec::new();
    for (declaration, parties) in store::structure::declarations(db, &[id])?.into_iter().rev() {
        found.push(Structure {
            parties,
            version: declaration.version,
            declared_at: declaration.declared_at,
            declared_by: names.person(db, Some(declaration.declared_by))?,
        });
    }
    Ok(found)
}

/// The bank accounts of an enterprise by what they are now.
#[derive(Clone, Debug)]
pub struct OwnBank {
    pub enterprise: String,
    pub active: Option<BankAccount>,
    /// Waits for confirmation, while its links work; with who asked.
    pub pending: Option<(BankAccount, String)>,
    /// Replaced and refused ones, the newest first.
    pub earlier: Vec<BankAccount>,
}

/// # Errors
/// A fault of the database.
pub fn bank(db: &mut Db, id: EnterpriseId) -> Outcome<OwnBank> {
    let enterprise = store::account::enterprise(db, id)?.ok_or(ActError::NotFound)?.name;
    let mut own = OwnBank { enterprise, active: None, pending: None, earlier: Vec::new() };
    for known in store::bank::of_enterprise(db, id)? {
        match known.state.as_str() {
            "active" => own.active = Some(known),
            "pending" => {
                let who = store::account::find(db, known.created_by)?.map(|person| person.name).unwrap_or_default();
                own.pending = Some((known, who));
            }
            _ => own.earlier.push(known),
        }
    }
    Ok(own)
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// The address was not confirmed, or the invitation not accepted.
    Waiting,
    Closed,
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct PersonRow {
    pub id: AccountId,
    pub name: String,
    pub email: Personal<String>,
    pub standing: Standing,
    pub last_sign_in: Option<NaiveDateTime>,
    /// Wrong passwords for the address in the last thirty days.
    pub wrong_passwords: usize,
}

/// The people of an enterprise, who is invited, and who signed in when.
#[derive(Clone)]
pub struct Colleagues {
    pub people: Vec<PersonRow>,
    /// Address and end of each open invitation.
    pub invitations: Vec<(String, NaiveDateTime)>,
    /// Moment and name, the newest first.
    pub sign_ins: Vec<(NaiveDateTime, String)>,
}

tells! { Colleagues { people } }

/// # Errors
/// A fault of the database.
pub fn colleagues(db: &mut Db, id: EnterpriseId, now: DateTime<Utc>) -> Outcome<Colleagues> {
    let accounts = store::account_change::everybody_of(db, id)?;
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let open = store::mail_token::open_of(db, &ids, Purpose::Invitation, now.naive_utc())?;
    let invitations = open.into_iter().filter(|link| !link.payload.is_empty()).map(|link| (link.payload, link.expires_at)).collect();
    let lines = store::account_change::lines_by(db, &ids, SIGN_IN, SIGN_INS)?;
    Ok(Colleagues {
        people: person_rows(db, accounts, now)?,
        invitations,
        sign_ins: lines.into_iter().map(|line| (line.at, line.actor_name)).collect(),
    })
}

/// Accounts as rows of a list, with their last sign-in and wrong passwords.
pub(super) fn person_rows(db: &mut Db, accounts: Vec<store::account::Account>, now: DateTime<Utc>) -> Outcome<Vec<PersonRow>> {
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let emails: Vec<String> = accounts.iter().map(|account| account.email.clone()).collect();
    let last: BTreeMap<_, _> = store::account_change::last_times(db, &ids, SIGN_IN)?.into_iter().collect();
    let wrong = store::account_change::wrong_passwords(db, &emails, (now - WRONG_PASSWORDS).naive_utc())?;
    let row = |account: store::account::Account| PersonRow {
        standing: match (account.disabled_at, account.confirmed_at) {
            (Some(_), _) => Standing::Closed,
            (None, Some(_)) => Standing::Active,
            (None, None) => Standing::Waiting,
        },
        last_sign_in: last.get(&Some(account.id)).copied().flatten(),
        wrong_passwords: wrong.iter().filter(|(email, _)| *email == account.email).count(),
        id: account.id,
        name: account.name,
        email: account.email.into(),
    };
    Ok(accounts.into_iter().map(row).collect())
}
