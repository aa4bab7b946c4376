//! The limits of a grant in their order: yearly cap, joint ceiling, budget, minimum; each on
//! what the one before left.

use super::result::Room;
use super::tier_rules::{MinimumTested, TierRules};
use crate::code::CutCode;
use crate::money::Fen;

/// An amount after each limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limited {
    pub raw: Fen,
    pub after_cap: Fen,
    pub after_ceiling: Fen,
    pub after_budget: Fen,
    pub amount: Fen,
    /// The minimum made it zero, or it was zero from the start.
    pub below_minimum: bool,
}

impl Limited {
    /// An amount that no limit is asked for.
    pub(super) fn fixed(amount: Fen) -> Limited {
        Limited { raw: amount, after_cap: amount, after_ceiling: amount, after_budget: amount, amount, below_minimum: false }
    }

    /// The limits that took something, with what they took; their sum is `raw − amount`.
    pub(super) fn cuts(&self) -> Vec<(CutCode, Fen)> {
        let taken = [
            (CutCode::CapReached, self.raw - self.after_cap),
            (CutCode::CeilingReached, self.after_cap - self.after_ceiling),
            (CutCode::BudgetExhausted, self.after_ceiling - self.after_budget),
            (CutCode::BelowMinimum, self.after_budget - self.amount),
        ];
        taken.into_iter().filter(|(code, fen)| fen.is_positive() || (*code == CutCode::BelowMinimum && self.below_minimum)).collect()
    }
}

/// Applies the limits. `base` is what `raw` was computed from: a raw of zero on a base is below
/// every minimum.
pub(super) fn limit(rules: &TierRules, base: Fen, raw: Fen, room: &Room) -> Limited {
    let floor = |wanted: Fen, allowed: Fen| {
        if allowed >= wanted { wanted } else { allowed.or_zero().floor_to(rules.granularity.value) }
    };
    let after_cap = room.cap.map_or(raw, |left| floor(raw, left));
    let after_ceiling = room.ceiling.map_or(after_cap, |left| floor(after_cap, left));
    let after_budget = room.budget.map_or(after_ceiling, |left| floor(after_ceiling, rules.budget_policy.value.turn(after_ceiling, left)));
    let minimum = rules.min_claim.value;
    let short = after_budget.is_positive() && (after_budget < minimum || short_before_rounding(rules, base));
    let below_minimum = short || (raw.is_zero() && base.is_positive());
    let amount = if below_minimum { Fen::ZERO } else { after_budget };
    Limited { raw, after_cap, after_ceiling, after_budget, amount, below_minimum }
}

/// `base × rate < minimum`, exactly, for packs that test before rounding.
fn short_before_rounding(rules: &TierRules, base: Fen) -> bool {
    rules.minimum_tested.value == MinimumTested::BeforeRounding
        && i128::from(base.get()) * i128::from(rules.rate.value.get()) < i128::from(rules.min_claim.value.get()) * 10_000
}
