//! From stored events to the draft of a statement: the facts are loaded up to a cutoff, the pure
//! core rates and drafts. Preview, issue, replay and what-if all go through here.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{ActError, Outcome, Refusal};
use crate::ids::{ContractId, StatementId};
use crate::lang::Text;
use crate::metering::day_sums::DaySums;
use crate::metering::event::EventKind;
use crate::metering::moment::{Interval, Moment, Month, UtcOffset};
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::{RatedMonth, RatingFault, Terms, Used, cut_at_days, rate};
use crate::metering::readings::{CounterReading, GaugeReading, Piece, Series, differences, steps};
use crate::metering::statement::{Billed, LineName, StatementDraft, StatementState, draft};
use crate::metering::tariff::{Tariff, read_tariff};
use crate::store::metering::Contract;
use crate::store::statement::Statement;
use crate::store::used::{Cutoff, Single};
use crate::store::{self, Db, Fault};

/// The clock of a contract.
#[must_use]
pub fn clock(contract: &Contract) -> UtcOffset {
    UtcOffset::of_minutes(contract.utc_offset_minutes).unwrap_or(UtcOffset::BEIJING)
}

/// Usage with the project it belonged to, for the enterprise's own reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedBy {
    pub used: Used,
    pub project: String,
}

/// Events after the day sums that are still added one by one; with more of them to read it is faster
/// to ask for those of the contract alone.
const MOST_OPEN: i64 = 20_000;

/// What a contract used up to a cutoff, cut at the midnights of its clock. A gauge that still
/// holds units counts until `until`. The day sums answer where they serve the cutoff.
///
/// # Errors
/// Faults of the database.
pub fn used_by(db: &mut Db, contract: &Contract, cutoff: &Cutoff, until: Moment) -> Result<Vec<UsedBy>, Fault> {
    let summed = store::day_sum::ends(db)?;
    let open = cutoff.beyond(&summed).filter(|open| open.iter().map(|span| span.events()).sum::<i64>() <= MOST_OPEN);
    let Some(open) = open else { return used_anew(db, contract, cutoff, until) };
    let mut sums = DaySums::default();
    sums.merge(store::day_sum::of_contract(db, contract.id)?);
    let clocks = BTreeMap::from([(contract.id, clock(contract))]);
    for span in &open {
        store::day_sum::add_span(db, &mut sums, &clocks, *span, Some(contract.id))?;
    }
    let readings = store::used::readings(db, contract.id, cutoff, &open)?;
    if store::day_sum::ends(db)? != summed {
        // The sums went on between two of these questions.
        return used_anew(db, contract, cutoff, until);
    }
    let mut found = Vec::new();
    for sum in sums.into_sorted() {
        let bad = |_| Fault::BadRow { table: "usage_day_sum", id: format!("{} {}", sum.contract, sum.day), what: sum.quantity.to_string() };
        let quantity = UnitMillis::new(i64::try_from(sum.quantity).map_err(bad)?);
        let used = Used { day: sum.day, resource: sum.resource, partition: sum.partition, qos: sum.qos, quantity };
        found.push(UsedBy { used, project: sum.project });
    }
    found.extend(cut(contract, readings, until));
    Ok(found)
}

/// As [`used_by`], from the events alone: for whoever checks what the sums gave.
///
/// # Errors
/// Faults of the database.
pub fn used_anew(db: &mut Db, contract: &Contract, cutoff: &Cutoff, until: Moment) -> Result<Vec<UsedBy>, Fault> {
    let offset_ms = i64::from(clock(contract).minutes()) * 60_000;
    let mut found = Vec::new();
    for sum in store::used::day_sums(db, contract.id, offset_ms, cutoff)? {
        let (day, quantity) = (day_of(sum.day), UnitMillis::new(sum.quantity_ms));
        let used = Used { day, resource: sum.resource, partition: sum.partition_name, qos: sum.qos, quantity };
        found.push(UsedBy { used, project: sum.project });
    }
    found.extend(cut(contract, store::used::singles(db, contract.id, offset_ms, cutoff)?, until));
    Ok(found)
}

/// Single events cut at the midnights of a contract.
fn cut(contract: &Contract, singles: Vec<Single>, until: Moment) -> Vec<UsedBy> {
    let offset = clock(contract);
    // A contract's last day ends what a gauge holds.
    let last = offset.start_of(contract.valid_to + Days::new(1));
    let mut found = Vec::new();
    for piece in pieces(singles, until.min(last)) {
        for (day, quantity) in cut_at_days(piece.interval, piece.quantity, offset) {
            let series = piece.series.clone();
            let used = Used { day, resource: series.resource, partition: series.partition, qos: series.qos, quantity };
            found.push(UsedBy { used, project: series.project });
        }
    }
    found
}

fn day_of(days_since_1970: i64) -> NaiveDate {
    let since = u64::try_from(days_since_1970).unwrap_or(0);
    NaiveDate::default().checked_add_days(Days::new(since)).unwrap_or_default()
}

fn pieces(singles: Vec<Single>, until: Moment) -> Vec<Piece> {
    let (mut gauges, mut counters, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
    for single in singles {
        let series = Series {
            resource: single.resource,
            partition: single.partition_name,
            qos: single.qos,
            project: single.project,
            instance: single.instance,
        };
        let at = Moment::from_millis(single.start_ms);
        if single.kind == EventKind::Gauge.as_str() {
            gauges.push(GaugeReading { series, at, units: single.units, id: single.event_id });
        } else if single.kind == EventKind::Counter.as_str() {
            let data: serde_json::Value = serde_json::from_str(&single.data).unwrap_or_default();
            let epoch = data.get("epoch").and_then(serde_json::Value::as_i64).unwrap_or(0);
            counters.push(CounterReading { series, at, epoch, value: single.units, id: single.event_id });
        } else {
            let interval = Interval { start: at, end: Moment::from_millis(single.end_ms) };
            pieces.push(Piece { series, interval, quantity: UnitMillis::new(single.quantity_ms) });
        }
    }
    pieces.extend(steps(&gauges, until));
    pieces.extend(differences(&counters));
    pieces
}

/// All versions of a contract's tariff, earliest first.
///
/// # Errors
/// A fault for a row that is no tariff: it was written by a newer program or tampered with.
pub fn tariffs(db: &mut Db, contract: &Contract) -> Result<Vec<Tariff>, Fault> {
    let rows = store::metering::tariff(db, contract.provider_id, &contract.tariff_code)?;
    rows.into_iter()
        .map(|row| {
            let bad = |what: String| Fault::BadRow { table: "tariff_version", id: row.id.to_string(), what };
            let json: serde_json::Value = serde_json::from_str(&row.body).map_err(|why| bad(why.to_string()))?;
            read_tariff(&json).map_err(|faults| bad(faults.first().map(ToString::to_string).unwrap_or_default()))
        })
        .collect()
}

/// Rates every month of the contract up to one.
///
/// # Errors
/// A refusal for usage that no tariff version prices; faults of the database.
pub fn rated(contract: &Contract, tariffs: &[Tariff], used: &[UsedBy], through: Month) -> Outcome<Vec<RatedMonth>> {
    let terms = Terms { first: contract.valid_from, last: contract.valid_to, tariffs };
    let used: Vec<Used> = used.iter().map(|one| one.used.clone()).collect();
    rate(&terms, &used, through).map_err(|fault| cannot_rate(contract, &fault))
}

fn cannot_rate(contract: &Contract, fault: &RatingFault) -> ActError {
    let told = fault.text();
    ActError::Refused(vec![Refusal {
        code: "cannot_rate",
        field: Some("period".to_owned()),
        text: Text::new(format!("合同 {}：{}", contract.number, told.zh), format!("Contract {}: {}", contract.number, told.en)),
    }])
}

/// What the contract's living statements billed, in the order of their issue.
///
/// # Errors
/// Faults of the database.
pub fn billed(db: &mut Db, contract: ContractId) -> Result<Vec<Billed>, Fault> {
    let mut lines = Vec::new();
    for (statement, standing) in store::statement::of_contract(db, contract)? {
        if is_living(&standing.state) {
            for (place, line) in (1_i64..).zip(store::statement::lines(db, statement.id)?) {
                lines.push(Billed { name: LineName { statement: statement.number.clone(), line: place }, line });
            }
        }
    }
    Ok(lines)
}

/// Does a statement in this state bill its lines? A reversed one and its credit statement do not.
#[must_use]
pub fn is_living(state: &str) -> bool {
    StatementState::parse(state).is_some_and(|state| match state {
        StatementState::Issued | StatementState::Disputed | StatementState::Confirmed => true,
        StatementState::Open | StatementState::Reversed => false,
    })
}

/// What was billed when a statement was issued: the statements before it, without those that had
/// been reversed by then.
///
/// # Errors
/// Faults of the database.
pub fn billed_before(db: &mut Db, contract: ContractId, issued: StatementId) -> Result<Vec<Billed>, Fault> {
    let all = store::statement::of_contract(db, contract)?;
    let earlier: Vec<_> = all.iter().map(|(statement, _)| statement).filter(|statement| statement.id < issued).collect();
    let mut lines = Vec::new();
    for statement in &earlier {
        let reversed = earlier.iter().any(|other| other.reverses_id == Some(statement.id));
        if statement.reverses_id.is_none() && !reversed {
            for (place, line) in (1_i64..).zip(store::statement::lines(db, statement.id)?) {
                lines.push(Billed { name: LineName { statement: statement.number.clone(), line: place }, line });
            }
        }
    }
    Ok(lines)
}

/// The instant up to which a statement counted gauges that still held units.
#[must_use]
pub fn issued_at(statement: &Statement) -> Moment {
    Moment::at(statement.issued_at.and_utc())
}

/// The statement of a month as it would be issued now.
///
/// # Errors
/// As [`rated`].
pub fn drafted(db: &mut Db, contract: &Contract, month: Month, cutoff: &Cutoff, until: Moment) -> Outcome<StatementDraft> {
    let billed = billed(db, contract.id)?;
    let used = used_by(db, contract, cutoff, until)?;
    drafted_from(db, contract, month, &used, &billed)
}

/// The statement of a month from the events up to a cutoff, after what was billed.
///
/// # Errors
/// As [`rated`].
pub fn drafted_anew(
    db: &mut Db,
    contract: &Contract,
    month: Month,
    cutoff: &Cutoff,
    until: Moment,
    billed: &[Billed],
) -> Outcome<StatementDraft> {
    let used = used_anew(db, contract, cutoff, until)?;
    drafted_from(db, contract, month, &used, billed)
}

fn drafted_from(db: &mut Db, contract: &Contract, month: Month, used: &[UsedBy], billed: &[Billed]) -> Outcome<StatementDraft> {
    let tariffs = tariffs(db, contract)?;
    let months = rated(contract, &tariffs, used, month)?;
    Ok(draft(month, &months, billed))
}
