//! Evaluations as they were kept, and whether computing them again gives the same.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

use super::Db;
use crate::acts::{ActError, House, Outcome};
use crate::ids::ApplicationId;
use crate::policy::pack::Pack;
use crate::policy::reading::Document;
use crate::policy::{Case, evaluate};
use crate::store::Fault;
use crate::store::schema::evaluation;
use crate::store::subsidy::KeptEvaluation;

/// One evaluation in the list of a case.
#[derive(Clone, Debug)]
pub struct EvaluationRow {
    pub id: i64,
    pub at: NaiveDateTime,
    pub occasion: String,
    pub pack_id: String,
    pub pack_version: String,
    pub pack_sha256: String,
}

/// What came of computing a kept evaluation again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recomputed {
    Identical,
    Different,
    /// This program holds another text of the pack, or none.
    OtherPack,
    Unreadable(String),
}

/// All evaluations of an application, oldest first.
///
/// # Errors
/// A fault of the database.
pub fn rows(db: &mut Db, id: ApplicationId) -> Outcome<Vec<EvaluationRow>> {
    let kept: Vec<KeptEvaluation> = evaluation::table
        .filter(evaluation::application_id.eq(id))
        .order(evaluation::id)
        .select(KeptEvaluation::as_select())
        .load(db)
        .map_err(Fault::from)?;
    let row = |one: KeptEvaluation| EvaluationRow {
        id: one.id,
        at: one.made_at,
        occasion: one.occasion,
        pack_id: one.pack_id,
        pack_version: one.pack_version,
        pack_sha256: one.pack_sha256,
    };
    Ok(kept.into_iter().map(row).collect())
}

/// One evaluation of an application.
///
/// # Errors
/// `NotFound` for one of another application.
pub fn find(db: &mut Db, application: ApplicationId, id: i64) -> Outcome<KeptEvaluation> {
    let own = evaluation::table.filter(evaluation::id.eq(id).and(evaluation::application_id.eq(application)));
    let found: Option<KeptEvaluation> = own.select(KeptEvaluation::as_select()).first(db).optional().map_err(Fault::from)?;
    found.ok_or(ActError::NotFound)
}

/// The pack and the case of a kept evaluation; `None` when this program cannot read them.
#[must_use]
pub fn read<'a>(house: &'a House, kept: &KeptEvaluation) -> Option<(&'a Pack, Case)> {
    let pack = house.packs.get(&kept.pack_id).filter(|pack| pack.sha256 == kept.pack_sha256)?;
    let case = Document::parse(kept.case_json.as_bytes()).ok()?.read(Some(pack)).ok()?;
    Some((pack, case))
}

/// Evaluates the kept case with the kept pack and compares.
#[must_use]
pub fn recompute(house: &House, kept: &KeptEvaluation) -> Recomputed {
    match recomputed(house, kept) {
        Ok((before, again)) if before == again => Recomputed::Identical,
        Ok(_) => Recomputed::Different,
        Err(why) => why,
    }
}

/// The kept answer and the one of now.
///
/// # Errors
/// [`Recomputed::OtherPack`] and [`Recomputed::Unreadable`].
pub(super) fn recomputed(house: &House, kept: &KeptEvaluation) -> Result<(Value, Value), Recomputed> {
    let pack = house.packs.get(&kept.pack_id).filter(|pack| pack.sha256 == kept.pack_sha256).ok_or(Recomputed::OtherPack)?;
    let unreadable = |why: &dyn std::fmt::Display| Recomputed::Unreadable(why.to_string());
    let document = Document::parse(kept.case_json.as_bytes()).map_err(|fault| unreadable(&fault))?;
    let case = document.read(Some(pack)).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Recomputed::Unreadable(faults.join("; "))
    })?;
    let again = serde_json::to_value(evaluate(pack, &case)).map_err(|why| unreadable(&why))?;
    let before = serde_json::from_str(&kept.result_json).map_err(|why| unreadable(&why))?;
    Ok((before, again))
}
