//! Sharing an amount out so that the parts agree with it to the fen.

use crate::money::Fen;

/// Splits `amount` in proportion to `weights` by the largest remainder: every share is floored to
/// the fen, then the fen left over go one each to the largest remainders, the earlier first where
/// two are equal. The shares always sum to `amount`. Where no weight is positive the first share
/// takes everything; without weights there are no shares.
#[must_use]
pub fn split(amount: Fen, weights: &[Fen]) -> Vec<Fen> {
    let weight = |fen: &Fen| i128::from(fen.or_zero().get());
    let whole: i128 = weights.iter().map(weight).sum();
    if whole == 0 {
        return weights.iter().enumerate().map(|(index, _)| if index == 0 { amount } else { Fen::ZERO }).collect();
    }
    let product = |fen: &Fen| i128::from(amount.get()) * weight(fen);
    let mut shares: Vec<i128> = weights.iter().map(|fen| product(fen).div_euclid(whole)).collect();
    let mut order: Vec<(i128, usize)> = weights.iter().enumerate().map(|(index, fen)| (product(fen).rem_euclid(whole), index)).collect();
    order.sort_by_key(|(remainder, index)| (std::cmp::Reverse(*remainder), *index));
    let mut left = i128::from(amount.get()) - shares.iter().sum::<i128>();
    for (_, index) in order {
        if left == 0 {
            break;
        }
        if let Some(share) = shares.get_mut(index) {
            *share += 1;
            left -= 1;
        }
    }
    shares.into_iter().map(Fen::saturating).collect()
}
