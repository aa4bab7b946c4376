//! Late events, voids and reversed statements: what was issued stays, what is owed comes later.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::{LineKey, RatedMonth, Terms, Used, rate};
use crate::metering::statement::*;
use crate::metering::tariff::{Tariff, read_tariff};
use crate::money::Fen;

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn tariff(fields: &[(&str, Value)]) -> Tariff {
    let tiers = json!([{"from": 0, "to": 10, "price": "2"}, {"from": 10, "to": null, "price": "1"}]);
    let mut json = json!({"code": "t", "version": 1, "valid_from": "2026-01-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "rates": [{"resource": "card", "unit": "card", "model": "graduated", "tiers": tiers}]});
    for (name, value) in fields {
        json[*name] = value.clone();
    }
    read_tariff(&json).unwrap()
}

fn used(day: NaiveDate, millis: i64) -> Used {
    Used { day, resource: "card".into(), partition: String::new(), qos: String::new(), quantity: UnitMillis::new(millis) }
}

fn hours(day: &str, hours: i64) -> Used {
    used(day.parse().unwrap(), hours * 3_600_000)
}

fn fresh(tariff: &Tariff, used: &[Used], through: Month) -> Vec<RatedMonth> {
    let tariffs = std::slice::from_ref(tariff);
    rate(&Terms { first: "2026-01-01".parse().unwrap(), last: "2026-12-31".parse().unwrap(), tariffs }, used, through).unwrap()
}

/// Issues a draft under a number.
fn issue(draft: &StatementDraft, statement: &str) -> Vec<Billed> {
    let name = |line: i64| LineName { statement: statement.to_owned(), line };
    draft.lines.iter().zip(1..).map(|(line, place)| Billed { name: name(place), line: line.clone() }).collect()
}

fn rows(draft: &StatementDraft) -> Vec<(&'static str, String, i64, String, String)> {
    let row = |line: &StatementLine| {
        let corrects = line.corrects.as_ref().map(ToString::to_string).unwrap_or_default();
        (line.class.as_str(), line.month.to_string(), line.line.tier, line.line.amount.plain(), corrects)
    };
    draft.lines.iter().map(row).collect()
}

fn row(class: &'static str, month: &str, tier: i64, amount: &str, corrects: &str) -> (&'static str, String, i64, String, String) {
    (class, month.to_owned(), tier, amount.to_owned(), corrects.to_owned())
}

#[test]
fn a_late_event_becomes_reversal_and_corrected_line_of_the_next_statement() {
    let tariff = tariff(&[]);
    let mut pieces = vec![hours("2026-01-10", 8)];
    let january = draft(month("2026-01"), &fresh(&tariff, &pieces, month("2026-01")), &[]);
    assert_eq!(rows(&january), [row("regular", "2026-01", 1, "16.00", "")]);
    let mut billed = issue(&january, "S-1");
    pieces.extend([hours("2026-01-20", 5), hours("2026-02-03", 1)]);
    let february = draft(month("2026-02"), &fresh(&tariff, &pieces, month("2026-02")), &billed);
    assert_eq!(
        rows(&february),
        [
            row("regular", "2026-02", 1, "2.00", ""),
            row("reversal", "2026-01", 1, "-16.00", "S-1/1"),
            row("corrected", "2026-01", 1, "20.00", "S-1/1"),
            row("corrected", "2026-01", 2, "3.00", ""),
        ]
    );
    assert_eq!(february.lines[1].line.quantity, -UnitMillis::hours(8));
    assert!(february.has_corrections() && !january.has_corrections());
    billed.extend(issue(&february, "S-2"));
    // The event is voided: the corrected lines are taken back, not the reversed one once more.
    pieces.remove(1);
    let march = draft(month("2026-03"), &fresh(&tariff, &pieces, month("2026-03")), &billed);
    assert_eq!(
        rows(&march),
        [
            row("reversal", "2026-01", 1, "-20.00", "S-2/3"),
            row("corrected", "2026-01", 1, "16.00", "S-2/3"),
            row("reversal", "2026-01", 2, "-3.00", "S-2/4"),
        ]
    );
    assert_eq!(march.total(), Fen::new(-700));
}

#[test]
fn a_month_whose_statement_was_reversed_is_charged_anew() {
    let tariff = tariff(&[("min_fen", json!(5_000))]);
    let pieces = [hours("2026-01-10", 8)];
    let months = fresh(&tariff, &pieces, month("2026-01"));
    let january = draft(month("2026-01"), &months, &[]);
    assert_eq!(january.total(), Fen::yuan(50));
    assert_eq!(rows(&draft(month("2026-01"), &months, &issue(&january, "S-1"))), [], "nothing is billed twice");
    // The caller leaves the reversed S-1 out.
    let again = draft(month("2026-01"), &months, &[]);
    assert_eq!(again.digest(), january.digest());
    let with_february = draft(month("2026-02"), &fresh(&tariff, &pieces, month("2026-02")), &[]);
    assert!(!with_february.has_corrections());
    assert_eq!(with_february.total(), Fen::yuan(100));
}

#[test]
fn a_statement_whose_base_was_reversed_is_taken_back_with_its_own_lines() {
    let tariff = tariff(&[]);
    let first = draft(month("2026-01"), &fresh(&tariff, &[hours("2026-01-10", 8)], month("2026-01")), &[]);
    let pieces = [hours("2026-01-10", 9)];
    let months = fresh(&tariff, &pieces, month("2026-02"));
    let second = issue(&draft(month("2026-02"), &months, &issue(&first, "S-1")), "S-2");
    // S-1 is reversed; S-2 with −16 and +18 stands.
    let repaired = draft(month("2026-02"), &months, &second);
    assert_eq!(rows(&repaired), [row("reversal", "2026-01", 1, "-2.00", "S-2/2"), row("corrected", "2026-01", 1, "18.00", "S-2/2")]);
}

#[test]
fn every_part_of_a_statement_is_in_its_digest() {
    let tariff = tariff(&[]);
    let months = fresh(&tariff, &[hours("2026-01-10", 8)], month("2026-01"));
    let draft = draft(month("2026-01"), &months, &[]);
    let change = |change: fn(&mut StatementDraft)| {
        let mut other = draft.clone();
        change(&mut other);
        other.digest()
    };
    assert_eq!(change(|_| {}), draft.digest());
    for changed in [
        change(|draft| draft.month = draft.month.next()),
        change(|draft| draft.lines[0].class = LineClass::Corrected),
        change(|draft| draft.lines[0].month = draft.month.next()),
        change(|draft| draft.lines[0].corrects = Some(LineName { statement: "S".into(), line: 1 })),
        change(|draft| draft.lines[0].line.amount += Fen::new(1)),
        change(|draft| draft.lines[0].line.amount_num += 1),
        change(|draft| draft.lines[0].line.quantity += UnitMillis::new(1)),
    ] {
        assert_ne!(changed, draft.digest());
    }
}

type Sums = BTreeMap<(Month, LineKey), (i64, i128, i64)>;

fn sums<'a>(lines: impl Iterator<Item = (Month, &'a crate::metering::rating::RatedLine)>) -> Sums {
    let mut sums = Sums::new();
    for (month, line) in lines {
        let sum = sums.entry((month, line.key())).or_default();
        *sum = (sum.0 + line.quantity.get(), sum.1 + line.amount_num, sum.2 + line.amount.get());
    }
    sums.retain(|_, sum| *sum != (0, 0, 0));
    sums
}

#[derive(Clone, Debug)]
struct Turn {
    /// Days before the end of the month, and milliseconds.
    arrivals: Vec<(u64, i64)>,
    voids: Vec<usize>,
    /// A statement that is reversed before this month is drafted.
    reversed: Option<usize>,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let arrivals = proptest::collection::vec((0..90_u64, 0..40_000_000_i64), 0..5);
    let turn = (arrivals, proptest::collection::vec(0..12_usize, 0..2), proptest::option::weighted(0.25, 0..4_usize));
    proptest::collection::vec(turn.prop_map(|(arrivals, voids, reversed)| Turn { arrivals, voids, reversed }), 1..6)
}

proptest! {
    /// I21, and I16 for what is billed.
    #[test]
    fn issued_statements_and_corrections_together_are_the_fresh_rating(turns in turns(), rounding in 0..2_usize, minimum in any::<bool>()) {
        let mut fields = vec![("rounding", json!(["half_up", "floor_carry"][rounding])), ("accumulate", json!("contract"))];
        fields.extend(minimum.then(|| ("min_fen", json!(700))));
        let tariff = tariff(&fields);
        let (mut pieces, mut statements): (Vec<Used>, Vec<Vec<Billed>>) = (Vec::new(), Vec::new());
        let mut at = month("2026-01");
        for (number, turn) in turns.iter().enumerate() {
            for (back, millis) in &turn.arrivals {
                let day = at.last_day().checked_sub_days(chrono::Days::new(*back)).unwrap();
                pieces.push(used(day.max("2026-01-01".parse().unwrap()), *millis));
            }
            for void in &turn.voids {
                if *void < pieces.len() {
                    pieces.remove(*void);
                }
            }
            if let Some(reversed) = turn.reversed.and_then(|place| statements.get_mut(place)) {
                reversed.clear();
            }
            let months = fresh(&tariff, &pieces, at);
            let billed = statements.concat();
            let drafted = draft(at, &months, &billed);
            let before: i128 = billed.iter().map(|one| i128::from(one.line.line.amount.get())).sum();
            let all: i128 = months.iter().map(|month| i128::from(month.total().get())).sum();
            prop_assert_eq!(before + i128::from(drafted.total().get()), all, "issued + draft = fresh");
            statements.push(issue(&drafted, &format!("S-{number}")));
            let billed = statements.concat();
            let stated = sums(billed.iter().map(|one| (one.line.month, &one.line.line)));
            prop_assert_eq!(stated, sums(months.iter().flat_map(|month| month.lines.iter().map(|line| (month.month, line)))));
            prop_assert_eq!(draft(at, &months, &billed).lines, vec![], "a second draft has nothing to add");
            at = at.next();
        }
    }
}
