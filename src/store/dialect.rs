//! What the two databases say differently. Nowhere else stands SQL of one database alone.

use diesel::dsl::copy_from;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Text};
use diesel::upsert::excluded;

use super::audit::Entry;
use super::audit_seal::{Seal, SealedLines};
use super::copying::Told;
use super::day_sum::Row as DaySumRow;
use super::durability::Setting;
use super::moment::Moment;
use super::registry::NewRow;
use super::schema::{audit_entry, audit_seal, job_lease, registry_row, usage_day_sum, usage_event};
use super::usage::{Known, POSTGRES_SHARDS, RunInterval, StoredEvent};
use super::{Db, Fault};
use crate::ids::{AccountId, ApplicationId, ContractId, EnterpriseId, ProviderId};
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

/// Takes a lock until the transaction ends. SQLite has one writer anyway.
fn lock(db: &mut Db, take: impl FnOnce(&mut PgConnection) -> QueryResult<usize>) -> Result<(), Fault> {
    match db {
        Db::Sqlite(_) => {}
        Db::Postgres(conn) => {
            take(conn)?;
        }
    }
    Ok(())
}

/// No other writer stores usage of this provider; the chains of PostgreSQL let several write side by side.
pub(super) fn lock_provider(db: &mut Db, provider: ProviderId) -> Result<(), Fault> {
    lock(db, |conn| diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(provider).execute(conn))
}

/// Nobody else does what bears this name.
pub(super) fn lock_name(db: &mut Db, name: &str) -> Result<(), Fault> {
    let asked = diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))");
    lock(db, |conn| asked.bind::<Text, _>(name).execute(conn))
}

/// Nobody else changes this application.
pub(super) fn lock_application(db: &mut Db, application: ApplicationId) -> Result<(), Fault> {
    let asked = diesel::sql_query("SELECT id FROM application WHERE id = $1 FOR NO KEY UPDATE");
    lock(db, |conn| asked.bind::<BigInt, _>(application).execute(conn))
}

/// Nobody begins or ends a hold of payouts, and a hold that was just begun is waited for. There is no row to lock
/// while nothing is held, so it is the table; those who pay share it.
pub(super) fn lock_payout_holds(db: &mut Db) -> Result<(), Fault> {
    lock(db, |conn| diesel::sql_query("LOCK TABLE payout_hold IN SHARE MODE").execute(conn))
}

#[derive(QueryableByName)]
struct SettingRow {
    #[diesel(sql_type = Text)]
    value: String,
}

/// The settings on which it rests that a commit outlives a power cut.
pub(super) fn durability(db: &mut Db) -> Result<Vec<Setting>, Fault> {
    let questions: &[(&'static str, &str)] = match db {
        Db::Sqlite(_) => &[
            ("sqlite_version", "SELECT sqlite_version() AS value"),
            ("journal_mode", "SELECT journal_mode AS value FROM pragma_journal_mode"),
            ("synchronous", "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous"),
        ],
        Db::Postgres(_) => &[
            ("fsync", "SELECT current_setting('fsync') AS value"),
            ("full_page_writes", "SELECT current_setting('full_page_writes') AS value"),
            ("synchronous_commit", "SELECT current_setting('synchronous_commit') AS value"),
        ],
    };
    let mut settings = Vec::new();
    for (name, question) in questions {
        let row: SettingRow = diesel::sql_query(*question).get_result(db)?;
        settings.push(Setting { name, value: row.value });
    }
    Ok(settings)
}

/// The epoch of a job's lease. On PostgreSQL nobody takes the lease over until the transaction ends; one whose
/// process stands still is ended by the server before the others have waited long.
pub(super) fn lease_epoch(db: &mut Db, kind: &str) -> Result<Option<i64>, Fault> {
    let row = job_lease::table.find(kind).select(job_lease::epoch);
    Ok(match db {
        Db::Sqlite(conn) => row.first(conn).optional()?,
        Db::Postgres(conn) => {
            diesel::sql_query("SET LOCAL idle_in_transaction_session_timeout = '15s'").execute(conn)?;
            row.for_share().first(conn).optional()?
        }
    })
}

#[derive(QueryableByName)]
struct LogRow {
    #[diesel(sql_type = BigInt)]
    log: i64,
    #[diesel(sql_type = BigInt)]
    checkpointed: i64,
}

/// Writes SQLite's log into the database once it holds so many pages that are not there yet.
pub(super) fn carry_log_over(db: &mut Db, pages: i64) -> QueryResult<()> {
    if let Db::Sqlite(conn) = db {
        let row: LogRow = diesel::sql_query("PRAGMA wal_checkpoint(NOOP)").get_result(conn)?;
        if row.log - row.checkpointed >= pages {
            let _: LogRow = diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(conn)?;
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

/// Batches from this size on could tempt PostgreSQL to read a whole table.
const MANY: usize = 8;

/// Until the transaction ends PostgreSQL answers from its indexes. While a table grows faster than it
/// is analysed, the planner takes every run and every id for a frequent one, and would read all
/// events for each batch.
fn by_index(conn: &mut PgConnection, asked: usize) -> Result<(), Fault> {
    if asked >= MANY {
        diesel::sql_query("SET LOCAL enable_seqscan = off").execute(conn)?;
    }
    Ok(())
}

/// Which of these ids of a source are stored. The question is written out, so that PostgreSQL plans
/// it for every batch: a plan that is kept from the days of an almost empty table reads a whole source.
pub(super) fn known_events(db: &mut Db, source: &str, ids: &[&str]) -> Result<Vec<Known>, Fault> {
    const COLUMNS: &str = "SELECT e.event_id, e.shard, e.seq, e.kind, e.contract_id, e.digest, e.late FROM";
    let rows: Vec<KnownRow> = match db {
        Db::Sqlite(conn) => {
            let list = serde_json::Value::from(ids.to_vec()).to_string();
            diesel::sql_query(format!("{COLUMNS} usage_event e WHERE e.source = $1 AND e.event_id IN (SELECT value FROM json_each($2))"))
                .bind::<Text, _>(source)
                .bind::<Text, _>(list)
                .load(conn)?
        }
        Db::Postgres(conn) => {
            by_index(conn, ids.len())?;
            // Id by id, for the reason that stands at the runs below.
            diesel::sql_query(format!(
                "{COLUMNS} unnest($2) AS asked (id) CROSS JOIN LATERAL (SELECT * FROM usage_event u WHERE u.source = $1 \
                 AND u.event_id = asked.id OFFSET 0) e"
            ))
            .bind::<Text, _>(source)
            .bind::<Array<Text>, _>(ids)
            .load(conn)?
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

/// The living intervals of runs. The runs are one parameter, however many a batch names, and that a
/// run is named stands in the text, where both databases see that their index of named runs answers.
pub(super) fn intervals_of(db: &mut Db, provider: ProviderId, instances: &[&str]) -> Result<Vec<RunInterval>, Fault> {
    const COLUMNS: &str = "SELECT e.instance, e.start_ms, e.end_ms, e.source, e.event_id FROM";
    const VOIDS: &str = "LEFT JOIN usage_void v ON v.shard = e.shard AND v.seq = e.seq WHERE v.by_seq IS NULL";
    Ok(match db {
        Db::Sqlite(conn) => {
            let list = serde_json::Value::from(instances.to_vec()).to_string();
            diesel::sql_query(format!(
                "{COLUMNS} usage_event e {VOIDS} AND e.provider_id = $1 AND e.instance <> '' AND e.quantity_ms > 0 \
                 AND e.instance IN (SELECT value FROM json_each($2))"
            ))
            .bind::<BigInt, _>(provider)
            .bind::<Text, _>(list)
            .load(conn)?
        }
        Db::Postgres(conn) => {
            by_index(conn, instances.len())?;
            // Run by run: asked for all at once while a table grows faster than it is analysed, the
            // planner would read every run of the provider and compare.
            diesel::sql_query(format!(
                "{COLUMNS} unnest($2) AS asked (run) CROSS JOIN LATERAL (SELECT * FROM usage_event u WHERE u.provider_id = $1 \
                 AND u.instance = asked.run AND u.instance <> '' AND u.quantity_ms > 0 OFFSET 0) e {VOIDS}"
            ))
            .bind::<BigInt, _>(provider)
            .bind::<Array<Text>, _>(instances)
            .load(conn)?
        }
    })
}

/// The next events of a chain, asked of the one database that it is: whoever works out all hashes
/// again reads nothing else, and reads faster without asking for every field which database it is of.
pub(super) fn chain_after(db: &mut Db, shard: i64, seq: i64, most: i64) -> Result<Vec<StoredEvent>, Fault> {
    macro_rules! page {
        ($conn:expr) => {
            usage_event::table
                .filter(usage_event::shard.eq(shard).and(usage_event::seq.gt(seq)))
                .order(usage_event::seq)
                .limit(most)
                .select(StoredEvent::as_select())
                .load($conn)?
        };
    }
    Ok(match db {
        Db::Sqlite(conn) => page!(conn),
        Db::Postgres(conn) => page!(conn),
    })
}

/// From this many rows on PostgreSQL stores them faster by COPY than one by one.
const COPIED: usize = 8;

/// Stores events. SQLite is fastest with one prepared statement per row, PostgreSQL with COPY
/// (metering.md §0, point 11); a row that is there already is a unique violation on both.
pub(super) fn insert_events(db: &mut Db, events: &[StoredEvent]) -> Result<(), Fault> {
    match db {
        Db::Postgres(conn) if events.len() >= COPIED => {
            copy_from(usage_event::table).from_insertable(events).execute(conn)?;
        }
        Db::Postgres(conn) => {
            for event in events {
                diesel::insert_into(usage_event::table).values(event).execute(conn)?;
            }
        }
        Db::Sqlite(conn) => {
            for event in events {
                diesel::insert_into(usage_event::table).values(event).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Sums of one statement: seven values each, and PostgreSQL takes 65,535 in all.
const SUMS: usize = 2_000;

/// Adds day sums to the rows that are there. SQLite is fastest with one prepared statement per row,
/// PostgreSQL with many rows in one.
pub(super) fn add_day_sums(db: &mut Db, rows: &[DaySumRow]) -> Result<(), Fault> {
    macro_rules! add {
        ($conn:expr, $rows:expr) => {
            diesel::insert_into(usage_day_sum::table)
                .values($rows)
                .on_conflict((
                    usage_day_sum::contract_id,
                    usage_day_sum::day,
                    usage_day_sum::resource,
                    usage_day_sum::partition_name,
                    usage_day_sum::qos,
                    usage_day_sum::project,
                ))
                .do_update()
                .set(usage_day_sum::quantity_ms.eq(usage_day_sum::quantity_ms + excluded(usage_day_sum::quantity_ms)))
                .execute($conn)?
        };
    }
    match db {
        Db::Sqlite(conn) => {
            for row in rows {
                add!(conn, row);
            }
        }
        Db::Postgres(conn) => {
            for rows in rows.chunks(SUMS) {
                add!(conn, rows);
            }
        }
    }
    Ok(())
}

/// Stores the rows of a list, as [`insert_events`] stores events.
pub(super) fn insert_registry_rows(db: &mut Db, rows: &[NewRow]) -> Result<(), Fault> {
    match db {
        Db::Postgres(conn) => {
            copy_from(registry_row::table).from_insertable(rows).execute(conn)?;
        }
        Db::Sqlite(conn) => {
            for row in rows {
                diesel::insert_into(registry_row::table).values(row).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Seals of one statement: five values each.
const SEALS: usize = 2_000;

/// Stores the places of lines.
pub(super) fn insert_seals(db: &mut Db, seals: &[Seal]) -> Result<(), Fault> {
    match db {
        Db::Postgres(conn) => {
            for seals in seals.chunks(SEALS) {
                diesel::insert_into(audit_seal::table).values(seals).execute(conn)?;
            }
        }
        Db::Sqlite(conn) => {
            for seal in seals {
                diesel::insert_into(audit_seal::table).values(seal).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// The next lines of the trail, asked of the one database that it is, as [`chain_after`] does.
pub(super) fn sealed_after(db: &mut Db, seq: i64, most: i64) -> Result<SealedLines, Fault> {
    macro_rules! seals {
        ($conn:expr) => {
            audit_seal::table
                .filter(audit_seal::seq.gt(seq))
                .order(audit_seal::seq)
                .limit(most)
                .select(audit_seal::all_columns)
                .load::<SealRow>($conn)?
        };
    }
    // Nobody follows the reference from row to row: lines are sealed nearly in the order of their numbers.
    macro_rules! entries {
        ($conn:expr, $first:expr, $last:expr) => {
            audit_entry::table
                .filter(audit_entry::id.between($first, $last))
                .order(audit_entry::id)
                .select(audit_entry::all_columns)
                .load::<EntryRow>($conn)?
        };
    }
    macro_rules! single_entries {
        ($conn:expr, $ids:expr) => {
            audit_entry::table.filter(audit_entry::id.eq_any($ids)).select(audit_entry::all_columns).load::<EntryRow>($conn)?
        };
    }
    let seals: Vec<Seal> = match db {
        Db::Sqlite(conn) => seals!(conn),
        Db::Postgres(conn) => seals!(conn),
    }
    .into_iter()
    .map(Seal::from)
    .collect();
    let mut ids: Vec<i64> = seals.iter().map(|seal| seal.entry_id).collect();
    ids.sort_unstable();
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Ok(SealedLines::default()) };
    let is_narrow = usize::try_from(last.saturating_sub(first)).is_ok_and(|width| width < 2 * ids.len());
    let mut rows = Vec::new();
    if is_narrow {
        rows = match db {
            Db::Sqlite(conn) => entries!(conn, first, last),
            Db::Postgres(conn) => entries!(conn, first, last),
        };
    } else {
        for some in ids.chunks(1_000) {
            rows.extend(match db {
                Db::Sqlite(conn) => single_entries!(conn, some),
                Db::Postgres(conn) => single_entries!(conn, some),
            });
        }
        rows.sort_unstable_by_key(|row| row.id);
    }
    Ok(SealedLines { seals, entries: rows.into_iter().map(Entry::from).collect() })
}

/// As the columns of `audit_seal` stand.
#[derive(Queryable)]
struct SealRow {
    seq: i64,
    entry_id: i64,
    leaf: Vec<u8>,
    chain: Vec<u8>,
    salt: Vec<u8>,
    sealed_at: Moment,
}

impl From<SealRow> for Seal {
    fn from(row: SealRow) -> Seal {
        let SealRow { seq, entry_id, leaf, chain, salt, sealed_at: Moment(sealed_at) } = row;
        Seal { seq, entry_id, leaf, chain, salt, sealed_at }
    }
}

/// As the columns of `audit_entry` stand.
#[derive(Queryable)]
struct EntryRow {
    id: i64,
    at: Moment,
    actor_id: Option<AccountId>,
    actor_name: String,
    actor_role: String,
    act: String,
    enterprise_id: Option<EnterpriseId>,
    application_id: Option<ApplicationId>,
    subject: String,
    from_state: String,
    to_state: String,
    reason: String,
    detail: String,
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Entry {
        Entry {
            id: row.id,
            at: row.at.0,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            actor_role: row.actor_role,
            act: row.act,
            enterprise_id: row.enterprise_id,
            application_id: row.application_id,
            subject: row.subject,
            from_state: row.from_state,
            to_state: row.to_state,
            reason: row.reason,
            detail: row.detail,
        }
    }
}

#[derive(QueryableByName)]
struct Tables {
    #[diesel(sql_type = BigInt)]
    tables: i64,
}

/// Tables of the database, whoever made them.
pub(super) fn table_count(db: &mut Db) -> Result<i64, Fault> {
    let found: Tables = match db {
        Db::Sqlite(conn) => {
            diesel::sql_query("SELECT COUNT(*) AS tables FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").get_result(conn)?
        }
        Db::Postgres(conn) => {
            let own = "table_schema NOT IN ('pg_catalog', 'information_schema')";
            diesel::sql_query(format!("SELECT COUNT(*) AS tables FROM information_schema.tables WHERE {own}")).get_result(conn)?
        }
    };
    Ok(found.tables)
}

/// What SQLite says about its pages, indexes and references; nothing when all is well.
pub(super) fn damage(db: &mut Db) -> Result<Option<String>, Fault> {
    let Db::Sqlite(conn) = db else { return Ok(None) };
    let told: Vec<Told> = diesel::sql_query("SELECT integrity_check AS told FROM pragma_integrity_check").load(conn)?;
    if let Some(told) = told.iter().find(|told| told.told != "ok") {
        return Ok(Some(told.told.clone()));
    }
    let loose: Vec<Told> = diesel::sql_query("SELECT \"table\" AS told FROM pragma_foreign_key_check").load(conn)?;
    Ok(loose.first().map(|row| format!("a row of {} names one that is not there", row.told)))
}
