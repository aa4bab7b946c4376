//! Settling a total from prepaid money: bonus and coupon before cash, as the tariff orders, and
//! what expires first before what lasts longer.

use chrono::NaiveDate;

use crate::metering::tariff::PoolKind;
use crate::money::Fen;

/// Prepaid money of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub id: i64,
    pub kind: PoolKind,
    pub remaining: Fen,
    /// Last day on which it may be drawn; `None`: for ever.
    pub expires: Option<NaiveDate>,
}

/// What one pool pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    pub pool: i64,
    pub kind: PoolKind,
    pub amount: Fen,
}

/// How a statement's total is met: total − credit brought = Σ draws + payable − credit left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub draws: Vec<Draw>,
    /// What the enterprise still has to pay.
    pub payable: Fen,
    /// What the provider owes and the next statement takes off.
    pub credit: Fen,
}

impl Settlement {
    /// What bonus and coupons paid. Nobody spent it, so it can never be claimed (I24).
    #[must_use]
    pub fn non_cash(&self) -> Fen {
        self.draws.iter().filter(|draw| draw.kind != PoolKind::Cash).map(|draw| draw.amount).sum()
    }
}

/// Settles `total` on a day. `credit` is what earlier statements left owing to the enterprise, never
/// negative; it is used before any pool. A total below zero draws nothing and refunds no pool: it
/// becomes credit.
#[must_use]
pub fn settle(total: Fen, credit: Fen, order: &[PoolKind], pools: &[Pool], day: NaiveDate) -> Settlement {
    let mut due = i128::from(total.get()) - i128::from(credit.get());
    if due <= 0 {
        return Settlement { draws: Vec::new(), payable: Fen::ZERO, credit: Fen::saturating(-due) };
    }
    let place = |kind: PoolKind| order.iter().position(|named| *named == kind);
    let mut open: Vec<(usize, &Pool)> = pools
        .iter()
        .filter(|pool| pool.remaining.is_positive() && pool.expires.is_none_or(|last| day <= last))
        .filter_map(|pool| place(pool.kind).map(|place| (place, pool)))
        .collect();
    open.sort_by_key(|(place, pool)| (*place, pool.expires.unwrap_or(NaiveDate::MAX), pool.id));
    let mut draws = Vec::new();
    for (_, pool) in open {
        let amount = due.min(i128::from(pool.remaining.get()));
        if amount > 0 {
            draws.push(Draw { pool: pool.id, kind: pool.kind, amount: Fen::saturating(amount) });
            due -= amount;
        }
    }
    Settlement { draws, payable: Fen::saturating(due), credit: Fen::ZERO }
}
