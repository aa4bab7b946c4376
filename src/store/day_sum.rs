//! Day sums of usage, kept beside the events that they add up (see [`crate::metering::day_sums`]).
//! They stand for each chain up to one event; whoever needs more adds the events after it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::schema::{compute_contract, usage_day_sum, usage_reading, usage_summed};
use super::{Db, Fault, dialect};
use crate::ids::ContractId;
use crate::metering::day_sums::{DaySum, DaySums, Piece, Slot};
use crate::metering::event::EventKind;
use crate::metering::moment::{Interval, Moment, UtcOffset};
use crate::metering::quantity::UnitMillis;

/// A row of `usage_day_sum`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = usage_day_sum)]
pub(super) struct Row {
    pub contract_id: ContractId,
    pub day: NaiveDate,
    pub resource: String,
    pub partition_name: String,
    pub qos: String,
    pub project: String,
    pub quantity_ms: i64,
}

impl From<Row> for DaySum {
    fn from(row: Row) -> DaySum {
        DaySum {
            contract: row.contract_id,
            day: row.day,
            resource: row.resource,
            partition: row.partition_name,
            qos: row.qos,
            project: row.project,
            quantity: i128::from(row.quantity_ms),
        }
    }
}

/// The events of a chain after one up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub shard: i64,
    pub after: i64,
    pub to: i64,
}

impl Span {
    #[must_use]
    pub const fn events(self) -> i64 {
        self.to - self.after
    }
}

/// How far each shard's chain is summed.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn ends(db: &mut Db) -> Result<BTreeMap<i64, i64>, Fault> {
    Ok(usage_summed::table.select((usage_summed::shard, usage_summed::seq)).load::<(i64, i64)>(db)?.into_iter().collect())
}

/// Moves the end of what is summed; `false` when another instance was faster. The row is locked
/// until the transaction ends.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn claim(db: &mut Db, span: Span) -> Result<bool, Fault> {
    diesel::sql_query("INSERT INTO usage_summed (shard, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING")
        .bind::<BigInt, _>(span.shard)
        .execute(db)?;
    let seen = usage_summed::table.filter(usage_summed::shard.eq(span.shard).and(usage_summed::seq.eq(span.after)));
    Ok(diesel::update(seen).set(usage_summed::seq.eq(span.to)).execute(db)? == 1)
}

/// The clock of every contract.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn clocks(db: &mut Db) -> Result<BTreeMap<ContractId, UtcOffset>, Fault> {
    let rows: Vec<(ContractId, i32)> =
        compute_contract::table.select((compute_contract::id, compute_contract::utc_offset_minutes)).load(db)?;
    Ok(rows.into_iter().map(|(id, minutes)| (id, UtcOffset::of_minutes(minutes).unwrap_or(UtcOffset::BEIJING))).collect())
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = BigInt)]
    contract_id: ContractId,
    #[diesel(sql_type = Text)]
    resource: String,
    #[diesel(sql_type = Text)]
    partition_name: String,
    #[diesel(sql_type = Text)]
    qos: String,
    #[diesel(sql_type = Text)]
    project: String,
    #[diesel(sql_type = BigInt)]
    start_ms: i64,
    #[diesel(sql_type = BigInt)]
    end_ms: i64,
    #[diesel(sql_type = BigInt)]
    quantity_ms: i64,
}

impl Taken {
    fn piece(&self, clocks: &BTreeMap<ContractId, UtcOffset>) -> Piece<'_> {
        Piece {
            contract: self.contract_id,
            offset: clocks.get(&self.contract_id).copied().unwrap_or(UtcOffset::BEIJING),
            interval: Interval { start: Moment::from_millis(self.start_ms), end: Moment::from_millis(self.end_ms) },
            quantity: UnitMillis::new(self.quantity_ms),
            slot: Slot { resource: &self.resource, partition: &self.partition_name, qos: &self.qos, project: &self.project },
        }
    }
}

const COLUMNS: &str = "e.contract_id, e.resource, e.partition_name, e.qos, e.project, e.start_ms, e.end_ms, e.quantity_ms";

/// Adds what the events of a span used, and subtracts what they take out; of one contract or of all.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn add_span(
    db: &mut Db,
    sums: &mut DaySums,
    clocks: &BTreeMap<ContractId, UtcOffset>,
    span: Span,
    contract: Option<ContractId>,
) -> Result<(), Fault> {
    // SQLite would take its index of contracts for the way to a few events at the end of a chain.
    let of = |column: &str| contract.map(|id| format!(" AND +{column} = {}", id.get())).unwrap_or_default();
    let events = format!(
        "SELECT {COLUMNS} FROM usage_event e WHERE e.shard = $1 AND e.seq > $2 AND e.seq <= $3 AND e.quantity_ms > 0{}",
        of("e.contract_id")
    );
    let taken_out = format!(
        "SELECT {COLUMNS} FROM usage_void v JOIN usage_event e ON e.shard = v.shard AND e.seq = v.seq \
         WHERE v.by_shard = $1 AND v.by_seq > $2 AND v.by_seq <= $3 AND e.quantity_ms > 0{}",
        of("v.contract_id")
    );
    let load = |db: &mut Db, sql: &str| -> Result<Vec<Taken>, Fault> {
        let asked = diesel::sql_query(sql).bind::<BigInt, _>(span.shard).bind::<BigInt, _>(span.after).bind::<BigInt, _>(span.to);
        Ok(asked.load(db)?)
    };
    for one in load(db, &events)? {
        sums.add(&one.piece(clocks));
    }
    for one in load(db, &taken_out)? {
        sums.take_out(&one.piece(clocks));
    }
    Ok(())
}

/// Adds sums to those that are kept, and names the readings of the span.
///
/// # Errors
/// A sum beyond 64 bits; a [`Fault`] of the database.
pub fn keep(db: &mut Db, sums: DaySums, span: Span) -> Result<(), Fault> {
    let row = |sum: DaySum| {
        let bad = |_| Fault::BadRow { table: "usage_day_sum", id: format!("{} {}", sum.contract, sum.day), what: sum.quantity.to_string() };
        Ok(Row {
            quantity_ms: i64::try_from(sum.quantity).map_err(bad)?,
            contract_id: sum.contract,
            day: sum.day,
            resource: sum.resource,
            partition_name: sum.partition,
            qos: sum.qos,
            project: sum.project,
        })
    };
    let rows: Vec<Row> = sums.into_sorted().into_iter().map(row).collect::<Result<_, Fault>>()?;
    dialect::add_day_sums(db, &rows)?;
    let readings = format!(
        "INSERT INTO usage_reading (contract_id, shard, seq) SELECT contract_id, shard, seq FROM usage_event \
         WHERE shard = $1 AND seq > $2 AND seq <= $3 AND kind IN ('{}', '{}')",
        EventKind::Gauge.as_str(),
        EventKind::Counter.as_str()
    );
    diesel::sql_query(readings).bind::<BigInt, _>(span.shard).bind::<BigInt, _>(span.after).bind::<BigInt, _>(span.to).execute(db)?;
    Ok(())
}

/// The sums that are kept of one contract.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_contract(db: &mut Db, contract: ContractId) -> Result<Vec<DaySum>, Fault> {
    let rows: Vec<Row> = usage_day_sum::table.filter(usage_day_sum::contract_id.eq(contract)).select(Row::as_select()).load(db)?;
    Ok(rows.into_iter().map(DaySum::from).collect())
}

/// All sums that are kept, in their order.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<DaySum>, Fault> {
    let rows: Vec<Row> = usage_day_sum::table.filter(usage_day_sum::quantity_ms.ne(0)).select(Row::as_select()).load(db)?;
    let mut sums: Vec<DaySum> = rows.into_iter().map(DaySum::from).collect();
    // In the order of the program: PostgreSQL sorts texts by its own rules.
    sums.sort_unstable();
    Ok(sums)
}

/// All readings that are named: contract, shard and sequence number, in this order.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn readings(db: &mut Db) -> Result<Vec<(ContractId, i64, i64)>, Fault> {
    let ordered = usage_reading::table.order((usage_reading::contract_id, usage_reading::shard, usage_reading::seq));
    Ok(ordered.select((usage_reading::contract_id, usage_reading::shard, usage_reading::seq)).load(db)?)
}
