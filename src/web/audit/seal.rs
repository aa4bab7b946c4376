//! How the seal of the trail is doing, for the three administrators.

use crate::export::papers;
use crate::lang::Lang;
use crate::reports::trail::SealState;

/// One line of a page, or its alarm.
#[derive(Debug)]
pub struct SealLine {
    pub text: String,
    pub is_late: bool,
}

/// The state in words.
#[must_use]
pub fn seal_line(trail: &SealState, lang: Lang) -> SealLine {
    let SealState { size, waiting, is_late, newest, .. } = trail;
    let checkpoint = newest.as_ref().map(|mark| papers::trail_words(mark, lang)).unwrap_or_default();
    let text = if *is_late {
        lang.pick(
            format!("有 {waiting} 条审计记录超过 5 秒没有封存。请查看日志；若有多台服务器，请确认至少一台在运行。"),
            format!("{waiting} lines of the audit trail wait for their seal for more than five seconds. Look at the log, and see that one instance runs."),
        )
    } else {
        lang.pick(format!("审计链已封存 {size} 条。{checkpoint}"), format!("The audit trail has {size} sealed lines. {checkpoint}"))
    };
    SealLine { text, is_late: *is_late }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_that_is_late_is_told_with_what_to_look_at() {
        let state = |is_late| SealState { size: 40, waiting: 3, since: None, is_late, newest: None };
        for (lang, calm, alarm) in
            [(Lang::Zh, "已封存 40 条", "3 条审计记录超过 5 秒没有封存"), (Lang::En, "40 sealed lines", "3 lines of")]
        {
            let (well, late) = (seal_line(&state(false), lang), seal_line(&state(true), lang));
            assert!(!well.is_late && well.text.contains(calm), "{well:?}");
            assert!(late.is_late && late.text.contains(alarm), "{late:?}");
        }
    }
}
