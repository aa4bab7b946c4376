//! Public notices as anyone may read them: what was published, byte by byte, and how it stands now.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::Db;
use super::trail::{TrailMark, mark_of};
use crate::acts::{House, Outcome};
use crate::application::State;
use crate::calendar::Calendar;
use crate::lang::Text;
use crate::money::Fen;
use crate::notice::content::NoticeContent;
use crate::store;
use crate::store::Fault;
use crate::store::notice::Notice;

/// How a notice stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Draft,
    /// Published after hours or on a day off: counting begins later.
    NotBegun,
    /// Within its period; working days left, today included.
    Open {
        days_left: Option<i64>,
    },
    /// The period is over, a line is still held.
    Deciding,
    Closed,
}

/// One notice in a list.
#[derive(Clone, Debug)]
pub struct NoticeSummary {
    pub number: String,
    pub title: Text,
    pub period: Option<(NaiveDate, NaiveDate)>,
    pub working_days: i64,
    pub enterprises: i64,
    pub total: Fen,
    pub standing: Standing,
}

/// Where a published line differs from the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Held,
    TakenOff,
}

/// A published notice.
#[derive(Clone, Debug)]
pub struct PublicNotice {
    pub content: NoticeContent,
    /// The file for machines, exactly as published.
    pub json: String,
    /// Hex SHA-256 of `json`.
    pub sha256: String,
    pub standing: Standing,
    /// By the place of the case in the notice.
    pub marks: BTreeMap<i64, Mark>,
    /// The checkpoint of the trail that covers the publication.
    pub trail: Option<TrailMark>,
}

/// All published notices, newest first; at most `most`.
///
/// # Errors
/// A fault of the database.
pub fn published(db: &mut Db, house: &House, today: NaiveDate, most: usize) -> Outcome<Vec<NoticeSummary>> {
    let mut rows = Vec::new();
    for notice in store::notice::all(db)?.into_iter().filter(|notice| notice.state != "draft").take(most) {
        rows.push(summary(db, house, &notice, today)?);
    }
    Ok(rows)
}

/// One published notice; a draft is not known to the public.
///
/// # Errors
/// A fault of the database.
pub fn public_notice(db: &mut Db, house: &House, number: &str, today: NaiveDate) -> Outcome<Option<PublicNotice>> {
    let Some(notice) = store::notice::find_by_number(db, number)?.filter(|notice| notice.state != "draft") else { return Ok(None) };
    let content = content_of(&notice)?;
    let mut marks = BTreeMap::new();
    for item in store::notice::items(db, notice.id)? {
        let state = store::application::find(db, item.application_id)?.map(|application| application.state);
        let mark = match state {
            Some(State::ObjectionHold) => Mark::Held,
            Some(State::Rejected) => Mark::TakenOff,
            _ => continue,
        };
        marks.insert(item.position, mark);
    }
    Ok(Some(PublicNotice {
        standing: standing(&notice, house.calendar, today),
        sha256: hex::encode(Sha256::digest(notice.content_json.as_bytes())),
        json: notice.content_json,
        content,
        marks,
        trail: mark_of(db, "publish_notice", number)?,
    }))
}

pub(super) fn summary(db: &mut Db, house: &House, notice: &Notice, today: NaiveDate) -> Outcome<NoticeSummary> {
    let (enterprises, total) = if notice.state == "draft" {
        let mut total = Fen::ZERO;
        let items = store::notice::items(db, notice.id)?;
        for item in &items {
            total += store::application::find(db, item.application_id)?.map_or(Fen::ZERO, |application| application.total_fen);
        }
        (items.len(), total)
    } else {
        let content = content_of(notice)?;
        (content.enterprises(), content.total())
    };
    Ok(NoticeSummary {
        number: notice.number.clone(),
        title: Text::new(&notice.title_zh, &notice.title_en),
        period: notice.first_day.zip(notice.last_day),
        working_days: notice.working_days,
        enterprises: i64::try_from(enterprises).unwrap_or(i64::MAX),
        total,
        standing: standing(notice, house.calendar, today),
    })
}

fn content_of(notice: &Notice) -> Result<NoticeContent, Fault> {
    serde_json::from_str(&notice.content_json).map_err(|why| Fault::BadRow {
        table: "notice",
        id: notice.number.clone(),
        what: why.to_string(),
    })
}

pub(super) fn standing(notice: &Notice, calendar: &Calendar, today: NaiveDate) -> Standing {
    let Some((first, last)) = notice.first_day.zip(notice.last_day).filter(|_| notice.state != "draft") else { return Standing::Draft };
    if notice.state == "closed" {
        Standing::Closed
    } else if today < first {
        Standing::NotBegun
    } else if today > last {
        Standing::Deciding
    } else {
        let after = calendar.working_days_between(today, last);
        let now = calendar.is_working_day(today);
        Standing::Open { days_left: after.ok().zip(now.ok()).map(|(after, now)| after + i64::from(now)) }
    }
}
