//! Changing the words and the list of a draft, and giving a draft up.

use super::draft_notice::{changed_meanwhile, chosen, draft, set_items};
use super::notice_content::put_words;
use super::{Act, Line, Outcome, no_longer_than};
use crate::notice::content::NoticeWords;
use crate::store;

/// Saves a draft. Words may still be missing; publishing asks for them.
///
/// # Errors
/// Refusals: published meanwhile, changed by somebody else, a case that is not ready, a text that
/// is too long.
pub fn edit_notice(act: &mut Act<'_>, number: &str, seen_version: i64, words: &NoticeWords, applications: &[String]) -> Outcome<()> {
    let mut notice = draft(act, number, seen_version)?;
    short_enough(words)?;
    let chosen = chosen(act, applications, Some(notice.id))?;
    put_words(&mut notice, words);
    if !store::notice::save(act.db, &notice)? {
        return changed_meanwhile();
    }
    set_items(act, notice.id, &chosen)?;
    let detail = applications.join(" ");
    act.write_line(&Line { act: "edit_notice", subject: number, detail: &detail, ..Line::default() })
}

fn short_enough(words: &NoticeWords) -> Outcome<()> {
    let lines = [
        ("title_zh", &words.title.zh),
        ("title_en", &words.title.en),
        ("issuer", &words.issuer),
        ("contact_phone", &words.contact_phone),
        ("supervision_phone", &words.supervision_phone),
        ("address", &words.address),
    ];
    for (field, text) in lines {
        no_longer_than(200, field, text)?;
    }
    no_longer_than(1000, "basis_zh", &words.basis.zh)?;
    no_longer_than(1000, "basis_en", &words.basis.en)
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
