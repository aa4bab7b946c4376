//! Which stored file somebody may open.

use super::Db;
use crate::acts::{ActError, Fault, Outcome};
use crate::ids::{ApplicationId, MaterialId, QualificationId, StoredFileId};
use crate::party::{Actor, Role};
use crate::store;
use crate::store::file_scan::FileScan;

/// A file on disk under the name its owner gave it.
#[derive(Clone, Debug)]
pub struct StoredPaper {
    pub sha256: String,
    pub media_type: String,
    pub name: String,
    /// The verdict of the virus scanner, if there is one.
    pub scan: Option<FileScan>,
}

/// Stored files that the virus scanner has not seen, oldest first.
///
/// # Errors
/// A fault of the database.
pub fn not_scanned(db: &mut Db, most: i64) -> Result<Vec<(StoredFileId, String)>, Fault> {
    store::file_scan::waiting(db, most)
}

/// The paper behind a stored file.
///
/// # Errors
/// `NotFound` for a file that has no row.
pub fn paper(db: &mut Db, id: StoredFileId, name: &str) -> Outcome<StoredPaper> {
    let file = store::application::file(db, id)?.ok_or(ActError::NotFound)?;
    let scan = store::file_scan::of_file(db, id)?;
    Ok(StoredPaper { sha256: file.sha256, media_type: file.media_type, name: name.to_owned(), scan })
}

/// The proof of a qualification: for its enterprise, for those who check and for the auditor.
///
/// # Errors
/// `NotFound` for everybody else.
pub fn of_qualification(db: &mut Db, actor: &Actor, id: QualificationId) -> Outcome<StoredPaper> {
    let entry = store::qualification::find(db, id)?.ok_or(ActError::NotFound)?;
    let staff = [Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Auditor];
    let may = actor.enterprise() == Some(entry.enterprise_id) || staff.into_iter().any(|role| actor.holds(role));
    match entry.file_id {
        Some(file) if may => paper(db, file, &entry.file_name),
        _ => Err(ActError::NotFound),
    }
}

/// The file of an application's paper, or a further file of it: for its enterprise and for the staff that may know of the
/// case. Providers see no papers: they confirm usage, nothing else.
///
/// # Errors
/// `NotFound` for everybody else.
pub fn of_material(db: &mut Db, actor: &Actor, id: MaterialId, form: Option<StoredFileId>) -> Outcome<StoredPaper> {
    let material = store::application::material(db, id)?.ok_or(ActError::NotFound)?;
    may_read_papers(db, actor, material.application_id)?;
    let Some(form) = form else { return paper(db, material.file_id, &material.file_name) };
    let forms = store::paper::forms_of(db, &[id])?;
    let form = forms.into_iter().find(|known| known.file_id == form).ok_or(ActError::NotFound)?;
    paper(db, form.file_id, &form.file_name)
}

fn may_read_papers(db: &mut Db, actor: &Actor, id: ApplicationId) -> Outcome<()> {
    if actor.holds(Role::Provider) || store::known::application_of(db, actor, id)?.is_none() {
        return Err(ActError::NotFound);
    }
    Ok(())
}

/// The file of a red letter to an application's invoice: for its enterprise and for the staff that may
/// know of the case.
///
/// # Errors
/// `NotFound` for everybody else.
pub fn of_red_letter(db: &mut Db, actor: &Actor, id: i64) -> Outcome<StoredPaper> {
    let task = store::recovery::find(db, id)?.ok_or(ActError::NotFound)?;
    may_read_papers(db, actor, task.application_id)?;
    paper(db, task.file_id.ok_or(ActError::NotFound)?, &task.file_name)
}
