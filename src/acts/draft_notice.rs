//! The competent authority picks cases for the next notice; its words come filled in.

use chrono::Datelike;

use super::notice_content::{documents, put_words};
use super::{Act, ActError, Line, Outcome, Refusal, refuse, refuse_field};
use crate::application::State;
use crate::ids::{ApplicationId, NoticeId};
use crate::lang::{Lang, Text};
use crate::notice::content::{NoticeWords, usual_basis, usual_title};
use crate::party::Role;
use crate::store;
use crate::store::application::Application;
use crate::store::notice::Notice;

/// Makes a draft from applications that passed the credit check, and answers its number. Contacts
/// are those of the notice before.
///
/// # Errors
/// Refusals: nothing chosen, a case that is not ready or stands in another notice.
pub fn draft_notice(act: &mut Act<'_>, numbers: &[String]) -> Outcome<String> {
    act.must_hold(Role::CompetentAuthority)?;
    let chosen = chosen(act, numbers, None)?;
    let year = act.today().year();
    let number = store::number::next(act.db, "GS", year)?;
    let batch = number.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or(1);
    let basis = usual_basis(&documents(act.pack_in_force()?));
    let before = store::notice::all(act.db)?.into_iter().next();
    let (by, at) = (act.account()?, act.stamp());
    let mut notice = store::notice::insert(act.db, &number, i64::from(act.house.notice_working_days), by, at)?;
    let contacts = before.map(|before| super::notice_content::words_of(&before)).unwrap_or_default();
    put_words(&mut notice, &NoticeWords { title: usual_title(year, batch), basis, ..contacts });
    store::notice::save(act.db, &notice)?;
    set_items(act, notice.id, &chosen)?;
    let detail = numbers.join(" ");
    act.write_line(&Line { act: "draft_notice", subject: &number, detail: &detail, ..Line::default() })?;
    Ok(number)
}

/// The chosen applications in the order of their submission; every one is ready and free.
pub(super) fn chosen(act: &mut Act<'_>, numbers: &[String], own: Option<NoticeId>) -> Outcome<Vec<Application>> {
    if numbers.is_empty() {
        return refuse_field("nothing_chosen", "application", "请至少选择一项申请。", "Choose at least one application.");
    }
    let taken = store::notice::taken(act.db)?;
    let mut found = Vec::new();
    let mut refusals = Vec::new();
    for number in numbers {
        let application = act.application(number, None)?;
        let elsewhere = taken.iter().any(|(id, notice)| *id == application.id && Some(*notice) != own);
        if elsewhere {
            refusals.push(flaw(
                "in_other_notice",
                format!("{number} 已列入另一份公示。"),
                format!("{number} stands in another notice already."),
            ));
        } else if application.state != State::CreditChecked {
            refusals.push(not_ready(&application));
        } else if !found.iter().any(|known: &Application| known.id == application.id) {
            found.push(application);
        }
    }
    if !refusals.is_empty() {
        return Err(ActError::Refused(refusals));
    }
    found.sort_by_key(|application| (application.first_submitted_at, application.id));
    Ok(found)
}

/// Why an application cannot be published now.
pub(super) fn not_ready(application: &Application) -> Refusal {
    let (number, state) = (&application.number, application.state);
    flaw(
        "not_credit_checked",
        format!("{number} 现在是「{}」，只有「拟兑付」的申请可以公示。请从名单中移除。", state.staff_label(Lang::Zh)),
        format!(
            "{number} is now \"{}\"; only applications that passed the credit check can be published. Take it off the list.",
            state.staff_label(Lang::En)
        ),
    )
}

fn flaw(code: &'static str, zh: String, en: String) -> Refusal {
    Refusal { code, field: Some("application".to_owned()), text: Text::new(zh, en) }
}

pub(super) fn set_items(act: &mut Act<'_>, id: NoticeId, chosen: &[Application]) -> Outcome<()> {
    let ids: Vec<ApplicationId> = chosen.iter().map(|application| application.id).collect();
    Ok(store::notice::set_items(act.db, id, &ids)?)
}

/// A draft as the editor saw it.
pub(super) fn draft(act: &mut Act<'_>, number: &str, seen_version: i64) -> Outcome<Notice> {
    act.must_hold(Role::CompetentAuthority)?;
    let notice = store::notice::find_by_number(act.db, number)?.ok_or(ActError::NotFound)?;
    if notice.state != "draft" {
        return refuse("not_a_draft", "这份公示已经发布，不能再修改。", "This notice is published and cannot be changed.");
    }
    if notice.version != seen_version {
        return changed_meanwhile();
    }
    Ok(notice)
}

pub(super) fn changed_meanwhile<T>() -> Outcome<T> {
    refuse(
        "notice_changed",
        "这份公示刚刚被别人改过，您的操作没有生效。请刷新页面，看过最新内容后再办理。",
        "Somebody has just changed this notice; what you did has not taken effect. Reload the page and look at it again.",
    )
}
