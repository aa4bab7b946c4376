//! What was read from files, what papers say by field, and further files of the same paper.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::schema::{application, file_reading, material, paper_fact, paper_form, stored_file};
use super::{Db, Fault};
use crate::ids::{AccountId, MaterialId, StoredFileId};
use crate::paper::{PaperField, PaperKind, READER, Reading, Source};

/// One field of a paper, where it came from, and who confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = paper_fact)]
pub struct PaperFact {
    pub material_id: MaterialId,
    pub field: PaperField,
    pub value: String,
    pub source: Source,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_at: Option<NaiveDateTime>,
}

/// A further file of the same paper.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = paper_form)]
pub struct PaperForm {
    pub material_id: MaterialId,
    pub file_id: StoredFileId,
    pub file_name: String,
    pub added_by: AccountId,
    pub added_at: NaiveDateTime,
}

/// What these papers say, in the order of papers and fields.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn facts_of(db: &mut Db, papers: &[MaterialId]) -> Result<Vec<PaperFact>, Fault> {
    let theirs = paper_fact::table.filter(paper_fact::material_id.eq_any(papers.to_vec()));
    let mut facts: Vec<PaperFact> = theirs.select(PaperFact::as_select()).load(db)?;
    facts.sort_by_key(|fact| (fact.material_id, fact.field));
    Ok(facts)
}

/// Writes one field of a paper, in place of what was known of it.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn put_fact(db: &mut Db, fact: &PaperFact) -> Result<(), Fault> {
    forget_fact(db, fact.material_id, fact.field)?;
    diesel::insert_into(paper_fact::table).values(fact).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn forget_fact(db: &mut Db, paper: MaterialId, field: PaperField) -> Result<(), Fault> {
    diesel::delete(paper_fact::table.find((paper, field))).execute(db)?;
    Ok(())
}

/// Somebody confirms all that is known of a paper and was not confirmed yet.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn confirm_facts(db: &mut Db, paper: MaterialId, by: AccountId, at: NaiveDateTime) -> Result<(), Fault> {
    let open = paper_fact::table.filter(paper_fact::material_id.eq(paper).and(paper_fact::confirmed_by.is_null()));
    diesel::update(open).set((paper_fact::confirmed_by.eq(by), paper_fact::confirmed_at.eq(at))).execute(db)?;
    Ok(())
}

/// What this version of the reader read from a file, by the hash of its content.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn reading_of(db: &mut Db, sha256: &str) -> Result<Option<Reading>, Fault> {
    let known: Option<String> = file_reading::table
        .inner_join(stored_file::table.on(stored_file::id.eq(file_reading::file_id)))
        .filter(stored_file::sha256.eq(sha256).and(file_reading::reader.eq(READER)))
        .select(file_reading::reading)
        .first(db)
        .optional()?;
    let bad = |why: serde_json::Error| Fault::BadRow { table: "file_reading", id: sha256.to_owned(), what: why.to_string() };
    known.map(|text| serde_json::from_str(&text).map_err(bad)).transpose()
}

/// What this version of the reader read from files.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn readings_of_files(db: &mut Db, files: &[StoredFileId]) -> Result<Vec<(StoredFileId, Reading)>, Fault> {
    let theirs = file_reading::table.filter(file_reading::file_id.eq_any(files.to_vec()).and(file_reading::reader.eq(READER)));
    let rows: Vec<(StoredFileId, String)> = theirs.select((file_reading::file_id, file_reading::reading)).load(db)?;
    let bad =
        |file: StoredFileId, why: serde_json::Error| Fault::BadRow { table: "file_reading", id: file.to_string(), what: why.to_string() };
    rows.into_iter().map(|(file, text)| Ok((file, serde_json::from_str(&text).map_err(|why| bad(file, why))?))).collect()
}

/// Keeps what was read from a file, so that it is parsed once.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn keep_reading(db: &mut Db, file: StoredFileId, reading: &Reading, at: NaiveDateTime) -> Result<(), Fault> {
    let bad = |why: serde_json::Error| Fault::BadRow { table: "file_reading", id: file.to_string(), what: why.to_string() };
    let text = serde_json::to_string(reading).map_err(bad)?;
    diesel::sql_query(
        "INSERT INTO file_reading (file_id, reader, kind, reading, read_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind::<BigInt, _>(file.get())
    .bind::<BigInt, _>(READER)
    .bind::<Text, _>(reading.kind.map_or("", PaperKind::as_str))
    .bind::<Text, _>(text)
    .bind::<Timestamp, _>(at)
    .execute(db)?;
    Ok(())
}

/// Further files of these papers, in the order they came.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn forms_of(db: &mut Db, papers: &[MaterialId]) -> Result<Vec<PaperForm>, Fault> {
    let theirs = paper_form::table.filter(paper_form::material_id.eq_any(papers.to_vec()));
    Ok(theirs.order((paper_form::material_id, paper_form::file_id)).select(PaperForm::as_select()).load(db)?)
}

/// Adds a file to a paper; the same file twice is one.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn add_form(db: &mut Db, form: &PaperForm) -> Result<(), Fault> {
    diesel::delete(paper_form::table.find((form.material_id, form.file_id))).execute(db)?;
    diesel::insert_into(paper_form::table).values(form).execute(db)?;
    Ok(())
}

/// The papers that say one of these values of a field, with the number of their application. What was
/// removed says it too: an enterprise removes a red letter after it has seen it.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn papers_saying(db: &mut Db, field: PaperField, values: &[String]) -> Result<Vec<(String, MaterialId)>, Fault> {
    Ok(paper_fact::table
        .inner_join(material::table.on(material::id.eq(paper_fact::material_id)))
        .inner_join(application::table.on(application::id.eq(material::application_id)))
        .filter(paper_fact::field.eq(field).and(paper_fact::value.eq_any(values.to_vec())))
        .order(material::id)
        .select((application::number, material::id))
        .load(db)?)
}
