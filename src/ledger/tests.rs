use proptest::prelude::*;

use super::check::{StoredBudget, StoredHold, StoredPosting, check};
use super::*;
use crate::code::Tier;

fn movement(occasion: Occasion, amount: i64) -> Movement {
    Movement {
        occasion,
        tier: Tier::Province,
        year: 2026,
        application: Some(ApplicationId::new(7)),
        amount: Fen::new(amount),
        note: String::new(),
    }
}

/// Plays movements into stored rows as the store does.
fn played(movements: &[Movement]) -> (Vec<StoredPosting>, StoredBudget, StoredHold) {
    let mut budget = StoredBudget {
        tier: Tier::Province,
        year: 2026,
        appropriated: Fen::ZERO,
        reserved: Fen::ZERO,
        ordered: Fen::ZERO,
        paid: Fen::ZERO,
    };
    let mut postings = Vec::new();
    let mut held = Fen::ZERO;
    for (entry, movement) in movements.iter().enumerate() {
        for line in movement.postings() {
            if line.application.is_some() {
                held += line.amount;
            }
            let id = i64::try_from(postings.len()).unwrap() + 1;
            postings.push(StoredPosting {
                id,
                entry_id: i64::try_from(entry).unwrap() + 1,
                book: line.book,
                tier: movement.tier,
                year: movement.year,
                application: line.application.map(ApplicationId::get),
                amount: line.amount,
            });
        }
        let change = movement.change();
        budget.appropriated += change.appropriated;
        budget.reserved += change.reserved;
        budget.ordered += change.ordered;
        budget.paid += change.paid;
    }
    (postings, budget, StoredHold { application: 7, number: "A-2026-0007".into(), tier: Tier::Province, year: 2026, held })
}

#[test]
fn money_walks_from_budget_to_paid_and_back() {
    let path = [
        movement(Occasion::Appropriate, 100_000),
        movement(Occasion::Reserve, 30_000),
        movement(Occasion::Order, 30_000),
        movement(Occasion::Pay, 30_000),
        movement(Occasion::ClawBack, 7_500),
    ];
    let (postings, budget, hold) = played(&path);
    assert_eq!((budget.reserved, budget.ordered, budget.paid), (Fen::ZERO, Fen::ZERO, Fen::new(22_500)));
    assert_eq!(hold.held, Fen::new(22_500));
    assert_eq!(check(&postings, &[budget], &[hold]), vec![]);
}

#[test]
fn one_changed_posting_is_found_and_named() {
    let (mut postings, budget, hold) = played(&[movement(Occasion::Appropriate, 100_000), movement(Occasion::Reserve, 30_000)]);
    postings[3].amount = Fen::new(30_001);
    let findings = check(&postings, &[budget], &[hold]);
    assert!(findings.iter().any(|finding| finding.0.contains("posting 4") && finding.0.contains("ledger_entry 2")), "{findings:?}");
    assert!(findings.iter().any(|finding| finding.0.contains("A-2026-0007")), "{findings:?}");
}

proptest! {
    #[test]
    fn any_sequence_of_movements_conserves_money(steps in proptest::collection::vec((0..7_usize, 1..1_000_000_000_i64), 1..40)) {
        let occasions = Occasion::ALL;
        let movements: Vec<Movement> = steps.into_iter().map(|(index, amount)| movement(occasions[index], amount)).collect();
        for one in &movements {
            prop_assert!(balances(&one.postings()));
        }
        let (postings, budget, hold) = played(&movements);
        let overdrawn = budget.appropriated < budget.reserved + budget.ordered + budget.paid;
        let findings = check(&postings, &[budget], &[hold]);
        prop_assert_eq!(findings.len(), usize::from(overdrawn));
    }
}
