//! What the rules take back for a credit note or refund that came after payment: a suggestion for
//! the auditor, with the steps before and after. Nothing is written.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Db;
use super::kept_evaluation;
use crate::acts::{ActError, House, Outcome};
use crate::code::Tier;
use crate::money::Fen;
use crate::party::Actor;
use crate::policy::case::Correction;
use crate::policy::explain::Step;
use crate::policy::pack::Pack;
use crate::policy::{Case, Evaluation, evaluate};
use crate::store;
use crate::store::application::Application;

/// A credit note or refund on one item of an application.
#[derive(Clone, Debug)]
pub struct Note {
    pub item: String,
    pub on: NaiveDate,
    pub red_letter: Fen,
    pub refunded: Fen,
}

/// What the rules say.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Level, year it is booked to, amount.
    pub back: Vec<(Tier, i32, Fen)>,
    pub before: Vec<Step>,
    pub after: Vec<Step>,
    /// Applications of the enterprise that were computed together.
    pub together: usize,
}

/// Adds the notes to the kept case and computes what comes back. All paid applications of the
/// enterprise are run together when that reproduces what they were granted; otherwise this one
/// stands alone, with the room it had.
///
/// # Errors
/// `NotFound` for an unknown application or item, or one whose pack this program does not hold.
pub fn suggest(db: &mut Db, house: &House, actor: &Actor, number: &str, notes: &[Note]) -> Outcome<Suggestion> {
    let application = store::known::application(db, actor, number)?.ok_or(ActError::NotFound)?;
    let kept = store::subsidy::latest_evaluation(db, application.id)?.ok_or(ActError::NotFound)?;
    let (pack, alone) = kept_evaluation::read(house, &kept).ok_or(ActError::NotFound)?;
    let known = |note: &Note| alone.applications.iter().any(|one| one.items.iter().any(|item| item.id == note.item));
    if !notes.iter().all(known) {
        return Err(ActError::NotFound);
    }
    let (mut case, together) = match with_siblings(db, house, &application, pack, &alone)? {
        Some((case, together)) => (case, together),
        None => (alone.clone(), 1),
    };
    let before = steps_of(&evaluate(pack, &alone), number);
    case.corrections.extend(notes.iter().map(|note| Correction {
        application: number.to_owned(),
        item: note.item.clone(),
        on: note.on,
        red_letter: note.red_letter,
        refunded: note.refunded,
    }));
    let mut sums: BTreeMap<(Tier, i32), Fen> = BTreeMap::new();
    for one in evaluate(pack, &case).clawbacks {
        *sums.entry((one.tier, one.year)).or_insert(Fen::ZERO) += one.amount;
    }
    let back = sums.into_iter().map(|((tier, year), amount)| (tier, year, amount)).collect();
    let after = steps_of(&evaluate(pack, &corrected(alone, notes)), number);
    Ok(Suggestion { back, before, after, together })
}

/// The case as if the notes had been there at once, for the steps.
fn corrected(mut case: Case, notes: &[Note]) -> Case {
    for item in case.applications.iter_mut().flat_map(|one| &mut one.items) {
        for note in notes.iter().filter(|note| note.item == item.id) {
            item.red_letter += note.red_letter;
            item.refunded += note.refunded;
        }
    }
    case
}

fn steps_of(evaluation: &Evaluation, number: &str) -> Vec<Step> {
    let result = evaluation.application(number);
    result.map(|result| result.grants.iter().flat_map(|grant| grant.steps.clone()).collect()).unwrap_or_default()
}

/// All applications of the enterprise under the same pack that hold money, as one case; `None`
/// when running them together does not give what each was granted (a budget ran out, say).
fn with_siblings(db: &mut Db, house: &House, this: &Application, pack: &Pack, alone: &Case) -> Outcome<Option<(Case, usize)>> {
    let mut case = Case { applications: Vec::new(), already_granted: Vec::new(), ..alone.clone() };
    // The budget had what was granted; whether that was all is seen by comparing.
    case.budget_left = Tier::ALL.into_iter().map(|tier| (tier, Fen::new(Fen::MAX_ABS))).collect();
    let mut granted = Vec::new();
    for sibling in store::application::of_enterprise(db, this.enterprise_id)? {
        if !sibling.state.holds_money() {
            continue;
        }
        let Some(kept) = store::subsidy::latest_evaluation(db, sibling.id)? else { continue };
        let Some((other, own)) = kept_evaluation::read(house, &kept) else { return Ok(None) };
        if other.id != pack.id {
            return Ok(None);
        }
        case.applications.extend(own.applications);
        for row in store::subsidy::of_application(db, sibling.id)? {
            granted.push((sibling.number.clone(), row.tier, row.year, row.amount_fen));
        }
    }
    let together = case.applications.len();
    let again = evaluate(pack, &case);
    let same = granted.iter().filter(|(_, _, _, amount)| amount.is_positive()).all(|(number, tier, year, amount)| {
        let grants = again.application(number).map(|result| result.grants.as_slice()).unwrap_or_default();
        grants.iter().any(|grant| grant.tier == *tier && i64::from(grant.year) == *year && grant.amount == *amount)
    });
    let sum: Fen = granted.iter().map(|(_, _, _, amount)| *amount).sum();
    Ok((same && again.totals.all == sum).then_some((case, together)))
}
