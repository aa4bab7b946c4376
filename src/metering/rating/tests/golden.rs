//! The golden cases of metering.md §7 that are about prices, with the amounts stated there.

use serde_json::json;

use super::building::*;
use crate::metering::moment::{Interval, Moment};
use crate::metering::quantity::{HOUR_MS, UnitMillis};
use crate::metering::rating::*;
use crate::metering::statement::{ClaimFigures, Pool, claimable, settle};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;

#[test]
fn scnet_settles_at_every_full_hour_and_the_parts_come_to_seven_yuan() {
    let at = |time: &str| Moment::parse(&format!("2026-01-15T{time}:00+08:00")).unwrap();
    let held = Interval { start: at("14:30"), end: at("16:15") };
    let quantity = UnitMillis::new(2 * held.millis());
    let pieces = cut_at(held, quantity, &[at("15:00"), at("16:00")]);
    let amounts: Vec<String> = pieces.iter().map(|(_, quantity)| january(flat("2"), *quantity).plain()).collect();
    assert_eq!(amounts, ["2.00", "4.00", "1.00"]);
    assert_eq!(january(flat("2"), quantity).plain(), "7.00");
}

#[test]
fn cas_iap_grades_core_hours() {
    let rates = || tiers("graduated", &[(100_000, "0.12"), (500_000, "0.10")], "0.08");
    for (half, yuan) in [(1_200_000, "60000.00"), (200_000, "12000.00"), (200_001, "12000.05"), (1_000_000, "52000.00"), (1, "0.06")] {
        assert_eq!(january(rates(), half_hours(half)).plain(), yuan, "{half} half hours");
    }
    // Over a contract of three months the same 600,000 hours cost the same; per month they do not.
    let pieces = [
        used("2026-01-31", UnitMillis::hours(200_000)),
        used("2026-02-01", UnitMillis::hours(200_000)),
        used("2026-03-01", UnitMillis::hours(200_000)),
    ];
    let over_contract = rated(&[tariff(&[("accumulate", json!("contract"))], rates())], &pieces, "2026-03");
    assert_eq!(totals(&over_contract), ["22000.00", "20000.00", "18000.00"]);
    assert_eq!(totals(&rated(&[tariff(&[], rates())], &pieces, "2026-03")), ["22000.00"; 3]);
}

#[test]
fn pku_prices_partition_by_quality_of_service() {
    let cell = |qos: &str, price: &str| json!({"partition": "GPU80G", "qos": qos, "price": price});
    let rates = json!([{"resource": "card", "unit": "card", "model": "matrix", "cells": [cell("low", "4"), cell("normal", "6"), cell("high", "8")]}]);
    let of = |qos: &str| Used { partition: "GPU80G".into(), qos: qos.into(), ..used("2026-01-15", half_hours(3)) };
    let months = rated(&[tariff(&[], rates)], &[of("low"), of("high"), of("normal")], "2026-01");
    let lines: Vec<(&str, String)> = months[0].lines.iter().map(|line| (line.qos.as_str(), line.amount.plain())).collect();
    assert_eq!(lines, [("high", "12.00".into()), ("low", "6.00".into()), ("normal", "9.00".into())]);
}

#[test]
fn the_bonus_of_jiageng_pays_but_cannot_be_claimed() {
    let (internal, external) = (january(flat("9.00"), UnitMillis::hours(500)), january(flat("12.00"), UnitMillis::hours(500)));
    assert_eq!((internal, external), (Fen::yuan(4_500), Fen::yuan(6_000)));
    // 50,000 yuan put in earned a bonus of 10 %.
    let pools = [
        Pool { id: 1, kind: PoolKind::Cash, remaining: Fen::yuan(50_000), expires: None },
        Pool { id: 2, kind: PoolKind::Bonus, remaining: Fen::yuan(5_000), expires: None },
    ];
    let settled = settle(external, Fen::ZERO, PoolKind::ALL, &pools, day("2026-02-01"));
    assert_eq!((settled.non_cash(), settled.payable), (Fen::yuan(5_000), Fen::ZERO));
    let figures = ClaimFigures {
        statement: external,
        non_cash: settled.non_cash(),
        invoiced: external,
        paid: Fen::yuan(50_000),
        ..ClaimFigures::default()
    };
    assert_eq!(claimable(&figures).amount, Fen::yuan(1_000));
}

#[test]
fn lzu_adds_resource_times_time_times_weight_from_allocation_to_release() {
    // Σ(r·t·w): 4 cores at 0.05 and 1 card at 2 yuan, allocated for 90 minutes, idle or not.
    let rates = json!([
        {"resource": "card", "unit": "card", "model": "flat", "price": "2"},
        {"resource": "core", "unit": "core", "model": "flat", "price": "0.05"},
    ]);
    let cores = Used { resource: "core".into(), ..used("2026-01-15", half_hours(4 * 3)) };
    let months = rated(&[tariff(&[], rates)], &[cores, used("2026-01-15", half_hours(3))], "2026-01");
    assert_eq!(totals(&months), ["3.30"]);
}

#[test]
fn a_weighted_sum_is_never_cut_to_whole_units_as_slurm_does() {
    // Slurm's own example: CPU=1.0, Mem=0.25G, licA=1.5; it bills 4 where 4.5 is right.
    let rates = json!([
        {"resource": "core", "unit": "core", "model": "flat", "price": "1.0"},
        {"resource": "mem", "unit": "gib", "model": "flat", "price": "0.25"},
        {"resource": "licence", "unit": "node", "model": "flat", "price": "1.5"},
    ]);
    let of = |resource: &str, units: i64| Used { resource: resource.into(), ..used("2026-01-15", UnitMillis::hours(units)) };
    let total = |used: &[Used]| totals(&rated(&[tariff(&[], rates.clone())], used, "2026-01"));
    assert_eq!(total(&[of("core", 1), of("mem", 8)]), ["3.00"]);
    assert_eq!(total(&[of("core", 1), of("mem", 8), of("licence", 1)]), ["4.50"]);
}

#[test]
fn a_fraction_falls_into_a_volume_tier_like_any_other_quantity() {
    let rates = || tiers("volume", &[(100, "1.0"), (200, "0.5")], "0.25");
    for (half, yuan) in [(199, "99.50"), (200, "100.00"), (201, "50.25"), (399, "99.75"), (400, "100.00"), (401, "50.13")] {
        assert_eq!(january(rates(), half_hours(half)).plain(), yuan, "{half} half hours");
    }
}

#[test]
fn prices_per_minute_and_per_month_are_prices_too() {
    // 阿里云 PAI 灵骏: 3.5 yuan a minute × 45 minutes × 4 nodes.
    assert_eq!(january(flat("210"), UnitMillis::new(4 * 45 * 60_000)).plain(), "630.00");
    // ModelArts 包月: 1,750 yuan × 1 node × 2 months, however long the node ran.
    let mut rates = tiers("graduated", &[], "0");
    rates[0]["tiers"][0]["flat_fen"] = json!(175_000);
    let months = rated(&[tariff(&[], rates)], &[used("2026-01-02", half_hours(1)), used("2026-02-02", UnitMillis::hours(600))], "2026-02");
    assert_eq!(totals(&months), ["1750.00", "1750.00"]);
}

#[test]
fn huawei_cuts_off_below_the_fen_and_collects_it_later() {
    // 12,345 card-seconds at 3.29 yuan are 11.2819…; the coupon pays 5 yuan of it.
    let one = UnitMillis::new(12_345_000);
    let pieces = [
        used("2026-01-15", one),
        used("2026-02-15", one),
        used("2026-03-15", one),
        used("2026-04-15", one),
        used("2026-05-15", one),
        used("2026-06-15", one),
    ];
    let months = rated(&[tariff(&[("rounding", json!("floor_carry"))], flat("3.29"))], &pieces, "2026-06");
    assert_eq!(totals(&months), ["11.28", "11.28", "11.28", "11.28", "11.28", "11.29"]);
    // 6 × 12,345 / 3,600 × 3.29 = 67.69175, of which 0.00175 is still carried.
    assert_eq!(months[5].carry * 1000, 175 * AMOUNT_DEN);
    let pool = Pool { id: 1, kind: PoolKind::Coupon, remaining: Fen::yuan(5), expires: None };
    assert_eq!(settle(months[0].total(), Fen::ZERO, PoolKind::ALL, &[pool], day("2026-02-01")).payable.plain(), "6.28");
}

#[test]
fn a_million_pieces_add_up_exactly() {
    // 288,397,552/3 card-hours; added in floating point they come out 2 × 10⁻⁸ short.
    let piece = |at: i64| used("2026-01-15", UnitMillis::new(346_077_062 + i64::from(at % 5 < 2)));
    let pieces: Vec<Used> = (0..1_000_000).map(piece).collect();
    let months = rated(&[tariff(&[], flat("1"))], &pieces, "2026-01");
    let line = &months[0].lines[0];
    assert_eq!(i128::from(line.quantity.get()) * 3, 288_397_552 * i128::from(HOUR_MS));
    assert_eq!(line.amount_num * 3, 288_397_552 * 100 * AMOUNT_DEN);
    assert_eq!(line.amount.plain(), "96132517.33");
}
