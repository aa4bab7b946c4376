//! The enterprise says what kind of paper a file is, where the program did not know or was wrong.

use super::add_remark::paper_of;
use super::describe_material::reallocate;
use super::{Act, Outcome, draft};
use crate::ids::MaterialId;
use crate::money::Fen;
use crate::paper::{PaperField, PaperKind, Source};
use crate::store;
use crate::store::paper::PaperFact;

/// Changes the kind. What was read for another kind and nobody confirmed is dropped: a number of a
/// slip is none of a contract.
///
/// # Errors
/// `NotFound` for a paper of another application; what the workflow says.
pub fn change_paper_kind(act: &mut Act<'_>, number: &str, paper: MaterialId, kind: PaperKind) -> Outcome<()> {
    let mut application = draft::open(act, number, None)?;
    let mut material = paper_of(act, &application, paper)?;
    let (by, at) = (act.account()?, act.stamp());
    if material.kind != kind.as_str() {
        for fact in store::paper::facts_of(act.db, &[paper])? {
            if fact.source == Source::Typed || fact.confirmed_by.is_some() {
                continue;
            }
            store::paper::forget_fact(act.db, paper, fact.field)?;
            match fact.field {
                PaperField::Code => material.code.clear(),
                PaperField::Number => material.number.clear(),
                PaperField::Amount => material.amount_fen = Fen::ZERO,
                PaperField::Tax => material.tax_fen = Fen::ZERO,
                PaperField::Minus => material.minus_fen = Fen::ZERO,
                PaperField::DatedOn => material.dated_on = None,
                _ => {}
            }
        }
        store::material::save(act.db, &material)?;
        store::material::set_kind(act.db, paper, kind)?;
    }
    let fact = PaperFact {
        material_id: paper,
        field: PaperField::Kind,
        value: kind.to_string(),
        source: Source::Typed,
        confirmed_by: Some(by),
        confirmed_at: Some(at),
    };
    store::paper::put_fact(act.db, &fact)?;
    reallocate(act.db, &application)?;
    draft::save(act, &mut application, true, &format!("{kind}: {}", material.file_name))
}
