//! Public notices with their lines, and the objections to them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{credit_check, notice, notice_item, objection};
use super::{Db, Fault};
use crate::ids::{AccountId, ApplicationId, NoticeId, ObjectionId};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notice)]
pub struct Notice {
    pub id: NoticeId,
    pub number: String,
    pub title_zh: String,
    pub title_en: String,
    pub basis_zh: String,
    pub basis_en: String,
    pub contact_phone: String,
    pub supervision_phone: String,
    pub address: String,
    pub issuer: String,
    /// `draft`, `published` or `closed`.
    pub state: String,
    pub working_days: i64,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub drafted_by: AccountId,
    pub drafted_at: NaiveDateTime,
    pub published_by: Option<AccountId>,
    pub published_at: Option<NaiveDateTime>,
    pub closed_at: Option<NaiveDateTime>,
    pub version: i64,
    /// What it said when it was published; empty before.
    pub content_json: String,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notice_item)]
pub struct NoticeItem {
    pub notice_id: NoticeId,
    pub application_id: ApplicationId,
    pub position: i64,
    /// `open`, `passed`, `held` or `upheld`.
    pub outcome: String,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = objection)]
pub struct Objection {
    pub id: ObjectionId,
    pub notice_id: NoticeId,
    pub application_id: ApplicationId,
    pub objector_kind: String,
    pub objector_name: String,
    pub objector_contact: String,
    pub facts: String,
    pub received_on: NaiveDate,
    pub answer_due: NaiveDate,
    /// `open`, `dismissed` or `upheld`.
    pub state: String,
    pub answer: String,
    pub recorded_by: AccountId,
    pub recorded_at: NaiveDateTime,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<NaiveDateTime>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = objection)]
pub struct NewObjection<'a> {
    pub notice_id: NoticeId,
    pub application_id: ApplicationId,
    pub objector_kind: &'a str,
    pub objector_name: &'a str,
    pub objector_contact: &'a str,
    pub facts: &'a str,
    pub received_on: NaiveDate,
    pub answer_due: NaiveDate,
    pub recorded_by: AccountId,
    pub recorded_at: NaiveDateTime,
}

/// Makes an empty draft; its words are saved with [`save`].
///
/// # Errors
/// A [`Fault`] of the database.
pub fn insert(db: &mut Db, number: &str, working_days: i64, by: AccountId, at: NaiveDateTime) -> Result<Notice, Fault> {
    let id: NoticeId = diesel::insert_into(notice::table)
        .values((
            notice::number.eq(number),
            (notice::title_zh.eq(""), notice::title_en.eq(""), notice::basis_zh.eq(""), notice::basis_en.eq("")),
            (notice::contact_phone.eq(""), notice::supervision_phone.eq(""), notice::address.eq(""), notice::issuer.eq("")),
            notice::state.eq("draft"),
            notice::working_days.eq(working_days),
            notice::drafted_by.eq(by),
            notice::drafted_at.eq(at),
        ))
        .returning(notice::id)
        .get_result(db)?;
    Ok(notice::table.find(id).select(Notice::as_select()).first(db)?)
}

/// Writes every field that changes and raises the version. `false` when somebody was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save(db: &mut Db, changed: &Notice) -> Result<bool, Fault> {
    let seen = notice::table.filter(notice::id.eq(changed.id).and(notice::version.eq(changed.version)));
    let rows = diesel::update(seen)
        .set((
            (
                notice::title_zh.eq(&changed.title_zh),
                notice::title_en.eq(&changed.title_en),
                notice::basis_zh.eq(&changed.basis_zh),
                notice::basis_en.eq(&changed.basis_en),
                notice::contact_phone.eq(&changed.contact_phone),
                notice::supervision_phone.eq(&changed.supervision_phone),
                notice::address.eq(&changed.address),
                notice::issuer.eq(&changed.issuer),
            ),
            (
                notice::state.eq(&changed.state),
                notice::first_day.eq(changed.first_day),
                notice::last_day.eq(changed.last_day),
                notice::published_by.eq(changed.published_by),
                notice::published_at.eq(changed.published_at),
                notice::closed_at.eq(changed.closed_at),
                notice::content_json.eq(&changed.content_json),
                notice::version.eq(notice::version + 1),
            ),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// Removes a draft with its lines.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn delete_draft(db: &mut Db, id: NoticeId) -> Result<(), Fault> {
    diesel::delete(notice_item::table.filter(notice_item::notice_id.eq(id))).execute(db)?;
    diesel::delete(notice::table.filter(notice::id.eq(id).and(notice::state.eq("draft")))).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: NoticeId) -> Result<Option<Notice>, Fault> {
    Ok(notice::table.find(id).select(Notice::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find_by_number(db: &mut Db, number: &str) -> Result<Option<Notice>, Fault> {
    Ok(notice::table.filter(notice::number.eq(number)).select(Notice::as_select()).first(db).optional()?)
}

/// All notices, newest first, drafts included.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<Notice>, Fault> {
    Ok(notice::table.order(notice::id.desc()).select(Notice::as_select()).load(db)?)
}

/// Published notices whose last day is before `today`, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn ended(db: &mut Db, today: NaiveDate) -> Result<Vec<Notice>, Fault> {
    let over = notice::table.filter(notice::state.eq("published").and(notice::last_day.lt(today)));
    Ok(over.order(notice::id).select(Notice::as_select()).load(db)?)
}

/// The lines in their order.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn items(db: &mut Db, id: NoticeId) -> Result<Vec<NoticeItem>, Fault> {
    let mine = notice_item::table.filter(notice_item::notice_id.eq(id)).order(notice_item::position);
    Ok(mine.select(NoticeItem::as_select()).load(db)?)
}

/// Every application that stands in a notice, drafts included, with its notice.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn taken(db: &mut Db) -> Result<Vec<(ApplicationId, NoticeId)>, Fault> {
    let standing = notice_item::table.filter(notice_item::outcome.ne("upheld"));
    Ok(standing.select((notice_item::application_id, notice_item::notice_id)).load(db)?)
}

/// Replaces the lines of a draft.
///
/// # Errors
/// A [`Fault`]; a unique violation when an application stands in another notice.
pub fn set_items(db: &mut Db, id: NoticeId, applications: &[ApplicationId]) -> Result<(), Fault> {
    diesel::delete(notice_item::table.filter(notice_item::notice_id.eq(id))).execute(db)?;
    for (position, application) in (1_i64..).zip(applications) {
        diesel::insert_into(notice_item::table)
            .values((
                notice_item::notice_id.eq(id),
                notice_item::application_id.eq(*application),
                notice_item::position.eq(position),
                notice_item::outcome.eq("open"),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_outcome(db: &mut Db, id: NoticeId, application: ApplicationId, outcome: &str) -> Result<(), Fault> {
    diesel::update(notice_item::table.find((id, application))).set(notice_item::outcome.eq(outcome)).execute(db)?;
    Ok(())
}

/// Has the competent authority, by its newest check, cleared an application held at the end of its
/// notice? Then the register is not asked again.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn was_cleared(db: &mut Db, application: ApplicationId) -> Result<bool, Fault> {
    let newest: Option<(String, bool, Option<AccountId>)> = credit_check::table
        .filter(credit_check::application_id.eq(application))
        .order(credit_check::id.desc())
        .select((credit_check::occasion, credit_check::clean, credit_check::checked_by))
        .first(db)
        .optional()?;
    Ok(newest.is_some_and(|(occasion, clean, by)| occasion == "notice_end" && clean && by.is_some()))
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert_objection(db: &mut Db, new: &NewObjection<'_>) -> Result<ObjectionId, Fault> {
    Ok(diesel::insert_into(objection::table).values(new).returning(objection::id).get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn objection(db: &mut Db, id: ObjectionId) -> Result<Option<Objection>, Fault> {
    Ok(objection::table.find(id).select(Objection::as_select()).first(db).optional()?)
}

/// All objections, the open ones first, by the day their answer is due.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn objections(db: &mut Db) -> Result<Vec<Objection>, Fault> {
    let mut all: Vec<Objection> = objection::table.order((objection::answer_due, objection::id)).select(Objection::as_select()).load(db)?;
    all.sort_by_key(|objection| objection.state != "open");
    Ok(all)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn open_objections_of(db: &mut Db, application: ApplicationId) -> Result<i64, Fault> {
    let open = objection::table.filter(objection::application_id.eq(application).and(objection::state.eq("open")));
    Ok(open.count().get_result(db)?)
}

/// Answers an objection; `false` when it was answered before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn decide_objection(db: &mut Db, id: ObjectionId, state: &str, answer: &str, by: AccountId, at: NaiveDateTime) -> Result<bool, Fault> {
    let open = objection::table.filter(objection::id.eq(id).and(objection::state.eq("open")));
    let rows = diesel::update(open)
        .set((objection::state.eq(state), objection::answer.eq(answer), objection::decided_by.eq(by), objection::decided_at.eq(at)))
        .execute(db)?;
    Ok(rows == 1)
}
