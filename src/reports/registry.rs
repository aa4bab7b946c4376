//! The lists of the registries as the desk sees them: what was imported, what a file would change,
//! which names look alike, and which grants have lost their ground.

use super::Db;
use crate::acts::{ActError, Outcome};
use crate::application::State;
use crate::ids::EnterpriseId;
use crate::party::EntryKind;
use crate::registry::headings::Header;
use crate::registry::{ListKind, Mapping, RowOutcome};
use crate::store;
pub use crate::store::registry::{List, RegistryRow};
pub use crate::store::registry_word::Withdrawal;

/// Lists on the page.
const MOST_LISTS: i64 = 60;
/// Rows of one outcome on the page; the report has all of them.
pub const MOST_ROWS: i64 = 100;
/// Rows of a report read at a time.
const PAGE: i64 = 5_000;

/// A listing that ended, with the applications that stand on it.
#[derive(Clone, Debug)]
pub struct ToReview {
    pub task: Withdrawal,
    pub enterprise: String,
    pub uscc: String,
    pub applications: Vec<(String, State)>,
}

/// A row without a code whose name is that of an enterprise here.
#[derive(Clone, Debug)]
pub struct SameName {
    pub row: RegistryRow,
    pub enterprise: EnterpriseId,
    pub name: String,
    pub uscc: String,
}

/// The page of the lists.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub lists: Vec<List>,
    pub to_review: Vec<ToReview>,
    pub same_names: Vec<SameName>,
}

/// One list with the rows that differ.
#[derive(Clone, Debug)]
pub struct ListPage {
    pub list: List,
    pub before: Option<List>,
    pub rows: Vec<(RowOutcome, Vec<RegistryRow>)>,
}

/// # Errors
/// A fault of the database.
pub fn shelf(db: &mut Db) -> Outcome<Shelf> {
    let mut to_review = Vec::new();
    for (task, enterprise, uscc) in store::registry_word::open_withdrawals(db)? {
        let applications = store::registry_word::concerned(db, task.enterprise_id, task.effect_on)?;
        to_review.push(ToReview { task, enterprise, uscc, applications });
    }
    let mut same_names = Vec::new();
    for (row, enterprise, name, uscc) in store::registry::same_names(db, MOST_ROWS)? {
        if row.kind.entry().is_some() && !store::registry_word::is_used(db, row.id)? {
            same_names.push(SameName { row, enterprise, name, uscc });
        }
    }
    Ok(Shelf { lists: store::registry::lists(db, MOST_LISTS)?, to_review, same_names })
}

/// How many listings ended with grants to review.
///
/// # Errors
/// A fault of the database.
pub fn to_review(db: &mut Db) -> Outcome<i64> {
    Ok(store::registry_word::count_open(db)?)
}

/// # Errors
/// `NotFound` for a number that no list has.
pub fn list_of(db: &mut Db, id: i64) -> Outcome<List> {
    store::registry::list(db, id)?.ok_or(ActError::NotFound)
}

/// # Errors
/// `NotFound` for a number that no list has.
pub fn list_page(db: &mut Db, id: i64) -> Outcome<ListPage> {
    let list = list_of(db, id)?;
    let before = match list.based_on {
        Some(before) => store::registry::list(db, before)?,
        None => None,
    };
    let mut rows = Vec::new();
    for outcome in [RowOutcome::Unreadable, RowOutcome::Gone, RowOutcome::Changed, RowOutcome::New] {
        rows.push((outcome, store::registry::rows_of(db, id, outcome, MOST_ROWS)?));
    }
    Ok(ListPage { list, before, rows })
}

/// Every row of a list, in the order in which they were kept.
///
/// # Errors
/// A fault of the database.
pub fn each_row(db: &mut Db, id: i64, mut told: impl FnMut(&RegistryRow)) -> Outcome<List> {
    let list = list_of(db, id)?;
    let mut after = 0;
    loop {
        let rows = store::registry::rows_after(db, id, after, PAGE)?;
        let Some(last) = rows.last() else { return Ok(list) };
        after = last.id;
        rows.iter().for_each(&mut told);
    }
}

/// One row with its list, as evidence.
///
/// # Errors
/// `NotFound` for a number that no row of an imported list has.
pub fn row_of(db: &mut Db, id: i64) -> Outcome<(RegistryRow, List)> {
    let row = store::registry::rows(db, &[id])?.pop().ok_or(ActError::NotFound)?;
    let list = list_of(db, row.list_id)?;
    Ok((row, list))
}

/// The columns that somebody confirmed for lists with these headings.
///
/// # Errors
/// A fault of the database; a mapping that cannot be read counts as none.
pub fn known_mapping(db: &mut Db, kind: ListKind, header: &Header) -> Outcome<Option<Mapping>> {
    let known = store::registry::mapping(db, kind, &header.signature())?;
    Ok(known.and_then(|json| serde_json::from_str(&json).ok()))
}

/// What the lists of a kind say now of an enterprise: rows with their lists, and the newest list that
/// was imported, for the case that it says nothing.
///
/// # Errors
/// A fault of the database.
pub fn standing_word(db: &mut Db, uscc: &str, kind: ListKind) -> Outcome<(Vec<(RegistryRow, List)>, Option<List>)> {
    let mut rows = store::registry::standing_of(db, uscc)?;
    rows.retain(|(row, _)| row.kind == kind);
    Ok((rows, store::registry::newest(db, kind)?))
}

/// The same for a kind of qualification; nothing for those that no list is about.
///
/// # Errors
/// A fault of the database.
pub fn word_on(db: &mut Db, uscc: &str, kind: EntryKind) -> Outcome<(Vec<(RegistryRow, List)>, Option<List>)> {
    match ListKind::ALL.iter().copied().find(|list| list.entry() == Some(kind)) {
        Some(list) => standing_word(db, uscc, list),
        None => Ok((Vec::new(), None)),
    }
}
