//! What the public home and the rules pages show beside the pack: money left, real durations.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::Db;
use super::notice::{NoticeSummary, published};
use crate::acts::{House, Outcome, pack_in_force};
use crate::application::ActKind;
use crate::calendar::{Calendar, beijing_date};
use crate::code::Tier;
use crate::money::Fen;
use crate::policy::Pack;
use crate::store::schema::{application, audit_entry};
use crate::store::{self, Fault};

/// Fewest cases from which a duration is told.
const CASES_LEAST: usize = 5;
/// How far back the durations look.
const DAYS_BACK: i64 = 90;

/// The public home.
#[derive(Clone, Debug)]
pub struct PublicHome {
    pub pack: Pack,
    pub budgets: Vec<TierBudget>,
    pub notices: Vec<NoticeSummary>,
    pub durations: Durations,
}

/// The money of a level in the current year.
#[derive(Clone, Copy, Debug)]
pub struct TierBudget {
    pub tier: Tier,
    pub total: Fen,
    pub left: Fen,
}

/// Medians in working days over the last 90 days; `None` with fewer than five cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// From submission to the final review.
    pub review: Option<i64>,
    /// From the end of the notice to the money.
    pub payment: Option<i64>,
}

/// # Errors
/// A fault of the database.
pub fn home(db: &mut Db, house: &House, now: DateTime<Utc>) -> Outcome<PublicHome> {
    let today = beijing_date(now);
    let pack = pack_in_force(db, house)?.clone();
    let mut budgets = Vec::new();
    for tier in Tier::ALL {
        let row = store::budget::find(db, tier, i64::from(today.year()))?.filter(|row| row.appropriated_fen.is_positive());
        budgets.extend(row.map(|row| TierBudget { tier, total: row.appropriated_fen, left: row.available() }));
    }
    let notices = published(db, house, today, 5)?;
    let durations = durations(db, house.calendar, now)?;
    Ok(PublicHome { pack, budgets, notices, durations })
}

/// The pack that is in force, or another one by its id.
///
/// # Errors
/// A fault of the database; `None` for an unknown id.
pub fn pack(db: &mut Db, house: &House, id: Option<&str>) -> Outcome<Option<(Pack, bool)>> {
    let in_force = pack_in_force(db, house)?;
    Ok(match id {
        Some(id) if id != in_force.id => house.packs.get(id).map(|pack| (pack.clone(), false)),
        _ => Some((in_force.clone(), true)),
    })
}

fn durations(db: &mut Db, calendar: &Calendar, now: DateTime<Utc>) -> Outcome<Durations> {
    let since = (now - TimeDelta::days(DAYS_BACK)).naive_utc();
    let submitted_and = |act: ActKind| {
        audit_entry::table
            .inner_join(application::table.on(audit_entry::application_id.eq(application::id.nullable())))
            .filter(audit_entry::act.eq(act.as_str()).and(audit_entry::at.gt(since)))
    };
    let reviewed: Vec<(Option<NaiveDateTime>, NaiveDateTime)> =
        submitted_and(ActKind::PassFinal).select((application::submitted_at, audit_entry::at)).load(db).map_err(Fault::from)?;
    let review = reviewed.iter().filter_map(|(from, to)| working_days(calendar, (*from)?, *to)).collect();
    let ends: Vec<(Option<i64>, NaiveDateTime)> = audit_entry::table
        .filter(audit_entry::act.eq(ActKind::CloseNotice.as_str()).and(audit_entry::at.gt(since)))
        .select((audit_entry::application_id, audit_entry::at))
        .load(db)
        .map_err(Fault::from)?;
    let paid: Vec<(Option<i64>, NaiveDateTime)> = audit_entry::table
        .filter(audit_entry::act.eq(ActKind::ConfirmPayment.as_str()).and(audit_entry::at.gt(since)))
        .select((audit_entry::application_id, audit_entry::at))
        .load(db)
        .map_err(Fault::from)?;
    let end_of = |id: Option<i64>| ends.iter().find(|(ended, _)| ended.is_some() && *ended == id).map(|(_, at)| *at);
    let payment = paid.iter().filter_map(|(id, at)| working_days(calendar, end_of(*id)?, *at)).collect();
    Ok(Durations { review: median(review), payment: median(payment) })
}

fn working_days(calendar: &Calendar, from: NaiveDateTime, to: NaiveDateTime) -> Option<i64> {
    let day = |at: NaiveDateTime| -> NaiveDate { beijing_date(at.and_utc()) };
    calendar.working_days_between(day(from), day(to)).ok()
}

/// The middle value, the lower one of two; at least one working day.
fn median(mut days: Vec<i64>) -> Option<i64> {
    if days.len() < CASES_LEAST {
        return None;
    }
    days.sort_unstable();
    days.get((days.len() - 1) / 2).map(|days| (*days).max(1))
}
