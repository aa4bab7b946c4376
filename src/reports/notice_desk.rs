//! Notices and objections as the competent authority works on them.

use chrono::{DateTime, NaiveDate, Utc};

use super::Db;
use super::notice::{NoticeSummary, Standing, standing, summary};
use crate::acts::letters::{Tell, case_letter};
use crate::acts::notice_content::{build, words_of};
use crate::acts::{ActError, House, Outcome};
use crate::application::letters::Letter;
use crate::application::{ActKind, State};
use crate::calendar::{NoOfficialData, Period, beijing_date};
use crate::ids::{NoticeId, ObjectionId};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::notice::content::{NoticeContent, NoticeWords, missing};
use crate::notice::period::{Day, days, period_at};
use crate::party::Actor;
use crate::store;
use crate::store::application::Application;
use crate::store::notice::{Notice, Objection};

/// The desk's list: what waits, what was made of it, what was objected to.
#[derive(Clone, Debug)]
pub struct NoticesDesk {
    /// Passed the credit check and stands in no notice yet.
    pub ready: Vec<Case>,
    pub notices: Vec<NoticeSummary>,
    pub objections: Vec<ObjectionRow>,
}

/// An application that is, or could be, in a notice.
#[derive(Clone, Debug)]
pub struct Case {
    pub number: String,
    pub version: i64,
    pub enterprise: String,
    pub total: Fen,
    pub state: State,
    pub submitted_at: Option<DateTime<Utc>>,
    pub in_this_notice: bool,
}

/// One objection in a list; who objects stands only on its own page.
#[derive(Clone, Debug)]
pub struct ObjectionRow {
    pub id: ObjectionId,
    pub notice: String,
    pub application: String,
    pub enterprise: String,
    pub received_on: NaiveDate,
    pub due: NaiveDate,
    pub state: String,
    pub overdue: bool,
}

/// When a draft would end if it were published now.
#[derive(Clone, Debug)]
pub struct PeriodPreview {
    pub period: Period,
    pub days: Vec<Day>,
}

/// One notice on the desk.
#[derive(Clone, Debug)]
pub struct NoticeDesk {
    pub number: String,
    pub version: i64,
    pub working_days: i64,
    pub standing: Standing,
    pub words: NoticeWords,
    /// The cases in the notice; for a draft also those that could be.
    pub cases: Vec<Case>,
    /// What it shows: as published, or as a draft would be now.
    pub content: Option<NoticeContent>,
    /// For a draft: the period from now, or why it cannot be published now.
    pub period: Result<PeriodPreview, Text>,
    pub missing: Vec<(&'static str, Text)>,
    /// For a draft: the letter to the first enterprise on the list.
    pub letter: Option<(String, Letter)>,
    pub objections: Vec<ObjectionRow>,
}

/// An objection with everything the decision needs.
#[derive(Clone, Debug)]
pub struct ObjectionDetail {
    pub row: ObjectionRow,
    pub kind: String,
    pub name: String,
    pub contact: String,
    pub facts: String,
    pub answer: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: String,
    pub recorded_by: String,
    pub application_version: i64,
    pub application_state: State,
    /// The letters for a dismissed and for an upheld objection, without the answer.
    pub letters: Option<(String, Letter, Letter)>,
}

/// # Errors
/// A fault of the database.
pub fn list(db: &mut Db, house: &House, now: DateTime<Utc>) -> Outcome<NoticesDesk> {
    let today = beijing_date(now);
    let mut notices = Vec::new();
    for notice in store::notice::all(db)? {
        notices.push(summary(db, house, &notice, today)?);
    }
    Ok(NoticesDesk { ready: ready(db)?, notices, objections: objection_rows(db, today, None)? })
}

/// One notice, drafts too.
///
/// # Errors
/// A fault of the database.
pub fn notice(db: &mut Db, house: &House, number: &str, now: DateTime<Utc>, lang: Lang) -> Outcome<Option<NoticeDesk>> {
    let Some(row) = store::notice::find_by_number(db, number)? else { return Ok(None) };
    let today = beijing_date(now);
    let applications = applications_of(db, &row)?;
    let mut cases = Vec::new();
    for application in &applications {
        cases.push(case(db, application, true)?);
    }
    let is_draft = row.state == "draft";
    if is_draft {
        cases.extend(ready(db)?);
    }
    let period = preview(house, &row, now);
    let content = match &period {
        Ok(preview) if is_draft => Some(build(db, house, &row, &applications, today, &preview.period)?),
        _ => serde_json::from_str(&row.content_json).ok(),
    };
    let words = words_of(&row);
    let tell = period.as_ref().ok().map(|preview| (preview.period.first_day, preview.period.last_day));
    let letter = match applications.first() {
        Some(first) if is_draft => letter(db, house, first, ActKind::Publish, &Tell { notice: tell, ..Tell::default() }, lang)?,
        _ => None,
    };
    Ok(Some(NoticeDesk {
        number: row.number.clone(),
        version: row.version,
        working_days: row.working_days,
        standing: standing(&row, house.calendar, today),
        missing: if is_draft { missing(&words) } else { Vec::new() },
        words,
        cases,
        content,
        period,
        letter,
        objections: objection_rows(db, today, Some(row.id))?,
    }))
}

/// The case an objection is raised against, and the letter its enterprise will get.
///
/// # Errors
/// A fault of the database.
pub fn objected(db: &mut Db, house: &House, actor: &Actor, number: &str, lang: Lang) -> Outcome<Option<(Case, Option<(String, Letter)>)>> {
    let Some(application) = store::known::application(db, actor, number)?.filter(|application| application.notice_id.is_some()) else {
        return Ok(None);
    };
    let mail = letter(db, house, &application, ActKind::RecordObjection, &Tell::default(), lang)?;
    Ok(Some((case(db, &application, true)?, mail)))
}

/// # Errors
/// A fault of the database.
pub fn objection(db: &mut Db, house: &House, id: ObjectionId, today: NaiveDate, lang: Lang) -> Outcome<Option<ObjectionDetail>> {
    let Some(found) = store::notice::objection(db, id)? else { return Ok(None) };
    let application = store::application::find(db, found.application_id)?.ok_or(ActError::NotFound)?;
    let letters = if found.state == "open" {
        let dismissed = letter(db, house, &application, ActKind::DismissObjection, &Tell::default(), lang)?;
        let upheld = letter(db, house, &application, ActKind::UpholdObjection, &Tell::default(), lang)?;
        dismissed.zip(upheld).map(|((to, dismissed), (_, upheld))| (to, dismissed, upheld))
    } else {
        None
    };
    let decided_by = match found.decided_by {
        Some(by) => name_of(db, by)?,
        None => String::new(),
    };
    Ok(Some(ObjectionDetail {
        row: objection_row(db, &found, today)?,
        kind: found.objector_kind,
        name: found.objector_name,
        contact: found.objector_contact,
        facts: found.facts,
        answer: found.answer,
        decided_at: found.decided_at.map(|at| at.and_utc()),
        decided_by,
        recorded_by: name_of(db, found.recorded_by)?,
        application_version: application.version,
        application_state: application.state,
        letters,
    }))
}

fn preview(house: &House, row: &Notice, now: DateTime<Utc>) -> Result<PeriodPreview, Text> {
    let (published_on, period) = match (row.first_day.zip(row.last_day), row.published_at) {
        (Some((first_day, last_day)), Some(at)) => {
            let kept: Option<NoticeContent> = serde_json::from_str(&row.content_json).ok();
            let counted_days = kept.map(|kept| kept.counted_days).unwrap_or_default();
            (beijing_date(at.and_utc()), Period { first_day, last_day, counted_days })
        }
        _ => {
            let working_days = u32::try_from(row.working_days).unwrap_or(house.notice_working_days);
            (beijing_date(now), period_at(house.calendar, now, working_days).map_err(NoOfficialData::text)?)
        }
    };
    let days = days(house.calendar, published_on, &period).map_err(NoOfficialData::text)?;
    Ok(PeriodPreview { period, days })
}

fn ready(db: &mut Db) -> Outcome<Vec<Case>> {
    let taken = store::notice::taken(db)?;
    let mut cases = Vec::new();
    for application in store::application::in_states(db, &[State::CreditChecked])? {
        if !taken.iter().any(|(id, _)| *id == application.id) {
            cases.push(case(db, &application, false)?);
        }
    }
    Ok(cases)
}

fn applications_of(db: &mut Db, row: &Notice) -> Outcome<Vec<Application>> {
    let mut applications = Vec::new();
    for item in store::notice::items(db, row.id)? {
        applications.push(store::application::find(db, item.application_id)?.ok_or(ActError::NotFound)?);
    }
    Ok(applications)
}

fn case(db: &mut Db, application: &Application, in_this_notice: bool) -> Outcome<Case> {
    Ok(Case {
        number: application.number.clone(),
        version: application.version,
        enterprise: enterprise_name(db, application)?,
        total: application.total_fen,
        state: application.state,
        submitted_at: application.submitted_at.map(|at| at.and_utc()),
        in_this_notice,
    })
}

fn objection_rows(db: &mut Db, today: NaiveDate, of: Option<NoticeId>) -> Outcome<Vec<ObjectionRow>> {
    let all = store::notice::objections(db)?;
    all.iter()
        .filter(|objection| of.is_none_or(|id| objection.notice_id == id))
        .map(|objection| objection_row(db, objection, today))
        .collect()
}

fn objection_row(db: &mut Db, objection: &Objection, today: NaiveDate) -> Outcome<ObjectionRow> {
    let application = store::application::find(db, objection.application_id)?.ok_or(ActError::NotFound)?;
    let notice = store::notice::find(db, objection.notice_id)?.ok_or(ActError::NotFound)?;
    Ok(ObjectionRow {
        id: objection.id,
        notice: notice.number,
        enterprise: enterprise_name(db, &application)?,
        application: application.number,
        received_on: objection.received_on,
        due: objection.answer_due,
        overdue: objection.state == "open" && today > objection.answer_due,
        state: objection.state.clone(),
    })
}

fn enterprise_name(db: &mut Db, application: &Application) -> Outcome<String> {
    Ok(store::account::enterprise(db, application.enterprise_id)?.map(|enterprise| enterprise.name).unwrap_or_default())
}

fn name_of(db: &mut Db, id: crate::ids::AccountId) -> Outcome<String> {
    Ok(store::account::find(db, id)?.map(|account| account.name).unwrap_or_default())
}

/// The letter and to whom it goes first; the page shows it in the reader's language.
fn letter(
    db: &mut Db,
    house: &House,
    application: &Application,
    act: ActKind,
    tell: &Tell<'_>,
    lang: Lang,
) -> Outcome<Option<(String, Letter)>> {
    let name = enterprise_name(db, application)?;
    let people = store::account::of_enterprise(db, application.enterprise_id)?;
    let to = people.iter().map(|person| format!("{} <{}>", person.name, person.email)).collect::<Vec<_>>().join(lang.pick("、", ", "));
    Ok(case_letter(house, application, &name, act, tell, lang).map(|letter| (to, letter)))
}
