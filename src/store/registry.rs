//! Lists of the registries, their rows, and which column of a list is which.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{enterprise, qualification, registry_list, registry_mapping, registry_row};
use super::{Db, Fault, dialect};
use crate::ids::{AccountId, EnterpriseId};
use crate::party::{CarrierKind, CarrierLevel};
use crate::registry::{ListKind, RowOutcome, Scope};

/// A list that was checked or imported.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = registry_list)]
pub struct List {
    pub id: i64,
    pub kind: ListKind,
    pub scope: Scope,
    /// `dry_run` or `imported`.
    pub state: String,
    pub file_name: String,
    pub file_sha256: String,
    pub as_of: NaiveDate,
    pub row_count: i64,
    pub new_count: i64,
    pub changed_count: i64,
    pub same_count: i64,
    pub gone_count: i64,
    pub unreadable_count: i64,
    pub based_on: Option<i64>,
    pub checked_by: AccountId,
    pub checked_at: NaiveDateTime,
    pub imported_by: Option<AccountId>,
    pub imported_at: Option<NaiveDateTime>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = registry_list)]
pub struct NewList {
    pub kind: ListKind,
    pub scope: Scope,
    pub state: &'static str,
    pub file_name: String,
    pub file_sha256: String,
    pub as_of: NaiveDate,
    pub row_count: i64,
    pub new_count: i64,
    pub changed_count: i64,
    pub same_count: i64,
    pub gone_count: i64,
    pub unreadable_count: i64,
    pub based_on: Option<i64>,
    pub checked_by: AccountId,
    pub checked_at: NaiveDateTime,
}

/// A row of a list. Of a row that is gone `valid_from` is the day from which on.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = registry_row)]
pub struct RegistryRow {
    pub id: i64,
    pub list_id: i64,
    pub kind: ListKind,
    pub row_number: i64,
    pub uscc: String,
    pub name: String,
    pub name_folded: String,
    pub number: String,
    pub carrier: String,
    pub carrier_kind: Option<CarrierKind>,
    pub carrier_level: Option<CarrierLevel>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub digest: String,
    pub outcome: RowOutcome,
    /// JSON of what is wrong with the row; empty for nothing.
    pub fault: String,
    pub earlier_id: Option<i64>,
    pub standing: bool,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = registry_row, treat_none_as_default_value = false)]
pub struct NewRow {
    pub list_id: i64,
    pub kind: ListKind,
    pub row_number: i64,
    pub uscc: String,
    pub name: String,
    pub name_folded: String,
    pub number: String,
    pub carrier: String,
    pub carrier_kind: Option<CarrierKind>,
    pub carrier_level: Option<CarrierLevel>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub digest: String,
    pub outcome: RowOutcome,
    pub fault: String,
    pub earlier_id: Option<i64>,
    pub standing: bool,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert_list(db: &mut Db, new: &NewList) -> Result<i64, Fault> {
    Ok(diesel::insert_into(registry_list::table).values(new).returning(registry_list::id).get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert_rows(db: &mut Db, rows: &[NewRow]) -> Result<(), Fault> {
    dialect::insert_registry_rows(db, rows)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn list(db: &mut Db, id: i64) -> Result<Option<List>, Fault> {
    Ok(registry_list::table.find(id).select(List::as_select()).first(db).optional()?)
}

/// The newest lists, dry runs among them.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lists(db: &mut Db, most: i64) -> Result<Vec<List>, Fault> {
    Ok(registry_list::table.order(registry_list::id.desc()).limit(most).select(List::as_select()).load(db)?)
}

/// The newest list of a kind that was imported.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn newest(db: &mut Db, kind: ListKind) -> Result<Option<List>, Fault> {
    let imported = registry_list::table.filter(registry_list::kind.eq(kind).and(registry_list::state.eq("imported")));
    let newest = imported.order((registry_list::imported_at.desc(), registry_list::id.desc()));
    Ok(newest.select(List::as_select()).first(db).optional()?)
}

/// Takes away the dry runs of a kind: only the newest one is of use.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn forget_dry_runs(db: &mut Db, kind: ListKind) -> Result<(), Fault> {
    let dry = || registry_list::kind.eq(kind).and(registry_list::state.eq("dry_run"));
    // Touched, so that nobody takes one of them in before they are gone.
    let touched = diesel::update(registry_list::table.filter(dry())).set(registry_list::checked_at.eq(registry_list::checked_at));
    let ids: Vec<i64> = touched.returning(registry_list::id).get_results(db)?;
    diesel::delete(registry_row::table.filter(registry_row::list_id.eq_any(ids.clone()))).execute(db)?;
    diesel::delete(registry_list::table.filter(registry_list::id.eq_any(ids))).execute(db)?;
    Ok(())
}

/// Takes a dry run in; guarded, so that two people do it once.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn set_imported(db: &mut Db, id: i64, by: AccountId, at: NaiveDateTime) -> Result<bool, Fault> {
    let dry = registry_list::table.filter(registry_list::id.eq(id).and(registry_list::state.eq("dry_run")));
    let changed = diesel::update(dry)
        .set((registry_list::state.eq("imported"), registry_list::imported_by.eq(by), registry_list::imported_at.eq(at)))
        .execute(db)?;
    Ok(changed == 1)
}

/// Listings read at a time: a whole registry at once would be held twice.
const PAGE: i64 = 20_000;

/// What a comparison needs of the listings of a kind that stand.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn standing(db: &mut Db, kind: ListKind) -> Result<Vec<crate::registry::diff::Standing>, Fault> {
    type Short = (i64, String, String, String, String, Option<NaiveDate>, Option<NaiveDate>);
    let short = |(id, uscc, name, number, digest, from, to): Short| {
        let who = if uscc.is_empty() { name } else { uscc };
        crate::registry::diff::Standing { id, key: (who, number), digest, from, to }
    };
    let mut found: Vec<crate::registry::diff::Standing> = Vec::new();
    loop {
        let after = found.last().map_or(0, |one| one.id);
        let rows: Vec<Short> = registry_row::table
            .filter(registry_row::kind.eq(kind).and(registry_row::standing).and(registry_row::id.gt(after)))
            .order(registry_row::id)
            .limit(PAGE)
            .select((
                registry_row::id,
                registry_row::uscc,
                registry_row::name_folded,
                registry_row::number,
                registry_row::digest,
                registry_row::valid_from,
                registry_row::valid_to,
            ))
            .load(db)?;
        if rows.is_empty() {
            return Ok(found);
        }
        found.extend(rows.into_iter().map(short));
    }
}

/// Rows by id.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn rows(db: &mut Db, ids: &[i64]) -> Result<Vec<RegistryRow>, Fault> {
    let asked = registry_row::table.filter(registry_row::id.eq_any(ids.to_vec()));
    Ok(asked.select(RegistryRow::as_select()).load(db)?)
}

/// Rows of a list that came to this, in the order of the file.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn rows_of(db: &mut Db, list: i64, outcome: RowOutcome, most: i64) -> Result<Vec<RegistryRow>, Fault> {
    let rows = registry_row::table.filter(registry_row::list_id.eq(list).and(registry_row::outcome.eq(outcome)));
    Ok(rows.order((registry_row::row_number, registry_row::id)).limit(most).select(RegistryRow::as_select()).load(db)?)
}

/// The next rows of a list, for a report of all of them.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn rows_after(db: &mut Db, list: i64, after: i64, most: i64) -> Result<Vec<RegistryRow>, Fault> {
    let rows = registry_row::table.filter(registry_row::list_id.eq(list).and(registry_row::id.gt(after)));
    Ok(rows.order(registry_row::id).limit(most).select(RegistryRow::as_select()).load(db)?)
}

/// Rows of a list that came to this and are of enterprises that are registered here.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn rows_of_enterprises(db: &mut Db, list: i64, outcome: RowOutcome) -> Result<Vec<(RegistryRow, EnterpriseId)>, Fault> {
    let rows = registry_row::table.inner_join(enterprise::table.on(enterprise::uscc.eq(registry_row::uscc)));
    let mine = rows.filter(registry_row::list_id.eq(list).and(registry_row::outcome.eq(outcome)));
    Ok(mine.order(registry_row::id).select((RegistryRow::as_select(), enterprise::id)).load(db)?)
}

/// Rows of a list without a code that came to this and follow a row which somebody took for an
/// enterprise here.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn rows_taken_by_name(db: &mut Db, list: i64, outcome: RowOutcome) -> Result<Vec<(RegistryRow, EnterpriseId)>, Fault> {
    let taken = qualification::table.on(qualification::registry_row_id.eq(registry_row::earlier_id));
    let rows = registry_row::table.inner_join(taken).filter(qualification::state.ne("removed"));
    let mine = rows.filter(registry_row::list_id.eq(list).and(registry_row::outcome.eq(outcome)).and(registry_row::uscc.eq("")));
    Ok(mine.order(registry_row::id).select((RegistryRow::as_select(), qualification::enterprise_id)).load(db)?)
}

/// What the lists say of an enterprise now.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn standing_of(db: &mut Db, uscc: &str) -> Result<Vec<(RegistryRow, List)>, Fault> {
    let kinds: Vec<ListKind> = ListKind::ALL.to_vec();
    let rows = registry_row::table.inner_join(registry_list::table.on(registry_list::id.eq(registry_row::list_id)));
    // The kinds stand in the question so that the index of standing rows answers it.
    let mine = rows.filter(registry_row::kind.eq_any(kinds).and(registry_row::uscc.eq(uscc)).and(registry_row::standing));
    Ok(mine.order(registry_row::id).select((RegistryRow::as_select(), List::as_select())).load(db)?)
}

/// Standing rows without a code whose name is that of an enterprise here, with its id, name and code.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn same_names(db: &mut Db, most: i64) -> Result<Vec<(RegistryRow, EnterpriseId, String, String)>, Fault> {
    let rows = registry_row::table.inner_join(enterprise::table.on(enterprise::name_folded.eq(registry_row::name_folded)));
    let unmatched = rows.filter(registry_row::standing.and(registry_row::uscc.eq("")).and(registry_row::name_folded.ne("")));
    Ok(unmatched
        .order(registry_row::id.desc())
        .limit(most)
        .select((RegistryRow::as_select(), enterprise::id, enterprise::name, enterprise::uscc))
        .load(db)?)
}

/// Makes the rows of a list the word that counts, and those that they change or end no more.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn let_stand(db: &mut Db, list: i64) -> Result<(), Fault> {
    diesel::sql_query(
        "UPDATE registry_row SET standing = FALSE WHERE standing AND id IN \
         (SELECT earlier_id FROM registry_row WHERE list_id = $1 AND earlier_id IS NOT NULL AND outcome IN ('changed', 'gone'))",
    )
    .bind::<diesel::sql_types::BigInt, _>(list)
    .execute(db)?;
    let rows = registry_row::table.filter(registry_row::list_id.eq(list));
    let said = rows.filter(registry_row::outcome.eq_any(vec![RowOutcome::New, RowOutcome::Changed]));
    diesel::update(said).set(registry_row::standing.eq(true)).execute(db)?;
    Ok(())
}

/// Level and kind of every carrier on the lists, by folded name.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn carriers(db: &mut Db) -> Result<crate::registry::row::Carriers, Fault> {
    let rows: Vec<(String, Option<CarrierKind>, Option<CarrierLevel>)> = registry_row::table
        .filter(registry_row::kind.eq(ListKind::Carrier).and(registry_row::standing))
        .select((registry_row::name_folded, registry_row::carrier_kind, registry_row::carrier_level))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(name, kind, level)| level.map(|level| (name, (kind, level)))).collect())
}

/// The columns of lists with these headings, as JSON, once somebody confirmed them.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn mapping(db: &mut Db, kind: ListKind, signature: &str) -> Result<Option<String>, Fault> {
    let known = registry_mapping::table.filter(registry_mapping::kind.eq(kind).and(registry_mapping::signature.eq(signature)));
    Ok(known.select(registry_mapping::mapping).first(db).optional()?)
}

/// Remembers the columns; the last word counts.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn keep_mapping(db: &mut Db, kind: ListKind, signature: &str, mapping: &str, by: AccountId, at: NaiveDateTime) -> Result<(), Fault> {
    let known = registry_mapping::table.filter(registry_mapping::kind.eq(kind).and(registry_mapping::signature.eq(signature)));
    diesel::delete(known).execute(db)?;
    diesel::insert_into(registry_mapping::table)
        .values((
            registry_mapping::kind.eq(kind),
            registry_mapping::signature.eq(signature),
            registry_mapping::mapping.eq(mapping),
            registry_mapping::confirmed_by.eq(by),
            registry_mapping::confirmed_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}
