//! What several desk pages say about a case: its state, its history.

use crate::application::{ActKind, State, state};
use crate::calendar::{beijing_time, date_time};
use crate::lang::Lang;
use crate::reports::application_detail::Entry;
use crate::web::parts::{Tag, TimelineItem, TimelineView, Tone};

/// The state as staff name it.
#[must_use]
pub fn state_tag(lang: Lang, state: State) -> Tag {
    let tone = match state.tone() {
        state::Tone::Plain => Tone::Plain,
        state::Tone::Info => Tone::Info,
        state::Tone::Ok => Tone::Ok,
        state::Tone::Warn => Tone::Warn,
        state::Tone::Bad => Tone::Bad,
    };
    Tag::new(tone, state.staff_label(lang))
}

/// The trail as sentences, newest first.
#[must_use]
pub fn history(lang: Lang, trail: &[Entry]) -> TimelineView {
    // Every save of the draft is in the audit trail; here they would hide what matters.
    let told = trail.iter().rev().filter(|entry| entry.act != ActKind::SaveDraft.as_str());
    TimelineView { items: told.map(|entry| sentence(lang, entry)).collect() }
}

fn sentence(lang: Lang, entry: &Entry) -> TimelineItem {
    let act = ActKind::parse(&entry.act);
    let what = match (act, entry.act.as_str()) {
        (Some(act), _) => act.label(lang),
        (None, "add_remark") => lang.pick("批注材料", "remarked on a paper"),
        (None, "start_application") => lang.pick("新建申请", "started the application"),
        (None, "accept_qualification") => lang.pick("认可资质", "accepted a qualification"),
        (None, "refuse_qualification") => lang.pick("不予认可资质", "refused a qualification"),
        (None, _) => lang.pick("办理", "acted"),
    };
    let more = match act {
        Some(ActKind::Assign | ActKind::MarkItem) if !entry.detail.is_empty() => {
            lang.pick(format!("：{}", entry.detail), format!(": {}", entry.detail))
        }
        _ => String::new(),
    };
    let at = entry.at.and_utc();
    TimelineItem {
        tone: act.map_or(Tone::Plain, tone),
        when: date_time(at, lang),
        machine_time: beijing_time(at).format("%Y-%m-%dT%H:%M+08:00").to_string(),
        text: format!("{} {what}{more}", entry.actor_name),
        said: entry.reason.clone(),
        proof: None,
        next: false,
    }
}

fn tone(act: ActKind) -> Tone {
    match act {
        ActKind::Reject | ActKind::FailCredit | ActKind::UpholdObjection => Tone::Bad,
        ActKind::ReturnForCorrection | ActKind::RecordObjection | ActKind::HoldForCredit | ActKind::LapseCorrection => Tone::Warn,
        ActKind::Precheck | ActKind::PassPreliminary | ActKind::PassFinal | ActKind::PassCredit | ActKind::ConfirmPayment => Tone::Ok,
        ActKind::Submit | ActKind::Resubmit | ActKind::ConfirmUsage | ActKind::Publish => Tone::Info,
        _ => Tone::Plain,
    }
}
