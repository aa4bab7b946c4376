//! An assessment as people read it: the calculation sheet of every grant with the paper each figure
//! stands on, the quota, every step with its source, and the two readings side by side.

use crate::acts::assessment::Assessment;
use crate::acts::case_facts::Dossier;
use crate::code::{CutCode, Tier};
use crate::ids::{ItemId, tail};
use crate::lang::Lang;
use crate::money::Fen;
use crate::policy::Grant;
use crate::policy::TierRules;
use crate::policy::case::Item as CaseItem;
use crate::policy::pack::Status;
use crate::web::parts::{Meter, QuotaView, ReadingsView, SheetRow, SheetView};
use crate::web::public::tier_words::source;

/// Every step behind one grant, for the fold below the sheet.
#[derive(Clone, Debug)]
pub struct GrantSteps {
    pub title: String,
    pub steps: Vec<StepLine>,
}

/// One step in words, with the document it stands on.
#[derive(Clone, Debug)]
pub struct StepLine {
    pub text: String,
    pub source: String,
    /// No document states the rule; it is a choice.
    pub assumed: bool,
}

/// The sheets of all grants of the application, level by level. Under a refusal the sheet says
/// why nothing is granted.
#[must_use]
pub fn sheet_views(lang: Lang, assessment: &Assessment, dossier: &Dossier) -> Vec<SheetView> {
    let Ok(result) = assessment.result() else { return Vec::new() };
    result.grants.iter().map(|grant| Writer { lang, assessment, dossier, grant }.sheet()).collect()
}

/// The yearly quota of each grant: used before, added, cut.
#[must_use]
pub fn quota_views(lang: Lang, assessment: &Assessment) -> Vec<QuotaView> {
    let Ok(result) = assessment.result() else { return Vec::new() };
    let view = |grant: &Grant| {
        let cap = assessment.pack.tier(grant.tier)?.cap.as_ref()?.value;
        Some(QuotaView {
            lang,
            title: title_of(lang, grant),
            cap,
            used: (cap - grant.room.cap?).or_zero(),
            adds: grant.amount,
            cut: cut_of(grant, CutCode::CapReached),
        })
    };
    result.grants.iter().filter_map(view).collect()
}

/// Every step of every grant with its source.
#[must_use]
pub fn step_views(lang: Lang, assessment: &Assessment, dossier: &Dossier) -> Vec<GrantSteps> {
    let Ok(result) = assessment.result() else { return Vec::new() };
    let of = |grant: &Grant| GrantSteps {
        title: title_of(lang, grant),
        steps: grant
            .steps
            .iter()
            .map(|step| StepLine {
                text: dossier.in_plain_words(lang, step.sentence(lang)),
                source: source(lang, &step.source),
                assumed: step.status == Status::Assumed,
            })
            .collect(),
    };
    result.grants.iter().map(of).collect()
}

/// 互斥口径 and 叠加口径 of the same application: the one in force, and the other for comparison.
#[must_use]
pub fn readings_view(lang: Lang, holds: &Assessment, other: &Assessment) -> Option<ReadingsView> {
    let label = |assessment: &Assessment| {
        if assessment.pack.stacks() {
            lang.pick("叠加口径", "Levels add up").to_owned()
        } else {
            lang.pick("互斥口径", "Levels exclude one another").to_owned()
        }
    };
    let mut compared = summary(lang, other)?;
    compared.total_label = lang.pick("假如按此口径", "If this reading held").to_owned();
    Some(ReadingsView {
        lang,
        holds_label: label(holds),
        holds: summary(lang, holds)?,
        other_label: label(other),
        other: compared,
        why: why_it_holds(lang, holds),
        source: source(lang, &holds.pack.pairing.source),
    })
}

fn why_it_holds(lang: Lang, holds: &Assessment) -> String {
    let text = if holds.pack.stacks() {
        lang.pick(
            "现行政策包规定各级可以叠加，合计不超过实际支出。",
            "The pack in force lets the levels add up, never above what was spent.",
        )
    } else {
        lang.pick(
            "现行政策包规定同一笔支出只享受一级补贴；没有文件写明可以叠加，因此按互斥口径执行。",
            "The pack in force gives one level per expense. No document lets the levels add up, so one level holds.",
        )
    };
    text.to_owned()
}

/// One line per level: rate and what it comes to.
fn summary(lang: Lang, assessment: &Assessment) -> Option<SheetView> {
    let result = assessment.result().ok()?;
    let mut rows = Vec::new();
    for grant in &result.grants {
        let percent = assessment.pack.tier(grant.tier).map(|rules| rules.rate.value.percent()).unwrap_or_default();
        rows.push(SheetRow::raw(format!("{} {percent}", grant.tier.title().get(lang)), grant.raw, ""));
        for (code, amount) in limit_cuts(grant) {
            rows.push(SheetRow::cut(cut_label(lang, code), amount, ""));
        }
    }
    let title = assessment.pack.title.get(lang).to_owned();
    let mut view = SheetView::new(lang, "", rows, result.total);
    view.section = title;
    Some(view)
}

/// The name of an item for people: 第 2 项 昇腾910B.
#[must_use]
pub fn item_name(lang: Lang, dossier: &Dossier, item: ItemId) -> String {
    let found = dossier.items.iter().enumerate().find(|(_, (known, _))| known.id == item);
    found.map_or_else(String::new, |(place, (_, purchase))| {
        let number = place + 1;
        lang.pick(format!("第 {number} 项 {}", purchase.resource), format!("Item {number}, {}", purchase.resource))
    })
}

fn title_of(lang: Lang, grant: &Grant) -> String {
    let tier = grant.tier.title();
    lang.pick(format!("{} · {} 年度", tier.zh, grant.year), format!("{} · {}", tier.en, grant.year))
}

fn cut_of(grant: &Grant, code: CutCode) -> Fen {
    grant.cuts.iter().filter(|cut| cut.code == code).filter_map(|cut| cut.amount).sum()
}

fn limit_cuts(grant: &Grant) -> impl Iterator<Item = (CutCode, Fen)> {
    grant.cuts.iter().filter_map(|cut| Some((cut.code, cut.amount?))).filter(|(_, amount)| amount.is_positive())
}

fn cut_label(lang: Lang, code: CutCode) -> String {
    let (zh, en) = match code {
        CutCode::CapReached => ("− 年度上限调减", "− cut by the yearly cap"),
        CutCode::CeilingReached => ("− 合计上限调减", "− cut by the joint ceiling"),
        CutCode::BudgetExhausted => ("− 预算不足调减", "− cut for want of budget"),
        CutCode::BelowMinimum => ("− 低于单次最低额", "− below the minimum"),
        other => return other.title().get(lang).to_owned(),
    };
    lang.pick(zh, en).to_owned()
}

/// Writes the sheet of one grant.
struct Writer<'a> {
    lang: Lang,
    assessment: &'a Assessment,
    dossier: &'a Dossier,
    grant: &'a Grant,
}

impl Writer<'_> {
    fn sheet(&self) -> SheetView {
        let (lang, grant) = (self.lang, self.grant);
        let Some(rules) = self.assessment.pack.tier(grant.tier) else {
            return SheetView::new(lang, title_of(lang, grant), Vec::new(), grant.amount);
        };
        let mut rows = self.base_rows();
        rows.extend(self.refusal_rows());
        if !grant.items.is_empty() {
            rows.push(SheetRow::rate(lang.pick("× 补贴比例", "× rate"), rules.rate.value.percent(), source(self.lang, &rules.rate.source)));
            rows.push(SheetRow::raw(lang.pick("= 计算额", "= computed"), grant.raw, ""));
            rows.extend(self.limit_rows(rules));
        }
        let rate = format!("{} {}", grant.tier.title().get(lang), rules.rate.value.percent());
        let mut sheet = SheetView::new(
            lang,
            lang.pick(format!("{rate} · {} 年度", grant.year), format!("{rate} · {}", grant.year)),
            rows,
            grant.amount,
        );
        sheet.meter = self.meter(rules);
        let pack = &self.assessment.evaluation.pack;
        sheet.digest = format!("{} {} · {}", pack.id, pack.version, pack.sha256.chars().take(12).collect::<String>());
        sheet
    }

    /// With one item, the amounts of which the least counts; with several, the base of each.
    fn base_rows(&self) -> Vec<SheetRow> {
        let accepted: Vec<(&CaseItem, Fen)> =
            self.grant.items.iter().zip(&self.grant.item_bases).filter_map(|(id, base)| Some((self.case_item(id)?, *base))).collect();
        match accepted.as_slice() {
            [(item, base)] => self.measures(item, *base),
            _ => accepted.iter().map(|(item, base)| self.one_of_many(item, *base)).collect(),
        }
    }

    fn case_item(&self, id: &str) -> Option<&CaseItem> {
        self.assessment.case.applications.first()?.items.iter().find(|item| item.id == id)
    }

    fn measures(&self, item: &CaseItem, base: Fen) -> Vec<SheetRow> {
        let lang = self.lang;
        let mut rows = Vec::new();
        let mut found = false;
        for (label, amount, (source, href)) in self.amounts(item) {
            let mut row = SheetRow::base(label, amount, source).href(href);
            if amount == base && !found {
                row = row.used();
                found = true;
            }
            rows.push(row);
        }
        if !found {
            let label = lang.pick("可补贴的费用余额", "Left of the expense");
            rows.push(SheetRow::base(label, base, lang.pick("已扣除此前申请用去的部分", "less what earlier applications used")).used());
        }
        rows
    }

    /// The amounts that are compared, each with its paper.
    fn amounts(&self, item: &CaseItem) -> Vec<(&'static str, Fen, (String, String))> {
        let lang = self.lang;
        let mut rows = vec![
            (lang.pick("发票（已扣红字）", "Invoiced (less credit notes)"), item.invoiced - item.red_letter, self.paper(item, "invoice")),
            (lang.pick("实付（已扣退款）", "Paid (less refunds)"), item.paid - item.refunded, self.paper(item, "payment")),
        ];
        let statement = lang.pick("服务机构对账数据", "the provider's statement").to_owned();
        rows.extend(item.accepted_usage.map(|amount| (lang.pick("验收用量", "Accepted usage"), amount, (statement, String::new()))));
        rows.extend(item.contract_left.map(|amount| (lang.pick("合同金额", "Contract"), amount, self.paper(item, "contract"))));
        rows.extend(item.asked.map(|amount| (lang.pick("申请额", "Asked"), amount, (String::new(), String::new()))));
        rows
    }

    /// Number and address of the first paper of a kind, and how many more there are.
    fn paper(&self, item: &CaseItem, kind: &str) -> (String, String) {
        let Some(id) = item_id(item) else { return (String::new(), String::new()) };
        let papers: Vec<_> = self.dossier.papers(kind, id).collect();
        let Some(first) = papers.first() else {
            return (self.lang.pick("尚未上传", "not uploaded yet").to_owned(), String::new());
        };
        let named = match (kind, first.dated_on) {
            ("payment", Some(day)) => self.lang.pick(format!("回单 {day}"), format!("bank slip {day}")),
            ("invoice", _) => self.lang.pick(format!("发票 {}", tail(&first.number)), format!("invoice {}", tail(&first.number))),
            _ => self.lang.pick(format!("合同 {}", first.number), format!("contract {}", first.number)),
        };
        let more = match papers.len() {
            0 | 1 => String::new(),
            many => self.lang.pick(format!(" 等 {many} 份"), format!(" and {} more", many - 1)),
        };
        (format!("{named}{more}"), format!("/files/material/{}", first.id))
    }

    fn one_of_many(&self, item: &CaseItem, base: Fen) -> SheetRow {
        let label = item_id(item).map(|id| item_name(self.lang, self.dossier, id)).unwrap_or_default();
        let least = self.amounts(item).into_iter().find(|(_, amount, _)| *amount == base);
        let (why, href) = least.map_or_else(Default::default, |(name, _, (paper, href))| {
            (self.lang.pick(format!("最小的是{name}"), format!("least: {name}")) + prefixed(&paper).as_str(), href)
        });
        SheetRow::base(label, base, why).href(href)
    }

    fn refusal_rows(&self) -> Vec<SheetRow> {
        let refused = self.grant.cuts.iter().filter_map(|cut| Some((cut.code, cut.item.as_ref()?)));
        refused
            .map(|(code, id)| {
                let name = id.parse().ok().map(|id| item_name(self.lang, self.dossier, ItemId::new(id))).unwrap_or_default();
                let rule = format!("item.{code}");
                let step = self.grant.steps.iter().find(|step| step.rule == rule && step.zh.contains(id.as_str()));
                let why = step.map(|step| self.dossier.in_plain_words(self.lang, step.sentence(self.lang))).unwrap_or_default();
                SheetRow::zero(format!("{name}: {}", code.title().get(self.lang)), why)
            })
            .collect()
    }

    fn limit_rows(&self, rules: &TierRules) -> Vec<SheetRow> {
        let (lang, grant) = (self.lang, self.grant);
        let mut rows: Vec<SheetRow> = limit_cuts(grant)
            .filter(|(code, _)| *code != CutCode::BelowMinimum)
            .map(|(code, amount)| SheetRow::cut(cut_label(lang, code), amount, self.ground(code, rules)))
            .collect();
        if grant.cuts.iter().any(|cut| cut.code == CutCode::BelowMinimum) {
            let least = rules.min_claim.value.display();
            rows.push(SheetRow::zero(
                lang.pick(format!("低于单次最低 {least}，不予补贴"), format!("Below the minimum of {least}: no subsidy")),
                lang.pick("与其他账单合并申请可能达到最低额。", "Together with other purchases it may reach the minimum."),
            ));
        }
        rows
    }

    /// What a limit stands on, with its numbers.
    fn ground(&self, code: CutCode, rules: &TierRules) -> String {
        let (lang, room) = (self.lang, &self.grant.room);
        match (code, rules.cap.as_ref(), room.cap, room.budget) {
            (CutCode::CapReached, Some(cap), Some(left), _) => {
                let (cap, used) = (cap.value, (cap.value - left).or_zero());
                lang.pick(
                    format!("上限 {}，本年度已用 {}", cap.display(), used.display()),
                    format!("Cap {}, used this year {}", cap.display(), used.display()),
                )
            }
            (CutCode::BudgetExhausted, _, _, Some(left)) => {
                lang.pick(format!("本级本年预算剩余 {}", left.display()), format!("{} is left of this level's budget", left.display()))
            }
            _ => String::new(),
        }
    }

    fn meter(&self, rules: &TierRules) -> Option<Meter> {
        let cap = rules.cap.as_ref()?.value;
        let used = (cap - self.grant.room.cap?).or_zero() + self.grant.amount;
        let (shown, all, tier) = (used.display(), cap.display(), self.grant.tier.title());
        let text = self.lang.pick(
            if used >= cap {
                format!("{}年度额度 {all} 将用满", tier.zh)
            } else {
                format!("{}年度额度 {shown} / {all}", tier.zh)
            },
            if used >= cap { format!("{} quota of {all} will be used up", tier.en) } else { format!("{} quota {shown} of {all}", tier.en) },
        );
        Some(Meter::new(used.percent_of(cap), text))
    }
}

fn prefixed(paper: &str) -> String {
    if paper.is_empty() { String::new() } else { format!(" · {paper}") }
}

/// A level for people, with its rate: 省级 30%.
#[must_use]
pub fn tier_label(lang: Lang, assessment: &Assessment, tier: Tier) -> String {
    let rate = assessment.pack.tier(tier).map(|rules| rules.rate.value.percent()).unwrap_or_default();
    format!("{} {rate}", tier.title().get(lang)).trim_end().to_owned()
}

/// The row behind an item of a case.
fn item_id(item: &CaseItem) -> Option<ItemId> {
    item.id.parse().ok().map(ItemId::new)
}
