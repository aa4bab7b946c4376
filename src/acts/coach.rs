//! The task force answers what an enterprise asked while filling in. Who answers prepares the
//! case and can never be its final reviewer.

use super::four_eyes::{Side, take_side};
use super::letters::Tell;
use super::{Act, ActError, Outcome, no_longer_than, refuse, refuse_field};
use crate::application::ActKind;
use crate::store;

/// Answers a question and tells the enterprise.
///
/// # Errors
/// Refusals for an empty answer, a question answered already and four eyes; what the workflow says.
pub fn coach(act: &mut Act<'_>, question: i64, answer: &str) -> Outcome<()> {
    let asked = store::coaching::find(act.db, question)?.ok_or(ActError::NotFound)?;
    let mut application = store::application::find(act.db, asked.application_id)?.ok_or(ActError::NotFound)?;
    act.next_state(&application, ActKind::Coach)?;
    let answer = answer.trim();
    if answer.is_empty() {
        return refuse_field("answer_missing", "answer", "请写答复。", "Write the answer.");
    }
    no_longer_than(2000, "answer", answer)?;
    take_side(act, &application, Side::Preparer)?;
    let by = act.account()?;
    if !store::coaching::answer(act.db, question, answer, by, act.now.naive_utc())? {
        return refuse("answered_already", "这个问题刚刚已有同事答复。", "A colleague has just answered this question.");
    }
    act.advance(&mut application, ActKind::Coach, answer, &asked.question)?;
    act.tell_enterprise(&application, ActKind::Coach, &Tell { words: answer, ..Tell::default() })
}
