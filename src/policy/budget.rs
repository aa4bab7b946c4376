//! 先申先兑 and its alternatives: who gets what when a tier's money does not reach.

use serde::Deserialize;

use crate::money::Fen;

/// How a budget that is too small is shared out among applications in order of submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetPolicy {
    /// First come, first served; the one who meets the end gets what is left.
    FcfsPartial,
    /// First come, first served; who does not fit gets nothing, a smaller one after it may fit.
    FcfsSkip,
    /// Everyone in proportion: floor to the fen, the fen left over to the largest remainders.
    ProRata,
}

impl BudgetPolicy {
    /// What one grant gets of what is left, when it is its turn. Under `ProRata` the share has
    /// been set aside by [`allot`] and is what is left.
    #[must_use]
    pub(super) fn turn(self, wanted: Fen, left: Fen) -> Fen {
        match self {
            BudgetPolicy::FcfsSkip if wanted > left => Fen::ZERO,
            BudgetPolicy::FcfsPartial | BudgetPolicy::FcfsSkip | BudgetPolicy::ProRata => wanted.min(left.or_zero()),
        }
    }
}

/// Shares `left` out among `wanted`, in order of submission. The answer has one amount for each
/// wanted one, none above it, and their sum is at most `left` (policy.md §5, 46–49).
#[must_use]
pub fn allot(policy: BudgetPolicy, left: Fen, wanted: &[Fen]) -> Vec<Fen> {
    if policy == BudgetPolicy::ProRata {
        return pro_rata(left, wanted);
    }
    let mut left = left.or_zero();
    let mut allotted = Vec::with_capacity(wanted.len());
    for amount in wanted {
        let got = policy.turn(amount.or_zero(), left);
        left -= got;
        allotted.push(got);
    }
    allotted
}

fn pro_rata(left: Fen, wanted: &[Fen]) -> Vec<Fen> {
    let wanted: Vec<i128> = wanted.iter().map(|amount| i128::from(amount.or_zero().get())).collect();
    let left = i128::from(left.or_zero().get());
    let total: i128 = wanted.iter().sum();
    if total <= left {
        return wanted.iter().map(|amount| Fen::saturating(*amount)).collect();
    }
    // (fen, remainder, place): the floor of everyone's share and what the floor dropped.
    let mut shares: Vec<(i128, i128, usize)> =
        wanted.iter().enumerate().map(|(place, amount)| (amount * left / total, amount * left % total, place)).collect();
    let spare = left - shares.iter().map(|(fen, _, _)| fen).sum::<i128>();
    shares.sort_by(|a, b| b.1.cmp(&a.1).then(a.2.cmp(&b.2)));
    for (share, _) in shares.iter_mut().zip(0..spare) {
        share.0 += 1;
    }
    shares.sort_by_key(|(_, _, place)| *place);
    shares.into_iter().map(|(fen, _, _)| Fen::saturating(fen)).collect()
}
