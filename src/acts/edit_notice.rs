//! Changing the words and the list of a draft, and giving a draft up.

use super::draft_notice::{changed_meanwhile, chosen, draft, set_items};
use super::notice_content::put_words;
use super::{Act, Line, Outcome};
use crate::notice::content::NoticeWords;
use crate::store;

/// Saves a draft. Words may still be missing; publishing asks for them.
///
/// # Errors
/// Refusals: published meanwhile, changed by somebody else, a case that is not ready.
pub fn edit_notice(act: &mut Act<'_>, number: &str, seen_version: i64, words: &NoticeWords, applications: &[String]) -> Outcome<()> {
    let mut notice = draft(act, number, seen_version)?;
    let chosen = chosen(act, applications, Some(notice.id))?;
    put_words(&mut notice, words);
    if !store::notice::save(act.db, &notice)? {
        return changed_meanwhile();
    }
    set_items(act, notice.id, &chosen)?;
    let detail = applications.join(" ");
    act.write_line(&Line { act: "edit_notice", subject: number, detail: &detail, ..Line::default() })
}

/// Gives a draft up; its cases can go into another one. The number is not used again.
///
/// # Errors
/// As [`edit_notice`].
pub fn cancel_notice(act: &mut Act<'_>, number: &str, seen_version: i64) -> Outcome<()> {
    let notice = draft(act, number, seen_version)?;
    store::notice::delete_draft(act.db, notice.id)?;
    act.write_line(&Line { act: "cancel_notice", subject: number, ..Line::default() })
}
