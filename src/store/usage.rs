//! Usage events: facts for ever. A writer holds the lock of one shard's chain from the first
//! question to the commit, so that hashes and sequence numbers follow one another without gaps.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};

use super::schema::{usage_event, usage_shard, usage_void};
use super::{Db, Fault, dialect};
use crate::ids::{ContractId, ProviderId};
use crate::metering::chain::GENESIS;
use crate::metering::event::EventKey;

/// How many chains a database keeps: SQLite has one writer, PostgreSQL several.
#[must_use]
pub fn shards(db: &Db) -> i64 {
    dialect::event_shards(db)
}

/// The end of a shard's chain.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = usage_shard)]
pub struct Shard {
    pub shard: i64,
    pub last_seq: i64,
    pub last_hash: Vec<u8>,
}

/// A stored event.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = usage_event)]
pub struct StoredEvent {
    pub shard: i64,
    pub seq: i64,
    pub source: String,
    pub event_id: String,
    pub kind: String,
    pub provider_id: ProviderId,
    pub contract_id: ContractId,
    pub subject: String,
    pub resource: String,
    pub partition_name: String,
    pub qos: String,
    pub project: String,
    pub instance: String,
    pub units: i64,
    pub time_ms: i64,
    pub start_ms: i64,
    pub end_ms: i64,
    pub quantity_ms: i64,
    pub data: String,
    pub digest: Vec<u8>,
    pub received_ms: i64,
    pub late: bool,
    pub hash: Vec<u8>,
}

/// What is known of an event that is stored already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub key: EventKey,
    pub shard: i64,
    pub seq: i64,
    pub kind: String,
    pub contract: ContractId,
    pub digest: Vec<u8>,
    pub late: bool,
}

/// An event that another one took out.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = usage_void)]
pub struct VoidedEvent {
    pub shard: i64,
    pub seq: i64,
    pub by_shard: i64,
    pub by_seq: i64,
    pub contract_id: ContractId,
    pub reason: String,
}

/// Takes the lock of a shard's chain until the transaction ends, and says where the chain ends.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock_shard(db: &mut Db, shard: i64) -> Result<Shard, Fault> {
    let row = usage_shard::table.find(shard);
    let touch = diesel::update(row).set(usage_shard::last_seq.eq(usage_shard::last_seq));
    if touch.execute(db)? == 0 {
        diesel::sql_query("INSERT INTO usage_shard (shard, last_seq, last_hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING")
            .bind::<BigInt, _>(shard)
            .bind::<Binary, _>(GENESIS.as_slice())
            .execute(db)?;
        // Another writer may have begun the shard at the same moment: queue behind it.
        diesel::update(row).set(usage_shard::last_seq.eq(usage_shard::last_seq)).execute(db)?;
    }
    Ok(row.select(Shard::as_select()).first(db)?)
}

/// Takes the locks of all shards in their order: no event is stored until the transaction ends.
/// The answer is the barrier that a statement covers.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock_all(db: &mut Db) -> Result<Vec<Shard>, Fault> {
    let mut locked = Vec::new();
    for shard in 0..shards(db) {
        locked.push(lock_shard(db, shard)?);
    }
    Ok(locked)
}

/// Where all chains end.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn chain_ends(db: &mut Db) -> Result<Vec<Shard>, Fault> {
    Ok(usage_shard::table.order(usage_shard::shard).select(Shard::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn move_shard(db: &mut Db, end: &Shard) -> Result<(), Fault> {
    diesel::update(usage_shard::table.find(end.shard))
        .set((usage_shard::last_seq.eq(end.last_seq), usage_shard::last_hash.eq(&end.last_hash)))
        .execute(db)?;
    Ok(())
}

/// Which of these ids of a source are stored.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn known(db: &mut Db, source: &str, ids: &[&str]) -> Result<Vec<Known>, Fault> {
    dialect::known_events(db, source, ids)
}

/// Stores events. Another writer may have stored one of them under another shard since [`known`]
/// was asked; then nothing of these is to be kept.
///
/// # Errors
/// [`Fault::Collision`] in that case, after which the caller rolls back and tries again; a
/// [`Fault`] of the database otherwise.
pub fn insert(db: &mut Db, events: &[StoredEvent]) -> Result<(), Fault> {
    if dialect::insert_events(db, events)? == events.len() { Ok(()) } else { Err(Fault::Collision) }
}

/// Takes events out.
///
/// # Errors
/// A unique violation when one was taken out before; a [`Fault`] of the database otherwise.
pub fn insert_voids(db: &mut Db, voids: &[VoidedEvent]) -> Result<(), Fault> {
    for void in voids {
        diesel::insert_into(usage_void::table).values(void).execute(db)?;
    }
    Ok(())
}

/// Was the event taken out?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn is_voided(db: &mut Db, shard: i64, seq: i64) -> Result<bool, Fault> {
    let found: Option<i64> = usage_void::table.find((shard, seq)).select(usage_void::by_seq).first(db).optional()?;
    Ok(found.is_some())
}

/// One event by its name.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, key: &EventKey) -> Result<Option<StoredEvent>, Fault> {
    let named = usage_event::table.filter(usage_event::source.eq(&key.source).and(usage_event::event_id.eq(&key.id)));
    Ok(named.select(StoredEvent::as_select()).first(db).optional()?)
}

/// The next events of a shard's chain after a sequence number, in its order.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn chain_after(db: &mut Db, shard: i64, seq: i64, most: i64) -> Result<Vec<StoredEvent>, Fault> {
    Ok(usage_event::table
        .filter(usage_event::shard.eq(shard).and(usage_event::seq.gt(seq)))
        .order(usage_event::seq)
        .limit(most)
        .select(StoredEvent::as_select())
        .load(db)?)
}

/// Living intervals of the runs named, for the check that two never overlap: (instance, start ms,
/// end ms).
///
/// # Errors
/// A [`Fault`] of the database.
pub fn intervals_of(db: &mut Db, provider: ProviderId, instances: &[&str]) -> Result<Vec<(String, i64, i64)>, Fault> {
    if instances.is_empty() {
        return Ok(Vec::new());
    }
    Ok(usage_event::table
        .left_join(usage_void::table.on(usage_void::shard.eq(usage_event::shard).and(usage_void::seq.eq(usage_event::seq))))
        .filter(usage_event::provider_id.eq(provider).and(usage_event::instance.ne("")))
        .filter(usage_event::instance.eq_any(instances.to_vec()))
        .filter(usage_event::quantity_ms.gt(0).and(usage_void::by_seq.is_null()))
        .select((usage_event::instance, usage_event::start_ms, usage_event::end_ms))
        .load(db)?)
}
