//! The ledger as `suanquan ledger check` and the auditor's page see it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Db;
use super::names::Names;
use crate::ids::{AccountId, ApplicationId};
use crate::ledger::Occasion;
use crate::ledger::check::{Finding, StoredBudget, StoredHold, StoredPosting};
pub use crate::store::budget::PostingRow;
use crate::store::schema::{ledger_entry, posting};
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
            application: row.application_id.map(ApplicationId::get),
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

/// One entry of the ledger with its two postings as one movement.
#[derive(Clone, Debug)]
pub struct EntryRow {
    pub id: i64,
    pub at: NaiveDateTime,
    pub occasion: Option<Occasion>,
    pub application: String,
    pub by: String,
    pub note: String,
    /// Book, level, year and amount of each posting.
    pub postings: Vec<PostingRow>,
}

/// A page of the ledger, newest first.
#[derive(Clone, Debug)]
pub struct EntryPage {
    pub entries: Vec<EntryRow>,
    pub all: i64,
    pub has_older: bool,
}

/// The entries before one (`None`: the newest).
///
/// # Errors
/// A fault of the database.
pub fn entries(db: &mut Db, before: Option<i64>, most: i64) -> Result<EntryPage, Fault> {
    type Row = (i64, NaiveDateTime, String, Option<ApplicationId>, Option<AccountId>, String);
    let all: i64 = ledger_entry::table.count().get_result(db)?;
    let older = ledger_entry::table.filter(ledger_entry::id.lt(before.unwrap_or(i64::MAX))).order(ledger_entry::id.desc());
    let mut rows: Vec<Row> = older
        .limit(most + 1)
        .select((
            ledger_entry::id,
            ledger_entry::at,
            ledger_entry::occasion,
            ledger_entry::application_id,
            ledger_entry::made_by,
            ledger_entry::note,
        ))
        .load(db)?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let has_older = rows.len() > most;
    rows.truncate(most);
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let postings: Vec<PostingRow> =
        posting::table.filter(posting::entry_id.eq_any(ids)).order(posting::id).select(PostingRow::as_select()).load(db)?;
    let mut names = Names::default();
    let mut entries = Vec::new();
    for (id, at, occasion, application, by, note) in rows {
        let application = match application {
            Some(one) => names.case(db, one)?.0,
            None => String::new(),
        };
        entries.push(EntryRow {
            id,
            at,
            occasion: Occasion::parse(&occasion),
            application,
            by: names.person(db, by)?,
            note,
            postings: postings.iter().filter(|line| line.entry_id == id).cloned().collect(),
        });
    }
    Ok(EntryPage { entries, all, has_older })
}
