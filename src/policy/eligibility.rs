//! Who may have a tier's subsidy: predicates over dated qualifications.
//!
//! The predicates stand in the pack as data, each with its words, source and status; the code
//! knows the kinds of question (registered at a place, holds a qualification) and no number. A
//! question has three answers: a missing fact is *unknown*, which a self-check shows as such and
//! which a subsidy treats as not satisfied.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::case::Enterprise;
use super::pack::Status;
use super::tier_rules::{MonthDay, TierRules};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::party::entry::{CarrierLevel, EntryKind};
use crate::party::qualification::{Qualification, QualificationKind};

pub mod tree;

/// One condition of a tier, in words and as a question to the facts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "PredicateFields")]
pub struct Predicate {
    pub title: Text,
    pub question: Question,
    pub source: String,
    pub status: Status,
}

/// What a predicate asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Is the enterprise registered in this place? Places have no dates.
    RegisteredIn(String),
    Holds(Holding),
}

/// Does one qualification hold on the day, with these further properties?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub kind: QualificationKind,
    /// Sales of the year before, at most.
    pub prior_year_sales_max: Option<Fen>,
    /// Lowest level of the authority that registered the carrier.
    pub carrier_level_min: Option<CarrierLevel>,
    /// Until this day a qualification that ran out at the end of the year before still counts.
    pub accept_previous_year_until: Option<MonthDay>,
}

/// A predicate as it is written in TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicateFields {
    zh: String,
    en: String,
    source: String,
    status: Status,
    registered_in: Option<String>,
    qualification: Option<QualificationKind>,
    prior_year_sales_max_fen: Option<i64>,
    carrier_level_min: Option<CarrierLevel>,
    accept_previous_year_until: Option<MonthDay>,
}

impl TryFrom<PredicateFields> for Predicate {
    type Error = String;

    fn try_from(fields: PredicateFields) -> Result<Predicate, String> {
        let holding_only =
            fields.prior_year_sales_max_fen.is_some() || fields.carrier_level_min.is_some() || fields.accept_previous_year_until.is_some();
        let question = match (fields.registered_in, fields.qualification) {
            (Some(place), None) if !holding_only => Question::RegisteredIn(place),
            (Some(_), None) => return Err("a condition with registered_in has no conditions of a qualification".into()),
            (None, Some(kind)) => Question::Holds(Holding {
                kind,
                prior_year_sales_max: fields.prior_year_sales_max_fen.map(Fen::new),
                carrier_level_min: fields.carrier_level_min,
                accept_previous_year_until: fields.accept_previous_year_until,
            }),
            _ => return Err("a condition names either registered_in or qualification".into()),
        };
        Ok(Predicate { title: Text::new(fields.zh, fields.en), question, source: fields.source, status: fields.status })
    }
}

/// The answer to a question about facts that may be incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    No,
    Unknown,
    Yes,
}

/// Why a question was answered so; what can be done about it follows from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Holds,
    /// Nothing of the kind is recorded.
    NotRecorded,
    /// What is recorded does not hold on this day.
    OtherDays,
    /// Registered in other places only.
    Elsewhere,
    SalesTooHigh,
    CarrierTooLow,
    /// The sales, or the level of the carrier, are not stated.
    Incomplete,
    /// The asker does not know whether the enterprise has it.
    Unsure,
    /// The enterprise entered it; nobody has checked it yet.
    Unchecked,
    /// On the list of dishonest subjects.
    Listed,
    /// Tied to a provider; the purchases from it are barred.
    Tied,
}

/// One predicate's answer on one day, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub answer: Answer,
    pub cause: Cause,
    /// The kind of entry that was asked for; none for an exclusion.
    pub asked: Option<EntryKind>,
    /// Which qualification of the enterprise decided, as its place in the list.
    pub decided_by: Option<usize>,
    pub title: Text,
    /// Which fact decided.
    pub why: Text,
    pub source: String,
    pub status: Status,
}

/// A tier's answer on one day with the answers it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub answer: Answer,
    pub all_of: Vec<Finding>,
    pub any_of: Vec<Finding>,
}

/// Asks a tier's predicates on one day. `unsure_of` lists the kinds of qualification of which
/// the asker does not know whether the enterprise has them; for a subsidy it is empty.
#[must_use]
pub fn check(rules: &TierRules, enterprise: &Enterprise, unsure_of: &[QualificationKind], day: NaiveDate) -> Verdict {
    let ask = |predicate: &Predicate| predicate.ask(enterprise, unsure_of, day);
    let all_of: Vec<Finding> = rules.all_of.iter().map(ask).collect();
    let any_of: Vec<Finding> = rules.any_of.iter().map(ask).collect();
    let every = all_of.iter().map(|finding| finding.answer).min().unwrap_or(Answer::Yes);
    let some = any_of.iter().map(|finding| finding.answer).max().unwrap_or(Answer::Yes);
    Verdict { answer: every.min(some), all_of, any_of }
}

/// What one fact says to a question.
struct Said(Answer, Cause, Text);

impl Predicate {
    fn ask(&self, enterprise: &Enterprise, unsure_of: &[QualificationKind], day: NaiveDate) -> Finding {
        let (asked, decided_by, Said(answer, cause, why)) = match &self.question {
            Question::RegisteredIn(place) => (EntryKind::RegistrationPlace, None, registered(enterprise, place)),
            Question::Holds(holding) => {
                let (decided_by, said) = holding.ask(enterprise, unsure_of, day);
                (holding.kind.entry(), decided_by, said)
            }
        };
        Finding {
            answer,
            cause,
            asked: Some(asked),
            decided_by,
            title: self.title.clone(),
            why,
            source: self.source.clone(),
            status: self.status,
        }
    }
}

fn registered(enterprise: &Enterprise, place: &str) -> Said {
    let places = enterprise.registered_in.join("、");
    if enterprise.registered_in.iter().any(|registered| registered == place) {
        let why = Text::new(format!("注册地：{places}"), format!("registered in {}", enterprise.registered_in.join(", ")));
        return Said(Answer::Yes, Cause::Holds, why);
    }
    if places.is_empty() {
        return Said(Answer::No, Cause::NotRecorded, Text::new("没有登记注册地", "no place of registration is recorded"));
    }
    let why = Text::new(format!("注册地仅为{places}"), format!("registered only in {}", enterprise.registered_in.join(", ")));
    Said(Answer::No, Cause::Elsewhere, why)
}

impl Holding {
    /// The answer, with the place of the qualification that decided.
    fn ask(&self, enterprise: &Enterprise, unsure_of: &[QualificationKind], day: NaiveDate) -> (Option<usize>, Said) {
        let of_kind = enterprise.qualifications.iter().enumerate().filter(|(_, held)| held.kind == self.kind);
        // The best answer wins; among equals the first named, so that the words stay the same.
        let mut found: Option<(Option<usize>, Said)> = None;
        for (place, held) in of_kind {
            let said = self.judge(held, day);
            if found.as_ref().is_none_or(|(_, best)| said.0 > best.0) {
                found = Some((Some(place), said));
            }
        }
        match found {
            Some((place, said @ Said(Answer::Yes, ..))) => (place, said),
            _ if unsure_of.contains(&self.kind) => {
                let why = Text::new("尚不清楚是否具备该资质", "it is not known whether the enterprise has this");
                (None, Said(Answer::Unknown, Cause::Unsure, why))
            }
            Some(other) => other,
            None => (None, Said(Answer::No, Cause::NotRecorded, Text::new("没有该资质的记录", "no such qualification is recorded"))),
        }
    }

    fn judge(&self, held: &Qualification, day: NaiveDate) -> Said {
        let name = |text: Text| match &held.number {
            Some(number) => Text::new(format!("{}({number})", text.zh), format!("{} ({number})", text.en)),
            None => text,
        };
        let name = name(held.kind.title());
        let (from, to) = (held.valid_from, held.valid_to);
        if !self.covers(held, day) {
            let why = Text::new(
                format!("{}有效期{from}至{to}，不含{day}", name.zh),
                format!("{} is valid from {from} to {to}, not on {day}", name.en),
            );
            return Said(Answer::No, Cause::OtherDays, why);
        }
        if let Some(wrong) = self.sales(held).or_else(|| self.carrier(held)) {
            return wrong;
        }
        let why = Text::new(
            format!("{}有效期{from}至{to}，含{day}", name.zh),
            format!("{} is valid from {from} to {to}, also on {day}", name.en),
        );
        Said(Answer::Yes, Cause::Holds, why)
    }

    /// What speaks against the sales of the year before.
    fn sales(&self, held: &Qualification) -> Option<Said> {
        let most = self.prior_year_sales_max?;
        let Some(sales) = held.prior_year_sales else {
            let why = Text::new("没有上一年度销售收入", "the sales of the year before are not stated");
            return Some(Said(Answer::Unknown, Cause::Incomplete, why));
        };
        let why = || {
            Text::new(
                format!("上一年度销售收入{}元，超过{}元", sales.grouped_abs(), most.grouped_abs()),
                format!("sales of the year before are {} yuan, above {} yuan", sales.grouped_abs(), most.grouped_abs()),
            )
        };
        (sales > most).then(|| Said(Answer::No, Cause::SalesTooHigh, why()))
    }

    /// What speaks against the level of the carrier.
    fn carrier(&self, held: &Qualification) -> Option<Said> {
        let least = self.carrier_level_min?;
        let Some(level) = held.carrier_level else {
            let why = Text::new("没有孵化载体级别", "the level of the carrier is not stated");
            return Some(Said(Answer::Unknown, Cause::Incomplete, why));
        };
        let why = || {
            let (zh, en) = (level.label(Lang::Zh), level.label(Lang::En));
            Text::new(format!("孵化载体为{zh}"), format!("the carrier is of {en} level"))
        };
        (!level.is_at_least(least)).then(|| Said(Answer::No, Cause::CarrierTooLow, why()))
    }

    /// Does it hold on the day, or did it run to the end of the year before and is still accepted?
    fn covers(&self, held: &Qualification, day: NaiveDate) -> bool {
        let last_year = || NaiveDate::from_ymd_opt(day.year().saturating_sub(1), 12, 31);
        held.holds_on(day)
            || self.accept_previous_year_until.is_some_and(|until| until.not_before(day))
                && last_year().is_some_and(|end_of_year| held.holds_on(end_of_year))
    }
}
