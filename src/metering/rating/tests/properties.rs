//! What holds for every tariff and usage (metering.md §5.9, I11–I14, I17–I19). I15 is checked by the
//! oracle in `tests/it/metering`.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::building::*;
use crate::metering::moment::{Interval, Moment, UtcOffset};
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::*;
use crate::metering::tariff::{Price, Tariff};

/// Ends of up to three tiers and four prices above 0.
fn ladder() -> impl Strategy<Value = (Vec<i64>, Vec<i64>)> {
    (proptest::collection::btree_set(1..400_i64, 0..3), proptest::collection::vec(1..9_000_000_i64, 4))
        .prop_map(|(ends, prices)| (ends.into_iter().collect(), prices))
}

fn rates(model: &str, (ends, prices): &(Vec<i64>, Vec<i64>)) -> Value {
    let prices: Vec<String> = prices.iter().map(|micro| Price::from_micro(*micro).to_string()).collect();
    let list: Vec<(i64, &str)> = ends.iter().zip(&prices).map(|(end, price)| (*end, price.as_str())).collect();
    tiers(model, &list, &prices[ends.len()])
}

fn exact(rates: &Value, quantity: i64) -> i128 {
    let months = rated(&[tariff(&[], rates.clone())], &[used("2026-01-15", UnitMillis::new(quantity))], "2026-01");
    months[0].lines.iter().map(|line| line.amount_num).sum()
}

fn pieces() -> impl Strategy<Value = Vec<Used>> {
    let piece = (1..=120_u64, 0..300 * 3_600_000_i64).prop_map(|(days, quantity)| Used {
        day: day("2025-12-31").checked_add_days(chrono::Days::new(days)).unwrap(),
        ..used("2026-01-01", UnitMillis::new(quantity))
    });
    proptest::collection::vec(piece, 0..24)
}

/// A second version from 10 February on, so that months with two versions occur.
fn versions(window: usize, rounding: usize, one: &Value, two: &Value) -> Vec<Tariff> {
    let fields = |version: i64, from: &str| {
        [
            ("version", json!(version)),
            ("valid_from", json!(from)),
            ("accumulate", json!(["month", "contract", "year"][window])),
            ("rounding", json!(["half_up", "floor_carry"][rounding])),
        ]
    };
    vec![tariff(&fields(1, "2026-01-01"), one.clone()), tariff(&fields(2, "2026-02-10"), two.clone())]
}

fn digests(months: &[RatedMonth]) -> Vec<[u8; 32]> {
    months.iter().map(|month| lines_digest(&month.lines)).collect()
}

proptest! {
    #[test]
    fn slices_add_up_and_finer_cuts_change_no_day(
        start in 0..40 * 86_400_000_i64,
        length in 0..20 * 86_400_000_i64,
        quantity in 0..1_000_000_000_000_i64,
        cuts in proptest::collection::vec(0..60 * 86_400_000_i64, 0..12),
        offset in -720..=840_i32,
    ) {
        let (offset, from) = (UtcOffset::of_minutes(offset).unwrap(), 1_767_225_600_000);
        let interval = Interval { start: Moment::from_millis(from + start), end: Moment::from_millis(from + start + length) };
        let quantity = UnitMillis::new(quantity);
        let days = cut_at_days(interval, quantity, offset);
        prop_assert_eq!(days.iter().map(|(_, part)| *part).sum::<UnitMillis>(), quantity);
        let mut instants: Vec<Moment> = cuts.into_iter().map(|at| Moment::from_millis(from + at)).collect();
        instants.extend((0..70).map(|at| offset.start_of(day("2025-12-30").checked_add_days(chrono::Days::new(at)).unwrap())));
        let fine = cut_at(interval, quantity, &instants);
        prop_assert!(fine.iter().all(|(_, part)| *part >= UnitMillis::ZERO));
        let mut by_day: BTreeMap<_, UnitMillis> = BTreeMap::new();
        for (piece, part) in &fine {
            *by_day.entry(piece.start.date(offset)).or_default() += *part;
        }
        by_day.retain(|_, part| !part.is_zero());
        prop_assert_eq!(by_day.into_iter().collect::<Vec<_>>(), days);
    }

    #[test]
    fn a_graduated_amount_grows_steadily_and_a_volume_amount_jumps_only_at_borders(ladder in ladder(), quantity in 1..500 * 3_600_000_i64, at_border in any::<bool>()) {
        let (ends, prices) = &ladder;
        let quantity = ends.first().filter(|_| at_border).map_or(quantity, |end| end * 3_600_000);
        let (graduated, volume) = (rates("graduated", &ladder), rates("volume", &ladder));
        let most = i128::from(*prices.iter().max().unwrap());
        let step = exact(&graduated, quantity + 1) - exact(&graduated, quantity);
        prop_assert!((1..=most).contains(&step), "one unit-millisecond costs one price: {step}");
        let step = exact(&volume, quantity + 1) - exact(&volume, quantity);
        let border = ends.iter().any(|end| end * 3_600_000 == quantity);
        prop_assert!(border || (1..=most).contains(&step), "{step} away from a border");
        prop_assert!(exact(&graduated, quantity) > 0 && exact(&volume, quantity) > 0, "nothing is free");
    }

    #[test]
    fn with_one_tier_all_models_agree(price in 0..9_000_000_i64, quantity in 0..500 * 3_600_000_i64) {
        let price = Price::from_micro(price).to_string();
        let flat = exact(&flat(&price), quantity);
        prop_assert_eq!(exact(&tiers("graduated", &[], &price), quantity), flat);
        prop_assert_eq!(exact(&tiers("volume", &[], &price), quantity), flat);
    }

    #[test]
    fn order_and_splitting_of_the_usage_change_no_digest(pieces in pieces(), ladder in ladder(), other in ladder(), window in 0..3_usize, rounding in 0..2_usize, split in 0..1000_i64) {
        let versions = versions(window, rounding, &rates("graduated", &ladder), &rates("volume", &other));
        let months = rated(&versions, &pieces, "2026-04");
        let mut cut: Vec<Used> = pieces.iter().rev().cloned().collect();
        for at in 0..cut.len() {
            let part = UnitMillis::new(cut[at].quantity.get() * split / 1000);
            cut.push(Used { quantity: part, ..cut[at].clone() });
            cut[at].quantity = cut[at].quantity - part;
        }
        prop_assert_eq!(digests(&rated(&versions, &cut, "2026-04")), digests(&months));
        prop_assert_eq!(rated(&versions, &pieces, "2026-04"), months);
    }

    #[test]
    fn a_void_leaves_the_month_without_it_and_adding_it_again_changes_nothing(pieces in pieces(), ladder in ladder(), window in 0..3_usize, at in 0..24_usize) {
        let versions = versions(window, 0, &rates("graduated", &ladder), &rates("graduated", &ladder));
        let whole = rated(&versions, &pieces, "2026-04");
        let mut rest = pieces.clone();
        if at < rest.len() {
            let voided = rest.remove(at);
            let without = rated(&versions, &rest, "2026-04");
            let sum = |months: &[RatedMonth]| months.iter().flat_map(|month| &month.lines).map(|line| i128::from(line.quantity.get())).sum::<i128>();
            prop_assert_eq!(sum(&whole) - sum(&without), i128::from(voided.quantity.get()));
            rest.push(voided);
        }
        prop_assert_eq!(digests(&rated(&versions, &rest, "2026-04")), digests(&whole));
    }

    #[test]
    fn what_is_cut_off_is_carried_to_the_last_part_of_a_fen(pieces in pieces(), ladder in ladder(), other in ladder(), window in 0..3_usize) {
        let versions = versions(window, 1, &rates("volume", &ladder), &rates("graduated", &other));
        let (mut amounts, mut exact) = (0, 0);
        for month in rated(&versions, &pieces, "2026-04") {
            amounts += month.lines.iter().map(|line| i128::from(line.amount.get())).sum::<i128>();
            exact += month.lines.iter().map(|line| line.amount_num).sum::<i128>();
            prop_assert_eq!(amounts * AMOUNT_DEN + month.carry, exact);
            prop_assert!((0..AMOUNT_DEN).contains(&month.carry));
        }
    }

    #[test]
    fn a_line_is_within_half_a_fen_of_its_exact_amount(pieces in pieces(), ladder in ladder(), window in 0..3_usize) {
        let versions = versions(window, 0, &rates("volume", &ladder), &rates("graduated", &ladder));
        for line in rated(&versions, &pieces, "2026-04").iter().flat_map(|month| &month.lines) {
            let off = i128::from(line.amount.get()) * AMOUNT_DEN - line.amount_num;
            prop_assert!(-AMOUNT_DEN < 2 * off && 2 * off <= AMOUNT_DEN, "{line:?}");
        }
    }
}
