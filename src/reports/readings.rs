//! What is known of uploaded files: readings that were kept, and the names of papers.

use std::collections::BTreeMap;

use super::Db;
use crate::acts::{ActError, Outcome};
use crate::ids::MaterialId;
use crate::paper::Reading;
use crate::store;
use crate::store::application::Material;

/// What this version of the reader read from a file before, by the hash of its content.
///
/// # Errors
/// A fault of the database.
pub fn known(db: &mut Db, sha256: &str) -> Outcome<Option<Reading>> {
    Ok(store::paper::reading_of(db, sha256)?)
}

/// The name of a paper's first file.
///
/// # Errors
/// `NotFound` for a paper that is gone.
pub fn file_name(db: &mut Db, id: MaterialId) -> Outcome<String> {
    Ok(store::application::material(db, id)?.ok_or(ActError::NotFound)?.file_name)
}

/// What was read from the files of these papers.
///
/// # Errors
/// A fault of the database.
pub fn of_papers(db: &mut Db, papers: &[Material]) -> Outcome<BTreeMap<MaterialId, Reading>> {
    let files: Vec<_> = papers.iter().map(|paper| paper.file_id).collect();
    let readings = store::paper::readings_of_files(db, &files)?;
    let of = |paper: &Material| readings.iter().find(|(file, _)| *file == paper.file_id).map(|(_, reading)| (paper.id, reading.clone()));
    Ok(papers.iter().filter_map(of).collect())
}
