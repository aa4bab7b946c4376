//! The enterprise asks the task force while it fills in or corrects an application.

use super::{Act, Outcome, no_longer_than, refuse_field};
use crate::application::ActKind;
use crate::store;

/// Longest question, in characters.
pub const QUESTION_MOST: usize = 500;

/// Puts a question.
///
/// # Errors
/// Refusals: nothing asked, too long; what the workflow says.
pub fn ask_coaching(act: &mut Act<'_>, number: &str, question: &str) -> Outcome<()> {
    let mut application = act.application(number, None)?;
    act.next_state(&application, ActKind::AskCoaching)?;
    if question.is_empty() {
        return refuse_field("question_missing", "question", "请写下您的问题。", "Write down your question.");
    }
    no_longer_than(QUESTION_MOST, "question", question)?;
    let (by, at) = (act.account()?, act.stamp());
    store::coaching::ask(act.db, application.id, question, by, at)?;
    act.advance(&mut application, ActKind::AskCoaching, question, "")
}
