//! The example beside the title of the home: a fixed case, computed by the rules in force, so that
//! its numbers are true.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::tier_words::source;
use crate::calendar::start_of_day;
use crate::code::{CutCode, Tier};
use crate::ids::Uscc;
use crate::lang::Lang;
use crate::money::Fen;
use crate::party::qualification::{Qualification, QualificationKind};
use crate::policy::case::{AlreadyGranted, Application, Case, Enterprise, Item, ItemKind, ONLY_LINE};
use crate::policy::{Grant, Pack, TierChoice, evaluate};
use crate::web::parts::{Meter, SheetRow, SheetView};

const INVOICED: Fen = Fen::yuan(180_000);
const PAID: Fen = Fen::yuan(150_000);
const ACCEPTED: Fen = Fen::yuan(160_000);
const CONTRACT_LEFT: Fen = Fen::yuan(200_000);

/// A firm that used most of its cap pays 150,000 yuan of a bill: the sheet of the pack's first
/// level. `None` where the pack grants such a firm nothing.
pub fn sheet(lang: Lang, pack: &Pack, year: i32) -> Option<SheetView> {
    let (tier, rules) = pack.tiers().next()?;
    let cap = rules.cap.as_ref().map(|cap| cap.value);
    let case = case(tier, cap, year)?;
    let evaluation = evaluate(pack, &case);
    let grant = evaluation.applications.first()?.grants.iter().find(|grant| grant.tier == tier && grant.amount.is_positive())?;
    let rate = rules.rate.value.percent();
    let mut rows = base_rows(lang, grant);
    rows.push(SheetRow::rate(lang.pick("× 补贴比例", "× rate"), rate.clone(), source(lang, &rules.rate.source)));
    rows.push(SheetRow::raw(lang.pick("= 计算额", "= computed"), grant.raw, ""));
    for cut in &grant.cuts {
        let amount = cut.amount.unwrap_or(Fen::ZERO);
        if cut.code == CutCode::CapReached && amount.is_positive() {
            rows.push(SheetRow::cut(lang.pick("− 年度上限调减", "− cut by the yearly cap"), amount, cap_source(lang, cap, grant)));
        }
    }
    let mut view = SheetView::new(lang, format!("{} {rate}", tier.title().get(lang)), rows, grant.amount);
    view.meter = cap.map(|cap| meter(lang, cap, grant));
    Some(view)
}

fn base_rows(lang: Lang, grant: &Grant) -> Vec<SheetRow> {
    let amounts = [
        (lang.pick("发票（已扣红字）", "Invoiced, less credit notes"), INVOICED, lang.pick("发票", "invoice")),
        (lang.pick("实付（已扣退款）", "Paid, less refunds"), PAID, lang.pick("银行回单", "bank slip")),
        (lang.pick("验收用量", "Accepted usage"), ACCEPTED, lang.pick("对账单", "statement")),
        (lang.pick("合同余额", "Left on the contract"), CONTRACT_LEFT, lang.pick("合同", "contract")),
    ];
    let row = |(label, amount, paper): (&str, Fen, &str)| {
        let row = SheetRow::base(label, amount, paper);
        if amount == grant.base { row.used() } else { row }
    };
    amounts.into_iter().map(row).collect()
}

fn cap_source(lang: Lang, cap: Option<Fen>, grant: &Grant) -> String {
    let (Some(cap), Some(left)) = (cap, grant.room.cap) else { return String::new() };
    let used = (cap - left).display();
    lang.pick(format!("上限 {} · 已用 {used}", cap.display()), format!("cap {}, used {used}", cap.display()))
}

fn meter(lang: Lang, cap: Fen, grant: &Grant) -> Meter {
    let used = grant.room.cap.map_or(Fen::ZERO, |left| cap - left) + grant.amount;
    let text =
        lang.pick(format!("本年度 {} / {}", used.display(), cap.display()), format!("This year {} of {}", used.display(), cap.display()));
    Meter::new(used.percent_of(cap), text)
}

fn case(tier: Tier, cap: Option<Fen>, year: i32) -> Option<Case> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let holds = |kind| -> Option<Qualification> {
        Some(Qualification {
            kind,
            number: None,
            valid_from: day(1, 1)?,
            valid_to: day(12, 31)?,
            prior_year_sales: Some(Fen::yuan(50_000_000)),
            carrier_kind: None,
            carrier_level: None,
        })
    };
    // All but the last 20,000 yuan of the cap is used, so that the sheet shows a cut.
    let used = cap.map(|cap| (cap - Fen::yuan(20_000)).or_zero()).filter(|used| used.is_positive());
    let already = used.map(|amount| AlreadyGranted { tier, year, amount, invoice: None, line: None });
    Some(Case {
        enterprise: Enterprise {
            uscc: Uscc::from_body("91420100MA4KWLXX6")?,
            registered_in: ["hubei", "wuhan"].map(ToOwned::to_owned).to_vec(),
            qualifications: [QualificationKind::TechSme, QualificationKind::Hightech].into_iter().map(holds).collect::<Option<_>>()?,
            dishonesty: Vec::new(),
            related_parties: Vec::new(),
        },
        budget_left: BTreeMap::from([(tier, Fen::yuan(100_000_000))]),
        already_granted: already.into_iter().collect(),
        applications: vec![Application {
            id: "sample".into(),
            submitted_at: start_of_day(day(3, 2)?),
            voucher_claimed_on: day(1, 5),
            tier: TierChoice::Named(tier),
            items: vec![item(day(1, 5)?, day(2, 28)?, Some(ACCEPTED), Some(CONTRACT_LEFT), (INVOICED, PAID))?],
        }],
        corrections: Vec::new(),
    })
}

/// A compute purchase from a provider that is no relation.
pub(super) fn item(
    service_from: NaiveDate,
    service_to: NaiveDate,
    accepted_usage: Option<Fen>,
    contract_left: Option<Fen>,
    (invoiced, paid): (Fen, Fen),
) -> Option<Item> {
    Some(Item {
        id: "1".into(),
        provider: Uscc::from_body("91420100MA4F0AAA1")?,
        kind: ItemKind::Compute,
        invoice: "sample".into(),
        line: ONLY_LINE.into(),
        service_from,
        service_to,
        invoiced,
        red_letter: Fen::ZERO,
        tax: Fen::ZERO,
        paid,
        refunded: Fen::ZERO,
        asked: None,
        contract_left,
        accepted_usage,
        flags: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::shipped;

    #[test]
    fn the_example_on_the_home_is_computed_and_shows_the_cut() {
        let view = sheet(Lang::Zh, shipped::default_pack(), 2026).unwrap();
        assert_eq!(view.total, Fen::yuan(20_000));
        let html = view.to_string();
        assert!(html.contains("¥45,000.00") && html.contains("−¥25,000.00"), "{html}");
    }

    #[test]
    fn every_shipped_pack_has_an_example_or_none_but_never_a_zero() {
        for pack in shipped::all() {
            if let Some(view) = sheet(Lang::En, pack, 2026) {
                assert!(view.total.is_positive(), "{}", pack.id);
            }
        }
    }
}
