//! The competent authority's credit check: after the review, and again for a case held at the end
//! of its notice.

use super::letters::Tell;
use super::release::let_go;
use super::{Act, Outcome, no_longer_than, refuse, refuse_field};
use crate::application::{ActKind, State};
use crate::store;

/// What was looked at and found.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// The register looked at: 信用中国, 湖北信用平台 …
    pub source: String,
    pub clean: bool,
    pub note: String,
}

/// Records the check and moves the case on, or rejects it.
///
/// # Errors
/// Refusals: no source, no grounds, an open objection; what the workflow says; a stale page.
pub fn check_credit(act: &mut Act<'_>, number: &str, seen_version: i64, finding: &Finding) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    let kind = if finding.clean { ActKind::PassCredit } else { ActKind::FailCredit };
    act.next_state(&application, kind)?;
    act.keep_in(application.id, application.state)?;
    let held = application.state == State::ObjectionHold;
    if held && store::notice::open_objections_of(act.db, application.id)? > 0 {
        return refuse(
            "objection_open",
            "这项申请有未答复的异议，请先在「公示与异议」中作出结论。",
            "An objection to this application is still open; decide it first under \"Notices and objections\".",
        );
    }
    let (source, note) = (finding.source.trim(), finding.note.trim());
    if source.is_empty() {
        return refuse_field("source_missing", "source", "请写明查询的平台或文件。", "Say which register or document was looked at.");
    }
    no_longer_than(200, "source", source)?;
    no_longer_than(500, "note", note)?;
    if !finding.clean && note.is_empty() {
        return refuse_field(
            "note_missing",
            "note",
            "核查不通过须写明依据，企业会看到。",
            "A failed check needs its grounds; the enterprise reads them.",
        );
    }
    if finding.clean && note.chars().count() < 10 && is_listed(act, &application)? {
        return refuse_field(
            "listed",
            "note",
            "系统登记簿中有这家企业今天有效的失信记录。如核实无误仍要通过，请写明理由（至少 10 个字）。",
            "The system's register lists this enterprise today. To pass all the same, say why in at least 10 characters.",
        );
    }
    let (id, today, by, at) = (application.id, act.today(), act.actor.account, act.stamp());
    let occasion = if held { "notice_end" } else { "after_review" };
    store::application::record_credit_check(act.db, id, occasion, today, source, finding.clean, note, by, at)?;
    if let Some(notice) = application.notice_id.filter(|_| held) {
        store::notice::set_outcome(act.db, notice, id, if finding.clean { "open" } else { "upheld" })?;
    }
    if !finding.clean {
        let_go(act, &mut application, true)?;
    }
    act.advance(&mut application, kind, note, source)?;
    act.tell_enterprise(&application, kind, &Tell { words: note, ..Tell::default() })
}

fn is_listed(act: &mut Act<'_>, application: &store::application::Application) -> Outcome<bool> {
    let today = act.today();
    let Some(enterprise) = store::account::enterprise(act.db, application.enterprise_id)? else { return Ok(false) };
    let records = store::qualification::dishonesty_of(act.db, &enterprise.uscc)?;
    Ok(records.iter().any(|record| record.from_day <= today && record.to_day.is_none_or(|to| today <= to)))
}
