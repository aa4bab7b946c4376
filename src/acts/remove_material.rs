//! A paper is taken out of an application.

use super::add_remark::paper_of;
use super::describe_material::reallocate;
use super::{Act, Outcome, draft};
use crate::ids::MaterialId;
use crate::store;

/// Removes a paper; a second removal is not found.
///
/// # Errors
/// `NotFound` for a paper of another application; what the workflow says.
pub fn remove_material(act: &mut Act<'_>, number: &str, paper: MaterialId) -> Outcome<()> {
    let mut application = draft::open(act, number, None)?;
    let material = paper_of(act, &application, paper)?;
    let at = act.stamp();
    store::material::remove(act.db, paper, at)?;
    reallocate(act.db, &application)?;
    draft::save(act, &mut application, true, &format!("removed: {}", material.file_name))
}
