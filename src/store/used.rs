//! What a contract used up to a cutoff, asked of the events: summed by day where an event lies within
//! one day of the contract's clock, event by event where it crosses a midnight, and the readings of
//! gauges and counters. Events that were taken out are left out.

use std::collections::BTreeMap;
use std::fmt;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};

use super::day_sum::Span;
use super::schema::usage_event;
use super::usage::Shard;
use super::{Db, Fault};
use crate::ids::ContractId;
use crate::metering::event::EventKind;

/// How far each shard's chain counts; what lies beyond came later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cutoff(BTreeMap<i64, i64>);

impl Cutoff {
    #[must_use]
    pub fn at(ends: &[Shard]) -> Cutoff {
        Cutoff(ends.iter().map(|end| (end.shard, end.last_seq)).collect())
    }

    /// Reads what [`fmt::Display`] wrote: `0:120,1:99`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Cutoff> {
        let mut ends = BTreeMap::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (shard, seq) = part.split_once(':')?;
            ends.insert(shard.parse().ok()?, seq.parse().ok()?);
        }
        Some(Cutoff(ends))
    }

    /// What lies between the ends of what is summed and this cutoff; `None` when more is summed than
    /// the cutoff lets in.
    #[must_use]
    pub fn beyond(&self, summed: &BTreeMap<i64, i64>) -> Option<Vec<Span>> {
        let covers = |(shard, seq): (&i64, &i64)| self.0.get(shard).copied().unwrap_or(0) >= *seq;
        let span = |(shard, to): (&i64, &i64)| Span { shard: *shard, after: summed.get(shard).copied().unwrap_or(0), to: *to };
        summed.iter().all(covers).then(|| self.0.iter().map(span).filter(|span| span.events() > 0).collect())
    }

    /// A condition on two columns; only numbers of ours stand in it. A column of `usage_event` is
    /// given as `+e.seq`: the cutoff leaves almost every event in, and SQLite would take its index
    /// for the way to the events of one contract.
    fn sql(&self, shard: &str, seq: &str) -> String {
        if self.0.is_empty() {
            return "1 = 0".to_owned();
        }
        let parts: Vec<String> = self.0.iter().map(|(of, end)| format!("({shard} = {of} AND {seq} <= {end})")).collect();
        format!("({})", parts.join(" OR "))
    }
}

impl fmt::Display for Cutoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(shard, seq)| format!("{shard}:{seq}")).collect();
        f.write_str(&parts.join(","))
    }
}

/// The sum of a day (days since 1970 on the contract's clock).
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct DaySum {
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    #[diesel(sql_type = Text)]
    pub resource: String,
    #[diesel(sql_type = Text)]
    pub partition_name: String,
    #[diesel(sql_type = Text)]
    pub qos: String,
    #[diesel(sql_type = Text)]
    pub project: String,
    #[diesel(sql_type = BigInt)]
    pub quantity_ms: i64,
}

/// An event on its own: one that crosses a midnight, or a reading.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Single {
    #[diesel(sql_type = Text)]
    pub event_id: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub resource: String,
    #[diesel(sql_type = Text)]
    pub partition_name: String,
    #[diesel(sql_type = Text)]
    pub qos: String,
    #[diesel(sql_type = Text)]
    pub project: String,
    #[diesel(sql_type = Text)]
    pub instance: String,
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    #[diesel(sql_type = BigInt)]
    pub start_ms: i64,
    #[diesel(sql_type = BigInt)]
    pub end_ms: i64,
    #[diesel(sql_type = BigInt)]
    pub quantity_ms: i64,
    #[diesel(sql_type = Text)]
    pub data: String,
}

const DAY_MS: &str = "86400000";

/// `contract` is the parameter's place. SQLite numbers `$1`, `$2`, … as they first stand in the text,
/// so a query names them in the order in which they are bound.
fn living(contract: &str, cutoff: &Cutoff) -> String {
    format!(
        "FROM usage_event e LEFT JOIN usage_void v ON v.shard = e.shard AND v.seq = e.seq AND {} \
         WHERE e.contract_id = {contract} AND v.seq IS NULL AND {}",
        cutoff.sql("v.by_shard", "v.by_seq"),
        cutoff.sql("+e.shard", "+e.seq")
    )
}

/// Sums by day; `offset_ms` is the contract's clock ahead of UTC.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn day_sums(db: &mut Db, contract: ContractId, offset_ms: i64, cutoff: &Cutoff) -> Result<Vec<DaySum>, Fault> {
    let sql = format!(
        "SELECT (e.start_ms + $1) / {DAY_MS} AS day, e.resource, e.partition_name, e.qos, e.project, \
         CAST(SUM(e.quantity_ms) AS BIGINT) AS quantity_ms {} AND e.quantity_ms > 0 \
         AND (e.start_ms + $1) / {DAY_MS} = (e.end_ms - 1 + $1) / {DAY_MS} \
         GROUP BY 1, e.resource, e.partition_name, e.qos, e.project ORDER BY 1, 2, 3, 4, 5",
        living("$2", cutoff)
    );
    Ok(diesel::sql_query(sql).bind::<BigInt, _>(offset_ms).bind::<BigInt, _>(contract).load(db)?)
}

/// Intervals that cross a midnight, and all readings.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn singles(db: &mut Db, contract: ContractId, offset_ms: i64, cutoff: &Cutoff) -> Result<Vec<Single>, Fault> {
    let sql = format!(
        "SELECT e.event_id, e.kind, e.resource, e.partition_name, e.qos, e.project, e.instance, e.units, e.start_ms, e.end_ms, \
         e.quantity_ms, e.data {} AND (e.kind IN ('{}', '{}') OR (e.quantity_ms > 0 \
         AND (e.start_ms + $2) / {DAY_MS} <> (e.end_ms - 1 + $2) / {DAY_MS})) ORDER BY e.start_ms, e.event_id",
        living("$1", cutoff),
        EventKind::Gauge.as_str(),
        EventKind::Counter.as_str()
    );
    Ok(diesel::sql_query(sql).bind::<BigInt, _>(contract).bind::<BigInt, _>(offset_ms).load(db)?)
}

/// The readings of gauges and counters alone: those that are named beside the day sums, and those in
/// the spans that are not summed yet.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn readings(db: &mut Db, contract: ContractId, cutoff: &Cutoff, open: &[Span]) -> Result<Vec<Single>, Fault> {
    let id = contract.get();
    let kinds = format!("('{}', '{}')", EventKind::Gauge.as_str(), EventKind::Counter.as_str());
    let mut named = format!("SELECT shard, seq FROM usage_reading WHERE contract_id = {id}");
    for Span { shard, after, to } in open {
        let open = format!("WHERE shard = {shard} AND seq > {after} AND seq <= {to} AND +contract_id = {id} AND kind IN {kinds}");
        named.push_str(&format!(" UNION SELECT shard, seq FROM usage_event {open}"));
    }
    let sql = format!(
        "SELECT e.event_id, e.kind, e.resource, e.partition_name, e.qos, e.project, e.instance, e.units, e.start_ms, e.end_ms, \
         e.quantity_ms, e.data FROM ({named}) n JOIN usage_event e ON e.shard = n.shard AND e.seq = n.seq \
         LEFT JOIN usage_void v ON v.shard = e.shard AND v.seq = e.seq AND {} \
         WHERE v.seq IS NULL AND {} ORDER BY e.start_ms, e.event_id",
        cutoff.sql("v.by_shard", "v.by_seq"),
        cutoff.sql("+e.shard", "+e.seq")
    );
    Ok(diesel::sql_query(sql).load(db)?)
}

#[derive(QueryableByName)]
struct HashRow {
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
}

/// The hashes of all events of a contract that touch a span, voids among them, in the order of
/// shard and sequence: the leaves of a statement's tree.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn hashes_of(db: &mut Db, contract: ContractId, (from_ms, to_ms): (i64, i64), cutoff: &Cutoff) -> Result<Vec<[u8; 32]>, Fault> {
    let sql = format!(
        "SELECT e.hash FROM usage_event e WHERE e.contract_id = $1 AND e.end_ms >= $2 AND e.start_ms < $3 AND {} ORDER BY e.shard, e.seq",
        cutoff.sql("+e.shard", "+e.seq")
    );
    let rows: Vec<HashRow> =
        diesel::sql_query(sql).bind::<BigInt, _>(contract).bind::<BigInt, _>(from_ms).bind::<BigInt, _>(to_ms).load(db)?;
    let bad = || Fault::BadRow { table: "usage_event", id: contract.to_string(), what: "a hash that is not 32 bytes long".into() };
    rows.into_iter().map(|row| row.hash.try_into().map_err(|_| bad())).collect()
}

/// Which of a contract's events are asked for: those that touch a span, up to a cutoff.
#[derive(Clone, Debug)]
pub struct Behind {
    pub contract: ContractId,
    pub from_ms: i64,
    pub to_ms: i64,
    /// Empty for all, the events that take others out among them: the leaves of a statement's tree.
    pub resource: String,
    /// Both empty outside a matrix.
    pub partition: String,
    pub qos: String,
    pub cutoff: Cutoff,
}

/// An event with what had become of it by the cutoff.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct EventBehind {
    #[diesel(sql_type = Text)]
    pub source: String,
    #[diesel(sql_type = Text)]
    pub event_id: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub resource: String,
    #[diesel(sql_type = Text)]
    pub project: String,
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    #[diesel(sql_type = BigInt)]
    pub start_ms: i64,
    #[diesel(sql_type = BigInt)]
    pub end_ms: i64,
    #[diesel(sql_type = BigInt)]
    pub quantity_ms: i64,
    #[diesel(sql_type = Bool)]
    pub late: bool,
    #[diesel(sql_type = Binary)]
    pub hash: Vec<u8>,
    /// The event that took it out, and its kind.
    #[diesel(sql_type = Nullable<Text>)]
    pub out_by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub out_kind: Option<String>,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    events: i64,
}

fn behind(asked: &Behind) -> String {
    format!(
        "FROM usage_event e LEFT JOIN usage_void v ON v.shard = e.shard AND v.seq = e.seq AND {} \
         LEFT JOIN usage_event b ON b.shard = v.by_shard AND b.seq = v.by_seq \
         WHERE e.contract_id = $1 AND e.end_ms >= $2 AND e.start_ms < $3 AND {} \
         AND ($4 = '' OR (e.resource = $4 AND (e.end_ms > $2 OR e.start_ms = $2))) \
         AND ($5 = '' OR e.partition_name = $5) AND ($6 = '' OR e.qos = $6)",
        asked.cutoff.sql("v.by_shard", "v.by_seq"),
        asked.cutoff.sql("+e.shard", "+e.seq")
    )
}

/// Events in the order of their time, a page of them.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn events_behind(db: &mut Db, asked: &Behind, skip: i64, most: i64) -> Result<Vec<EventBehind>, Fault> {
    let sql = format!(
        "SELECT e.source, e.event_id, e.kind, e.resource, e.project, e.units, e.start_ms, e.end_ms, e.quantity_ms, e.late, e.hash, \
         b.event_id AS out_by, b.kind AS out_kind {} ORDER BY e.start_ms, e.shard, e.seq LIMIT $7 OFFSET $8",
        behind(asked)
    );
    Ok(diesel::sql_query(sql)
        .bind::<BigInt, _>(asked.contract)
        .bind::<BigInt, _>(asked.from_ms)
        .bind::<BigInt, _>(asked.to_ms)
        .bind::<Text, _>(&asked.resource)
        .bind::<Text, _>(&asked.partition)
        .bind::<Text, _>(&asked.qos)
        .bind::<BigInt, _>(most)
        .bind::<BigInt, _>(skip)
        .load(db)?)
}

/// How many there are.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn count_behind(db: &mut Db, asked: &Behind) -> Result<i64, Fault> {
    let counted: Counted = diesel::sql_query(format!("SELECT COUNT(*) AS events {}", behind(asked)))
        .bind::<BigInt, _>(asked.contract)
        .bind::<BigInt, _>(asked.from_ms)
        .bind::<BigInt, _>(asked.to_ms)
        .bind::<Text, _>(&asked.resource)
        .bind::<Text, _>(&asked.partition)
        .bind::<Text, _>(&asked.qos)
        .get_result(db)?;
    Ok(counted.events)
}

/// Has the contract any event that touches a span?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn has_events(db: &mut Db, contract: ContractId, (from_ms, to_ms): (i64, i64)) -> Result<bool, Fault> {
    let touching = usage_event::table.filter(usage_event::contract_id.eq(contract));
    let touching = touching.filter(usage_event::end_ms.gt(from_ms).and(usage_event::start_ms.lt(to_ms)));
    let found: Option<i64> = touching.select(usage_event::seq).first(db).optional()?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cutoff_is_read_as_it_was_written() {
        let end = |shard, last_seq| Shard { shard, last_seq, last_hash: Vec::new() };
        let cutoff = Cutoff::at(&[end(0, 120), end(3, 7)]);
        assert_eq!(cutoff.to_string(), "0:120,3:7");
        assert_eq!(Cutoff::parse("0:120,3:7"), Some(cutoff.clone()));
        assert_eq!(cutoff.sql("s", "q"), "((s = 0 AND q <= 120) OR (s = 3 AND q <= 7))");
        assert_eq!(Cutoff::parse("0:1;2"), None);
        assert_eq!(Cutoff::default().sql("s", "q"), "1 = 0");
    }

    #[test]
    fn sums_serve_a_cutoff_that_lies_behind_none_of_them() {
        let cutoff = Cutoff::parse("0:120,3:7").unwrap();
        let open = |summed: &[(i64, i64)]| cutoff.beyond(&summed.iter().copied().collect());
        let span = |shard, after, to| Span { shard, after, to };
        assert_eq!(open(&[]), Some(vec![span(0, 0, 120), span(3, 0, 7)]));
        assert_eq!(open(&[(0, 120), (3, 2)]), Some(vec![span(3, 2, 7)]));
        assert_eq!(open(&[(0, 121)]), None);
        assert_eq!(open(&[(1, 1)]), None, "a chain that the cutoff does not know");
    }
}
