//! Invoices of which only some lines are eligible: the eligible lines' share of a discount, of a
//! part payment, or of a credit note that does not say which line it is for
//! (policy.md §5, 25–27 and 42).
//!
//! `evaluate` gets the numbers of each expense; this is where they come from when the paper
//! states them for the whole invoice.

use serde::Deserialize;

use crate::money::Fen;

/// How an amount stated for a whole invoice falls on its eligible part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// In proportion to the eligible part, half-up to the fen.
    ProRata,
    /// On the eligible part first, up to all of it.
    EligibleFirst,
}

impl Split {
    /// The part of `amount` (a payment, a discount or a credit note for an invoice of `whole`)
    /// that falls on the `eligible` lines. Never above `eligible`; zero for an empty invoice.
    #[must_use]
    pub fn falls_on(self, eligible: Fen, whole: Fen, amount: Fen) -> Fen {
        let share = match self {
            Split::ProRata => amount.or_zero().share(eligible.get(), whole.get()),
            Split::EligibleFirst => amount.or_zero(),
        };
        share.min(eligible.or_zero())
    }
}
