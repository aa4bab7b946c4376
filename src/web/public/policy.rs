//! `GET /policy`: the rules of the pack in force, each with its source and whether it was found or assumed.

use askama::Template;

use crate::web::page::PageCx;
use crate::web::parts::Link;

/// One rule of a level.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// 补贴比例, 年度上限, …
    pub name: String,
    pub value: String,
    /// Document number; empty when assumed.
    pub source: String,
    /// In no public document; a choice of this system that an administrator can change.
    pub assumed: bool,
}

/// The rules of one level.
#[derive(Clone, Debug)]
pub struct TierRules {
    pub id: String,
    pub name: String,
    /// Who may apply: all of, one of, none of — as sentences.
    pub who: Vec<String>,
    pub rules: Vec<RuleRow>,
}

/// A question people ask, with its answer in paragraphs.
#[derive(Clone, Debug)]
pub struct Faq {
    pub question: String,
    pub answer: Vec<String>,
}

/// The rules in force.
#[derive(Debug, Template)]
#[template(path = "public/policy.html")]
pub struct PolicyView {
    pub cx: PageCx,
    pub pack_id: String,
    pub pack_title: String,
    /// 2022-01-01 起施行.
    pub in_force: String,
    pub tiers: Vec<TierRules>,
    /// Rules for all levels: joint ceiling, exclusion, base, rounding, what is excluded.
    pub shared: Vec<RuleRow>,
    /// Material asked for.
    pub materials: Vec<String>,
    pub faqs: Vec<Faq>,
    /// Other packs, for comparison.
    pub others: Vec<Link>,
}
