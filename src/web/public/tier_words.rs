//! A level of the pack in words: its place, who may apply, until when. Every number comes from the
//! pack.

use crate::code::Tier;
use crate::lang::Lang;
use crate::policy::eligibility::Predicate;
use crate::policy::tier_rules::{TierRules, YearBasis};

/// The place whose money it is.
pub fn place(lang: Lang, tier: Tier) -> &'static str {
    match tier {
        Tier::Province => lang.pick("湖北省", "Hubei"),
        Tier::City => lang.pick("武汉市", "Wuhan"),
        Tier::District => lang.pick("东湖高新区", "East Lake"),
    }
}

/// Who may apply, as sentences: what must hold, then what of which one suffices.
pub fn who(lang: Lang, rules: &TierRules) -> Vec<String> {
    let titles = |predicates: &[Predicate]| predicates.iter().map(|one| one.title.get(lang).to_owned()).collect::<Vec<_>>();
    let mut lines = titles(&rules.all_of);
    match rules.any_of.as_slice() {
        [] => {}
        [only] => lines.push(only.title.get(lang).to_owned()),
        several => {
            lines.push(
                lang.pick(format!("符合其一：{}", titles(several).join("；")), format!("And one of: {}", titles(several).join("; "))),
            );
        }
    }
    lines
}

/// Until when one may apply for the year.
pub fn until(lang: Lang, rules: &TierRules, year: i32) -> String {
    let next = year.saturating_add(1);
    match (rules.year_basis.value, &rules.filing_window, &rules.voucher_grace_until) {
        (YearBasis::VoucherYear, _, None) => {
            lang.pick(format!("{year}年12月31日，逾期作废"), format!("31 December {year}, then it lapses"))
        }
        (YearBasis::VoucherYear, _, Some(grace)) => lang.pick(format!("{next}年 {}", grace.value), format!("{next}-{}", grace.value)),
        (YearBasis::ServiceCompleted, Some(window), _) => {
            let (from, to) = (window.value.from, window.value.to);
            lang.pick(format!("{next}年 {from} 至 {to} 申报"), format!("filed from {from} to {to} of {next}"))
        }
        (YearBasis::ServiceCompleted, None, _) => lang.pick(format!("{year}年内完成的服务"), format!("services completed in {year}")),
    }
}

/// A source names its document in Chinese; reasons stand as `中文 / english`.
pub fn source(lang: Lang, text: &str) -> String {
    match text.split_once(" / ") {
        Some((zh, en)) => lang.pick(zh, en).to_owned(),
        None => text.to_owned(),
    }
}
