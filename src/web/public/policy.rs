//! `GET /policy`: the rules of the pack in force, each with its source and whether it was found or
//! assumed; `?pack=ID` shows another pack.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::{faq, policy_rules};
use crate::calendar::full_date;
use crate::lang::Lang;
use crate::policy::Pack;
use crate::reports::public_home;
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::Link;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One rule of a level.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// 补贴比例, 年度上限, …
    pub name: String,
    pub value: String,
    /// Document number, or why it was chosen.
    pub source: String,
    /// In no public document; a choice of this system that an administrator can change.
    pub assumed: bool,
}

/// The rules of one level.
#[derive(Clone, Debug)]
pub struct TierRules {
    pub id: String,
    pub name: String,
    /// Who may apply: all of, one of — as sentences.
    pub who: Vec<RuleRow>,
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
    pub pack_title: String,
    pub note: String,
    /// Is this the pack that applications are computed by now?
    pub is_in_force: bool,
    /// 2022年1月1日起施行.
    pub effective: String,
    pub tiers: Vec<TierRules>,
    /// Rules for all levels: joint ceiling, exclusion, base, rounding, what is excluded.
    pub shared: Vec<RuleRow>,
    /// What bars an expense or an enterprise from every level.
    pub excluded: Vec<RuleRow>,
    /// Material asked for.
    pub materials: Vec<String>,
    pub faqs: Vec<Faq>,
    /// Other packs, for comparison.
    pub others: Vec<Link>,
    /// Code, version and SHA-256 of the pack's file.
    pub digest: String,
}

/// Which pack to show; empty for the one in force.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pack: String,
}

/// # Errors
/// An unknown pack.
pub async fn show(visitor: Visitor, site: web::Data<Site>, wanted: web::Query<Wanted>) -> Result<HttpResponse, Problem> {
    let house = site.house.clone();
    let id = Some(wanted.into_inner().pack).filter(|id| !id.is_empty());
    let found = site.read(move |db| public_home::pack(db, &house, id.as_deref())).await?;
    let (pack, is_in_force) = found.ok_or_else(Problem::not_found)?;
    let lang = visitor.lang;
    let others = site.house.packs.values().filter(|other| other.id != pack.id);
    page(&PolicyView {
        pack_title: pack.title.get(lang).to_owned(),
        note: pack.note.get(lang).to_owned(),
        is_in_force,
        effective: effective(lang, &pack),
        tiers: tiers(lang, &pack),
        shared: policy_rules::shared(lang, &pack),
        excluded: policy_rules::excluded(lang, &pack),
        materials: faq::materials(lang),
        faqs: faq::all(lang, site.house.notice_working_days, site.house.correction_working_days),
        others: others.map(|other| Link::new(format!("/policy?pack={}", other.id), other.title.get(lang))).collect(),
        digest: format!("{} {} · sha256 {}", pack.id, pack.version, pack.sha256),
        cx: visitor.page(),
    })
}

fn effective(lang: Lang, pack: &Pack) -> String {
    let from = full_date(pack.effective_from, lang);
    match pack.effective_to {
        None => lang.pick(format!("{from}起施行"), format!("in effect from {from}")),
        Some(to) => {
            let to = full_date(to, lang);
            lang.pick(format!("{from}至{to}"), format!("in effect from {from} to {to}"))
        }
    }
}

fn tiers(lang: Lang, pack: &Pack) -> Vec<TierRules> {
    let rules = pack.tiers().map(|(tier, rules)| TierRules {
        id: tier.code().to_owned(),
        name: rules.title.get(lang).to_owned(),
        who: policy_rules::who(lang, rules),
        rules: policy_rules::of_tier(lang, rules),
    });
    rules.collect()
}
