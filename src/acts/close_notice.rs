//! After the last day: every line of a notice passes or is held by the second credit check, and a
//! notice without open lines is closed. Each step is a transaction of its own and may be repeated.

use chrono::NaiveDate;

use super::letters::Tell;
use super::{Act, ActError, Fault, Line, Outcome, Store};
use crate::application::{ActKind, State};
use crate::ids::{ApplicationId, NoticeId};
use crate::notice::payment_may_start;
use crate::store;

/// A notice whose period is over, with its lines.
#[derive(Clone, Debug)]
pub struct Ended {
    pub notice: NoticeId,
    pub applications: Vec<ApplicationId>,
}

/// Published notices whose last day has passed.
///
/// # Errors
/// A fault of the database.
pub fn ended(store: &Store, today: NaiveDate) -> Result<Vec<Ended>, Fault> {
    store.read(|db| {
        let mut found = Vec::new();
        for notice in store::notice::ended(db, today)? {
            let items = store::notice::items(db, notice.id)?;
            found.push(Ended { notice: notice.id, applications: items.into_iter().map(|item| item.application_id).collect() });
        }
        Ok(found)
    })
}

/// Lets a line pass, or holds it when the register of dishonest subjects lists the enterprise on the
/// last day. A line that is held already, or not in notice any more, stays as it is: `false`.
///
/// # Errors
/// Faults of the database.
pub fn close_item(act: &mut Act<'_>, notice_id: NoticeId, id: ApplicationId) -> Outcome<bool> {
    let notice = store::notice::find(act.db, notice_id)?.ok_or(ActError::NotFound)?;
    let mut application = store::application::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let Some(last_day) = notice.last_day.filter(|last| payment_may_start(*last, act.today())) else { return Ok(false) };
    if application.state != State::InPublicNotice || store::notice::open_objections_of(act.db, id)? > 0 {
        return Ok(false);
    }
    let enterprise = store::account::enterprise(act.db, application.enterprise_id)?.ok_or(ActError::NotFound)?;
    let records = store::qualification::dishonesty_of(act.db, &enterprise.uscc)?;
    let listed = records.iter().find(|record| record.from_day <= last_day && record.to_day.is_none_or(|to| last_day <= to));
    let cleared = store::notice::was_cleared(act.db, id)?;
    if !cleared {
        let (note, at) = (listed.map(|record| record.source.as_str()).unwrap_or_default(), act.stamp());
        store::application::record_credit_check(act.db, id, "notice_end", last_day, "严重失信主体名单", listed.is_none(), note, None, at)?;
    }
    let (kind, outcome) = match listed {
        Some(_) if !cleared => (ActKind::HoldForCredit, "held"),
        _ => (ActKind::CloseNotice, "passed"),
    };
    store::notice::set_outcome(act.db, notice_id, id, outcome)?;
    act.advance(&mut application, kind, "", &notice.number)?;
    act.tell_enterprise(&application, kind, &Tell::default())?;
    Ok(true)
}

/// Closes the notice when its period is over and none of its lines is open or held: `false` else.
///
/// # Errors
/// Faults of the database.
pub fn close_notice(act: &mut Act<'_>, id: NoticeId) -> Outcome<bool> {
    let mut notice = store::notice::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let over = notice.last_day.is_some_and(|last| payment_may_start(last, act.today()));
    if notice.state != "published" || !over {
        return Ok(false);
    }
    for item in store::notice::items(act.db, id)? {
        let application = store::application::find(act.db, item.application_id)?.ok_or(ActError::NotFound)?;
        if matches!(application.state, State::InPublicNotice | State::ObjectionHold) {
            return Ok(false);
        }
    }
    notice.state = "closed".into();
    notice.closed_at = Some(act.stamp());
    if !store::notice::save(act.db, &notice)? {
        return Ok(false);
    }
    act.write_line(&Line { act: "close_notice", subject: &notice.number, ..Line::default() })?;
    Ok(true)
}
