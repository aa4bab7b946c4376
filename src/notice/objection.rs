//! What a written objection must hold (policy.md §7): a name, a way to be reached, facts. Who
//! objects is confidential; an anonymous or groundless objection is not accepted.

use chrono::NaiveDate;

use crate::codes::codes;
use crate::ids::folded_name;
use crate::lang::{Lang, Text};

codes! {
    /// Who objects: a unit under its seal, a person under the real name.
    ObjectorKind { Unit = "unit", Person = "person" }
}

codes! {
    Verdict { Dismissed = "dismissed", Upheld = "upheld" }
}

/// Fewest characters of facts.
pub const FACTS_LEAST: usize = 20;
/// Fewest characters of an answer.
pub const ANSWER_LEAST: usize = 10;

/// An objection as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub kind: ObjectorKind,
    pub name: String,
    pub contact: String,
    pub facts: String,
    pub received_on: NaiveDate,
}

/// One thing that is wrong with it: code, field, words.
pub type Flaw = (&'static str, &'static str, Text);

impl ObjectorKind {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (ObjectorKind::Unit, Lang::Zh) => "单位（须加盖公章）",
            (ObjectorKind::Unit, Lang::En) => "An organisation (under its seal)",
            (ObjectorKind::Person, Lang::Zh) => "个人（须署真实姓名）",
            (ObjectorKind::Person, Lang::En) => "A person (under the real name)",
        }
    }
}

impl Verdict {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Verdict::Dismissed, Lang::Zh) => "异议不成立",
            (Verdict::Dismissed, Lang::En) => "Dismissed",
            (Verdict::Upheld, Lang::Zh) => "异议成立",
            (Verdict::Upheld, Lang::En) => "Upheld",
        }
    }
}

/// Everything that keeps an objection from being accepted; empty when it is in order. `period` is
/// first and last day of the notice, `today` the day it is recorded.
#[must_use]
pub fn flaws(written: &Written, period: (NaiveDate, NaiveDate), today: NaiveDate) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if is_anonymous(&written.name) {
        flaws.push((
            "anonymous",
            "name",
            Text::new(
                "匿名异议不予受理，请填写单位全称或真实姓名。",
                "Anonymous objections are not accepted: enter the organisation or the real name.",
            ),
        ));
    }
    if folded_name(&written.contact).chars().count() < 5 {
        flaws.push((
            "no_contact",
            "contact",
            Text::new(
                "请填写能联系到异议人的电话、邮箱或地址。",
                "Enter a telephone number, e-mail or address by which the objector can be reached.",
            ),
        ));
    }
    let length = folded_name(&written.facts).chars().count();
    if length < FACTS_LEAST {
        flaws.push((
            "no_facts",
            "facts",
            Text::new(
                format!("请写明事实和理由，至少 {FACTS_LEAST} 个字（现有 {length} 个）。没有事实依据的异议不予受理。"),
                format!("State facts and reasons in at least {FACTS_LEAST} characters (now {length}). An objection without grounds is not accepted."),
            ),
        ));
    }
    let (first, last) = period;
    if written.received_on < first || written.received_on > last {
        flaws.push((
            "outside_period",
            "received_on",
            Text::new(
                format!("收到日期须在公示期内（{first} 至 {last}）。逾期的意见请按举报线索另行处理。"),
                format!("It must have been received within the notice period ({first} to {last}). Later letters are handled as reports, not objections."),
            ),
        ));
    } else if written.received_on > today {
        flaws.push(("in_future", "received_on", Text::new("收到日期不能晚于今天。", "The day it was received cannot be after today.")));
    }
    flaws
}

fn is_anonymous(name: &str) -> bool {
    const NOBODY: [&str; 7] = ["匿名", "佚名", "无名", "不详", "anonymous", "anon", "unknown"];
    let folded = folded_name(name);
    folded.chars().count() < 2 || NOBODY.iter().any(|word| folded == *word || folded.starts_with("匿名"))
}
