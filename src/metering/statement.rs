//! A statement 对账单: what a month costs, frozen when the provider issues it. What is found out
//! later stands as reversal and corrected line in the next one (the ledger style of FOCUS); nothing
//! that was issued is ever rewritten (metering.md §5.5, §5.6).

mod claimable;
mod cycle;
mod draft;
mod prepaid;

pub use claimable::{Bound, ClaimFigures, Claimable, PurchaseFacts, PurchaseState, claimable, purchase_state};
pub use cycle::{Asked, StatementAct, StatementRefusal, StatementState, acts_open_to, apply};
pub use draft::{Billed, LineClass, LineName, StatementDraft, StatementLine, draft, lines_digest};
pub use prepaid::{Draw, Pool, Settlement, settle};

#[cfg(test)]
mod tests;
