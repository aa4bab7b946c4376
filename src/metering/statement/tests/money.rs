//! Prepaid money, and what may be claimed.

use chrono::NaiveDate;
use proptest::prelude::*;

use crate::metering::statement::*;
use crate::metering::tariff::PoolKind::{self, Bonus, Cash, Coupon};
use crate::money::Fen;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn pool(id: i64, kind: PoolKind, yuan: i64, expires: Option<&str>) -> Pool {
    Pool { id, kind, remaining: Fen::yuan(yuan), expires: expires.map(day) }
}

#[test]
fn pools_are_drawn_in_the_tariffs_order_and_the_one_that_expires_first_comes_first() {
    let pools = [
        pool(1, Cash, 100, None),
        pool(2, Bonus, 10, None),
        pool(3, Bonus, 10, Some("2026-12-31")),
        pool(4, Bonus, 10, Some("2026-06-30")),
        pool(5, Bonus, 10, Some("2026-01-30")),
        pool(6, Coupon, 20, Some("2026-01-31")),
        pool(7, Coupon, 0, None),
    ];
    let draws = |total: i64, order: &[PoolKind]| {
        let settled = settle(Fen::yuan(total), Fen::ZERO, order, &pools, day("2026-01-31"));
        let draws: Vec<(i64, i64)> = settled.draws.iter().map(|draw| (draw.pool, draw.amount.get() / 100)).collect();
        (draws, settled.payable.get() / 100, settled.non_cash().get() / 100)
    };
    let order = [Bonus, Coupon, Cash];
    assert_eq!(draws(15, &order), (vec![(4, 10), (3, 5)], 0, 15));
    assert_eq!(draws(55, &order), (vec![(4, 10), (3, 10), (2, 10), (6, 20), (1, 5)], 0, 50));
    assert_eq!(draws(200, &order), (vec![(4, 10), (3, 10), (2, 10), (6, 20), (1, 100)], 50, 50));
    assert_eq!(draws(25, &[Cash, Coupon]), (vec![(1, 25)], 0, 0));
    assert_eq!(draws(25, &[Coupon]), (vec![(6, 20)], 5, 20), "a kind that is not named is not drawn");
}

#[test]
fn a_total_below_zero_draws_nothing_and_is_taken_off_the_next_statement() {
    let pools = [pool(1, Cash, 100, None)];
    let settle = |total: i64, credit: i64| settle(Fen::yuan(total), Fen::yuan(credit), PoolKind::ALL, &pools, day("2026-01-31"));
    let negative = settle(-30, 0);
    assert_eq!((negative.draws.len(), negative.payable, negative.credit), (0, Fen::ZERO, Fen::yuan(30)));
    let next = settle(20, 30);
    assert_eq!((next.draws.len(), next.payable, next.credit), (0, Fen::ZERO, Fen::yuan(10)));
    let last = settle(25, 10);
    assert_eq!((last.draws[0].amount, last.payable, last.credit), (Fen::yuan(15), Fen::ZERO, Fen::ZERO));
}

fn figures(statement: i64, non_cash: i64, invoiced: i64, red_letters: i64, paid: i64, refunds: i64) -> ClaimFigures {
    ClaimFigures {
        statement: Fen::new(statement),
        non_cash: Fen::new(non_cash),
        invoiced: Fen::new(invoiced),
        red_letters: Fen::new(red_letters),
        paid: Fen::new(paid),
        refunds: Fen::new(refunds),
    }
}

#[test]
fn the_least_figure_bounds_the_claim_and_is_named() {
    for (figures, amount, bound) in [
        (figures(100, 0, 100, 0, 100, 0), 100, Bound::Statement),
        (figures(100, 30, 100, 0, 100, 0), 70, Bound::Statement),
        (figures(100, 0, 100, 20, 100, 0), 80, Bound::Invoice),
        (figures(100, 0, 100, 0, 100, 60), 40, Bound::Payment),
        (figures(100, 0, 100, 0, 0, 0), 0, Bound::Payment),
        (figures(100, 0, 0, 0, 100, 0), 0, Bound::Invoice),
        (figures(-100, 0, 100, 0, 100, 0), 0, Bound::Statement),
        (figures(100, 0, 50, 70, 100, 0), 0, Bound::Invoice),
        (figures(i64::MIN, i64::MAX, 0, i64::MAX, 0, i64::MAX), 0, Bound::Statement),
    ] {
        assert_eq!(claimable(&figures), Claimable { amount: Fen::new(amount), bound }, "{figures:?}");
    }
}

#[test]
fn a_purchase_becomes_claimable_when_it_is_confirmed_paid_and_without_open_case() {
    use PurchaseState::*;
    let paid = figures(100, 0, 100, 0, 100, 0);
    let base = PurchaseFacts { statement: StatementState::Confirmed, figures: paid, open_case: false };
    let with = |figures: ClaimFigures| PurchaseFacts { figures, ..base };
    for (facts, state) in [
        (with(figures(100, 0, 100, 0, 0, 0)), Issued),
        (with(figures(100, 0, 100, 0, 99, 0)), PartiallyPaid),
        (with(figures(100, 0, 100, 0, 100, 1)), PartiallyPaid),
        (base, Claimable),
        (with(figures(100, 40, 100, 0, 60, 0)), Claimable),
        (with(figures(100, 100, 0, 0, 0, 0)), Paid),
        (with(figures(100, 0, 0, 0, 100, 0)), Paid),
        (PurchaseFacts { statement: StatementState::Issued, ..base }, Paid),
        (PurchaseFacts { statement: StatementState::Disputed, ..base }, Paid),
        (PurchaseFacts { open_case: true, ..base }, Blocked),
        (PurchaseFacts { statement: StatementState::Reversed, ..base }, Reversed),
    ] {
        assert_eq!(purchase_state(&facts), state, "{facts:?}");
    }
}

proptest! {
    #[test]
    fn a_settlement_accounts_for_every_fen(
        total in -100_000..100_000_i64,
        credit in 0..30_000_i64,
        pools in proptest::collection::vec((0..3_usize, 0..30_000_i64, proptest::option::of(1..28_u32)), 0..6),
    ) {
        let pools: Vec<Pool> = pools
            .into_iter()
            .zip(1..)
            .map(|((kind, fen, last), id)| Pool {
                id,
                kind: PoolKind::ALL[kind],
                remaining: Fen::new(fen),
                expires: last.and_then(|day| NaiveDate::from_ymd_opt(2026, 2, day)),
            })
            .collect();
        let on = day("2026-02-14");
        let settled = settle(Fen::new(total), Fen::new(credit), PoolKind::ALL, &pools, on);
        let drawn: Fen = settled.draws.iter().map(|draw| draw.amount).sum();
        prop_assert_eq!(Fen::new(total - credit), drawn + settled.payable - settled.credit);
        prop_assert!(settled.payable >= Fen::ZERO && settled.credit >= Fen::ZERO);
        for draw in &settled.draws {
            let pool = pools.iter().find(|pool| pool.id == draw.pool).unwrap();
            prop_assert!(draw.amount.is_positive() && draw.amount <= pool.remaining && pool.expires.is_none_or(|last| on <= last));
        }
        let open: Fen = pools.iter().filter(|pool| pool.expires.is_none_or(|last| on <= last)).map(|pool| pool.remaining).sum();
        prop_assert!(settled.payable.is_zero() || drawn == open, "nothing is to be paid while a pool has money");
    }

    /// I22 for one purchase, and I24.
    #[test]
    fn nothing_is_claimable_that_was_not_stated_invoiced_and_paid_in_cash(
        statement in -50_000..50_000_i64, non_cash in 0..50_000_i64, invoiced in 0..50_000_i64,
        red in 0..50_000_i64, paid in 0..50_000_i64, refunds in 0..50_000_i64,
    ) {
        let of = |non_cash| claimable(&figures(statement, non_cash, invoiced, red, paid, refunds)).amount.get();
        let amount = of(non_cash);
        prop_assert!(amount >= 0 && amount <= (statement - non_cash).max(0));
        prop_assert!(amount <= (invoiced - red).max(0) && amount <= (paid - refunds).max(0));
        prop_assert!(amount <= of(0) && of(0) - amount <= non_cash, "coupons only ever lower it");
    }
}
