//! Events that could not become facts and are not lost: the same name with another content, an
//! account that nobody has assigned yet, a void that came before its target.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text, Timestamp};

use super::schema::usage_quarantine;
use super::{Db, Fault};
use crate::ids::{AccountId, ProviderId};
use crate::metering::event::EventKey;

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = usage_quarantine)]
pub struct Quarantined {
    pub id: i64,
    pub provider_id: ProviderId,
    pub source: String,
    pub event_id: String,
    pub digest: Vec<u8>,
    pub body: String,
    pub code: String,
    pub field: String,
    pub detail_zh: String,
    pub detail_en: String,
    pub waits_for_source: String,
    pub waits_for_id: String,
    pub received_at: NaiveDateTime,
    pub state: String,
    pub reason: String,
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<NaiveDateTime>,
}

/// An event on its way into quarantine.
#[derive(Clone, Debug)]
pub struct NewQuarantined<'a> {
    pub provider: ProviderId,
    pub key: &'a EventKey,
    pub digest: &'a [u8],
    pub body: &'a str,
    pub code: &'a str,
    pub field: &'a str,
    pub detail_zh: &'a str,
    pub detail_en: &'a str,
    pub waits_for: Option<&'a EventKey>,
    pub at: NaiveDateTime,
}

/// Keeps an event; the same event sent again is kept once.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn keep(db: &mut Db, new: &NewQuarantined<'_>) -> Result<(), Fault> {
    diesel::sql_query(
        "INSERT INTO usage_quarantine (provider_id, source, event_id, digest, body, code, field, detail_zh, detail_en, \
         waits_for_source, waits_for_id, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
    )
    .bind::<BigInt, _>(new.provider)
    .bind::<Text, _>(&new.key.source)
    .bind::<Text, _>(&new.key.id)
    .bind::<Binary, _>(new.digest)
    .bind::<Text, _>(new.body)
    .bind::<Text, _>(new.code)
    .bind::<Text, _>(new.field)
    .bind::<Text, _>(new.detail_zh)
    .bind::<Text, _>(new.detail_en)
    .bind::<Text, _>(new.waits_for.map_or("", |key| key.source.as_str()))
    .bind::<Text, _>(new.waits_for.map_or("", |key| key.id.as_str()))
    .bind::<Timestamp, _>(new.at)
    .execute(db)?;
    Ok(())
}

/// Ids of one question: SQLite takes 32,766 parameters.
const ASKED: usize = 10_000;

/// Open ones that wait for an event that is here now.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn waiting_for(db: &mut Db, keys: &[&EventKey]) -> Result<Vec<Quarantined>, Fault> {
    let waiting = usage_quarantine::table.filter(usage_quarantine::state.eq("open").and(usage_quarantine::waits_for_source.ne("")));
    let any: Option<i64> = waiting.select(usage_quarantine::id).first(db).optional()?;
    if any.is_none() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    let mut found: Vec<Quarantined> = Vec::new();
    for ids in ids.chunks(ASKED) {
        let named = waiting.filter(usage_quarantine::waits_for_id.eq_any(ids.to_vec()));
        found.extend(named.select(Quarantined::as_select()).load::<Quarantined>(db)?);
    }
    found.sort_by_key(|row| row.id);
    let here = |row: &Quarantined| keys.iter().any(|key| key.source == row.waits_for_source && key.id == row.waits_for_id);
    Ok(found.into_iter().filter(here).collect())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: i64) -> Result<Option<Quarantined>, Fault> {
    Ok(usage_quarantine::table.find(id).select(Quarantined::as_select()).first(db).optional()?)
}

/// A provider's open ones, the oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open_of(db: &mut Db, provider: ProviderId, most: i64) -> Result<Vec<Quarantined>, Fault> {
    let open = usage_quarantine::table
        .filter(usage_quarantine::provider_id.eq(provider).and(usage_quarantine::state.eq("open")))
        .order(usage_quarantine::id)
        .limit(most);
    Ok(open.select(Quarantined::as_select()).load(db)?)
}

/// How many open ones a provider has.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn count_open(db: &mut Db, provider: ProviderId) -> Result<i64, Fault> {
    let open = usage_quarantine::table.filter(usage_quarantine::provider_id.eq(provider).and(usage_quarantine::state.eq("open")));
    Ok(open.count().get_result(db)?)
}

/// Closes an open one; `false` when it was closed before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn close(db: &mut Db, id: i64, state: &str, reason: &str, by: Option<AccountId>, at: NaiveDateTime) -> Result<bool, Fault> {
    let open = usage_quarantine::table.filter(usage_quarantine::id.eq(id).and(usage_quarantine::state.eq("open")));
    Ok(diesel::update(open)
        .set((
            usage_quarantine::state.eq(state),
            usage_quarantine::reason.eq(reason),
            usage_quarantine::closed_by.eq(by),
            usage_quarantine::closed_at.eq(at),
        ))
        .execute(db)?
        == 1)
}
