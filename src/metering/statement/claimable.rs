//! What of a statement may be claimed: never more than was stated, invoiced and really paid
//! (metering.md §5.7), and where its purchase stands.

use super::StatementState;
use crate::codes::codes;
use crate::money::Fen;

/// The figures of a purchase; all at least zero except the statement's total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClaimFigures {
    /// The statement's total.
    pub statement: Fen,
    /// What bonus and coupons paid of it.
    pub non_cash: Fen,
    /// Invoices allocated to the purchase, taxes included.
    pub invoiced: Fen,
    /// Red letters against these invoices, as positive amounts.
    pub red_letters: Fen,
    /// Money that really flowed: allocated bank payments and draws from cash pools.
    pub paid: Fen,
    pub refunds: Fen,
}

codes! {
    /// Which figure is the least and so decides.
    Bound { Statement = "statement", Invoice = "invoice", Payment = "payment" }
}

/// What may be claimed, and why not more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimable {
    pub amount: Fen,
    pub bound: Bound,
}

fn less(amount: Fen, part: Fen) -> Fen {
    Fen::saturating(i128::from(amount.get()) - i128::from(part.get()))
}

impl ClaimFigures {
    /// What of the statement is to be paid in money.
    #[must_use]
    pub fn payable(&self) -> Fen {
        less(self.statement, self.non_cash)
    }

    fn net_paid(&self) -> Fen {
        less(self.paid, self.refunds)
    }
}

/// `max(0, min(statement − non-cash, invoice − red letters, paid − refunds))`; of equal figures the
/// first one is named.
#[must_use]
pub fn claimable(figures: &ClaimFigures) -> Claimable {
    let (mut amount, mut bound) = (figures.payable(), Bound::Statement);
    let others = [(less(figures.invoiced, figures.red_letters), Bound::Invoice), (figures.net_paid(), Bound::Payment)];
    for (other, name) in others {
        if other < amount {
            (amount, bound) = (other, name);
        }
    }
    Claimable { amount: amount.or_zero(), bound }
}

codes! {
    /// Where a purchase stands between statement and subsidy.
    PurchaseState {
        Issued = "issued",
        PartiallyPaid = "partially_paid",
        Paid = "paid",
        /// Paid, but a reconciliation case is open.
        Blocked = "blocked",
        Claimable = "claimable",
        Reversed = "reversed",
    }
}

/// What decides the state of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurchaseFacts {
    pub statement: StatementState,
    pub figures: ClaimFigures,
    /// Whether a difference waits for a person's explanation.
    pub open_case: bool,
}

/// The state follows from the facts; it is never set by hand. Whether an application holds the purchase
/// is no part of it: the application says so.
#[must_use]
pub fn purchase_state(facts: &PurchaseFacts) -> PurchaseState {
    let (payable, paid) = (facts.figures.payable(), facts.figures.net_paid());
    if facts.statement == StatementState::Reversed {
        PurchaseState::Reversed
    } else if paid < payable {
        if paid.is_positive() { PurchaseState::PartiallyPaid } else { PurchaseState::Issued }
    } else if facts.open_case {
        PurchaseState::Blocked
    } else if facts.statement == StatementState::Confirmed && claimable(&facts.figures).amount.is_positive() {
        PurchaseState::Claimable
    } else {
        PurchaseState::Paid
    }
}
