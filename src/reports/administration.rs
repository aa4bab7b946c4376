//! What the administrators look after: accounts of staff and providers, packs, tokens, letters.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};

use super::Db;
use super::own_enterprise::{PersonRow, person_rows};
use crate::acts::{ActError, House, Outcome, pack_in_force};
use crate::ids::{AccountId, LetterId};
use crate::party::{AccountKind, Duty};
use crate::store;
use crate::store::account::Account;
pub use crate::store::purchase::Provider;

/// Most letters shown at a time.
const LETTERS: i64 = 200;

/// An account of staff or of a provider.
#[derive(Clone, Debug)]
pub struct StaffRow {
    pub person: PersonRow,
    /// Empty for staff.
    pub provider: String,
    pub duties: BTreeSet<Duty>,
    /// The invitation was not accepted yet.
    pub invited: bool,
    pub is_staff: bool,
    /// When the second factor was set up; `None` without one.
    pub factor_since: Option<NaiveDateTime>,
    /// When it was linked with an account of the OpenID Connect provider; `None` without one.
    pub linked_since: Option<NaiveDateTime>,
}

fn staff_rows(db: &mut Db, accounts: Vec<Account>, now: DateTime<Utc>) -> Outcome<Vec<StaffRow>> {
    let providers: BTreeMap<_, _> = store::purchase::providers(db)?.into_iter().map(|known| (known.id, known.name)).collect();
    let people = person_rows(db, accounts.clone(), now)?;
    let mut rows = Vec::new();
    for (account, person) in accounts.into_iter().zip(people) {
        rows.push(StaffRow {
            provider: account.provider_id.and_then(|id| providers.get(&id).cloned()).unwrap_or_default(),
            duties: store::account::duties(db, account.id)?,
            invited: account.password_hash.is_none() && account.disabled_at.is_none(),
            is_staff: account.kind == AccountKind::Staff,
            factor_since: store::second_factor::find(db, account.id)?.map(|factor| factor.enrolled_at),
            linked_since: store::openid::last_linked(db, account.id)?,
            person,
        });
    }
    Ok(rows)
}

/// All accounts but those of enterprises.
///
/// # Errors
/// A fault of the database.
pub fn staff(db: &mut Db, now: DateTime<Utc>) -> Outcome<Vec<StaffRow>> {
    let accounts = store::account::staff(db)?;
    staff_rows(db, accounts, now)
}

/// One of them.
///
/// # Errors
/// `NotFound` for an unknown account and for people of enterprises.
pub fn one_of_staff(db: &mut Db, id: AccountId, now: DateTime<Utc>) -> Outcome<StaffRow> {
    let account = store::account::find(db, id)?.filter(|account| account.kind != AccountKind::Enterprise).ok_or(ActError::NotFound)?;
    staff_rows(db, vec![account], now)?.pop().ok_or(ActError::NotFound)
}

/// # Errors
/// A fault of the database.
pub fn providers(db: &mut Db) -> Outcome<Vec<Provider>> {
    Ok(store::purchase::providers(db)?)
}

/// One activation of a pack.
#[derive(Clone, Debug)]
pub struct PackChange {
    pub pack: String,
    pub at: NaiveDateTime,
    pub who: String,
    pub reason: String,
}

/// The pack in force and how it came to be.
#[derive(Clone, Debug)]
pub struct PackHistory {
    pub in_force: String,
    /// The newest first.
    pub changes: Vec<PackChange>,
}

/// # Errors
/// A fault of the database.
pub fn packs(db: &mut Db, house: &House) -> Outcome<PackHistory> {
    let in_force = pack_in_force(db, house)?.id.clone();
    let mut changes = Vec::new();
    for change in store::pack::activations(db)? {
        let who = match change.activated_by {
            Some(id) => store::account::find(db, id)?.map(|account| account.name),
            None => None,
        };
        changes.push(PackChange { pack: change.pack_id, at: change.activated_at, who: who.unwrap_or_default(), reason: change.reason });
    }
    Ok(PackHistory { in_force, changes })
}

/// A service token, never the token itself.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub id: i64,
    pub name: String,
    pub provider: String,
    pub created_by: String,
    pub created_at: NaiveDateTime,
    pub last_used_at: Option<NaiveDateTime>,
    pub revoked_at: Option<NaiveDateTime>,
}

/// # Errors
/// A fault of the database.
pub fn tokens(db: &mut Db) -> Outcome<Vec<TokenRow>> {
    let providers: BTreeMap<_, _> = store::purchase::providers(db)?.into_iter().map(|known| (known.id, known.name)).collect();
    let mut rows = Vec::new();
    for token in store::service_token::all(db)? {
        rows.push(TokenRow {
            created_by: store::account::find(db, token.created_by)?.map(|account| account.name).unwrap_or_default(),
            provider: providers.get(&token.provider_id).cloned().unwrap_or_default(),
            id: token.id,
            name: token.name,
            created_at: token.created_at,
            last_used_at: token.last_used_at,
            revoked_at: token.revoked_at,
        });
    }
    Ok(rows)
}

/// A time in which payouts rested.
#[derive(Clone, Debug)]
pub struct HoldRow {
    pub begun_at: NaiveDateTime,
    pub jump_seconds: i64,
    /// When, by whom and with which words it ended; `None` while it lasts.
    pub ended: Option<(NaiveDateTime, String, String)>,
}

/// Most holds shown.
const HOLDS: i64 = 50;

/// The holds of payouts, the newest first.
///
/// # Errors
/// A fault of the database.
pub fn payout_holds(db: &mut Db) -> Outcome<Vec<HoldRow>> {
    let mut rows = Vec::new();
    for hold in store::payout_hold::newest(db, HOLDS)? {
        let ended = match (hold.ended_at, hold.ended_by) {
            (Some(at), Some(by)) => Some((at, store::account::find(db, by)?.map(|account| account.name).unwrap_or_default(), hold.reason)),
            _ => None,
        };
        rows.push(HoldRow { begun_at: hold.begun_at, jump_seconds: hold.jump_seconds, ended });
    }
    Ok(rows)
}

/// A letter without its words: they may hold a link that opens somebody's account.
#[derive(Clone, Debug)]
pub struct LetterRow {
    pub id: LetterId,
    pub to: String,
    pub subject: String,
    pub state: String,
    pub attempts: i64,
    pub last_error: String,
    pub queued_at: NaiveDateTime,
    pub sent_at: Option<NaiveDateTime>,
}

/// The newest letters, or those in one state only.
///
/// # Errors
/// A fault of the database.
pub fn letters(db: &mut Db, state: Option<&str>) -> Outcome<Vec<LetterRow>> {
    let rows = store::letter::newest(db, state, LETTERS)?.into_iter().map(|letter| LetterRow {
        id: letter.id,
        to: letter.to_email,
        subject: letter.subject,
        state: letter.state,
        attempts: letter.attempts,
        last_error: letter.last_error,
        queued_at: letter.queued_at,
        sent_at: letter.sent_at,
    });
    Ok(rows.collect())
}
