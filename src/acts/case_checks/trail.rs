//! What invoices, payments and contracts say about one another: amounts, red letters, splits, days.

use chrono::{Datelike, NaiveDate};

use super::{Check, CheckKind, Verdict};
use crate::acts::Outcome;
use crate::acts::case_facts::{Dossier, invoice_key};
use crate::calendar::{date_range, full_date};
use crate::ids::{ItemId, tail};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::paper::PaperField;
use crate::payout::recovery::TaskState;
use crate::policy::evidence::{Issued, rules};
use crate::store::application::Material;
use crate::store::voucher::Voucher;
use crate::store::{self, Db};

/// Invoice and payment of each purchase against what the provider accepted.
pub(super) fn amounts(dossier: &Dossier) -> Vec<Check> {
    let (mut found, mut right) = (Vec::new(), 0_usize);
    for (item, purchase) in &dossier.items {
        let accepted = Dossier::accepted_usage(item, purchase);
        let (invoiced, paid) = (stated(dossier, "invoice", item.id), stated(dossier, "payment", item.id));
        let differs = |amount: Option<Fen>| amount.is_some_and(|amount| !rules().agree(amount, accepted));
        if !differs(invoiced) && !differs(paid) {
            right += 1;
            continue;
        }
        let shown = |amount: Option<Fen>| amount.unwrap_or(Fen::ZERO).display();
        found.push(Check::new(
            CheckKind::AmountsAgree,
            Verdict::Note,
            Text::new(
                format!("账单 {} 的发票、付款与验收用量不一致", purchase.order_no),
                format!("Invoice, payment and accepted usage of purchase {} differ", purchase.order_no),
            ),
            Text::new(
                format!("发票 {}，付款 {}，验收 {}", shown(invoiced), shown(paid), accepted.display()),
                format!("invoice {}, payment {}, accepted {}", shown(invoiced), shown(paid), accepted.display()),
            ),
        ));
    }
    if right > 0 {
        found.push(Check::new(
            CheckKind::AmountsAgree,
            Verdict::Passed,
            Text::new(
                format!("{right} 笔账单的发票、付款与验收用量一致"),
                format!("Invoice, payment and accepted usage agree for {right} purchases"),
            ),
            Text::new(
                format!("相差不超过 {}", Fen::new(rules().tolerance_fen.value).display()),
                format!("they differ by at most {}", Fen::new(rules().tolerance_fen.value).display()),
            ),
        ));
    }
    found
}

/// What the papers of a kind state for a purchase: a paper that covers it alone with its whole amount,
/// also where the purchase takes less of it.
fn stated(dossier: &Dossier, kind: &str, item: ItemId) -> Option<Fen> {
    let mut found = None;
    for paper in dossier.papers(kind, item) {
        let parts = dossier.parts_of(paper);
        let amount = match parts.as_slice() {
            [_] => paper.amount_fen,
            parts => parts.iter().filter(|(of, _)| *of == item).map(|(_, part)| *part).sum(),
        };
        *found.get_or_insert(Fen::ZERO) += amount;
    }
    found
}

/// Red letters that name an invoice of the application, filed by anybody.
pub(super) fn red_letters(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let (mut found, mut clean) = (Vec::new(), 0_usize);
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "invoice") {
        let key = tail(&invoice_key(&paper.code, &paper.number));
        let names = [paper.number.clone(), format!("{}{}", paper.code, paper.number), invoice_key(&paper.code, &paper.number)];
        let reds = store::paper::papers_saying(db, PaperField::RedOf, &names)?;
        let (verdict, text) = match (reds.is_empty(), paper.minus_fen.is_positive()) {
            (true, false) => {
                clean += 1;
                continue;
            }
            (false, false) => (
                Verdict::Explain,
                Text::new(
                    format!("发票 {key} 有红字发票，但没有填写冲红金额"),
                    format!("A red letter takes invoice {key} back, but no red amount is entered"),
                ),
            ),
            (_, true) => (
                Verdict::Note,
                Text::new(
                    format!("发票 {key} 已冲红 {}", paper.minus_fen.display()),
                    format!("Red letters of {} take part of invoice {key} back", paper.minus_fen.display()),
                ),
            ),
        };
        let others = reds.iter().map(|(number, _)| number.as_str()).collect::<Vec<_>>().join("、");
        let mut check = Check::new(CheckKind::RedLetterKnown, verdict, text, Text::same(others));
        check.other = reds.into_iter().map(|(number, _)| number).find(|number| *number != dossier.application.number);
        found.push(check);
    }
    for task in store::recovery::of_application(db, dossier.application.id)? {
        let (end, amount) = (tail(&task.number), task.red_fen.display());
        let verdict = if task.state == TaskState::Open { Verdict::Explain } else { Verdict::Note };
        let text =
            Text::new(format!("复审后收到红字发票 {end}，{amount}"), format!("A red letter {end} of {amount} came after the final review"));
        let label = |lang: Lang| format!("{} {}", task.state.label(lang), task.note).trim().to_owned();
        found.push(Check::new(CheckKind::RedLetterKnown, verdict, text, Text::new(label(Lang::Zh), label(Lang::En))));
    }
    if clean > 0 {
        let text = Text::new(format!("{clean} 张发票没有已知的红字"), format!("No red letter is known of {clean} invoices"));
        found.push(Check::new(CheckKind::RedLetterKnown, Verdict::Passed, text, Text::default()));
    }
    Ok(found)
}

/// Invoices of one provider and day that stay just below a threshold, over all applications of the
/// enterprise that live.
pub(super) fn splits(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let own: Vec<String> =
        dossier.materials.iter().filter(|paper| paper.kind == "invoice").map(|paper| invoice_key(&paper.code, &paper.number)).collect();
    let issued: Vec<Issued> = store::material::invoices_of(db, dossier.enterprise.id)?
        .into_iter()
        .filter(|one| one.state.holds_purchases())
        .filter_map(|one| {
            Some(Issued {
                key: invoice_key(&one.code, &one.number),
                seller: one.provider,
                on: one.dated_on?,
                net: one.amount_fen - one.tax_fen,
            })
        })
        .collect();
    let found: Vec<Check> = rules()
        .splits(&issued)
        .into_iter()
        .filter(|split| split.keys.iter().any(|key| own.contains(key)))
        .map(|split| {
            let keys = split.keys.iter().map(|key| tail(key)).collect::<Vec<_>>().join("、");
            let (count, limit) = (split.keys.len(), split.threshold.display());
            Check::new(
                CheckKind::InvoiceSplit,
                Verdict::Explain,
                Text::new(
                    format!("{} 同日开出 {count} 张略低于 {limit} 的发票", split.seller),
                    format!("{} issued {count} invoices just below {limit} on one day", split.seller),
                ),
                Text::new(format!("{}：{keys}", full_date(split.on, Lang::Zh)), format!("{}: {keys}", full_date(split.on, Lang::En))),
            )
        })
        .collect();
    if found.is_empty() && !own.is_empty() {
        let text = Text::new("没有分拆开票的迹象", "Nothing looks like a split invoice");
        return Ok(vec![Check::new(CheckKind::InvoiceSplit, Verdict::Passed, text, Text::default())]);
    }
    Ok(found)
}

/// The services lie within the contracts that stand for them.
pub(super) fn contract_dates(dossier: &Dossier) -> Vec<Check> {
    let day = |paper: &Material, field| dossier.fact(paper.id, field).and_then(|fact| fact.value.parse::<NaiveDate>().ok());
    let (mut found, mut right) = (Vec::new(), 0_usize);
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "contract") {
        let (Some(from), Some(to)) = (day(paper, PaperField::ContractFrom), day(paper, PaperField::ContractTo)) else { continue };
        let covered = dossier.parts_of(paper);
        for (_, purchase) in dossier.items.iter().filter(|(item, _)| covered.iter().any(|(id, _)| *id == item.id)) {
            if from <= purchase.service_from && purchase.service_to <= to {
                right += 1;
                continue;
            }
            let term = |lang: Lang| {
                let (service, contract) = (date_range(purchase.service_from, purchase.service_to, lang), date_range(from, to, lang));
                lang.pick(format!("服务 {service}，合同 {contract}"), format!("service {service}, contract {contract}"))
            };
            found.push(Check::new(
                CheckKind::ContractDates,
                Verdict::Explain,
                Text::new(
                    format!("账单 {} 的服务期超出合同期限", purchase.order_no),
                    format!("The service of purchase {} reaches beyond its contract", purchase.order_no),
                ),
                Text::new(term(Lang::Zh), term(Lang::En)),
            ));
        }
    }
    if right > 0 {
        let text = Text::new(
            format!("{right} 笔账单的服务期在合同期限内"),
            format!("The services of {right} purchases lie within their contracts"),
        );
        found.push(Check::new(CheckKind::ContractDates, Verdict::Passed, text, Text::default()));
    }
    found
}

/// Invoices and payments of another year than the voucher's.
pub(super) fn paper_dates(dossier: &Dossier, voucher: &Voucher) -> Vec<Check> {
    let dated = dossier.materials.iter().filter(|paper| paper.kind == "invoice" || paper.kind == "payment");
    let outside: Vec<(&Material, NaiveDate)> =
        dated.filter_map(|paper| Some((paper, paper.dated_on?))).filter(|(_, day)| i64::from(day.year()) != voucher.year).collect();
    if outside.is_empty() {
        let text = Text::new(format!("发票与付款都在 {} 年内", voucher.year), format!("Invoices and payments are of {}", voucher.year));
        return vec![Check::new(CheckKind::PaperDates, Verdict::Passed, text, Text::default())];
    }
    let row = |(paper, day): (&Material, NaiveDate)| {
        let text = Text::new(
            format!("{} 的日期不在券的年度 {}", paper.file_name, voucher.year),
            format!("{} is not of the voucher's year {}", paper.file_name, voucher.year),
        );
        Check::new(CheckKind::PaperDates, Verdict::Note, text, Text::new(full_date(day, Lang::Zh), full_date(day, Lang::En)))
    };
    outside.into_iter().map(row).collect()
}
