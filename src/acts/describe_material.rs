//! What a paper says: its number, amounts and date, and which purchases it stands for.

use chrono::NaiveDate;

use super::add_remark::paper_of;
use super::case_facts::Dossier;
use super::paper_faults::paper_faults;
use super::{Act, ActError, Outcome, draft};
use crate::expense::{Paper, allocate};
use crate::ids::{ItemId, MaterialId};
use crate::money::Fen;
use crate::store::application::{Application, Material};
use crate::store::{self, Db};

/// Longest code and number of a paper, in characters. What is kept while typing is cut there.
pub const CODE_MOST: usize = 20;
pub const NUMBER_MOST: usize = 80;

/// The key fields of a paper. What a kind does not have stays empty or zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperFacts {
    /// Of an older invoice: 10 or 12 digits.
    pub code: String,
    pub number: String,
    pub amount: Fen,
    pub tax: Fen,
    /// Red letters of an invoice, refunds of a payment.
    pub minus: Fen,
    pub dated_on: Option<NaiveDate>,
    pub covers: Vec<ItemId>,
}

/// Saves what the paper says and closes the remark on it.
///
/// # Errors
/// Everything that is wrong with the paper, each beside its field; `NotFound` for a paper of
/// another application; what the workflow says.
pub fn describe_material(act: &mut Act<'_>, number: &str, paper: MaterialId, facts: &PaperFacts) -> Outcome<()> {
    let application = write(act, number, None, paper, facts)?;
    let today = act.today();
    let dossier = Dossier::load(act.db, application)?;
    let material = dossier.materials.iter().find(|material| material.id == paper).ok_or(ActError::NotFound)?;
    let faults = paper_faults(act.db, today, &dossier, material)?;
    if faults.is_empty() { Ok(()) } else { Err(ActError::Refused(faults)) }
}

/// Keeps what was typed so far, right or wrong; a remark stays open. The submission checks again.
/// Answers the new version. A page that is older than the last save is refused: it may have been
/// on its way while the person pressed *save*.
///
/// # Errors
/// `NotFound` for a paper of another application; what the workflow says.
pub fn keep_typed(act: &mut Act<'_>, number: &str, seen_version: i64, paper: MaterialId, facts: &PaperFacts) -> Outcome<i64> {
    Ok(write(act, number, Some(seen_version), paper, facts)?.version)
}

/// With a seen version it is only kept, without one it is done and closes the remark.
fn write(act: &mut Act<'_>, number: &str, kept_at: Option<i64>, paper: MaterialId, facts: &PaperFacts) -> Outcome<Application> {
    let done = kept_at.is_none();
    let mut application = draft::open(act, number, kept_at)?;
    let mut material = paper_of(act, &application, paper)?;
    material.code = facts.code.chars().take(CODE_MOST).collect();
    material.number = facts.number.chars().take(NUMBER_MOST).collect();
    material.amount_fen = facts.amount;
    material.tax_fen = facts.tax;
    material.minus_fen = facts.minus;
    material.dated_on = facts.dated_on;
    material.remark_open &= !done;
    store::material::save(act.db, &material)?;
    let items = store::application::items(act.db, application.id)?;
    let covers: Vec<_> = items.iter().filter(|item| facts.covers.contains(&item.id)).map(|item| (item.id, Fen::ZERO)).collect();
    store::application::allocate(act.db, paper, &covers)?;
    reallocate(act.db, &application)?;
    draft::save(act, &mut application, true, &format!("described: {}", material.file_name))?;
    Ok(application)
}

/// Shares the papers' amounts out over the purchases again, kind by kind (see [`crate::expense`]).
///
/// # Errors
/// Faults of the database.
pub(super) fn reallocate(db: &mut Db, application: &Application) -> Outcome<()> {
    let dossier = Dossier::load(db, application.clone())?;
    let purchases: Vec<Fen> = dossier.items.iter().map(|(_, purchase)| purchase.amount_fen).collect();
    for kind in super::file_material::KINDS {
        let papers: Vec<&Material> = dossier.materials.iter().filter(|material| material.kind == kind).collect();
        let facts: Vec<Paper> =
            papers.iter().map(|paper| Paper { amount: paper.amount_fen, covers: dossier.places_covered(paper) }).collect();
        for (paper, parts) in papers.iter().zip(allocate(&purchases, &facts)) {
            let parts: Vec<(ItemId, Fen)> =
                parts.into_iter().filter_map(|(place, part)| Some((dossier.items.get(place)?.0.id, part))).collect();
            store::application::allocate(db, paper.id, &parts)?;
        }
    }
    Ok(())
}
