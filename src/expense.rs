//! 费用: which part of a paper (contract, invoice, payment) stands for which purchase.
//!
//! A paper that covers one purchase stands for it with its whole amount, however large. A paper
//! that covers several fills them in order, each up to what earlier papers of its kind left open;
//! what remains stands for nothing.

use crate::money::Fen;

/// A paper's amount and the places of the purchases that it covers, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub amount: Fen,
    pub covers: Vec<usize>,
}

/// The part of each paper that falls on each purchase it covers, zero parts included. `purchases`
/// are the amounts of the purchases; papers are of one kind, in the order they were filed.
///
/// Example: purchases of 60.00 and 30.00, payments of 50.00 and 50.00 that cover both →
/// 50.00 + 0.00, then 10.00 + 30.00.
#[must_use]
pub fn allocate(purchases: &[Fen], papers: &[Paper]) -> Vec<Vec<(usize, Fen)>> {
    let mut open = purchases.to_vec();
    papers
        .iter()
        .map(|paper| {
            let alone = paper.covers.len() == 1;
            let mut rest = paper.amount;
            let mut parts = Vec::with_capacity(paper.covers.len());
            for place in &paper.covers {
                let Some(room) = open.get_mut(*place) else { continue };
                let part = if alone { rest } else { rest.min(room.or_zero()) };
                rest -= part;
                *room -= part;
                parts.push((*place, part));
            }
            parts
        })
        .collect()
}

#[cfg(test)]
mod tests;
