//! Which figure counts, and where the money goes.

use super::{Check, CheckKind, Verdict};
use crate::acts::Outcome;
use crate::ids::{ItemId, tail};
use crate::lang::Text;
use crate::policy::case::{Case, Item as CaseItem};
use crate::store::application::Item;
use crate::store::bank::BankAccount;
use crate::store::purchase::Purchase;
use crate::store::{self, Db};

/// Which of the figures is the least, and so counts.
pub(super) fn least(case: &Case, item: &Item, purchase: &Purchase) -> Option<Check> {
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
            CheckKind::BaseBoundBy,
            Verdict::Passed,
            Text::new(format!("账单 {order} 按发票 {shown} 核定"), format!("Purchase {order} counts with its invoice, {shown}")),
            Text::new("其他各项都不低于发票", "no other figure is lower"),
        )
    } else {
        Check::new(
            CheckKind::BaseBoundBy,
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

pub(super) fn bank(db: &mut Db, account: Option<&BankAccount>) -> Outcome<Check> {
    let Some(account) = account else {
        return Ok(Check::new(
            CheckKind::BankAccountOwn,
            Verdict::Explain,
            Text::new("没有收款账户", "There is no bank account"),
            Text::default(),
        ));
    };
    let shared = store::bank::others_with(db, account)?;
    let number = tail(&account.account_no);
    let evidence = Text::same(format!("{} {number}", account.bank_name));
    Ok(if shared.is_empty() {
        Check::new(
            CheckKind::BankAccountOwn,
            Verdict::Passed,
            Text::new("收款账户只有本企业使用", "No other enterprise uses the bank account"),
            evidence,
        )
    } else {
        let names = shared.join("、");
        Check::new(
            CheckKind::BankAccountOwn,
            Verdict::Explain,
            Text::new(format!("与 {names} 使用同一收款账户"), format!("Shares its bank account with {names}")),
            evidence,
        )
    })
}
