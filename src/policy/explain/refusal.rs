//! The sentence for an item that a tier refuses: which fact and which rule.

use crate::code::CutCode;
use crate::lang::{Lang, Text};
use crate::policy::case::{Case, Item};
use crate::policy::eligibility::{self, Answer, Finding};
use crate::policy::pack::{Bar, Pack, Status};
use crate::policy::screening;
use crate::policy::taking::{Entry, Part};
use crate::policy::tier_rules::TierRules;

/// A refused item and everything its sentence names.
pub(super) struct Refused<'a> {
    pub pack: &'a Pack,
    pub rules: &'a TierRules,
    pub case: &'a Case,
    pub entry: &'a Entry<'a>,
    pub item: &'a Item,
    pub part: &'a Part,
    pub code: CutCode,
}

/// Source with status, and the sentence.
pub(super) fn sentence<'a>(refused: &Refused<'a>) -> ((&'a str, Status), Text) {
    let id = &refused.item.id;
    let (source, why) = reason(refused);
    (source, Text::new(format!("项目{id}不予补贴：{}。", why.zh), format!("Item {id} is not subsidised: {}.", why.en)))
}

fn reason<'a>(refused: &Refused<'a>) -> ((&'a str, Status), Text) {
    let Refused { pack, rules, entry, item, part, .. } = refused;
    let (claimed, submitted, completed) = (entry.application.claimed_on(), entry.application.submitted_on(), part.slice.completed_on);
    let year_basis = (rules.year_basis.source.as_str(), rules.year_basis.status);
    let bar = |bar: Bar| pack.bar(bar).map_or(year_basis, |rule| (rule.source.as_str(), rule.status));
    match refused.code {
        CutCode::Dishonest => (
            bar(Bar::DishonestInTerm),
            Text::new(
                format!("提交当日（{submitted}）企业在严重失信名单内"),
                format!("the enterprise was on the list of seriously dishonest subjects on the day of submission ({submitted})"),
            ),
        ),
        CutCode::OutsideVoucherYear => (
            year_basis,
            Text::new(
                format!("服务于{completed}完成，不在{claimed}申领的创新券的年度内"),
                format!("the service was completed on {completed}, outside the year of the voucher claimed on {claimed}"),
            ),
        ),
        CutCode::VoucherExpired => (
            year_basis,
            Text::new(
                format!("创新券于{claimed}申领，当年有效，{submitted}提交时已作废"),
                format!("the voucher claimed on {claimed} is valid in its year only and had lapsed on {submitted}"),
            ),
        ),
        CutCode::WindowClosed => window(rules, submitted, part.year, year_basis),
        CutCode::RelatedParty => (
            bar(Bar::RelatedParty),
            Text::new(
                format!("服务机构{}是企业的关联方", item.provider),
                format!("the provider {} is a related party of the enterprise", item.provider),
            ),
        ),
        CutCode::IneligibleItem => ineligible(pack, item),
        CutCode::DuplicateExpense => (
            bar(Bar::DuplicateExpense),
            Text::new(
                format!("发票{}第{}行的费用已经享受过补贴，没有余额", item.invoice, item.line),
                format!("invoice {}, line {} has been used for a subsidy; nothing of it is left", item.invoice, item.line),
            ),
        ),
        CutCode::NothingToSubsidise => (
            (&pack.choices.base.source, pack.choices.base.status),
            Text::new(
                "扣除红字、退款并受申请额、核定用量、合同余额限制后，基数为零",
                "after credit notes and refunds, and within what is asked, accepted and left of the contract, the base is zero",
            ),
        ),
        // The limits never refuse an item; what remains are the two answers of the predicates.
        _ => not_eligible(refused),
    }
}

fn window<'a>(rules: &'a TierRules, submitted: chrono::NaiveDate, year: i32, other: (&'a str, Status)) -> ((&'a str, Status), Text) {
    let Some(window) = &rules.filing_window else { return (other, CutCode::WindowClosed.title()) };
    let (from, to, next) = (window.value.from, window.value.to, year.saturating_add(1));
    (
        (&window.source, window.status),
        Text::new(
            format!("{year}年度的申报期为{next}-{from}至{next}-{to}，提交日为{submitted}"),
            format!("filing for {year} was open from {next}-{from} to {next}-{to}; it was submitted on {submitted}"),
        ),
    )
}

fn ineligible<'a>(pack: &'a Pack, item: &Item) -> ((&'a str, Status), Text) {
    let kinds = &pack.choices.eligible_kinds;
    if !kinds.value.contains(&item.kind) {
        let text = Text::new(
            format!("服务种类「{}」不在支持范围", item.kind.title().zh),
            format!("services of the kind {} are not supported", item.kind),
        );
        return ((&kinds.source, kinds.status), text);
    }
    let barred = item.flags.iter().find_map(|flag| {
        let bar = match flag {
            crate::policy::case::ItemFlag::StatutoryTest => Bar::StatutoryTest,
            crate::policy::case::ItemFlag::ProvincialProjectLastYear => Bar::ProvincialProjectLastYear,
        };
        pack.bar(bar)
    });
    match barred {
        Some(rule) => (
            (&rule.source, rule.status),
            Text::new(format!("不符合排除条款「{}」", rule.zh), format!("it fails the condition “{}”", rule.en)),
        ),
        None => ((&kinds.source, kinds.status), CutCode::IneligibleItem.title()),
    }
}

fn not_eligible<'a>(refused: &Refused<'a>) -> ((&'a str, Status), Text) {
    let dates = refused.pack.qualification_dates(refused.rules);
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for date in &dates.value {
        let day = screening::day_of(*date, refused.entry.application, &refused.part.slice);
        let verdict = eligibility::check(refused.rules, &refused.case.enterprise, &[], day);
        if verdict.answer == Answer::Yes {
            zh.push(format!("{day}符合条件"));
            en.push(format!("on {day} the conditions hold"));
            continue;
        }
        let failed_all = verdict.all_of.iter().filter(|finding| finding.answer != Answer::Yes);
        let none_of_any = verdict.any_of.iter().all(|finding| finding.answer != Answer::Yes);
        let failed: Vec<&Finding> = failed_all.chain(verdict.any_of.iter().filter(|_| none_of_any)).collect();
        let list = |lang: Lang| {
            let between = lang.pick("；", "; ");
            let open = lang.pick("（", " (");
            let close = lang.pick("）", ")");
            let one = |found: &&Finding| format!("{}{open}{}{close}", found.title.get(lang), found.why.get(lang));
            failed.iter().map(one).collect::<Vec<_>>().join(between)
        };
        zh.push(format!("{day}不符合：{}", list(Lang::Zh)));
        en.push(format!("on {day} not met: {}", list(Lang::En)));
    }
    zh.dedup();
    en.dedup();
    let source = refused.rules.all_of.iter().chain(&refused.rules.any_of).next().map_or(dates.source.as_str(), |first| &first.source);
    ((source, dates.status), Text::new(zh.join("，"), en.join(", ")))
}
