//! Tariffs and usage for the tests, in few words.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::*;
use crate::metering::tariff::{Tariff, read_tariff};
use crate::money::Fen;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

/// Version 1, valid from 2026 on, with changes to its fields.
pub(super) fn tariff(changes: &[(&str, Value)], rates: Value) -> Tariff {
    let mut json = json!({"code": "t", "version": 1, "valid_from": "2026-01-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up", "rates": rates});
    for (name, value) in changes {
        json[*name] = value.clone();
    }
    read_tariff(&json).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub(super) fn flat(price: &str) -> Value {
    json!([{"resource": "card", "unit": "card", "model": "flat", "price": price}])
}

/// Tiers by their upper ends and prices, the last one open.
pub(super) fn tiers(model: &str, tiers: &[(i64, &str)], last: &str) -> Value {
    let mut from = 0;
    let mut list: Vec<Value> = Vec::new();
    for (to, price) in tiers {
        list.push(json!({"from": from, "to": to, "price": price}));
        from = *to;
    }
    list.push(json!({"from": from, "to": null, "price": last}));
    json!([{"resource": "card", "unit": "card", "model": model, "tiers": list}])
}

pub(super) fn used(on: &str, quantity: UnitMillis) -> Used {
    Used { day: day(on), resource: "card".into(), partition: String::new(), qos: String::new(), quantity }
}

/// Half hours, so that fractions can be written.
pub(super) fn half_hours(number: i64) -> UnitMillis {
    UnitMillis::new(number * 1_800_000)
}

pub(super) fn year(tariffs: &[Tariff]) -> Terms<'_> {
    Terms { first: day("2026-01-01"), last: day("2026-12-31"), tariffs }
}

/// The months of 2026 up to `through`.
pub(super) fn rated(tariffs: &[Tariff], used: &[Used], through: &str) -> Vec<RatedMonth> {
    rate(&year(tariffs), used, month(through)).unwrap_or_else(|fault| panic!("{fault}"))
}

/// What January costs.
pub(super) fn january(rates: Value, quantity: UnitMillis) -> Fen {
    rated(&[tariff(&[], rates)], &[used("2026-01-15", quantity)], "2026-01")[0].total()
}

pub(super) fn totals(months: &[RatedMonth]) -> Vec<String> {
    months.iter().map(|month| month.total().plain()).collect()
}
