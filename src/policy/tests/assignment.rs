//! The best assignment: the search against trying everything.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::building::*;
use super::properties::random_case;
use crate::code::Tier;
use crate::money::Fen;
use crate::policy::case::{Case, TierChoice};
use crate::policy::evaluation::{Turn, settle};
use crate::policy::expenses::{Expenses, Later};
use crate::policy::rooms::Rooms;
use crate::policy::taking::{Assignment, Entry};
use crate::policy::{Pack, assignment, evaluate};

/// The first assignment with the largest total, by trying all.
fn by_trying(pack: &Pack, case: &Case, entry: &Entry<'_>) -> (Fen, Assignment) {
    let tiers: Vec<Tier> = pack.tiers().map(|(tier, _)| tier).collect();
    let expenses = Expenses::new(pack, case, &Later::new());
    let mut best: Option<(Fen, Assignment)> = None;
    for number in 0..tiers.len().pow(u32::try_from(entry.items.len()).unwrap()) {
        let mut rest = number;
        let mut assignment: Assignment = Vec::new();
        for _ in &entry.items {
            assignment.push(vec![tiers[rest % tiers.len()]]);
            rest /= tiers.len();
        }
        assignment.reverse();
        let taking = entry.take(pack, &expenses, &assignment);
        let grants = settle(pack, &taking, false, &mut Rooms::new(pack, case), |_, room| Turn::Within(room));
        let total: Fen = grants.iter().map(|grant| grant.limited.amount).sum();
        if best.as_ref().is_none_or(|(most, _)| total > *most) {
            best = Some((total, assignment));
        }
    }
    best.unwrap()
}

fn packs() -> Vec<Pack> {
    vec![
        px().clone(),
        ps().clone(),
        pack_with("wuhan-2022", &[("choices.exclusive_scope", "\"enterprise_year\"")]),
        pack_with("wuhan-2022", &[("choices.year_split", "\"by_days\""), ("choices.tax_basis", "\"excl\"")]),
        pack_with("wuhan-2022", &[("choices.rounding_scope", "\"line\""), ("tiers.district.rate_bp", "0")]),
        pack_with("wuhan-2022", &[("choices.ceiling_bp", "4000"), ("tiers.province.granularity_fen", "100000")]),
        pack_with("wuhan-2022", &[("order", "[\"district\", \"city\", \"province\"]"), ("tiers.city.budget_policy", "\"fcfs_skip\"")]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_search_finds_what_trying_everything_finds(mut case in random_case(1, 5)) {
        case.applications[0].tier = TierChoice::Best;
        for pack in packs() {
            let expenses = Expenses::new(&pack, &case, &Later::new());
            let entries = Entry::all(&pack, &case, &expenses);
            let (total, expected) = by_trying(&pack, &case, &entries[0]);
            let found = assignment::best(&pack, &entries[0], &expenses, &Rooms::new(&pack, &case));
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(evaluate(&pack, &case).applications[0].total, total);
        }
    }
}

#[test]
fn twelve_items_are_assigned_within_a_second_or_so() {
    let items = |amount: fn(i64) -> i64| {
        (1..=12).map(|number| item(&format!("I{number:02}"), &Fen::new(amount(number)).plain())).collect::<Vec<_>>()
    };
    let shapes: [fn(i64) -> i64; 4] =
        [|_| 33_333_33, |number| 7_919_13 * number, |number| 1_999_98 + number, |number| 100_000_00 + 17 * number * number];
    for shape in shapes {
        let started = Instant::now();
        let result = evaluate(px(), &case(vec![application("A1", TierChoice::Best, items(shape))]));
        assert!(result.totals.all.is_positive());
        assert!(started.elapsed() < Duration::from_secs(4), "took {:?}", started.elapsed());
    }
}
