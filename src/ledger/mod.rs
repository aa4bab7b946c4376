//! The ledger: every fen of a budget stands in exactly one book, and every movement is a pair of
//! postings that sum to zero. Postings are never changed; a mistake is undone by a new entry.
//!
//! ```text
//! appropriation ──► budget ──reserve──► reserved ──order──► ordered ──pay──► paid
//!                      ◄──release────            ◄──unorder──          │
//!                      ◄──────────────── claw_back ────────────────────┘
//! ```
//! Example: an application of 30,000.00 at the province: `budget −30,000.00`, `reserved +30,000.00`.

pub mod check;

use crate::code::Tier;
use crate::codes::codes;
use crate::ids::ApplicationId;
use crate::money::Fen;

codes! {
    /// Where money stands. `Appropriation` is the outside world: minus what it gave.
    Book { Appropriation = "appropriation", Budget = "budget", Reserved = "reserved", Ordered = "ordered", Paid = "paid" }
}

codes! {
    /// Why money moves.
    Occasion {
        Appropriate = "appropriate",
        Reserve = "reserve",
        Release = "release",
        Order = "order",
        Unorder = "unorder",
        Pay = "pay",
        ClawBack = "claw_back",
    }
}

/// One movement of money of a level and year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub occasion: Occasion,
    pub tier: Tier,
    pub year: i64,
    pub application: Option<ApplicationId>,
    pub amount: Fen,
    pub note: String,
}

/// One line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub book: Book,
    pub application: Option<ApplicationId>,
    pub amount: Fen,
}

/// What a movement does to the totals of its budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub appropriated: Fen,
    pub reserved: Fen,
    pub ordered: Fen,
    pub paid: Fen,
}

impl Occasion {
    /// From which book to which.
    #[must_use]
    pub const fn books(self) -> (Book, Book) {
        match self {
            Occasion::Appropriate => (Book::Appropriation, Book::Budget),
            Occasion::Reserve => (Book::Budget, Book::Reserved),
            Occasion::Release => (Book::Reserved, Book::Budget),
            Occasion::Order => (Book::Reserved, Book::Ordered),
            Occasion::Unorder => (Book::Ordered, Book::Reserved),
            Occasion::Pay => (Book::Ordered, Book::Paid),
            Occasion::ClawBack => (Book::Paid, Book::Budget),
        }
    }
}

impl Movement {
    /// The two lines. An amount below zero turns the direction (a withdrawn appropriation).
    #[must_use]
    pub fn postings(&self) -> Vec<Posting> {
        let (from, to) = self.occasion.books();
        let line =
            |book, amount| Posting { book, application: book_is_per_application(book).then_some(self.application).flatten(), amount };
        vec![line(from, -self.amount), line(to, self.amount)]
    }

    #[must_use]
    pub fn change(&self) -> Change {
        let mut change = Change::default();
        for posting in self.postings() {
            match posting.book {
                Book::Appropriation => change.appropriated -= posting.amount,
                Book::Budget => {}
                Book::Reserved => change.reserved += posting.amount,
                Book::Ordered => change.ordered += posting.amount,
                Book::Paid => change.paid += posting.amount,
            }
        }
        change
    }
}

const fn book_is_per_application(book: Book) -> bool {
    match book {
        Book::Appropriation | Book::Budget => false,
        Book::Reserved | Book::Ordered | Book::Paid => true,
    }
}

/// Do the lines of an entry sum to zero?
#[must_use]
pub fn balances(postings: &[Posting]) -> bool {
    postings.iter().map(|posting| posting.amount).sum::<Fen>().is_zero()
}

#[cfg(test)]
mod tests;
