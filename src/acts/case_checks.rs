//! What the system looks at in a case before a person does: each check with what it stands on. The
//! review page shows them all; the final review passes over none that must be explained.

use chrono::NaiveDate;

use super::case_facts::{Dossier, invoice_key};
use super::choose_purchases::not_claimable;
use super::enter_qualification::validity;
use super::register_checks::register_checks;
use super::{Db, Outcome};
use crate::calendar::full_date;
use crate::ids::{ItemId, tail};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::policy::case::{Case, Item as CaseItem};
use crate::store;
use crate::store::application::{Application, Item, Material};
use crate::store::bank::BankAccount;
use crate::store::purchase::Purchase;
use crate::store::voucher::Voucher;

/// How a check ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    /// Correct, but worth knowing.
    Note,
    /// Somebody must look and say why it may pass.
    Explain,
}

/// One check of a case.
#[derive(Clone, Debug)]
pub struct Check {
    pub verdict: Verdict,
    pub text: Text,
    pub evidence: Text,
    /// The number of another application that it concerns.
    pub other: Option<String>,
}

impl Check {
    pub(super) fn new(verdict: Verdict, text: Text, evidence: Text) -> Check {
        Check { verdict, text, evidence, other: None }
    }
}

/// What the checks look at.
#[derive(Clone, Copy, Debug)]
pub struct Looked<'a> {
    pub dossier: &'a Dossier,
    /// The case as it was evaluated last; without it nothing is said of which figure counts.
    pub case: Option<&'a Case>,
    pub voucher: Option<&'a Voucher>,
    pub bank: Option<&'a BankAccount>,
}

/// All checks, in the order a reviewer reads them.
///
/// # Errors
/// A fault of the database.
pub fn checks(db: &mut Db, at: Looked<'_>, today: NaiveDate) -> Outcome<Vec<Check>> {
    let mut found = vec![buyer(at.dossier)];
    found.extend(papers(at.dossier));
    found.extend(statements(at.dossier));
    for (item, purchase) in &at.dossier.items {
        found.extend(at.case.and_then(|case| least(case, item, purchase)));
    }
    found.extend(invoices(db, at.dossier)?);
    found.extend(contract_room(db, at.dossier)?);
    found.extend(at.voucher.map(|voucher| dates(at.dossier, voucher)).unwrap_or_default());
    found.extend(qualifications(at));
    found.push(bank(db, at.bank)?);
    found.push(related(db, at.dossier)?);
    found.push(register(db, at.dossier, today)?);
    found.extend(register_checks(db, at.dossier.application.enterprise_id)?);
    Ok(found)
}

/// The checks of an application that somebody must explain before it passes.
///
/// # Errors
/// A fault of the database.
pub fn to_explain(db: &mut Db, application: &Application, today: NaiveDate) -> Outcome<Vec<Check>> {
    let dossier = Dossier::load(db, application.clone())?;
    let bank = paid_to(db, application)?;
    let mut found = checks(db, Looked { dossier: &dossier, case: None, voucher: None, bank: bank.as_ref() }, today)?;
    found.retain(|check| check.verdict == Verdict::Explain);
    Ok(found)
}

/// The account named in an application, else the enterprise's active one.
///
/// # Errors
/// A fault of the database.
pub fn paid_to(db: &mut Db, application: &Application) -> Outcome<Option<BankAccount>> {
    Ok(match application.bank_account_id {
        Some(account) => store::bank::find(db, account)?,
        None => store::bank::active(db, application.enterprise_id)?,
    })
}

fn buyer(dossier: &Dossier) -> Check {
    let uscc = &dossier.enterprise.uscc;
    let other = dossier.items.iter().find(|(_, purchase)| purchase.enterprise_uscc != *uscc);
    match other {
        None => Check::new(
            Verdict::Passed,
            Text::new("账单的购买方与申请企业一致", "The buyer of every purchase is the applicant"),
            Text::same(uscc.clone()),
        ),
        Some((_, purchase)) => Check::new(
            Verdict::Explain,
            Text::new(
                format!("账单 {} 的购买方不是申请企业", purchase.order_no),
                format!("The buyer of purchase {} is not the applicant", purchase.order_no),
            ),
            Text::same(format!("{} ≠ {uscc}", purchase.enterprise_uscc)),
        ),
    }
}

/// A metered purchase stays claimable: a red letter, a refund or a reversal after submission is seen
/// by the reviewer before anything is granted.
fn statements(dossier: &Dossier) -> Vec<Check> {
    let metered: Vec<&Purchase> = dossier.items.iter().map(|(_, purchase)| purchase).filter(|purchase| purchase.is_metered()).collect();
    let spoilt: Vec<Check> = metered
        .iter()
        .filter_map(|purchase| not_claimable(purchase))
        .map(|why| {
            let text = Text::new("计量账单现在不可申请", "A metered purchase is not claimable now");
            Check::new(Verdict::Explain, text, why)
        })
        .collect();
    if metered.is_empty() || !spoilt.is_empty() {
        return spoilt;
    }
    vec![Check::new(
        Verdict::Passed,
        Text::new("计量账单的对账单均已确认、付清并核对一致", "The statements of all metered purchases are confirmed, paid and reconciled"),
        Text::same(metered.iter().map(|purchase| purchase.order_no.as_str()).collect::<Vec<_>>().join("、")),
    )]
}

/// Every purchase needs a contract, an invoice and a payment (policy.md §3, material list).
fn papers(dossier: &Dossier) -> Vec<Check> {
    let kinds = [("contract", "合同", "a contract"), ("invoice", "发票", "an invoice"), ("payment", "付款凭证", "a proof of payment")];
    let mut missing = Vec::new();
    for (item, purchase) in &dossier.items {
        for (kind, zh, en) in kinds {
            if dossier.papers(kind, item.id).next().is_none() {
                missing.push(Check::new(
                    Verdict::Explain,
                    Text::new(format!("账单 {} 没有对应的{zh}", purchase.order_no), format!("Purchase {} lacks {en}", purchase.order_no)),
                    Text::default(),
                ));
            }
        }
    }
    if missing.is_empty() {
        missing.push(Check::new(
            Verdict::Passed,
            Text::new("每条账单都有合同、发票和付款凭证", "Every purchase has a contract, an invoice and a proof of payment"),
            Text::default(),
        ));
    }
    missing
}

/// Which of the figures is the least, and so counts.
fn least(case: &Case, item: &Item, purchase: &Purchase) -> Option<Check> {
    let facts = case_item(case, item.id)?;
    let invoiced = facts.invoiced - facts.red_letter;
    let mut figures = vec![
        (invoiced, "发票（已扣红字）", "invoice less credit notes"),
        (facts.paid - facts.refunded, "实付（已扣退款）", "payment less refunds"),
    ];
    figures.extend(facts.accepted_usage.map(|amount| (amount, "验收用量", "accepted usage")));
    figures.extend(facts.contract_left.map(|amount| (amount, "合同金额", "contract")));
    figures.extend(facts.asked.map(|amount| (amount, "核减后的申请额", "amount asked for")));
    let (amount, zh, en) = figures.into_iter().min_by_key(|(amount, _, _)| *amount)?;
    let order = &purchase.order_no;
    let shown = amount.display();
    Some(if amount == invoiced {
        Check::new(
            Verdict::Passed,
            Text::new(format!("账单 {order} 按发票 {shown} 核定"), format!("Purchase {order} counts with its invoice, {shown}")),
            Text::new("其他各项都不低于发票", "no other figure is lower"),
        )
    } else {
        Check::new(
            Verdict::Note,
            Text::new(
                format!("账单 {order} 的{zh} {shown} 少于发票 {}，按前者核定", invoiced.display()),
                format!("Purchase {order}: {en}, {shown}, is less than the invoice's {} and counts", invoiced.display()),
            ),
            Text::new("孰低原则", "The least counts"),
        )
    })
}

/// The facts of an item as they were evaluated last.
fn case_item(case: &Case, item: ItemId) -> Option<&CaseItem> {
    let id = format!("{item:08}");
    let number = item.get();
    let items = case.applications.iter().flat_map(|application| &application.items);
    items.into_iter().find(|known| known.id == id || known.id.parse() == Ok(number))
}

/// Living applications that use the same paper: number, whether another enterprise's, its part.
fn also_in(db: &mut Db, own: &Application, paper: &Material) -> Outcome<Vec<(String, bool, Fen)>> {
    let mut others = Vec::new();
    for (number, house, state, id) in store::material::same_paper_elsewhere(db, paper)? {
        if state.holds_purchases() {
            let part = store::application::allocations(db, &[id])?.iter().map(|part| part.amount_fen).sum();
            others.push((number, house != own.enterprise_id, part));
        }
    }
    Ok(others)
}

fn invoices(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let mut found = Vec::new();
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "invoice") {
        let key = tail(&invoice_key(&paper.code, &paper.number));
        let others = also_in(db, &dossier.application, paper)?;
        let Some((number, foreign, _)) = others.first().cloned() else {
            found.push(Check::new(
                Verdict::Passed,
                Text::new(format!("发票 {key} 未在其他申请中使用"), format!("Invoice {key} stands in no other application")),
                Text::same(paper.amount_fen.display()),
            ));
            continue;
        };
        let mine: Fen = dossier.parts_of(paper).into_iter().map(|(_, part)| part).sum();
        let used: Fen = mine + others.iter().map(|(_, _, part)| *part).sum::<Fen>();
        let bad = foreign || used > paper.amount_fen;
        let mut check = Check::new(
            if bad { Verdict::Explain } else { Verdict::Note },
            Text::new(
                format!("发票 {key} 也用于申请 {number}{}", if foreign { "（另一家企业）" } else { "" }),
                format!("Invoice {key} also stands in {number}{}", if foreign { " of another enterprise" } else { "" }),
            ),
            Text::new(
                format!("票面 {}，共使用 {}", paper.amount_fen.display(), used.display()),
                format!("invoice {}, used {} in all", paper.amount_fen.display(), used.display()),
            ),
        );
        check.other = Some(number);
        found.push(check);
    }
    Ok(found)
}

/// Contract room: the parts of one contract in all applications stay within its amount.
fn contract_room(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let mut found = Vec::new();
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "contract") {
        let mine: Fen = dossier.parts_of(paper).into_iter().map(|(_, part)| part).sum();
        let others: Fen = if paper.number.is_empty() {
            Fen::ZERO
        } else {
            also_in(db, &dossier.application, paper)?.into_iter().filter(|(_, foreign, _)| !foreign).map(|(_, _, part)| part).sum()
        };
        let left = paper.amount_fen - others;
        let evidence = Text::new(
            format!("合同 {}，其他申请已用 {}，本次 {}", paper.amount_fen.display(), others.display(), mine.display()),
            format!("contract {}, used elsewhere {}, here {}", paper.amount_fen.display(), others.display(), mine.display()),
        );
        let name = if paper.number.is_empty() { &paper.file_name } else { &paper.number };
        found.push(if mine <= left {
            Check::new(Verdict::Passed, Text::new(format!("合同 {name} 余额足够"), format!("Contract {name} has room")), evidence)
        } else {
            Check::new(
                Verdict::Explain,
                Text::new(format!("合同 {name} 余额不足"), format!("Contract {name} has too little room")),
                evidence,
            )
        });
    }
    Ok(found)
}

fn dates(dossier: &Dossier, voucher: &Voucher) -> Vec<Check> {
    let year = voucher.year;
    let outside: Vec<&Purchase> = dossier
        .items
        .iter()
        .map(|(_, purchase)| purchase)
        .filter(|purchase| !in_year(purchase.service_from, year) || !in_year(purchase.service_to, year))
        .collect();
    if outside.is_empty() {
        return vec![Check::new(
            Verdict::Passed,
            Text::new(format!("服务期都在 {year} 年内"), format!("All services lie within {year}")),
            Text::same(voucher.number.clone()),
        )];
    }
    let row = |purchase: &Purchase| {
        let days = |lang: Lang| crate::calendar::date_range(purchase.service_from, purchase.service_to, lang);
        Check::new(
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
fn qualifications(at: Looked<'_>) -> Vec<Check> {
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
        found.push(Check::new(verdict, text, evidence));
    }
    found
}

fn bank(db: &mut Db, account: Option<&BankAccount>) -> Outcome<Check> {
    let Some(account) = account else {
        return Ok(Check::new(Verdict::Explain, Text::new("没有收款账户", "There is no bank account"), Text::default()));
    };
    let shared = store::bank::others_with(db, account)?;
    let number = tail(&account.account_no);
    let evidence = Text::same(format!("{} {number}", account.bank_name));
    Ok(if shared.is_empty() {
        Check::new(Verdict::Passed, Text::new("收款账户只有本企业使用", "No other enterprise uses the bank account"), evidence)
    } else {
        let names = shared.join("、");
        Check::new(
            Verdict::Explain,
            Text::new(format!("与 {names} 使用同一收款账户"), format!("Shares its bank account with {names}")),
            evidence,
        )
    })
}

fn related(db: &mut Db, dossier: &Dossier) -> Outcome<Check> {
    let tied = store::qualification::related_usccs(db, dossier.application.enterprise_id)?;
    for (_, purchase) in &dossier.items {
        let Some(provider) = store::purchase::provider(db, purchase.provider_id)? else { continue };
        if tied.contains(&provider.uscc) {
            return Ok(Check::new(
                Verdict::Explain,
                Text::new(
                    format!("与服务机构 {} 有登记的关联关系", provider.name),
                    format!("Tied to the provider {} by a recorded relation", provider.name),
                ),
                Text::new(format!("账单 {} 不予补贴", purchase.order_no), format!("purchase {} is not subsidised", purchase.order_no)),
            ));
        }
    }
    Ok(Check::new(Verdict::Passed, Text::new("与服务机构没有登记的关联关系", "No recorded relation to the providers"), Text::default()))
}

fn register(db: &mut Db, dossier: &Dossier, today: NaiveDate) -> Outcome<Check> {
    let records = store::qualification::dishonesty_of(db, &dossier.enterprise.uscc)?;
    let listed = records.iter().find(|record| record.from_day <= today && record.to_day.is_none_or(|to| today <= to));
    Ok(match (listed, records.last()) {
        (Some(record), _) => Check::new(
            Verdict::Explain,
            Text::new("在失信登记簿中，今天有效", "On the register of dishonest subjects today"),
            Text::same(record.source.clone()),
        ),
        (None, Some(record)) => Check::new(
            Verdict::Note,
            Text::new("曾在失信登记簿中，今天已不在", "Was on the register of dishonest subjects, not today"),
            Text::new(
                format!("自 {} 起，{}", full_date(record.from_day, Lang::Zh), record.source),
                format!("from {}, {}", full_date(record.from_day, Lang::En), record.source),
            ),
        ),
        (None, None) => {
            Check::new(Verdict::Passed, Text::new("失信登记簿中没有记录", "Not on the register of dishonest subjects"), Text::default())
        }
    })
}
