//! Usage events: facts for ever. A writer holds the lock of one shard's chain from the first
//! question to the commit, so that hashes and sequence numbers follow one another without gaps.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use serde::{Deserialize, Serialize};

use super::schema::{statement_state, usage_event, usage_ingest, usage_shard, usage_void};
use super::{Db, Fault, dialect};
use crate::ids::{ContractId, ProviderId};
use crate::metering::chain::{GENESIS, Hash, Link};
use crate::metering::event::EventKey;
use crate::metering::quantity::UnitMillis;

/// Chains that writers may use side by side on PostgreSQL; SQLite has one writer and one chain.
pub const POSTGRES_SHARDS: i64 = 4;

/// The end of a shard's chain.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = usage_shard)]
pub struct Shard {
    pub shard: i64,
    pub last_seq: i64,
    #[serde(with = "hex")]
    pub last_hash: Vec<u8>,
}

/// A stored event.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = usage_event, treat_none_as_default_value = false)]
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
    pub quantity_ms: UnitMillis,
    pub data: String,
    #[serde(with = "hex")]
    pub digest: Vec<u8>,
    pub received_ms: i64,
    pub late: bool,
    #[serde(with = "hex")]
    pub hash: Vec<u8>,
}

impl StoredEvent {
    /// What its hash binds.
    #[must_use]
    pub fn as_link(&self) -> Link<'_> {
        Link {
            shard: self.shard,
            seq: self.seq,
            provider: self.provider_id.get(),
            contract: self.contract_id.get(),
            time_ms: self.time_ms,
            start_ms: self.start_ms,
            end_ms: self.end_ms,
            units: self.units,
            quantity_ms: self.quantity_ms.get(),
            received_ms: self.received_ms,
            late: self.late,
            source: &self.source,
            id: &self.event_id,
            kind: &self.kind,
            subject: &self.subject,
            resource: &self.resource,
            partition: &self.partition_name,
            qos: &self.qos,
            project: &self.project,
            instance: &self.instance,
            digest: &self.digest,
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = usage_void)]
pub struct VoidedEvent {
    pub shard: i64,
    pub seq: i64,
    pub by_shard: i64,
    pub by_seq: i64,
    pub contract_id: ContractId,
}

/// Takes the lock of a provider's usage until the transaction ends: two intervals of one run, or a void
/// and its target, must not miss each other in two chains.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock_provider(db: &mut Db, provider: ProviderId) -> Result<(), Fault> {
    dialect::lock_provider(db, provider)
}

/// Takes the lock of a shard's chain until the transaction ends, and says where the chain ends.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock_shard(db: &mut Db, shard: i64) -> Result<Shard, Fault> {
    if let Some(locked) = touch_shard(db, shard)? {
        return Ok(locked);
    }
    diesel::sql_query("INSERT INTO usage_shard (shard, last_seq, last_hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING")
        .bind::<BigInt, _>(shard)
        .bind::<Binary, _>(GENESIS.as_slice())
        .execute(db)?;
    // Another writer may have begun the shard at the same moment: queue behind it.
    let bad = || Fault::BadRow { table: "usage_shard", id: shard.to_string(), what: "nothing: it was not kept".into() };
    touch_shard(db, shard)?.ok_or_else(bad)
}

/// An update that changes nothing takes the lock of the row and tells what stands in it.
fn touch_shard(db: &mut Db, shard: i64) -> Result<Option<Shard>, Fault> {
    let touch = diesel::update(usage_shard::table.find(shard)).set(usage_shard::last_seq.eq(usage_shard::last_seq));
    Ok(touch.returning((usage_shard::shard, usage_shard::last_seq, usage_shard::last_hash)).get_result(db).optional()?)
}

/// Takes the locks of all shards in their order: no event is stored until the transaction ends.
/// The answer is the barrier that a statement covers.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock_all(db: &mut Db) -> Result<Vec<Shard>, Fault> {
    let mut locked = Vec::new();
    for shard in 0..dialect::event_shards(db) {
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
    match dialect::insert_events(db, events) {
        Err(fault) if fault.is_unique_violation() => Err(Fault::Collision),
        done => done,
    }
}

/// Takes events out.
///
/// # Errors
/// [`Fault::Collision`] when another writer took one of them out at the same moment; a [`Fault`] of the
/// database otherwise.
pub fn insert_voids(db: &mut Db, voids: &[VoidedEvent]) -> Result<(), Fault> {
    for void in voids {
        match diesel::insert_into(usage_void::table).values(void).execute(db).map_err(Fault::from) {
            Err(fault) if fault.is_unique_violation() => return Err(Fault::Collision),
            done => done?,
        };
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
    dialect::chain_after(db, shard, seq, most)
}

/// The hashes of a span of a shard's chain, both ends included.
///
/// # Errors
/// A [`Fault`] of the database; an event that is not there, or a hash that is none.
pub fn hashes(db: &mut Db, shard: i64, from: i64, to: i64) -> Result<Vec<Hash>, Fault> {
    let rows: Vec<(i64, Vec<u8>)> = usage_event::table
        .filter(usage_event::shard.eq(shard).and(usage_event::seq.between(from, to)))
        .order(usage_event::seq)
        .select((usage_event::seq, usage_event::hash))
        .load(db)?;
    let bad = |seq: i64, what: &str| Fault::BadRow { table: "usage_event", id: format!("{shard}/{seq}"), what: what.to_owned() };
    let mut hashes = Vec::with_capacity(rows.len());
    for (expected, (seq, hash)) in (from..).zip(rows) {
        if seq != expected {
            return Err(bad(expected, "nothing: it is missing"));
        }
        hashes.push(hash.try_into().map_err(|_| bad(seq, "a hash that is not 32 bytes long"))?);
    }
    let found = i64::try_from(hashes.len()).unwrap_or(i64::MAX);
    if found == to - from + 1 { Ok(hashes) } else { Err(bad(from + found, "nothing: it is missing")) }
}

/// All events that were taken out.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn voids(db: &mut Db) -> Result<Vec<VoidedEvent>, Fault> {
    Ok(usage_void::table.order((usage_void::by_shard, usage_void::by_seq)).select(VoidedEvent::as_select()).load(db)?)
}

/// A living interval of a run.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct RunInterval {
    #[diesel(sql_type = Text)]
    pub instance: String,
    #[diesel(sql_type = BigInt)]
    pub start_ms: i64,
    #[diesel(sql_type = BigInt)]
    pub end_ms: i64,
    #[diesel(sql_type = Text)]
    pub source: String,
    #[diesel(sql_type = Text)]
    pub event_id: String,
}

/// The living intervals of the runs named, for the check that two never overlap.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn intervals_of(db: &mut Db, provider: ProviderId, instances: &[&str]) -> Result<Vec<RunInterval>, Fault> {
    if instances.is_empty() { Ok(Vec::new()) } else { dialect::intervals_of(db, provider, instances) }
}

/// How a source is doing, over all shards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingest {
    pub source: String,
    pub accepted: i64,
    pub duplicate: i64,
    /// Conflicts, quarantined and rejected ones.
    pub refused: i64,
    pub last_event_ms: i64,
    pub last_received_ms: i64,
}

/// Adds what a request brought to its source's row.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn count_ingest(db: &mut Db, provider: ProviderId, shard: i64, brought: &Ingest) -> Result<(), Fault> {
    diesel::sql_query(
        "INSERT INTO usage_ingest (source, shard, provider_id, accepted, duplicate, refused, last_event_ms, last_received_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (source, shard) DO UPDATE SET \
         accepted = usage_ingest.accepted + excluded.accepted, duplicate = usage_ingest.duplicate + excluded.duplicate, \
         refused = usage_ingest.refused + excluded.refused, last_received_ms = excluded.last_received_ms, last_event_ms = \
         CASE WHEN excluded.last_event_ms > usage_ingest.last_event_ms THEN excluded.last_event_ms ELSE usage_ingest.last_event_ms END",
    )
    .bind::<Text, _>(&brought.source)
    .bind::<BigInt, _>(shard)
    .bind::<BigInt, _>(provider)
    .bind::<BigInt, _>(brought.accepted)
    .bind::<BigInt, _>(brought.duplicate)
    .bind::<BigInt, _>(brought.refused)
    .bind::<BigInt, _>(brought.last_event_ms)
    .bind::<BigInt, _>(brought.last_received_ms)
    .execute(db)?;
    Ok(())
}

/// How a provider's sources are doing, by name.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn ingest_of(db: &mut Db, provider: ProviderId) -> Result<Vec<Ingest>, Fault> {
    type Row = (String, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = usage_ingest::table
        .filter(usage_ingest::provider_id.eq(provider))
        .order(usage_ingest::source)
        .select((
            usage_ingest::source,
            usage_ingest::accepted,
            usage_ingest::duplicate,
            usage_ingest::refused,
            usage_ingest::last_event_ms,
            usage_ingest::last_received_ms,
        ))
        .load(db)?;
    let mut sources: Vec<Ingest> = Vec::new();
    for (source, accepted, duplicate, refused, last_event_ms, last_received_ms) in rows {
        if sources.last().is_none_or(|last| last.source != source) {
            sources.push(Ingest { source, ..Ingest::default() });
        }
        if let Some(last) = sources.last_mut() {
            last.accepted += accepted;
            last.duplicate += duplicate;
            last.refused += refused;
            last.last_event_ms = last.last_event_ms.max(last_event_ms);
            last.last_received_ms = last.last_received_ms.max(last_received_ms);
        }
    }
    Ok(sources)
}

/// The months of these contracts that stand in a living statement.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn billed_months(db: &mut Db, contracts: &[ContractId]) -> Result<Vec<(ContractId, String)>, Fault> {
    let living = statement_state::table
        .filter(statement_state::contract_id.eq_any(contracts.to_vec()))
        .filter(statement_state::state.eq_any(["issued", "confirmed", "disputed"]));
    Ok(living.select((statement_state::contract_id, statement_state::period)).load(db)?)
}
