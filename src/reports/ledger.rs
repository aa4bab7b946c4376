//! The ledger as `suanquan ledger check` and the auditor's page see it.

use super::Db;
use crate::ledger::check::{Finding, StoredBudget, StoredHold, StoredPosting};
use crate::store::{self, Fault};

/// All checks over all postings, totals and holds.
///
/// # Errors
/// A fault of the database.
pub fn check(db: &mut Db) -> Result<Vec<Finding>, Fault> {
    let postings: Vec<StoredPosting> = store::budget::postings(db)?
        .into_iter()
        .map(|row| StoredPosting {
            id: row.id,
            entry_id: row.entry_id,
            book: row.book,
            tier: row.tier,
            year: row.year,
            application: row.application_id.map(crate::ids::ApplicationId::get),
            amount: row.amount_fen,
        })
        .collect();
    let budgets: Vec<StoredBudget> = store::budget::all(db)?
        .into_iter()
        .map(|row| StoredBudget {
            tier: row.tier,
            year: row.year,
            appropriated: row.appropriated_fen,
            reserved: row.reserved_fen,
            ordered: row.ordered_fen,
            paid: row.paid_fen,
        })
        .collect();
    let holds: Vec<StoredHold> = store::subsidy::all(db)?
        .into_iter()
        .map(|(row, number)| StoredHold {
            application: row.application_id.get(),
            number,
            tier: row.tier,
            year: row.year,
            held: row.held_fen,
        })
        .collect();
    Ok(crate::ledger::check::check(&postings, &budgets, &holds))
}
