//! The answer to an objection. Dismissed, the line goes on when nothing else holds it; upheld, the
//! case is over and gives back its money and its purchases.

use super::letters::Tell;
use super::release::let_go;
use super::{Act, ActError, Line, Outcome, no_longer_than, refuse, refuse_field};
use crate::application::{ActKind, State};
use crate::ids::ObjectionId;
use crate::notice::objection::{ANSWER_LEAST, Verdict};
use crate::party::Role;
use crate::store;
use crate::store::application::Application;

/// Decides an open objection with a written answer, which the enterprise reads.
///
/// # Errors
/// Refusals: no answer, answered before; a stale page.
pub fn decide_objection(act: &mut Act<'_>, id: ObjectionId, seen_version: i64, verdict: Verdict, answer: &str) -> Outcome<()> {
    act.must_hold(Role::CompetentAuthority)?;
    let objection = store::notice::objection(act.db, id)?.ok_or(ActError::NotFound)?;
    let known = store::application::find(act.db, objection.application_id)?.ok_or(ActError::NotFound)?;
    let mut application = act.application(&known.number, Some(seen_version))?;
    let answer = answer.trim();
    let length = answer.chars().count();
    if length < ANSWER_LEAST {
        return refuse_field(
            "answer_missing",
            "answer",
            format!("请写明核查结论和依据，至少 {ANSWER_LEAST} 个字（现有 {length} 个）；企业会看到这段文字。"),
            format!("Write the finding and its grounds in at least {ANSWER_LEAST} characters (now {length}); the enterprise reads it."),
        );
    }
    if answer.contains(objection.objector_name.as_str()) || answer.contains(objection.objector_contact.as_str()) {
        return refuse_field(
            "names_the_objector",
            "answer",
            "答复会发给企业，不能写出异议人的名称或联系方式。",
            "The answer goes to the enterprise; it must not name the objector or how to reach them.",
        );
    }
    no_longer_than(2000, "answer", answer)?;
    // Another objection, or the answer to one, comes before or after this.
    act.keep_in(application.id, application.state)?;
    let (by, at) = (act.account()?, act.stamp());
    if !store::notice::decide_objection(act.db, id, verdict.as_str(), answer, by, at)? {
        return refuse("answered_before", "这项异议已经作出结论。", "This objection has been decided already.");
    }
    let others_open = store::notice::open_objections_of(act.db, application.id)? > 0;
    match verdict {
        Verdict::Dismissed if application.state == State::ObjectionHold && !others_open => {
            store::notice::set_outcome(act.db, objection.notice_id, application.id, "open")?;
            settle(act, &mut application, ActKind::DismissObjection, answer)
        }
        Verdict::Upheld if application.state == State::ObjectionHold => {
            act.next_state(&application, ActKind::UpholdObjection)?;
            let_go(act, &mut application, true)?;
            store::notice::set_outcome(act.db, objection.notice_id, application.id, "upheld")?;
            settle(act, &mut application, ActKind::UpholdObjection, answer)
        }
        Verdict::Dismissed => answer_only(act, &application, ActKind::DismissObjection, answer),
        Verdict::Upheld => answer_only(act, &application, ActKind::UpholdObjection, answer),
    }
}

fn settle(act: &mut Act<'_>, application: &mut Application, kind: ActKind, answer: &str) -> Outcome<()> {
    act.advance(application, kind, answer, "")?;
    act.tell_enterprise(application, kind, &Tell { words: answer, ..Tell::default() })
}

/// Another objection still holds the line, or the case is over: only the answer is recorded.
fn answer_only(act: &mut Act<'_>, application: &Application, kind: ActKind, answer: &str) -> Outcome<()> {
    act.write_line(&Line {
        act: kind.as_str(),
        enterprise: Some(application.enterprise_id),
        application: Some(application.id),
        subject: &application.number,
        from_state: Some(application.state),
        to_state: Some(application.state),
        reason: answer,
        ..Line::default()
    })
}
