//! `GET /check`: the self-check. Five questions, the answer at once; nothing is stored, so it is a GET form.

use askama::Template;

use crate::money::Fen;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView, Tag};

/// What the answers mean for one level.
#[derive(Clone, Debug)]
pub struct CheckOutcome {
    pub tier: String,
    /// 可以申请, 不能申请, 还差条件.
    pub status: Tag,
    /// The rule that decides, as a sentence.
    pub why: String,
    /// About how much for the spend given; `None` when not eligible or no spend was given.
    pub amount: Option<Fen>,
}

/// The answer to the five questions.
#[derive(Clone, Debug)]
pub struct CheckResult {
    pub headline: String,
    pub eligible: bool,
    pub outcomes: Vec<CheckOutcome>,
    /// What to prepare next.
    pub next: Vec<String>,
}

/// Questions and, once answered, the result above them.
#[derive(Debug, Template)]
#[template(path = "public/check.html")]
pub struct CheckView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    /// The five questions.
    pub fields: Vec<FieldView>,
    pub result: Option<CheckResult>,
    pub apply_href: String,
}
