//! What the golden cases leave open: windows, versions, reserved units, limits, faults.

use serde_json::{Value, json};

use super::building::*;
use crate::metering::moment::{Interval, Moment, UtcOffset};
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::*;

fn hours(on: &str, hours: i64) -> Used {
    used(on, UnitMillis::hours(hours))
}

fn summary(month: &RatedMonth) -> Vec<(i64, i64, String, String)> {
    month.lines.iter().map(|line| (line.tariff_version, line.tier, line.quantity.in_hours(), line.amount.plain())).collect()
}

fn row(version: i64, tier: i64, hours: &str, amount: &str) -> (i64, i64, String, String) {
    (version, tier, hours.to_owned(), amount.to_owned())
}

#[test]
fn a_day_is_priced_by_the_version_valid_on_it_and_tiers_count_on() {
    let old = tariff(&[], tiers("graduated", &[(10, "1.00")], "0.50"));
    let new = tariff(&[("version", json!(2)), ("valid_from", json!("2026-01-16"))], tiers("graduated", &[(10, "2.00")], "0.40"));
    let months = rated(&[old, new], &[hours("2026-01-15", 6), hours("2026-01-16", 6), hours("2026-02-01", 1)], "2026-02");
    assert_eq!(summary(&months[0]), [row(1, 1, "6", "6.00"), row(2, 1, "4", "8.00"), row(2, 2, "2", "0.80")]);
    assert_eq!(summary(&months[1]), [row(2, 1, "1", "2.00")], "a new month begins at 0");
}

#[test]
fn a_year_ends_with_its_december_and_a_contract_does_not() {
    let pieces = [hours("2026-12-31", 10), hours("2027-01-01", 10)];
    for (window, january) in [("year", "10.00"), ("contract", "5.00"), ("month", "10.00")] {
        let versions = [tariff(&[("accumulate", json!(window))], tiers("graduated", &[(10, "1.00")], "0.50"))];
        let terms = Terms { first: day("2026-01-01"), last: day("2027-12-31"), tariffs: &versions };
        let months = rate(&terms, &pieces, month("2027-01")).unwrap();
        assert_eq!(months.last().unwrap().total().plain(), january, "{window}");
    }
}

#[test]
fn volume_over_a_contract_never_prices_an_earlier_month_again() {
    let mut rates = tiers("volume", &[(10, "1.00")], "0.50");
    rates[0]["tiers"][0]["flat_fen"] = json!(100);
    rates[0]["tiers"][1]["flat_fen"] = json!(300);
    let versions = [tariff(&[("accumulate", json!("contract"))], rates)];
    let pieces = [hours("2026-01-15", 6), hours("2026-02-15", 4), hours("2026-03-15", 2), hours("2026-04-15", 2)];
    // 6 and 10 hours are in the first tier, 12 and 14 in the second; each is entered once.
    assert_eq!(totals(&rated(&versions, &pieces, "2026-04")), ["7.00", "4.00", "4.00", "1.00"]);
}

#[test]
fn two_equal_versions_in_a_month_cost_what_one_does() {
    for model in ["volume", "graduated"] {
        let mut rates = tiers(model, &[(10, "1.00")], "0.50");
        rates[0]["tiers"][1]["flat_fen"] = json!(300);
        let one = tariff(&[], rates.clone());
        let two = tariff(&[("version", json!(2)), ("valid_from", json!("2026-01-16"))], rates);
        let pieces = [hours("2026-01-15", 8), hours("2026-01-16", 8)];
        let total = rated(std::slice::from_ref(&one), &pieces, "2026-01")[0].total();
        assert_eq!(rated(&[one, two], &pieces, "2026-01")[0].total(), total, "{model}");
    }
}

#[test]
fn a_package_is_bought_whole_and_used_up_within_its_window() {
    let rates = || json!([{"resource": "card", "unit": "card", "model": "package", "size": 100, "price": "80"}]);
    let pieces = [used("2026-01-15", half_hours(1)), hours("2026-02-15", 99), hours("2026-03-15", 1)];
    assert_eq!(totals(&rated(&[tariff(&[], rates())], &pieces, "2026-03")), ["80.00"; 3]);
    let contract = tariff(&[("accumulate", json!("contract"))], rates());
    assert_eq!(totals(&rated(&[contract], &pieces, "2026-03")), ["80.00", "0.00", "80.00"]);
}

#[test]
fn reserved_units_cost_their_price_used_or_not_and_the_rest_costs_more() {
    let rates = |units: i64| json!([{"resource": "card", "unit": "card", "model": "reserved", "units": units, "price_reserved": "1", "price_over": "3"}]);
    let versions = [tariff(&[], rates(2)), tariff(&[("version", json!(2)), ("valid_from", json!("2026-03-11"))], rates(1))];
    let pieces = [hours("2026-02-05", 1400), hours("2026-03-20", 505)];
    let terms = Terms { first: day("2026-01-30"), last: day("2026-03-31"), tariffs: &versions };
    let months = rate(&terms, &pieces, month("2026-12")).unwrap();
    assert_eq!(months.len(), 3, "a contract has no months after its end");
    assert_eq!(summary(&months[0]), [row(1, 1, "96", "96.00")], "two days of January");
    assert_eq!(summary(&months[1]), [row(1, 1, "1344", "1344.00"), row(1, 2, "56", "168.00")]);
    assert_eq!(summary(&months[2]), [row(1, 1, "480", "480.00"), row(2, 1, "504", "504.00"), row(2, 2, "1", "3.00")]);
}

#[test]
fn least_and_most_of_a_month_are_lines_of_their_own() {
    let limits = [("min_fen", json!(500)), ("max_fen", json!(2_000))];
    let versions = [tariff(&limits, flat("1"))];
    let months = rated(&versions, &[hours("2026-02-15", 3), hours("2026-03-15", 7), hours("2026-04-15", 30)], "2026-04");
    assert_eq!(totals(&months), ["5.00", "5.00", "7.00", "20.00"]);
    let last = |month: &RatedMonth| month.lines.last().map(|line| (line.kind, line.amount.plain())).unwrap();
    assert_eq!(last(&months[0]), (LineKind::Minimum, "5.00".into()));
    assert_eq!(last(&months[1]), (LineKind::Minimum, "2.00".into()));
    assert_eq!(last(&months[2]), (LineKind::Usage, "7.00".into()));
    assert_eq!(last(&months[3]), (LineKind::Cap, "-10.00".into()));
    for line in months.iter().flat_map(|month| &month.lines) {
        assert_eq!(line.amount_num, i128::from(line.amount.get()) * line.amount_den);
    }
}

#[test]
fn what_cannot_be_priced_is_named() {
    let cells = json!([{"partition": "a", "qos": "*", "price": "1"}]);
    let matrix = json!([{"resource": "card", "unit": "card", "model": "matrix", "cells": cells}]);
    let other = |resource: &str| Used { resource: resource.into(), ..hours("2026-02-15", 1) };
    let late = [("valid_from", json!("2026-02-01"))];
    let twice = [tariff(&[], flat("1")), tariff(&late, flat("1"))];
    let mut cores = flat("1");
    cores[0]["unit"] = json!("core");
    let changed = [tariff(&[], flat("1")), tariff(&[("version", json!(2)), ("valid_from", json!("2026-02-01"))], cores)];
    for (versions, piece, says) in [
        (&[tariff(&late, flat("1"))][..], hours("2026-01-31", 1), "usage of card on 2026-01-31: no version"),
        (&[], hours("2026-01-31", 1), "no version of the tariff"),
        (&[tariff(&[], flat("1"))], other("gpu"), "usage of gpu on 2026-02-15: tariff version 1 has no rate"),
        (&[tariff(&[], matrix)], hours("2026-02-15", 1), "partition \"\" with QoS \"\""),
        (&[tariff(&[], flat("1"))], hours("2025-12-31", 1), "outside of the contract, which runs from 2026-01-01"),
        (&[tariff(&[], flat("1"))], hours("2026-01-15", -1), "below zero"),
        (&[tariff(&[], flat("100000000"))], hours("2026-01-15", 1_000_000), "2026-01: an amount or quantity"),
        (&twice, hours("2026-01-15", 1), "version 1 does not follow"),
        (&changed, hours("2026-01-15", 1), "version 2 counts card in another unit"),
    ] {
        let fault = rate(&year(versions), &[piece], month("2026-12")).unwrap_err();
        assert!(fault.to_string().contains(says), "{fault} / {says}");
        assert!(!fault.text().zh.is_empty());
    }
    // A contract may begin before its tariff as long as nothing was used.
    assert_eq!(totals(&rated(&[tariff(&late, flat("1"))], &[hours("2026-02-01", 1)], "2026-02")), ["0.00", "1.00"]);
}

#[test]
fn days_end_on_the_contracts_clock() {
    let at = |text: &str| Moment::parse(text).unwrap();
    let night = Interval { start: at("2026-01-31T22:00:00+08:00"), end: at("2026-02-01T02:00:00+08:00") };
    let cut = |interval: Interval, offset: i32| -> Vec<(String, i64)> {
        let slices = cut_at_days(interval, UnitMillis::new(4_001), UtcOffset::of_minutes(offset).unwrap());
        slices.into_iter().map(|(day, quantity)| (day.to_string(), quantity.get())).collect()
    };
    assert_eq!(cut(night, 480), [("2026-01-31".into(), 2_000), ("2026-02-01".into(), 2_001)]);
    assert_eq!(cut(night, 0), [("2026-01-31".into(), 4_001)]);
    let until_midnight = Interval { start: night.start, end: at("2026-02-01T00:00:00+08:00") };
    assert_eq!(cut(until_midnight, 480), [("2026-01-31".into(), 4_001)]);
    assert_eq!(cut(Interval { start: night.end, end: night.end }, 480), [("2026-02-01".into(), 4_001)]);
}

#[test]
fn a_tariff_can_be_tried_on_a_past_month() {
    let pieces = [hours("2026-01-15", 150)];
    let what_if = |rates: Value| totals(&rated(&[tariff(&[], rates)], &pieces, "2026-01"));
    assert_eq!(what_if(flat("1")), ["150.00"]);
    assert_eq!(what_if(tiers("graduated", &[(100, "1")], "0.5")), ["125.00"]);
    assert_eq!(what_if(tiers("volume", &[(100, "1")], "0.5")), ["75.00"]);
}
