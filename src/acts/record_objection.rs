//! A written objection to one line of a notice is recorded by the competent authority. It holds that
//! line and no other. Who objects stays out of the trail, the letters and every public page.

use super::letters::Tell;
use super::{Act, ActError, Line, Outcome, Refusal, no_longer_than, refuse};
use crate::application::{ActKind, State};
use crate::ids::ObjectionId;
use crate::notice::objection::{Written, flaws};
use crate::party::Role;
use crate::store;
use crate::store::notice::NewObjection;

/// Records the objection; its answer is due after the house's number of working days.
///
/// # Errors
/// Refusals: anonymous, no contact, no facts, outside the period, a line that passed already, an
/// answer due in a year without an official calendar; a stale page.
pub fn record_objection(act: &mut Act<'_>, number: &str, seen_version: i64, written: &Written) -> Outcome<ObjectionId> {
    act.must_hold(Role::CompetentAuthority)?;
    let mut application = act.application(number, Some(seen_version))?;
    let notice_id = application.notice_id.ok_or(ActError::NotFound)?;
    let notice = store::notice::find(act.db, notice_id)?.ok_or(ActError::NotFound)?;
    let (Some(first), Some(last)) = (notice.first_day, notice.last_day) else { return Err(ActError::NotFound) };
    let wrong: Vec<Refusal> = flaws(written, (first, last), act.today())
        .into_iter()
        .map(|(code, field, text)| Refusal { code, field: Some(field.to_owned()), text })
        .collect();
    if !wrong.is_empty() {
        return Err(ActError::Refused(wrong));
    }
    no_longer_than(100, "name", &written.name)?;
    no_longer_than(200, "contact", &written.contact)?;
    no_longer_than(4000, "facts", &written.facts)?;
    let due = match act.house.calendar.add_working_days(written.received_on, act.house.objection_working_days) {
        Ok(due) => due,
        Err(no_data) => {
            let text = no_data.text();
            return refuse("no_official_calendar", text.zh, text.en);
        }
    };
    let new = NewObjection {
        notice_id,
        application_id: application.id,
        objector_kind: written.kind.as_str(),
        objector_name: written.name.trim(),
        objector_contact: written.contact.trim(),
        facts: written.facts.trim(),
        received_on: written.received_on,
        answer_due: due,
        recorded_by: act.account()?,
        recorded_at: act.stamp(),
    };
    let id = store::notice::insert_objection(act.db, &new)?;
    if application.state == State::ObjectionHold {
        // A further objection to a line that is held already: recorded, nothing else changes.
        let line = Line {
            act: ActKind::RecordObjection.as_str(),
            enterprise: Some(application.enterprise_id),
            application: Some(application.id),
            subject: &application.number,
            from_state: Some(application.state),
            to_state: Some(application.state),
            detail: &notice.number,
            ..Line::default()
        };
        act.write_line(&line)?;
        return Ok(id);
    }
    act.advance(&mut application, ActKind::RecordObjection, "", &notice.number)?;
    store::notice::set_outcome(act.db, notice_id, application.id, "held")?;
    act.tell_enterprise(&application, ActKind::RecordObjection, &Tell::default())?;
    Ok(id)
}
