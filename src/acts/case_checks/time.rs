//! Days: of the service against the voucher's year, of qualifications against the days that count.

use chrono::NaiveDate;

use super::{Check, CheckKind, Looked, Verdict};
use crate::acts::case_facts::Dossier;
use crate::acts::enter_qualification::validity;
use crate::lang::{Lang, Text};
use crate::store::purchase::Purchase;
use crate::store::voucher::Voucher;

pub(super) fn dates(dossier: &Dossier, voucher: &Voucher) -> Vec<Check> {
    let year = voucher.year;
    let outside: Vec<&Purchase> = dossier
        .items
        .iter()
        .map(|(_, purchase)| purchase)
        .filter(|purchase| !in_year(purchase.service_from, year) || !in_year(purchase.service_to, year))
        .collect();
    if outside.is_empty() {
        return vec![Check::new(
            CheckKind::ServiceInYear,
            Verdict::Passed,
            Text::new(format!("服务期都在 {year} 年内"), format!("All services lie within {year}")),
            Text::same(voucher.number.clone()),
        )];
    }
    let row = |purchase: &Purchase| {
        let days = |lang: Lang| crate::calendar::date_range(purchase.service_from, purchase.service_to, lang);
        Check::new(
            CheckKind::ServiceInYear,
            Verdict::Note,
            Text::new(
                format!("账单 {} 的服务期超出券的年度 {year}", purchase.order_no),
                format!("The service of purchase {} reaches beyond the voucher's year {year}", purchase.order_no),
            ),
            Text::new(days(Lang::Zh), days(Lang::En)),
        )
    };
    outside.into_iter().map(row).collect()
}

fn in_year(day: NaiveDate, year: i64) -> bool {
    use chrono::Datelike as _;
    i64::from(day.year()) == year
}

/// Does each qualification hold on the days that the rules look at?
pub(super) fn qualifications(at: Looked<'_>) -> Vec<Check> {
    let claimed = at.voucher.map(|voucher| voucher.claimed_on);
    let ended = at.dossier.items.iter().map(|(_, purchase)| purchase.service_to).max();
    let mut found = Vec::new();
    for entry in at.dossier.qualifications.iter().filter(|entry| entry.state != "refused") {
        let holds = |day: Option<NaiveDate>| day.is_none_or(|day| entry.valid_from <= day && day <= entry.valid_to);
        let name = |lang: Lang| format!("{} {}", entry.kind.label(lang), entry.number).trim().to_owned();
        let (zh, en) = (name(Lang::Zh), name(Lang::En));
        let days = |lang: Lang| validity(entry.valid_from, entry.valid_to, lang);
        let evidence = Text::new(days(Lang::Zh), days(Lang::En));
        let (verdict, text) = if !holds(claimed) || !holds(ended) {
            (
                Verdict::Note,
                Text::new(
                    format!("{zh} 在领券日或服务结束日不在有效期内"),
                    format!("{en} does not hold on the day of the claim or at the end of service"),
                ),
            )
        } else if entry.state == "entered" {
            (Verdict::Note, Text::new(format!("{zh} 尚未核对"), format!("{en} is not decided yet")))
        } else {
            (
                Verdict::Passed,
                Text::new(format!("{zh} 在相关日期有效，已认可"), format!("{en} holds on the days that count and was accepted")),
            )
        };
        found.push(Check::new(CheckKind::QualificationHolds, verdict, text, evidence));
    }
    found
}
