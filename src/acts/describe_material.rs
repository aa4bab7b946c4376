//! What a paper says: its number, amounts and date, and which purchases it stands for.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::add_remark::paper_of;
use super::case_facts::Dossier;
use super::paper_faults::paper_faults;
use super::{Act, ActError, Outcome, draft};
use crate::expense::{Paper, allocate};
use crate::ids::{ItemId, MaterialId};
use crate::money::Fen;
use crate::paper::{PaperField, Source};
use crate::store::application::{Application, Material};
use crate::store::paper::PaperFact;
use crate::store::{self, Db};

/// Longest code and number of a paper, in characters. What is kept while typing is cut there.
pub const CODE_MOST: usize = 20;
pub const NUMBER_MOST: usize = 80;
/// Longest typed field, in characters.
pub const FIELD_MOST: usize = 120;

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
    /// The typed fields that only some kinds have; a field that is not named here stays as it was.
    pub more: BTreeMap<PaperField, String>,
}

impl PaperFacts {
    /// Every field with its text, an empty one for what the paper does not say.
    fn fields(&self) -> BTreeMap<PaperField, String> {
        let money = |fen: Fen| if fen.is_zero() { String::new() } else { fen.plain() };
        let columns = [
            (PaperField::Code, self.code.clone()),
            (PaperField::Number, self.number.clone()),
            (PaperField::Amount, money(self.amount)),
            (PaperField::Tax, money(self.tax)),
            (PaperField::Minus, money(self.minus)),
            (PaperField::DatedOn, self.dated_on.map(|day| day.to_string()).unwrap_or_default()),
        ];
        let more = self.more.iter().map(|(field, value)| (*field, value.chars().take(FIELD_MOST).collect()));
        columns.into_iter().chain(more).collect()
    }
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
    keep_facts(act, paper, facts, done)?;
    let items = store::application::items(act.db, application.id)?;
    let covers: Vec<_> = items.iter().filter(|item| facts.covers.contains(&item.id)).map(|item| (item.id, Fen::ZERO)).collect();
    store::application::allocate(act.db, paper, &covers)?;
    reallocate(act.db, &application)?;
    draft::save(act, &mut application, true, &format!("described: {}", material.file_name))?;
    Ok(application)
}

/// Writes down where each field came from: what still stands as it was read keeps its source, the
/// rest was typed. What is done is confirmed by whoever did it.
fn keep_facts(act: &mut Act<'_>, paper: MaterialId, facts: &PaperFacts, done: bool) -> Outcome<()> {
    let (by, at) = (act.account()?, act.stamp());
    let known = store::paper::facts_of(act.db, &[paper])?;
    for (field, value) in facts.fields() {
        let before = known.iter().find(|fact| fact.field == field);
        if value.is_empty() {
            store::paper::forget_fact(act.db, paper, field)?;
        } else if before.is_none_or(|before| before.value != value) {
            let fact = PaperFact { material_id: paper, field, value, source: Source::Typed, confirmed_by: None, confirmed_at: None };
            store::paper::put_fact(act.db, &fact)?;
        }
    }
    if done {
        store::paper::confirm_facts(act.db, paper, by, at)?;
    }
    Ok(())
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
        let facts: Vec<Paper> = papers
            .iter()
            .map(|paper| Paper { amount: paper.amount_fen, minus: paper.minus_fen, covers: dossier.places_covered(paper) })
            .collect();
        for (paper, parts) in papers.iter().zip(allocate(&purchases, &facts)) {
            let parts: Vec<(ItemId, Fen)> =
                parts.into_iter().filter_map(|(place, part)| Some((dossier.items.get(place)?.0.id, part))).collect();
            store::application::allocate(db, paper.id, &parts)?;
        }
    }
    Ok(())
}
