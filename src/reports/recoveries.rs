//! Red letters to invoices that were granted, with what comes back of each application by the rules.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::Db;
use super::credit_note::{Note, Suggestion, suggest};
use super::names::Names;
use crate::acts::case_facts::invoice_key;
use crate::acts::{ActError, House, Outcome};
use crate::application::State;
use crate::code::Tier;
use crate::ids::ApplicationId;
use crate::money::Fen;
use crate::party::Actor;
use crate::payout::Cause;
use crate::payout::recovery::TaskState;
use crate::store;
pub use crate::store::recovery::RecoveryTask;

/// Decided ones that the page still shows.
const DECIDED: i64 = 20;

/// One red letter on the desk.
#[derive(Clone, Debug)]
pub struct RecoveryRow {
    pub task: RecoveryTask,
    pub application: String,
    pub state: State,
    pub enterprise: String,
    /// The invoice that it takes back.
    pub invoice: String,
    pub invoice_total: Fen,
    /// By level and year, for all letters of the application that stand, less what was demanded for
    /// them already; `None` where the rules cannot say.
    pub back: Option<Vec<(Tier, i32, Fen)>>,
    /// Numbers of the clawbacks that were demanded for credit notes.
    pub demanded: Vec<String>,
    pub found_by: String,
    /// Who decided, and when.
    pub decided: Option<(String, NaiveDateTime)>,
}

/// Open ones first, as far as the actor may know of their applications.
///
/// # Errors
/// A fault of the database.
pub fn recoveries(db: &mut Db, house: &House, actor: &Actor) -> Outcome<Vec<RecoveryRow>> {
    let mut names = Names::default();
    let mut proposals: BTreeMap<ApplicationId, Option<Vec<(Tier, i32, Fen)>>> = BTreeMap::new();
    let mut rows = Vec::new();
    for (task, application) in store::recovery::of_desk(db, DECIDED)? {
        if !store::known::knows(db, actor, &application)? {
            continue;
        }
        let Some(invoice) = store::application::material(db, task.material_id)? else { continue };
        let back = match proposals.get(&application.id) {
            Some(known) => known.clone(),
            None => {
                let found = proposal(db, house, actor, &application.number).map(|found| found.back);
                let back = match found {
                    Ok(back) => Some(back),
                    // Nothing was granted, or by a pack that this program does not hold.
                    Err(ActError::NotFound) => None,
                    Err(other) => return Err(other),
                };
                proposals.insert(application.id, back.clone());
                back
            }
        };
        let claims = store::clawback::of_application(db, application.id)?;
        rows.push(RecoveryRow {
            enterprise: names.enterprise(db, application.enterprise_id)?,
            found_by: names.person(db, task.found_by)?,
            decided: match task.settled_at {
                Some(at) => Some((names.person(db, task.settled_by)?, at)),
                None => None,
            },
            invoice: invoice_key(&invoice.code, &invoice.number),
            invoice_total: invoice.amount_fen,
            back: back.filter(|_| task.state == TaskState::Open),
            demanded: claims.into_iter().filter(|claim| claim.cause == Cause::CreditNote).map(|claim| claim.number).collect(),
            application: application.number,
            state: application.state,
            task,
        });
    }
    Ok(rows)
}

/// How many wait for a decision.
///
/// # Errors
/// A fault of the database.
pub fn count(db: &mut Db) -> Outcome<i64> {
    Ok(store::recovery::count_open(db)?)
}

/// What comes back of an application by the rules for all red letters that stand, less what was
/// demanded for them already.
///
/// # Errors
/// `NotFound` for an application without such letters, without a grant, or by a pack that this program
/// does not hold.
pub fn proposal(db: &mut Db, house: &House, actor: &Actor, number: &str) -> Outcome<Suggestion> {
    let application = store::known::application(db, actor, number)?.ok_or(ActError::NotFound)?;
    let notes = notes_of(db, application.id)?;
    if notes.is_empty() {
        return Err(ActError::NotFound);
    }
    let mut found = suggest(db, house, actor, number, &notes)?;
    for claim in store::clawback::of_application(db, application.id)?.iter().filter(|claim| claim.cause == Cause::CreditNote) {
        let same = |(tier, year, _): &&mut (Tier, i32, Fen)| *tier == claim.tier && i64::from(*year) == claim.year;
        if let Some((_, _, left)) = found.back.iter_mut().find(same) {
            *left = (*left - claim.amount_fen).or_zero();
        }
    }
    found.back.retain(|(_, _, left)| left.is_positive());
    Ok(found)
}

/// The letters as notes on items: what one takes back falls on the purchases as its invoice does.
fn notes_of(db: &mut Db, id: ApplicationId) -> Outcome<Vec<Note>> {
    let mut notes = Vec::new();
    for task in store::recovery::of_application(db, id)?.into_iter().filter(|task| task.state != TaskState::Dismissed) {
        let Some(invoice) = store::application::material(db, task.material_id)? else { continue };
        for part in store::application::allocations(db, &[invoice.id])? {
            let red_letter = task.red_fen.share(part.amount_fen.get(), invoice.amount_fen.get());
            if red_letter.is_positive() {
                notes.push(Note { item: format!("{:08}", part.item_id.get()), on: task.dated_on, red_letter, refunded: Fen::ZERO });
            }
        }
    }
    Ok(notes)
}
