//! The answer to the self-check: the pack's own predicates and evaluation over the five answers.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::check::{Answers, CheckOutcome, CheckResult, tier_name};
use super::{sample, tier_words};
use crate::calendar::start_of_day;
use crate::code::Tier;
use crate::ids::Uscc;
use crate::lang::Lang;
use crate::money::Fen;
use crate::party::qualification::{Qualification, QualificationKind};
use crate::policy::case::{Application, Case, Enterprise};
use crate::policy::eligibility::{Answer, Finding, Verdict, check};
use crate::policy::pack::Bar;
use crate::policy::{Pack, TierChoice, TierRules, evaluate};
use crate::web::parts::{Tag, Tone};

/// What the answers mean for every level of the pack.
pub fn result(lang: Lang, pack: &Pack, answers: &Answers) -> Option<CheckResult> {
    let enterprise = enterprise(answers)?;
    let barred = bar(lang, pack, answers);
    let unsure: &[QualificationKind] = if answers.unsure { QualificationKind::ALL } else { &[] };
    let mut outcomes = Vec::new();
    let (mut open, mut unclear) = (Vec::new(), false);
    for (tier, rules) in pack.tiers() {
        let verdict = check(rules, &enterprise, unsure, answers.today);
        let answer = if barred.is_some() { Answer::No } else { verdict.answer };
        if answer == Answer::Yes {
            open.push(tier_words::place(lang, tier));
        }
        unclear |= answer == Answer::Unknown;
        outcomes.push(CheckOutcome {
            tier: tier_name(lang, tier, answers.today),
            status: status(lang, answer),
            why: barred.clone().unwrap_or_else(|| why(lang, rules, &verdict)),
            amount: (answer == Answer::Yes).then(|| amount(pack, tier, &enterprise, answers)).flatten(),
        });
    }
    let (headline, next) = (headline(lang, &open, unclear), next(lang, &open, unclear));
    Some(CheckResult { headline, eligible: !open.is_empty(), outcomes, next })
}

fn headline(lang: Lang, open: &[&str], unclear: bool) -> String {
    let text = if !open.is_empty() {
        let places = open.join(lang.pick("、", ", "));
        return lang.pick(format!("您可以申请：{places}"), format!("You may apply for: {places}"));
    } else if unclear {
        lang.pick("还差一项信息，才能确定", "One fact is missing to be sure")
    } else {
        lang.pick("按现在的回答，暂时不能申请", "With these answers you cannot apply yet")
    };
    text.to_owned()
}

fn next(lang: Lang, open: &[&str], unclear: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if unclear {
        lines.push(lang.pick(
            "查一下资质证书和有效期，或上一年度销售收入，再回来试。",
            "Look up the certificates and their dates, or last year's sales, and come back.",
        ));
    }
    if !open.is_empty() {
        lines.push(
            lang.pick(
                "准备好合同、发票、银行回单和资质证明。",
                "Have contract, invoices, bank slips and proof of the qualifications ready.",
            ),
        );
        lines.push(lang.pick("请服务机构导入并确认您的账单。", "Ask the provider to bring in and confirm your bills."));
    }
    lines.into_iter().map(ToOwned::to_owned).collect()
}

fn status(lang: Lang, answer: Answer) -> Tag {
    match answer {
        Answer::Yes => Tag::new(Tone::Ok, lang.pick("可以申请", "You may apply")),
        Answer::Unknown => Tag::new(Tone::Warn, lang.pick("还不能确定", "Not sure yet")),
        Answer::No => Tag::new(Tone::Plain, lang.pick("不能申请", "Not open to you")),
    }
}

/// The condition that decides, with its source.
fn why(lang: Lang, rules: &TierRules, verdict: &Verdict) -> String {
    let said = |finding: &Finding| {
        let source = tier_words::source(lang, &finding.source);
        lang.pick(format!("{}（{source}）", finding.title.zh), format!("{} ({source})", finding.title.en))
    };
    let worst = verdict.all_of.iter().find(|finding| finding.answer == verdict.answer);
    match (verdict.answer, worst) {
        (Answer::Yes, _) => {
            let held = verdict.all_of.iter().chain(verdict.any_of.iter().find(|finding| finding.answer == Answer::Yes));
            let titles: Vec<&str> = held.map(|finding| finding.title.get(lang)).collect();
            lang.pick(format!("符合：{}。", titles.join("、")), format!("You meet: {}.", titles.join(", ")))
        }
        (Answer::No, Some(finding)) => lang.pick(format!("须满足：{}。", said(finding)), format!("Needed: {}.", said(finding))),
        (Answer::Unknown, Some(finding)) => {
            lang.pick(format!("尚不清楚：{}。", said(finding)), format!("Not known yet: {}.", said(finding)))
        }
        (Answer::Unknown, None) => {
            let open = verdict.any_of.iter().find(|finding| finding.answer == Answer::Unknown);
            open.map(|finding| lang.pick(format!("尚不清楚：{}。", said(finding)), format!("Not known yet: {}.", said(finding))))
                .unwrap_or_default()
        }
        (Answer::No, None) => {
            let titles: Vec<&str> = rules.any_of.iter().map(|one| one.title.get(lang)).collect();
            lang.pick(format!("须符合其一：{}。", titles.join("；")), format!("One of these is needed: {}.", titles.join("; ")))
        }
    }
}

/// The exclusion that the answers meet, in the pack's words.
fn bar(lang: Lang, pack: &Pack, answers: &Answers) -> Option<String> {
    let asked = [(answers.dishonest, Bar::DishonestInTerm), (answers.related, Bar::RelatedParty)];
    let rule = asked.into_iter().filter(|(applies, _)| *applies).find_map(|(_, bar)| pack.bar(bar))?;
    let source = tier_words::source(lang, &rule.source);
    Some(lang.pick(format!("须满足：{}（{source}）。", rule.zh), format!("Needed: {} ({source}).", rule.en)))
}

fn enterprise(answers: &Answers) -> Option<Enterprise> {
    let held = |kind: &QualificationKind| Qualification {
        kind: *kind,
        number: None,
        valid_from: first_day(answers.today),
        valid_to: last_day(answers.today),
        prior_year_sales: answers.sales,
        carrier_kind: None,
        carrier_level: answers.carrier_level.filter(|_| *kind == QualificationKind::Incubatee),
    };
    Some(Enterprise {
        uscc: Uscc::from_body("91420100MA4KWLXX6")?,
        registered_in: answers.place.registered_in().iter().map(|&place| place.to_owned()).collect(),
        qualifications: answers.held.iter().map(held).collect(),
        dishonesty: Vec::new(),
        related_parties: Vec::new(),
    })
}

/// About what the level grants for the spend, before anything else of the year.
fn amount(pack: &Pack, tier: Tier, enterprise: &Enterprise, answers: &Answers) -> Option<Fen> {
    let spend = answers.spend.filter(|spend| spend.is_positive())?;
    let item = sample::item(answers.today, answers.today, None, None, (spend, spend))?;
    let case = Case {
        enterprise: enterprise.clone(),
        budget_left: BTreeMap::from([(tier, Fen::new(Fen::MAX_ABS))]),
        already_granted: Vec::new(),
        applications: vec![Application {
            id: "check".into(),
            submitted_at: start_of_day(answers.today),
            voucher_claimed_on: Some(answers.today),
            tier: TierChoice::Named(tier),
            items: vec![item],
        }],
        corrections: Vec::new(),
    };
    evaluate(pack, &case).applications.first().map(|result| result.total).filter(|total| total.is_positive())
}

fn first_day(today: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today)
}

fn last_day(today: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(today.year(), 12, 31).unwrap_or(today)
}
