//! What every budget holds, and the appropriations behind it.

use chrono::NaiveDateTime;

use super::Db;
use super::names::Names;
use crate::acts::Outcome;
use crate::application::State;
use crate::code::Tier;
use crate::money::Fen;
use crate::store;

/// The four parts of a budget.
#[derive(Clone, Debug)]
pub struct Position {
    pub tier: Tier,
    pub year: i64,
    pub available: Fen,
    pub reserved: Fen,
    pub ordered: Fen,
    pub paid: Fen,
}

/// An appropriation with the person who recorded it.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub tier: Tier,
    pub year: i64,
    pub amount: Fen,
    pub document_no: String,
    pub note: String,
    pub by: String,
    pub at: NaiveDateTime,
}

/// The page of all budgets.
#[derive(Clone, Debug)]
pub struct BudgetPosition {
    /// Newest year first.
    pub budgets: Vec<Position>,
    /// Newest first.
    pub appropriations: Vec<Recorded>,
    /// Applications that wait for budget.
    pub waiting: usize,
}

/// # Errors
/// A fault of the database.
pub fn budget_position(db: &mut Db) -> Outcome<BudgetPosition> {
    let budgets = store::budget::all(db)?.into_iter().filter(|row| !row.appropriated_fen.is_zero()).map(|row| Position {
        tier: row.tier,
        year: row.year,
        available: row.available(),
        reserved: row.reserved_fen,
        ordered: row.ordered_fen,
        paid: row.paid_fen,
    });
    let budgets = budgets.collect();
    let mut names = Names::default();
    let mut appropriations = Vec::new();
    for row in store::budget::appropriations(db)? {
        appropriations.push(Recorded {
            tier: row.tier,
            year: row.year,
            amount: row.amount_fen,
            document_no: row.document_no,
            note: row.note,
            by: names.person(db, Some(row.recorded_by))?,
            at: row.recorded_at,
        });
    }
    let waiting = store::application::in_states(db, &[State::Waitlisted])?.len();
    Ok(BudgetPosition { budgets, appropriations, waiting })
}
