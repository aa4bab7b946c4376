//! What holds for every case.

use std::collections::BTreeMap;

use chrono::DateTime;
use proptest::prelude::*;

use super::building::*;
use crate::code::Tier;
use crate::money::Fen;
use crate::party::qualification::QualificationKind;
use crate::policy::case::{AlreadyGranted, Application, Case, Item, TierChoice};
use crate::policy::{Pack, evaluate, shipped};

#[derive(Clone, Debug)]
struct Draft {
    expense: usize,
    asked: Option<i64>,
    usage: Option<i64>,
    service: usize,
}

fn draft() -> impl Strategy<Value = Draft> {
    (0..6_usize, proptest::option::of(1..80_000_000_i64), proptest::option::of(0..80_000_000_i64), 0..6_usize)
        .prop_map(|(expense, asked, usage, service)| Draft { expense, asked, usage, service })
}

/// Up to so many applications of up to so many items that share six expenses.
pub(super) fn random_case(applications: usize, items: usize) -> impl Strategy<Value = Case> {
    let amount = prop_oneof![4 => 0..90_000_000_i64, 1 => 0..200_000_i64, 1 => Just(Fen::MAX_ABS)];
    let expenses = proptest::collection::vec((amount, 0..2_000_000_i64), 6);
    let drafts = proptest::collection::vec((0..4_usize, proptest::collection::vec(draft(), 1..=items)), 1..=applications);
    let before = proptest::option::of((0..3_usize, 0..60_000_000_i64, any::<bool>()));
    (expenses, drafts, before, 0..3_usize).prop_map(|(expenses, drafts, before, budget)| {
        let mut case =
            case(drafts.into_iter().enumerate().map(|(number, (tier, drafts))| built(number, tier, &expenses, &drafts)).collect());
        case.enterprise.qualifications = vec![
            holding(QualificationKind::TechSme, "2022-01-01", "2022-06-30"),
            holding(QualificationKind::Hightech, "2022-01-01", "2023-12-31"),
            holding(QualificationKind::AboveDesignatedSize, "2022-01-01", "2022-12-31"),
        ];
        if budget > 0 {
            case.budget_left = BTreeMap::from([(Tier::City, Fen::yuan(70_000)), (Tier::District, Fen::new(123_456_78))]);
        }
        case.already_granted.extend(before.map(|(tier, amount, with_invoice)| AlreadyGranted {
            tier: Tier::ALL[tier],
            year: 2022,
            amount: Fen::new(amount),
            invoice: with_invoice.then(|| "expense 0".to_owned()),
            line: None,
        }));
        case
    })
}

fn built(number: usize, tier: usize, expenses: &[(i64, i64)], drafts: &[Draft]) -> Application {
    let items = drafts
        .iter()
        .enumerate()
        .map(|(place, draft)| {
            let (invoiced, red_letter) = expenses[draft.expense];
            let services = [
                ("2022-01-05", "2022-05-31"),
                ("2022-07-01", "2022-07-31"),
                ("2022-11-01", "2023-01-31"),
                ("2023-02-01", "2023-02-28"),
                ("2022-03-01", "2022-06-30"),
                ("2022-02-01", "2022-02-28"),
            ];
            let (from, to) = services[draft.service];
            Item {
                invoice: format!("expense {}", draft.expense),
                red_letter: Fen::new(red_letter),
                tax: Fen::new(invoiced / 20),
                asked: draft.asked.map(Fen::new),
                accepted_usage: draft.usage.map(Fen::new),
                service_from: day(from),
                service_to: day(to),
                ..item(&format!("I{place}"), &Fen::new(invoiced).plain())
            }
        })
        .collect();
    let choices = [TierChoice::Named(Tier::Province), TierChoice::Named(Tier::City), TierChoice::Named(Tier::District), TierChoice::Best];
    let submitted = DateTime::parse_from_rfc3339(&format!("2022-12-{:02}T09:00:00+08:00", number + 1)).unwrap();
    Application { submitted_at: submitted.to_utc(), ..application(&format!("A{number}"), choices[tier], items) }
}

fn packs() -> [&'static Pack; 2] {
    ["wuhan-2022", "wuhan-2022-stacked"].map(|id| shipped::by_id(id).unwrap())
}

/// Under a stacking pack every other application asks all tiers.
fn for_pack(pack: &Pack, case: &Case) -> Case {
    let mut case = case.clone();
    if pack.stacks() {
        case.applications.iter_mut().step_by(2).for_each(|application| application.tier = TierChoice::All);
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_grant_is_above_its_limits_and_the_cuts_account_for_the_rest(case in random_case(4, 4)) {
        for pack in packs() {
            let case = for_pack(pack, &case);
            let result = evaluate(pack, &case);
            let mut by_year: BTreeMap<(Tier, i32), Fen> = BTreeMap::new();
            for before in &case.already_granted {
                *by_year.entry((before.tier, before.year)).or_default() += before.amount;
            }
            let outside = by_year.clone();
            for application in &result.applications {
                prop_assert!(application.own_share >= Fen::ZERO, "Σ grants ≤ ceiling");
                prop_assert_eq!(application.total, application.grants.iter().map(|grant| grant.amount).sum::<Fen>());
                for grant in &application.grants {
                    let cuts: Fen = grant.cuts.iter().filter_map(|cut| cut.amount).sum();
                    prop_assert_eq!(grant.raw - grant.amount, cuts);
                    prop_assert!(grant.amount >= Fen::ZERO && grant.amount <= grant.raw && grant.amount <= grant.base);
                    *by_year.entry((grant.tier, grant.year)).or_default() += grant.amount;
                }
            }
            for ((tier, year), sum) in by_year {
                let cap = pack.tier(tier).unwrap().cap.as_ref().unwrap().value;
                let before = outside.get(&(tier, year)).copied().unwrap_or_default();
                prop_assert!(sum <= cap.max(before), "{} {} got {:?}", tier, year, sum);
            }
            for (tier, left) in &case.budget_left {
                let total: Fen = result.applications.iter().map(|application| application.amount_of(*tier)).sum();
                prop_assert!(total <= *left);
            }
        }
    }

    #[test]
    fn the_order_of_the_file_means_nothing(case in random_case(4, 4)) {
        for pack in packs() {
            let case = for_pack(pack, &case);
            let mut turned = case.clone();
            turned.applications.reverse();
            turned.enterprise.qualifications.rotate_left(1);
            for application in &mut turned.applications {
                application.items.reverse();
            }
            let (first, second) = (evaluate(pack, &case), evaluate(pack, &turned));
            for (a, b) in first.applications.iter().zip(&second.applications) {
                prop_assert_eq!(&a.id, &b.id);
                prop_assert_eq!(a.total, b.total);
                prop_assert_eq!(&a.grants, &b.grants);
            }
            prop_assert_eq!(first.totals, second.totals);
        }
    }

    #[test]
    fn the_best_assignment_is_not_below_any_single_tier(case in random_case(1, 6)) {
        let total = |tier: TierChoice| {
            let mut case = case.clone();
            case.applications[0].tier = tier;
            evaluate(px(), &case).applications[0].total
        };
        let best = total(TierChoice::Best);
        for tier in Tier::ALL {
            prop_assert!(best >= total(TierChoice::Named(tier)));
        }
    }

    #[test]
    fn a_credit_note_never_takes_back_more_than_was_granted(case in random_case(3, 3), later in 0..3_i32, red_letter in 0..Fen::MAX_ABS) {
        let mut case = case;
        let named = case.applications[0].clone();
        for number in 0..2 {
            case.corrections.push(crate::policy::case::Correction {
                application: named.id.clone(),
                item: named.items[0].id.clone(),
                on: day(&format!("{}-12-0{}", 2022 + later, number + 1)),
                red_letter: Fen::new(red_letter / 2),
                refunded: Fen::ZERO,
            });
        }
        let result = evaluate(px(), &case);
        for tier in Tier::ALL {
            let granted: Fen = result.applications.iter().map(|application| application.amount_of(tier)).sum();
            let back: Fen = result.clawbacks.iter().filter(|clawback| clawback.tier == tier).map(|clawback| clawback.amount).sum();
            prop_assert!(back <= granted);
        }
        prop_assert!(result.clawbacks.iter().all(|clawback| clawback.amount.is_positive()));
    }
}
