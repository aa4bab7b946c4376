//! 费用: which part of a paper (contract, invoice, payment) stands for which purchase.
//!
//! Bounded on both sides: a paper gives no more than its amount, and a purchase takes no more of the
//! papers of a kind than it costs, red letters and refunds taken off. A paper fills what it covers in
//! order, each up to what earlier papers left open; what remains stands for nothing.

use crate::money::Fen;

/// A paper's amount, what was taken back of it, and the places of the purchases that it covers, in
/// their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    pub amount: Fen,
    /// Red letters of an invoice, refunds of a payment.
    pub minus: Fen,
    pub covers: Vec<usize>,
}

/// The part of each paper that falls on each purchase it covers, zero parts included; what was taken
/// back is still in it, and falls on the parts by their size. `purchases` are the amounts of the
/// purchases; papers are of one kind, in the order they were filed.
///
/// Example: purchases of 60.00 and 30.00, payments of 50.00 and 50.00 that cover both →
/// 50.00 + 0.00, then 10.00 + 30.00.
#[must_use]
pub fn allocate(purchases: &[Fen], papers: &[Paper]) -> Vec<Vec<(usize, Fen)>> {
    let mut open = purchases.to_vec();
    papers
        .iter()
        .map(|paper| {
            let net = (paper.amount - paper.minus).or_zero();
            let (mut rest, mut rest_net) = (paper.amount, net);
            let mut parts = Vec::with_capacity(paper.covers.len());
            for place in &paper.covers {
                let Some(room) = open.get_mut(*place) else { continue };
                let counts = rest_net.min(room.or_zero());
                let part = if counts == rest_net { rest } else { counts.share(paper.amount.get(), net.get()).min(rest) };
                rest -= part;
                rest_net -= counts;
                *room -= counts;
                parts.push((*place, part));
            }
            parts
        })
        .collect()
}

#[cfg(test)]
mod tests;
