//! Putting a list to public notice: the period is fixed, the content is frozen, every case moves on
//! and every enterprise is told, in one transaction.

use super::draft_notice::{changed_meanwhile, draft, not_ready};
use super::letters::Tell;
use super::notice_content::{build, words_of};
use super::{Act, ActError, Line, Outcome, Refusal};
use crate::application::{ActKind, State};
use crate::calendar::Period;
use crate::notice::content::missing;
use crate::notice::period::period_at;
use crate::store;
use crate::store::application::Application;
use crate::store::notice::Notice;
use crate::trail::{digest_of, with_digest};

/// Publishes a draft today.
///
/// # Errors
/// Refusals: words that are missing, a case that left the state since, a period into a year whose
/// working days nobody has announced.
pub fn publish_notice(act: &mut Act<'_>, number: &str, seen_version: i64) -> Outcome<()> {
    let mut notice = draft(act, number, seen_version)?;
    let period = check_ready(act, &notice)?;
    let mut applications = applications_of(act, &notice)?;
    let content = build(act.db, act.house, &notice, &applications, act.today(), &period)?;
    notice.content_json = serde_json::to_string_pretty(&content).unwrap_or_default();
    notice.state = "published".into();
    notice.first_day = Some(period.first_day);
    notice.last_day = Some(period.last_day);
    notice.published_by = act.actor.account;
    notice.published_at = Some(act.stamp());
    if !store::notice::save(act.db, &notice)? {
        return changed_meanwhile();
    }
    let tell = Tell { notice: Some((period.first_day, period.last_day)), ..Tell::default() };
    for application in &mut applications {
        application.notice_id = Some(notice.id);
        act.advance(application, ActKind::Publish, "", number)?;
        act.tell_enterprise(application, ActKind::Publish, &tell)?;
    }
    let days = format!("{} – {}", period.first_day, period.last_day);
    let detail = with_digest(&days, &digest_of(notice.content_json.as_bytes()));
    act.write_line(&Line { act: "publish_notice", subject: number, detail: &detail, ..Line::default() })
}

/// The period, when nothing is missing.
fn check_ready(act: &Act<'_>, notice: &Notice) -> Outcome<Period> {
    let working_days = u32::try_from(notice.working_days).unwrap_or(act.house.notice_working_days);
    let period = period_at(act.house.calendar, act.now, working_days);
    let mut refusals: Vec<Refusal> = missing(&words_of(notice))
        .into_iter()
        .map(|(field, text)| Refusal { code: "words_missing", field: Some(field.to_owned()), text })
        .collect();
    match period {
        Ok(period) if refusals.is_empty() => Ok(period),
        Ok(_) => Err(ActError::Refused(refusals)),
        Err(no_data) => {
            refusals.push(Refusal { code: "no_official_calendar", field: None, text: no_data.text() });
            Err(ActError::Refused(refusals))
        }
    }
}

fn applications_of(act: &mut Act<'_>, notice: &Notice) -> Outcome<Vec<Application>> {
    let mut applications = Vec::new();
    let mut refusals = Vec::new();
    for item in store::notice::items(act.db, notice.id)? {
        let application = store::application::find(act.db, item.application_id)?.ok_or(ActError::NotFound)?;
        if application.state == State::CreditChecked {
            applications.push(application);
        } else {
            refusals.push(not_ready(&application));
        }
    }
    if refusals.is_empty() { Ok(applications) } else { Err(ActError::Refused(refusals)) }
}
