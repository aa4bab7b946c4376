//! Returned for correction: the enterprise reads what to change, paper by paper, and by when.

use chrono::NaiveDate;

use super::add_remark::{REMARK_MOST, paper_of};
use super::four_eyes::{Side, take_side};
use super::letters::Tell;
use super::release::let_go;
use super::{Act, House, Outcome, Refusal, no_longer_than, refuse_field};
use crate::application::ActKind;
use crate::ids::MaterialId;
use crate::lang::Text;
use crate::store;

/// What the enterprise shall change.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The reason for each paper that must be changed; papers that may stay are left out.
    pub papers: Vec<(MaterialId, String)>,
    /// What concerns no single paper: a missing one, a qualification.
    pub other: String,
}

/// Returns the application, gives its money back and keeps its purchases.
///
/// # Errors
/// Refusals: no reason at all, four eyes, a term that runs into a year without calendar; what the
/// workflow says; a stale page.
pub fn return_for_correction(act: &mut Act<'_>, number: &str, seen_version: i64, wanted: &Wanted) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::ReturnForCorrection)?;
    let due = due_day(act.house, act.today())?;
    let mut words = Vec::new();
    for (paper, remark) in wanted.papers.iter().filter(|(_, remark)| !remark.trim().is_empty()) {
        let material = paper_of(act, &application, *paper)?;
        no_longer_than(REMARK_MOST, &format!("remark_{paper}"), remark)?;
        store::remark::set(act.db, *paper, remark.trim())?;
        words.push(format!("{}. {}：{}", words.len() + 1, material.file_name, remark.trim()));
    }
    if !wanted.other.trim().is_empty() {
        no_longer_than(REMARK_MOST, "other", &wanted.other)?;
        words.push(format!("{}. {}", words.len() + 1, wanted.other.trim()));
    }
    if words.is_empty() {
        return refuse_field(
            "reason_missing",
            "other",
            "请写明每份须修改的材料哪里不对、怎么改。没有理由不能退回。",
            "Say for each paper what is wrong and how to put it right. Nothing is returned without a reason.",
        );
    }
    let side = Side::deciding(application.state);
    take_side(act, &application, side)?;
    let_go(act, &mut application, false)?;
    application.correction_due = Some(due);
    application.correction_extended = false;
    if side == Side::Final {
        // After the correction somebody else prepares the case anew.
        application.assigned_to = None;
    }
    let words = words.join("\n");
    act.advance(&mut application, ActKind::ReturnForCorrection, &words, &due.to_string())?;
    act.tell_enterprise(&application, ActKind::ReturnForCorrection, &Tell { words: &words, due: Some(due), ..Tell::default() })
}

/// The last day of a correction that begins today.
///
/// # Errors
/// A refusal when the term runs into a year without official calendar.
pub fn due_day(house: &House, from: NaiveDate) -> Outcome<NaiveDate> {
    house.calendar.add_working_days(from, house.correction_working_days).map_err(|missing| {
        let Text { zh, en } = missing.text();
        super::ActError::Refused(vec![Refusal { code: "no_calendar", field: None, text: Text::new(zh, en) }])
    })
}
