//! What the two databases say differently. Nowhere else stands SQL of one database alone.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Text};

use super::schema::usage_event;
use super::usage::{Known, POSTGRES_SHARDS, StoredEvent};
use super::{Db, Fault};
use crate::ids::ContractId;
use crate::metering::event::EventKey;

/// Chains that writers may use side by side.
pub(super) const fn event_shards(db: &Db) -> i64 {
    match db {
        Db::Sqlite(_) => 1,
        Db::Postgres(_) => POSTGRES_SHARDS,
    }
}

/// Lets the numbers of new rows go on after the last one, where rows were stored with numbers of
/// their own. SQLite does so by itself.
pub(super) fn go_on_after_last(db: &mut Db, table: &str) -> Result<(), Fault> {
    match db {
        Db::Sqlite(_) => {}
        Db::Postgres(conn) => {
            let sql =
                format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) FROM {table}");
            diesel::sql_query(sql).execute(conn)?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = Text)]
    event_id: String,
    #[diesel(sql_type = BigInt)]
    shard: i64,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    contract_id: i64,
    #[diesel(sql_type = Binary)]
    digest: Vec<u8>,
    #[diesel(sql_type = Bool)]
    late: bool,
}

/// Which of these ids of a source are stored.
pub(super) fn known_events(db: &mut Db, source: &str, ids: &[&str]) -> Result<Vec<Known>, Fault> {
    const SELECT: &str = "SELECT event_id, shard, seq, kind, contract_id, digest, late FROM usage_event WHERE source = $1 AND event_id";
    let rows: Vec<KnownRow> = match db {
        Db::Sqlite(conn) => {
            let list = serde_json::Value::from(ids.to_vec()).to_string();
            diesel::sql_query(format!("{SELECT} IN (SELECT value FROM json_each($2))"))
                .bind::<Text, _>(source)
                .bind::<Text, _>(list)
                .load(conn)?
        }
        Db::Postgres(conn) => {
            diesel::sql_query(format!("{SELECT} = ANY($2)")).bind::<Text, _>(source).bind::<Array<Text>, _>(ids).load(conn)?
        }
    };
    let known = |row: KnownRow| Known {
        key: EventKey { source: source.to_owned(), id: row.event_id },
        shard: row.shard,
        seq: row.seq,
        kind: row.kind,
        contract: ContractId::new(row.contract_id),
        digest: row.digest,
        late: row.late,
    };
    Ok(rows.into_iter().map(known).collect())
}

/// Stores events and says how many were new. SQLite is fastest with one prepared statement per
/// row, PostgreSQL with one statement over arrays (metering.md §0, point 11).
pub(super) fn insert_events(db: &mut Db, events: &[StoredEvent]) -> Result<usize, Fault> {
    match db {
        Db::Sqlite(conn) => {
            let mut new = 0;
            for event in events {
                new += diesel::insert_into(usage_event::table).values(event).execute(conn)?;
            }
            Ok(new)
        }
        Db::Postgres(conn) => insert_arrays(conn, events),
    }
}

const INSERT_ARRAYS: &str = "INSERT INTO usage_event (shard, seq, source, event_id, kind, provider_id, contract_id, subject, resource, \
     partition_name, qos, project, instance, units, time_ms, start_ms, end_ms, quantity_ms, data, digest, received_ms, late, hash) \
     SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) \
     ON CONFLICT (source, event_id) DO NOTHING";

fn insert_arrays(conn: &mut PgConnection, events: &[StoredEvent]) -> Result<usize, Fault> {
    fn texts<'a>(events: &'a [StoredEvent], column: impl Fn(&'a StoredEvent) -> &'a str) -> Vec<&'a str> {
        events.iter().map(column).collect()
    }
    fn numbers(events: &[StoredEvent], column: impl Fn(&StoredEvent) -> i64) -> Vec<i64> {
        events.iter().map(column).collect()
    }
    fn bytes<'a>(events: &'a [StoredEvent], column: impl Fn(&'a StoredEvent) -> &'a [u8]) -> Vec<&'a [u8]> {
        events.iter().map(column).collect()
    }
    Ok(diesel::sql_query(INSERT_ARRAYS)
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.shard))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.seq))
        .bind::<Array<Text>, _>(texts(events, |event| &event.source))
        .bind::<Array<Text>, _>(texts(events, |event| &event.event_id))
        .bind::<Array<Text>, _>(texts(events, |event| &event.kind))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.provider_id.get()))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.contract_id.get()))
        .bind::<Array<Text>, _>(texts(events, |event| &event.subject))
        .bind::<Array<Text>, _>(texts(events, |event| &event.resource))
        .bind::<Array<Text>, _>(texts(events, |event| &event.partition_name))
        .bind::<Array<Text>, _>(texts(events, |event| &event.qos))
        .bind::<Array<Text>, _>(texts(events, |event| &event.project))
        .bind::<Array<Text>, _>(texts(events, |event| &event.instance))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.units))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.time_ms))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.start_ms))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.end_ms))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.quantity_ms.get()))
        .bind::<Array<Text>, _>(texts(events, |event| &event.data))
        .bind::<Array<Binary>, _>(bytes(events, |event| &event.digest))
        .bind::<Array<BigInt>, _>(numbers(events, |event| event.received_ms))
        .bind::<Array<Bool>, _>(events.iter().map(|event| event.late).collect::<Vec<_>>())
        .bind::<Array<Binary>, _>(bytes(events, |event| &event.hash))
        .execute(conn)?)
}
