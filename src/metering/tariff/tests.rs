use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A version with one rate of each model.
fn full() -> Value {
    json!({
        "code": "wh-2026", "version": 3, "valid_from": "2026-01-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "min_fen": 10_000, "max_fen": 50_000_000, "prepaid_order": ["coupon", "bonus", "cash"],
        "rates": [
            {"resource": "ascend-910b", "unit": "card", "model": "flat", "price": "2.00"},
            {"resource": "core", "unit": "core", "model": "graduated", "tiers": [
                {"from": 0, "to": 100_000, "price": "0.12"},
                {"from": 100_000, "to": 500_000, "price": "0.10"},
                {"from": 500_000, "to": null, "price": "0.08", "flat_fen": 500},
            ]},
            {"resource": "mem", "unit": "gib", "model": "volume", "tiers": [{"from": 0, "to": null, "price": "0.000001"}]},
            {"resource": "node", "unit": "node", "model": "package", "size": 744, "price": "1750"},
            {"resource": "gpu", "unit": "card", "model": "matrix", "cells": [
                {"partition": "gpu80g", "qos": "high", "price": "8"},
                {"partition": "gpu80g", "qos": "*", "price": "6"},
                {"partition": "*", "qos": "high", "price": "5"},
                {"partition": "*", "qos": "*", "price": "4"},
            ]},
            {"resource": "held", "unit": "card", "model": "reserved", "units": 8, "price_reserved": "1.5", "price_over": "3"},
        ],
    })
}

fn changed(path: &str, value: Value) -> Value {
    let mut json = full();
    *json.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
    json
}

fn faults(json: &Value) -> Vec<(String, String)> {
    read_tariff(json).unwrap_err().into_iter().map(|fault| (fault.path, fault.text.en)).collect()
}

#[test]
fn a_version_is_written_as_it_is_read_and_its_digest_is_that_of_its_content() {
    let tariff = read_tariff(&full()).unwrap();
    assert_eq!(read_tariff(&tariff.to_json()), Ok(tariff.clone()));
    assert_eq!(tariff.rate("core").unwrap().unit, Unit::Core);
    let spelled: Value = serde_json::from_str(&full().to_string().replace("\"2.00\"", "\"2\"")).unwrap();
    assert_eq!(read_tariff(&spelled).unwrap().digest(), tariff.digest());
    let dearer = read_tariff(&changed("/rates/0/price", json!("2.000001"))).unwrap();
    assert_ne!(dearer.digest(), tariff.digest());
    let mut without = full();
    for name in ["min_fen", "max_fen", "prepaid_order"] {
        without.as_object_mut().unwrap().remove(name);
    }
    let plain = read_tariff(&without).unwrap();
    assert_eq!((plain.min, plain.max), (None, None));
    assert_eq!(plain.prepaid_order, [PoolKind::Bonus, PoolKind::Coupon, PoolKind::Cash]);
}

#[test]
fn every_fault_is_named_by_the_path_of_its_field() {
    for (place, value, path, says) in [
        ("/code", json!(""), "code", "is empty"),
        ("/code", json!(" wh"), "code", "spaces at its ends"),
        ("/version", json!(0), "version", "whole number from 1"),
        ("/version", json!("3"), "version", "whole number"),
        ("/valid_from", json!("2026-1-1"), "valid_from", "2026-01-01"),
        ("/valid_from", json!("2026-02-30"), "valid_from", "no date"),
        ("/currency", json!("USD"), "currency", "write CNY"),
        ("/accumulate", json!("week"), "accumulate", "month, contract, year"),
        ("/rounding", Value::Null, "rounding", "missing"),
        ("/min_fen", json!(-1), "min_fen", "whole number from 0"),
        ("/min_fen", json!(1.5), "min_fen", "whole number"),
        ("/max_fen", json!(9_999), "max_fen", "less than min_fen"),
        ("/prepaid_order/1", json!("coupon"), "prepaid_order[1]", "twice"),
        ("/prepaid_order/1", json!("card"), "prepaid_order[1]", "none of bonus"),
        ("/rates", json!([]), "rates", "is empty"),
        ("/rates", json!({}), "rates", "must be a list"),
        ("/rates/0/resource", Value::Null, "rates[0].resource", "is missing"),
        ("/rates/1/resource", json!("ascend-910b"), "rates[1].resource", "has a rate already"),
        ("/rates/0/unit", json!("gpu"), "rates[0].unit", "card, core, node, gib"),
        ("/rates/0/model", json!("auction"), "rates[0].model", "flat, graduated"),
        ("/rates/0/price", json!("-2"), "rates[0].price", "below zero"),
        ("/rates/0/price", json!("1.0000001"), "rates[0].price", "six decimals"),
        ("/rates/0/price", json!("1e3"), "rates[0].price", "no number"),
        ("/rates/0/price", json!("NaN"), "rates[0].price", "no number"),
        ("/rates/0/price", json!(2), "rates[0].price", "must be text"),
        ("/rates/1/tiers", json!([]), "rates[1].tiers", "is empty"),
        ("/rates/1/tiers/0/from", json!(1), "rates[1].tiers[0].from", "begin at 0"),
        ("/rates/1/tiers/1/from", json!(100_001), "rates[1].tiers[1].from", "gap after the tier before: 100000 to 100001"),
        ("/rates/1/tiers/1/from", json!(99_999), "rates[1].tiers[1].from", "overlaps the tier before: 99999 to 100000"),
        ("/rates/1/tiers/1/to", Value::Null, "rates[1].tiers[1].to", "only the last tier"),
        ("/rates/1/tiers/2/to", json!(600_000), "rates[1].tiers[2].to", "must be open"),
        ("/rates/1/tiers/0/to", json!(0), "rates[1].tiers[0].to", "whole number from 1"),
        ("/rates/1/tiers/2/flat_fen", json!(-1), "rates[1].tiers[2].flat_fen", "whole number from 0"),
        ("/rates/1/tiers/2", json!(7), "rates[1].tiers[2]", "JSON object"),
        ("/rates/3/size", json!(0), "rates[3].size", "whole number from 1"),
        ("/rates/4/cells/1/qos", json!("high"), "rates[4].cells[1]", "twice"),
        ("/rates/4/cells/0/partition", json!(""), "rates[4].cells[0].partition", "is empty"),
        ("/rates/5/units", json!(1_000_000_000), "rates[5].units", "whole number from 1 to 1000000"),
        ("/rates/5/price_over", Value::Null, "rates[5].price_over", "is missing"),
    ] {
        let found = faults(&changed(place, value.clone()));
        assert!(found.iter().any(|(at, text)| at == path && text.contains(says)), "{place} = {value}: {found:?}");
    }
}

#[test]
fn an_unknown_field_is_a_fault_and_all_faults_come_at_once() {
    let mut json = full();
    json["discount"] = json!("10%");
    json["rates"][0]["tiers"] = json!([]);
    json["rates"][1]["tiers"][0]["prise"] = json!("1");
    json["rates"][2]["tiers"][0]["price"] = json!("-1");
    let paths: Vec<String> = faults(&json).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["discount", "rates[0].tiers", "rates[1].tiers[0].prise", "rates[2].tiers[0].price"]);
    assert_eq!(faults(&json!([]))[0].0, "$");
    for fault in read_tariff(&json).unwrap_err() {
        assert!(!fault.text.zh.is_empty() && fault.to_string().starts_with(&fault.path));
    }
}

#[test]
fn a_price_is_read_and_shown_to_the_micro_yuan() {
    for (text, micro, shown) in [
        ("2", 2_000_000, "2.00"),
        ("0.12", 120_000, "0.12"),
        ("0.1", 100_000, "0.10"),
        ("0.000001", 1, "0.000001"),
        ("007.50", 7_500_000, "7.50"),
        ("100000000", 100_000_000_000_000, "100000000.00"),
    ] {
        assert_eq!(Price::parse(text).map(Price::micro), Ok(micro), "{text}");
        assert_eq!(Price::from_micro(micro).to_string(), shown);
    }
    for (text, why) in [
        ("", NotAPrice::NotANumber),
        ("1.", NotAPrice::NotANumber),
        (".5", NotAPrice::NotANumber),
        ("+1", NotAPrice::NotANumber),
        ("--1", NotAPrice::NotANumber),
        ("1,000", NotAPrice::NotANumber),
        ("-0.5", NotAPrice::Negative),
        ("0.0000000", NotAPrice::TooManyDecimals),
        ("100000000.000001", NotAPrice::TooLarge),
        ("99999999999999999999", NotAPrice::TooLarge),
    ] {
        assert_eq!(Price::parse(text), Err(why), "{text}");
    }
}

#[test]
fn the_exact_cell_comes_first_and_then_the_partition() {
    let tariff = read_tariff(&full()).unwrap();
    let Model::Matrix { cells } = &tariff.rate("gpu").unwrap().model else { panic!("no matrix") };
    for (partition, qos, yuan) in [("gpu80g", "high", 8), ("gpu80g", "low", 6), ("cpu", "high", 5), ("", "", 4)] {
        assert_eq!(cell_price(cells, partition, qos), Some(Price::from_micro(yuan * 1_000_000)), "{partition} × {qos}");
    }
    assert_eq!(cell_price(&cells[..2], "cpu", "high"), None);
}

#[test]
fn two_versions_differ_in_rows_that_people_can_read() {
    let old = read_tariff(&full()).unwrap();
    assert_eq!(diff(&old, &old), []);
    let mut json = full();
    json["version"] = json!(4);
    json["max_fen"] = Value::Null;
    json["rates"][1]["tiers"][1]["price"] = json!("0.09");
    json["rates"].as_array_mut().unwrap().push(json!({"resource": "new", "unit": "card", "model": "flat", "price": "1"}));
    let changes = diff(&old, &read_tariff(&json).unwrap());
    let rows: Vec<(String, String, String)> =
        changes.into_iter().map(|row| (row.field.en, row.before.unwrap_or_default().en, row.after.unwrap_or_default().en)).collect();
    let row = |field: &str, before: &str, after: &str| (field.to_owned(), before.to_owned(), after.to_owned());
    assert_eq!(
        rows,
        [
            row("version", "3", "4"),
            row("most per month", "¥500,000.00", ""),
            row("core · tier 2 price", "¥0.10", "¥0.09"),
            row("new · unit", "", "card-hours"),
            row("new · model", "", "flat price"),
            row("new · price", "", "¥1.00"),
        ]
    );
}

proptest! {
    #[test]
    fn a_price_survives_its_text(micro in 0..=100_000_000_000_000_i64) {
        let price = Price::from_micro(micro);
        prop_assert_eq!(Price::parse(&price.to_string()), Ok(price));
    }

    #[test]
    fn no_json_panics(text in "\\PC{0,30}", number in any::<i64>(), at in 0..12_usize) {
        let places = ["/code", "/version", "/valid_from", "/max_fen", "/rates/0", "/rates/0/price", "/rates/1/tiers/0/to",
            "/rates/1/tiers/1", "/rates/3/size", "/rates/4/cells/0/qos", "/rates/5/units", "/prepaid_order/0"];
        for value in [json!(text), json!(number), json!([text]), json!({ text.as_str(): number })] {
            if let Ok(tariff) = read_tariff(&changed(places[at], value)) {
                prop_assert_eq!(read_tariff(&tariff.to_json()), Ok(tariff));
            }
        }
    }
}
