//! Task 3: what the application would give, step by step, under both readings, and the level asked for.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::{Draft, Head, href, load_open, no_errors, summary};
use crate::acts::assessment::{Assessment, assess_under, facts_now};
use crate::acts::case_facts::{Dossier, Trust};
use crate::acts::choose_tier::choose_tier;
use crate::acts::waiting_line::SpokenFor;
use crate::acts::{House, Outcome, Refusal};
use crate::application::TierChoice;
use crate::code::Tier;
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::reports::Db;
use crate::web::answer::{go, go_and_say, page, page_with_faults, with_errors};
use crate::web::calculation::{GrantSteps, quota_views, readings_view, sheet_views, step_views, tier_label};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView, QuotaView, ReadingsView, SheetView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/preview.html")]
struct PreviewPage {
    cx: PageCx,
    head: Head,
    errors: ErrorSummary,
    sheets: Vec<SheetView>,
    quotas: Vec<QuotaView>,
    steps: Vec<GrantSteps>,
    readings: Option<ReadingsView>,
    tiers: FieldView,
    action: String,
    back: String,
    note: String,
}

/// What each choice would give.
struct Offers {
    current: Assessment,
    choices: Vec<(TierChoice, Assessment)>,
    other: Option<Assessment>,
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
    if draft.detail.dossier.items.is_empty() {
        return Ok(go(&draft.href("/purchases")));
    }
    page(&build(&visitor, &site, &draft, &[]).await?)
}

/// # Errors
/// A stale page; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (version, act_number) = (form.number("version"), number.clone());
    let tier = TierChoice::parse(form.raw("tier")).unwrap_or(TierChoice::Best);
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            choose_tier(act, &act_number, version, tier).map(|()| href(&act_number, "/account"))
        })
        .await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("已确认补贴测算。", "The calculation is confirmed."))),
        Err(refusals) => {
            let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
            page_with_faults(&build(&visitor, &site, &draft, &refusals).await?)
        }
    }
}

async fn build(visitor: &Visitor, site: &web::Data<Site>, draft: &Draft, refusals: &[Refusal]) -> Result<PreviewPage, Problem> {
    let lang = visitor.lang;
    let (house, dossier, now) = (site.house.clone(), draft.detail.dossier.clone(), site.clock.now());
    let offers = site.read(move |db| offers(db, &house, &dossier, now)).await?;
    let dossier = &draft.detail.dossier;
    let chosen = dossier.application.tier_choice;
    let tiers = tier_field(lang, &offers, chosen);
    let tiers = with_errors(lang, vec![tiers.clone()], refusals).pop().unwrap_or(tiers);
    Ok(PreviewPage {
        head: draft.head(lang, lang.pick("确认补贴与等级", "Subsidy and level")),
        errors: if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, std::slice::from_ref(&tiers)) },
        sheets: sheet_views(lang, &offers.current, dossier),
        quotas: quota_views(lang, &offers.current),
        steps: step_views(lang, &offers.current, dossier),
        readings: offers.other.as_ref().and_then(|other| readings_view(lang, &offers.current, other)),
        tiers,
        action: draft.href("/preview"),
        back: draft.href(""),
        note: offers.current.pack.note.get(lang).to_owned(),
        cx: visitor.page(),
    })
}

/// Evaluates every level by itself, the best assignment, and the other reading.
fn offers(db: &mut Db, house: &House, dossier: &Dossier, now: chrono::DateTime<chrono::Utc>) -> Outcome<Offers> {
    let facts = facts_now(db, dossier, now, Trust::EnteredOrAccepted)?;
    let spoken_for = SpokenFor::before(db, house, now.naive_utc(), dossier.application.id)?;
    let pack = crate::acts::pack_in_force(db, house)?.clone();
    let asking = |tier: TierChoice| {
        let mut asking = dossier.clone();
        asking.application.tier_choice = tier;
        asking
    };
    let mut wanted = vec![TierChoice::Best];
    wanted.extend(pack.tiers().map(|(tier, _)| choice_of(tier)));
    if pack.stacks() {
        wanted.push(TierChoice::All);
    }
    let mut choices = Vec::new();
    for tier in wanted {
        choices.push((tier, assess_under(db, &asking(tier), &pack, &facts, &spoken_for)?));
    }
    let current = assess_under(db, dossier, &pack, &facts, &spoken_for)?;
    let (other_pack, other_tier) = if pack.stacks() { ("wuhan-2022", TierChoice::Best) } else { ("wuhan-2022-stacked", TierChoice::All) };
    let other = match house.packs.get(other_pack) {
        Some(other) => Some(assess_under(db, &asking(other_tier), other, &facts, &spoken_for)?),
        None => None,
    };
    Ok(Offers { current, choices, other })
}

const fn choice_of(tier: Tier) -> TierChoice {
    match tier {
        Tier::Province => TierChoice::Province,
        Tier::City => TierChoice::City,
        Tier::District => TierChoice::District,
    }
}

fn tier_field(lang: Lang, offers: &Offers, chosen: TierChoice) -> FieldView {
    let choices = offers.choices.iter().map(|(tier, assessment)| {
        let total = assessment.result().map_or(Fen::ZERO, |result| result.total);
        let label = tier_choice_label(lang, *tier, assessment);
        let gives = lang.pick(format!("预计补贴 {}", total.display()), format!("Would give {}", total.display()));
        Choice::new(tier.as_str(), label).hint(format!("{gives}{}", held_down_by(lang, assessment)))
    });
    FieldView::new(lang, FieldKind::Radios, "tier", lang.pick("申请哪一级", "Which level do you ask for"))
        .value(chosen.as_str())
        .choices(choices.collect())
}

/// The level asked for, in words.
#[must_use]
pub fn tier_choice_label(lang: Lang, choice: TierChoice, assessment: &Assessment) -> String {
    match choice {
        TierChoice::Best => lang.pick("最合算的组合（系统逐项比较）", "The best combination (compared item by item)").to_owned(),
        TierChoice::All => lang.pick("各级叠加", "All levels").to_owned(),
        TierChoice::Province => tier_label(lang, assessment, Tier::Province),
        TierChoice::City => tier_label(lang, assessment, Tier::City),
        TierChoice::District => tier_label(lang, assessment, Tier::District),
    }
}

/// What holds the amount down; empty for nothing.
fn held_down_by(lang: Lang, assessment: &Assessment) -> String {
    let Ok(result) = assessment.result() else { return String::new() };
    let Some(cut) = result.grants.iter().flat_map(|grant| &grant.cuts).next() else { return String::new() };
    let title = cut.code.title();
    lang.pick(format!("（{}）", title.zh), format!(" ({})", title.en))
}
