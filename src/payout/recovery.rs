//! Red letters that come to an invoice after the final review: what they hold up, and what comes back.

use crate::codes::codes;
use crate::lang::Lang;

codes! {
    /// What became of a red letter.
    TaskState {
        /// Nobody has decided yet: a payout waits.
        Open = "open",
        /// It stands, and what had to be done is done.
        Settled = "settled",
        /// It is not about this invoice, or was never issued.
        Dismissed = "dismissed",
    }
}

codes! {
    /// Who brought a red letter.
    Bringer { Enterprise = "enterprise", Centre = "centre", Staff = "staff" }
}

impl TaskState {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            TaskState::Open => ("待处理", "Open"),
            TaskState::Settled => ("已处理", "Settled"),
            TaskState::Dismissed => ("不属实", "Dismissed"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl Bringer {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Bringer::Enterprise => ("企业", "Enterprise"),
            Bringer::Centre => ("服务机构", "Provider"),
            Bringer::Staff => ("工作人员", "Staff"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// Does what a red letter says it takes back name this invoice? Code and number of an older one stand
/// together there, with or without a dash.
#[must_use]
pub fn takes_back(named: &str, code: &str, number: &str) -> bool {
    if number.is_empty() || named.is_empty() {
        return false;
    }
    match named.strip_suffix(number) {
        Some("") => true,
        Some(before) => !code.is_empty() && before.trim_end_matches('-') == code,
        None => false,
    }
}
