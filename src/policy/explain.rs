//! Why an amount is what it is: the steps of a grant, each with its rule, its source and the
//! sentence that a person reads, in both languages.

mod refusal;

use serde::Serialize;

use super::case::{Case, Item};
use super::eligibility::{self, Answer, Finding};
use super::evaluation::Settlement;
use super::expenses;
use super::pack::{Pack, RoundingScope, Sourced, Status};
use super::screening;
use super::taking::{AtTier, Entry, Line, Part, Planned, Slot};
use super::tier_rules::{TierRules, YearBasis};
use crate::lang::{Lang, Text};
use crate::money::{Fen, RoundMode};

/// One step of a calculation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Stable code of the rule, such as `base.lesser_of` or `limit.cap_reached`.
    pub rule: String,
    pub source: String,
    pub zh: String,
    pub en: String,
    /// Whether a document states the rule, or it is a choice. Not printed.
    #[serde(skip)]
    pub status: Status,
    /// What stands after this step, in fen. Not printed.
    #[serde(skip)]
    pub amount: Option<Fen>,
}

impl Step {
    fn new(rule: impl Into<String>, (source, status): (&str, Status), text: Text, amount: Option<Fen>) -> Step {
        Step { rule: rule.into(), source: source.to_owned(), zh: text.zh, en: text.en, status, amount }
    }

    /// The sentence in a reader's language.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

fn of<T>(sourced: &Sourced<T>) -> (&str, Status) {
    (&sourced.source, sourced.status)
}

fn yuan(fen: Fen) -> String {
    format!("{}{}", if fen < Fen::ZERO { "−" } else { "" }, fen.grouped_abs())
}

/// The steps of one grant, in the order of the rules.
pub(super) fn steps(pack: &Pack, case: &Case, entry: &Entry<'_>, slot: &Slot, settlement: &Settlement) -> Vec<Step> {
    let Some(rules) = pack.tier(settlement.of.0) else { return Vec::new() };
    let mut steps = vec![year_step(rules, entry, settlement.of.1)];
    for (place, planned) in entry.items.iter().enumerate() {
        let Some((at, part)) = part_of(planned, settlement) else { continue };
        if let Some(line) = slot.lines.iter().find(|line| line.item == place) {
            steps.push(eligibility_step(pack, rules, case, entry, planned.item, part));
            steps.push(base_step(pack, planned.item, at, line));
        } else if let Some((_, code)) = slot.refused.iter().find(|(refused, _)| *refused == place) {
            let (source, text) = refusal::sentence(&refusal::Refused { pack, rules, case, entry, item: planned.item, part, code: *code });
            steps.push(Step::new(format!("item.{code}"), source, text, Some(Fen::ZERO)));
        }
    }
    if !slot.lines.is_empty() {
        steps.push(raw_step(pack, rules, slot, settlement));
        steps.extend(limit_steps(pack, rules, settlement));
    }
    let amount = settlement.limited.amount;
    let text = Text::new(format!("补贴金额：{}元。", yuan(amount)), format!("Subsidy: {} yuan.", yuan(amount)));
    steps.push(Step::new("grant.amount", of(&rules.rate), text, Some(amount)));
    steps
}

/// The part of an item that counts in this tier and year.
fn part_of<'a>(planned: &'a Planned<'_>, settlement: &Settlement) -> Option<(&'a AtTier, &'a Part)> {
    let at = planned.at.get(settlement.place.0)?;
    let here = || at.parts.iter().filter(|part| part.year == settlement.of.1);
    Some((at, here().find(|part| part.refusal.is_none()).or_else(|| here().next())?))
}

fn year_step(rules: &TierRules, entry: &Entry<'_>, year: i32) -> Step {
    let text = match rules.year_basis.value {
        YearBasis::VoucherYear => {
            let claimed = entry.application.claimed_on();
            Text::new(
                format!("创新券于{claimed}申领，计入{year}年度。"),
                format!("The voucher was claimed on {claimed}; the grant counts against {year}."),
            )
        }
        YearBasis::ServiceCompleted => Text::new(
            format!("服务在{year}年完成，计入{year}年度。"),
            format!("The service was completed in {year}; the grant counts against {year}."),
        ),
    };
    let rule = match rules.year_basis.value {
        YearBasis::VoucherYear => "year.voucher_year",
        YearBasis::ServiceCompleted => "year.service_completed",
    };
    Step::new(rule, of(&rules.year_basis), text, None)
}

fn eligibility_step(pack: &Pack, rules: &TierRules, case: &Case, entry: &Entry<'_>, item: &Item, part: &Part) -> Step {
    let mut days: Vec<chrono::NaiveDate> = Vec::new();
    for date in &pack.qualification_dates(rules).value {
        let day = screening::day_of(*date, entry.application, &part.slice);
        if !days.contains(&day) {
            days.push(day);
        }
    }
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    let mut sources: Vec<String> = Vec::new();
    let mut status = Status::Found;
    for day in days {
        let verdict = eligibility::check(rules, &case.enterprise, &[], day);
        let deciding: Vec<&Finding> =
            verdict.all_of.iter().chain(verdict.any_of.iter().find(|finding| finding.answer == Answer::Yes)).collect();
        let titles = |lang: Lang, between: &str| deciding.iter().map(|found| found.title.get(lang)).collect::<Vec<_>>().join(between);
        zh.push(format!("{day}符合：{}", titles(Lang::Zh, "、")));
        en.push(format!("on {day}: {}", titles(Lang::En, ", ")));
        for finding in deciding {
            if !sources.contains(&finding.source) {
                sources.push(finding.source.clone());
            }
            if finding.status == Status::Assumed {
                status = Status::Assumed;
            }
        }
    }
    let text = Text::new(format!("项目{}：{}。", item.id, zh.join("；")), format!("Item {}: eligible {}.", item.id, en.join("; ")));
    Step::new("eligibility.held", (&side_by_side(&sources), status), text, None)
}

/// Several sources as one `中文 / english`.
fn side_by_side(sources: &[String]) -> String {
    let sides: Vec<(&str, &str)> = sources.iter().map(|one| one.split_once(" / ").unwrap_or((one.as_str(), one.as_str()))).collect();
    let zh = sides.iter().map(|(zh, _)| *zh).collect::<Vec<_>>().join("；");
    let en = sides.iter().map(|(_, en)| *en).collect::<Vec<_>>().join("; ");
    if sides.iter().all(|(zh, en)| zh == en) { zh } else { format!("{zh} / {en}") }
}

fn base_step(pack: &Pack, item: &Item, at: &AtTier, line: &Line) -> Step {
    let mut parts = vec![(Text::new("费用余额", "left of the expense"), line.left)];
    for (text, limit) in [
        (Text::new("申请额", "asked"), item.asked),
        (Text::new("核定用量", "accepted usage"), item.accepted_usage),
        (Text::new("合同余额", "left of the contract"), item.contract_left),
    ] {
        parts.extend(limit.map(|fen| (text, fen)));
    }
    let list = |lang: Lang, between: &str| {
        parts.iter().map(|(name, fen)| format!("{} {}", name.get(lang), yuan(*fen))).collect::<Vec<_>>().join(between)
    };
    let least = if parts.len() > 1 {
        Text::new(format!("{}中的最小值", list(Lang::Zh, "、")), format!("the least of {}", list(Lang::En, ", ")))
    } else {
        Text::new(list(Lang::Zh, ""), list(Lang::En, ""))
    };
    let share = if at.parts.len() > 1 {
        Text::new("，按天数分到本年度", ", shared out over the years by days")
    } else if expenses::subsidised(pack, item, item.invoiced) != item.invoiced {
        Text::new("，不含税", ", without tax")
    } else {
        Text::default()
    };
    let paper = paper(item);
    let text = Text::new(
        format!("项目{}（{}）：{}{}，补贴基数{}元。", item.id, paper.zh, least.zh, share.zh, yuan(line.base)),
        format!("Item {} ({}): {}{}; base {} yuan.", item.id, paper.en, least.en, share.en, yuan(line.base)),
    );
    Step::new("base.lesser_of", of(&pack.choices.base), text, Some(line.base))
}

/// The papers of an item: invoice and payment, less what was credited and refunded.
fn paper(item: &Item) -> Text {
    let less = |amount: Fen, lang: Lang, zh: &str, en: &str| {
        if amount.is_zero() { String::new() } else { format!(" − {}{}", lang.pick(zh, en), yuan(amount)) }
    };
    Text::new(
        format!(
            "发票{}第{}行，开票{}{}，实付{}{}",
            item.invoice,
            item.line,
            yuan(item.invoiced),
            less(item.red_letter, Lang::Zh, "红字", ""),
            yuan(item.paid),
            less(item.refunded, Lang::Zh, "退款", "")
        ),
        format!(
            "invoice {}, line {}: invoiced {}{}, paid {}{}",
            item.invoice,
            item.line,
            yuan(item.invoiced),
            less(item.red_letter, Lang::En, "", "credit notes "),
            yuan(item.paid),
            less(item.refunded, Lang::En, "", "refunds ")
        ),
    )
}

fn raw_step(pack: &Pack, rules: &TierRules, slot: &Slot, settlement: &Settlement) -> Step {
    let gross: Fen = slot.lines.iter().map(|line| line.base).sum();
    let base = (gross - settlement.less).or_zero();
    let mode = match rules.mode.value {
        RoundMode::HalfUp => Text::new("四舍五入", "rounded half up"),
        RoundMode::Floor => Text::new("舍去尾数", "rounded down"),
        RoundMode::HalfEven => Text::new("四舍六入五成双", "rounded half to even"),
    };
    let scope = match pack.choices.rounding_scope.value {
        RoundingScope::Application => Text::default(),
        RoundingScope::Line => Text::new("（逐项取整）", " (every item by itself)"),
        RoundingScope::Year => Text::new("（全年累计取整）", " (on the sum of the year)"),
    };
    let unit = yuan(rules.granularity.value);
    let raw = settlement.limited.raw;
    let text = Text::new(
        format!("基数{}元×{}，{}到{unit}元{}，得{}元。", yuan(base), rules.rate.value.percent(), mode.zh, scope.zh, yuan(raw)),
        format!("{} yuan × {}, {} to {unit} yuan{}: {} yuan.", yuan(base), rules.rate.value.percent(), mode.en, scope.en, yuan(raw)),
    );
    Step::new("rate.raw", of(&rules.rate), text, Some(raw))
}

fn limit_steps(pack: &Pack, rules: &TierRules, settlement: &Settlement) -> Vec<Step> {
    let (limited, room) = (&settlement.limited, &settlement.room);
    let mut steps = Vec::new();
    if let (Some(cap), Some(left)) = (&rules.cap, room.cap) {
        let name = Text::new(
            format!("年度上限{}元，已用{}元", yuan(cap.value), yuan(cap.value - left)),
            format!("The yearly cap is {} yuan, {} used", yuan(cap.value), yuan(cap.value - left)),
        );
        steps.push(limit_step("limit.cap", of(cap), &name, left, (limited.raw, limited.after_cap)));
    }
    if let Some(left) = room.ceiling.filter(|_| pack.stacks() || limited.after_ceiling != limited.after_cap) {
        let percent = pack.choices.ceiling_bp.value.percent();
        let name =
            Text::new(format!("各层级合计不超过费用的{percent}"), format!("All tiers together pay at most {percent} of the expense"));
        steps.push(limit_step("limit.ceiling", of(&pack.choices.ceiling_bp), &name, left, (limited.after_cap, limited.after_ceiling)));
    }
    if let Some(left) = room.budget {
        let source = rules.budget.as_ref().map_or_else(|| of(&rules.budget_policy), of);
        let name = Text::new("本层级预算", "The tier's budget");
        steps.push(limit_step("limit.budget", source, &name, left, (limited.after_ceiling, limited.after_budget)));
    }
    if limited.below_minimum {
        let least = yuan(rules.min_claim.value);
        let text = Text::new(
            format!("{}元低于最低补贴额（最低{least}元，且须大于零），不予补贴。", yuan(limited.after_budget)),
            format!(
                "{} yuan is below the smallest grant (at least {least} yuan and above zero): nothing is paid.",
                yuan(limited.after_budget)
            ),
        );
        steps.push(Step::new("limit.minimum", of(&rules.min_claim), text, Some(limited.amount)));
    } else if rules.min_claim.value.is_positive() && limited.amount.is_positive() {
        let least = yuan(rules.min_claim.value);
        let text = Text::new(format!("不低于最低补贴额{least}元。"), format!("It reaches the smallest grant, {least} yuan."));
        steps.push(Step::new("limit.minimum", of(&rules.min_claim), text, Some(limited.amount)));
    }
    steps
}

fn limit_step(rule: &str, source: (&str, Status), name: &Text, left: Fen, (before, after): (Fen, Fen)) -> Step {
    let effect = if before == after {
        Text::new("不受影响", "no effect")
    } else {
        Text::new(
            format!("由{}元减为{}元，核减{}元", yuan(before), yuan(after), yuan(before - after)),
            format!("{} yuan is cut to {} yuan, by {} yuan", yuan(before), yuan(after), yuan(before - after)),
        )
    };
    let text = Text::new(
        format!("{}，余{}元：{}。", name.zh, yuan(left), effect.zh),
        format!("{}, {} yuan left: {}.", name.en, yuan(left), effect.en),
    );
    Step::new(rule, source, text, Some(after))
}
