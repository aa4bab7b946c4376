//! A quarantined event is read again, or dismissed with a reason. It is never deleted.

use super::centre::must_run;
use super::record_usage::{EventStatus, Meter, replay};
use super::{Act, ActError, Line, Outcome, refuse, refuse_field};
use crate::ids::ProviderId;
use crate::lang::Text;
use crate::store;
use crate::store::quarantine::Quarantined;

fn open(act: &mut Act<'_>, provider: ProviderId, id: i64) -> Outcome<Quarantined> {
    must_run(act, provider)?;
    let found = store::quarantine::find(act.db, id)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
    if found.state != "open" {
        return refuse("closed_already", "这条记录已经处理过。", "This one was closed before.");
    }
    Ok(found)
}

/// Reads it again, after a contract, resource or account was added.
///
/// # Errors
/// A refusal with what is still wrong.
pub fn replay_quarantined(act: &mut Act<'_>, provider: ProviderId, id: i64) -> Outcome<()> {
    let waiting = open(act, provider, id)?;
    let meter = Meter { provider, sources: std::collections::BTreeSet::new(), backfill: None, may_backfill: true };
    let answer = replay(act, &meter, 0, &waiting, "replayed by hand")?;
    match answer.status {
        EventStatus::Accepted | EventStatus::Duplicate => {
            act.write_line(&Line { act: "replay_quarantined", subject: &waiting.event_id, detail: &waiting.source, ..Line::default() })
        }
        EventStatus::Conflict | EventStatus::Rejected | EventStatus::Quarantined => {
            let why = answer.fault.map_or_else(|| Text::new(&waiting.detail_zh, &waiting.detail_en), |fault| fault.text);
            refuse("still_quarantined", format!("仍不能入账：{}。", why.zh), format!("It is still not counted: {}.", why.en))
        }
    }
}

/// Leaves it out for good, with a reason.
///
/// # Errors
/// A refusal without a reason.
pub fn dismiss_quarantined(act: &mut Act<'_>, provider: ProviderId, id: i64, reason: &str) -> Outcome<()> {
    let waiting = open(act, provider, id)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return refuse_field("reason_missing", "reason", "请写明理由。", "Give a reason.");
    }
    let (by, at) = (act.actor.account, act.stamp());
    store::quarantine::close(act.db, id, "dismissed", reason, by, at)?;
    let line = Line { act: "dismiss_quarantined", subject: &waiting.event_id, reason, detail: &waiting.source, ..Line::default() };
    act.write_line(&line)
}
