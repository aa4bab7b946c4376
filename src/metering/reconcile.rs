//! Reconciliation 核对: usage, statement, contract, provider's bill, invoices and payments against
//! one another (metering.md §5.7). Every difference becomes a case that a person closes with a
//! reason; nothing is silently tolerated beyond the tolerance that is named.

mod money_trail;

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use super::moment::Month;
use super::quantity::{HOUR_MS, Unit, UnitMillis};
use super::rating::{LineKey, LineKind, RatedLine};
use super::statement::{LineClass, StatementLine};
use super::tariff::{Model, Price, Tariff, cell_price};
use crate::codes::codes;
use crate::lang::Text;
use crate::money::Fen;

pub use money_trail::{InvoiceFact, Parties, PaymentFact, invoices_against_payments, statement_against_invoices};

codes! {
    /// What does not fit.
    DifferenceKind {
        /// A line as stored is not what its usage gives today at the cutoff of the statement.
        UsageLine = "usage_line",
        ContractDates = "contract_dates",
        ContractCap = "contract_cap",
        ContractPrices = "contract_prices",
        BillQuantity = "bill_quantity",
        InvoiceTotal = "invoice_total",
        InvoiceBuyer = "invoice_buyer",
        InvoiceSeller = "invoice_seller",
        InvoiceNumber = "invoice_number",
        InvoiceRedLettered = "invoice_red_lettered",
        PaymentPayer = "payment_payer",
        PaymentPayee = "payment_payee",
        PaymentAccount = "payment_account",
        PaymentDate = "payment_date",
        PaymentReference = "payment_reference",
        PaymentTotal = "payment_total",
    }
}

impl DifferenceKind {
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            DifferenceKind::UsageLine => Text::new("对账单行与用量重算不符", "Statement line differs from its usage"),
            DifferenceKind::ContractDates => Text::new("用量不在合同期内", "Usage outside the contract's dates"),
            DifferenceKind::ContractCap => Text::new("超过合同金额上限", "More than the contract allows"),
            DifferenceKind::ContractPrices => Text::new("价格不属于合同资费", "Price of no tariff version of the contract"),
            DifferenceKind::BillQuantity => Text::new("用量与服务机构账单不符", "Quantity differs from the provider's bill"),
            DifferenceKind::InvoiceTotal => Text::new("发票金额与应付金额不符", "Invoices differ from the amount payable"),
            DifferenceKind::InvoiceBuyer => Text::new("发票购买方不是采购企业", "Invoice names another buyer"),
            DifferenceKind::InvoiceSeller => Text::new("发票销售方不是服务机构", "Invoice names another seller"),
            DifferenceKind::InvoiceNumber => Text::new("发票号码重复", "Invoice number stands twice"),
            DifferenceKind::InvoiceRedLettered => Text::new("发票已冲红", "Invoice was red-lettered"),
            DifferenceKind::PaymentPayer => Text::new("付款方不是采购企业", "Payment by another payer"),
            DifferenceKind::PaymentPayee => Text::new("收款方不是服务机构", "Payment to another payee"),
            DifferenceKind::PaymentAccount => Text::new("收款账号不是服务机构账号", "Payment to another account"),
            DifferenceKind::PaymentDate => Text::new("付款日期早于合同签订日期", "Payment before the contract was signed"),
            DifferenceKind::PaymentReference => Text::new("银行流水号重复", "Bank reference stands twice"),
            DifferenceKind::PaymentTotal => Text::new("付款金额超过发票金额", "More paid than invoiced"),
        }
    }
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    Money(Fen),
    Quantity(UnitMillis, Unit),
    Day(NaiveDate),
    /// Both inclusive.
    Days(NaiveDate, NaiveDate),
    Code(String),
    Nothing,
}

impl Figure {
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Figure::Money(fen) => Text::same(fen.display()),
            Figure::Quantity(quantity, unit) => {
                let hour = unit.hour();
                Text::new(format!("{quantity} {}", hour.zh), format!("{quantity} {}", hour.en))
            }
            Figure::Day(day) => Text::same(day.to_string()),
            Figure::Days(first, last) => Text::new(format!("{first} 至 {last}"), format!("{first} to {last}")),
            Figure::Code(code) => Text::same(code),
            Figure::Nothing => Text::new("无", "none"),
        }
    }
}

/// As stored: exact and without words.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Money(fen) => f.write_str(&fen.plain()),
            Figure::Quantity(quantity, unit) => write!(f, "{} {unit}-ms", quantity.get()),
            Figure::Day(day) => write!(f, "{day}"),
            Figure::Days(first, last) => write!(f, "{first}/{last}"),
            Figure::Code(code) => f.write_str(code),
            Figure::Nothing => Ok(()),
        }
    }
}

/// Two figures that should agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub kind: DifferenceKind,
    /// Which line, invoice or payment; empty when it is about the whole.
    pub about: String,
    pub expected: Figure,
    pub found: Figure,
    /// How far apart they may be; `Nothing` where they must be equal.
    pub tolerance: Figure,
}

impl Difference {
    fn exact(kind: DifferenceKind, about: impl Into<String>, expected: Figure, found: Figure) -> Difference {
        Difference { kind, about: about.into(), expected, found, tolerance: Figure::Nothing }
    }
}

/// `2026-03 ascend-910b gpu80g/high v2 #1 reversal`, for people who look for the line.
fn line_name(month: Month, key: &LineKey, class: LineClass) -> String {
    let mut name = format!("{month} {}", if key.resource.is_empty() { key.kind.as_str() } else { &key.resource });
    if !key.partition.is_empty() || !key.qos.is_empty() {
        name.push_str(&format!(" {}/{}", key.partition, key.qos));
    }
    name.push_str(&format!(" v{}", key.tariff_version));
    if key.tier > 0 {
        name.push_str(&format!(" #{}", key.tier));
    }
    if class != LineClass::Regular {
        name.push_str(&format!(" {class}"));
    }
    name
}

fn sum(amounts: impl Iterator<Item = Fen>) -> Fen {
    Fen::saturating(amounts.map(|fen| i128::from(fen.get())).sum())
}

/// Usage ledger ↔ statement: the lines as drafted again from the events up to the statement's
/// cutoff, against the lines as stored. Exact; a line that only one side has stands against nothing.
#[must_use]
pub fn usage_against_statement(recomputed: &[StatementLine], stored: &[StatementLine]) -> Vec<Difference> {
    type Sides<'a> = (Vec<&'a StatementLine>, Vec<&'a StatementLine>);
    let mut lines: BTreeMap<(Month, LineKey, LineClass), Sides<'_>> = BTreeMap::new();
    for line in recomputed {
        lines.entry((line.month, line.line.key(), line.class)).or_default().0.push(line);
    }
    for line in stored {
        lines.entry((line.month, line.line.key(), line.class)).or_default().1.push(line);
    }
    let mut differences = Vec::new();
    for ((month, key, class), (expected, found)) in lines {
        if expected != found {
            let amounts = (figure(&expected, money), figure(&found, money));
            // The same fen from another quantity, price or reference.
            let (expected, found) = if amounts.0 == amounts.1 { (figure(&expected, whole), figure(&found, whole)) } else { amounts };
            differences.push(Difference::exact(DifferenceKind::UsageLine, line_name(month, &key, class), expected, found));
        }
    }
    differences
}

fn figure(lines: &[&StatementLine], of: fn(&[&StatementLine]) -> Figure) -> Figure {
    if lines.is_empty() { Figure::Nothing } else { of(lines) }
}

fn money(lines: &[&StatementLine]) -> Figure {
    Figure::Money(sum(lines.iter().map(|line| line.line.amount)))
}

fn whole(lines: &[&StatementLine]) -> Figure {
    let one = |line: &&StatementLine| {
        let of = line.corrects.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let RatedLine { quantity, price_micro, amount_num, amount_den, .. } = &line.line;
        format!("{} unit-ms × {price_micro} micro-yuan, {amount_num}/{amount_den} fen{of}", quantity.get())
    };
    Figure::Code(lines.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// What a statement must keep to.
#[derive(Clone, Copy, Debug)]
pub struct ContractFacts<'a> {
    /// Both inclusive.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Most that all statements together may come to.
    pub cap: Option<Fen>,
    /// The approved versions of its tariff.
    pub tariffs: &'a [Tariff],
}

/// Statement ↔ contract: its dates, its cap over all statements so far, and its prices.
#[must_use]
pub fn statement_against_contract(contract: &ContractFacts<'_>, lines: &[StatementLine], billed_before: Fen) -> Vec<Difference> {
    let mut differences = Vec::new();
    for line in lines.iter().filter(|line| line.class != LineClass::Reversal) {
        let (month, name) = (line.month, line_name(line.month, &line.line.key(), line.class));
        if month.last_day() < contract.first || month.first_day() > contract.last {
            let (expected, found) = (Figure::Days(contract.first, contract.last), Figure::Days(month.first_day(), month.last_day()));
            differences.push(Difference::exact(DifferenceKind::ContractDates, name.as_str(), expected, found));
        }
        let listed = contract.tariffs.iter().find(|tariff| tariff.version == line.line.tariff_version);
        let expected = listed.and_then(|tariff| listed_price(tariff, &line.line));
        let found = Price::from_micro(line.line.price_micro);
        if expected != Some(found) {
            let expected = expected.map_or(Figure::Nothing, |price| Figure::Code(price.to_string()));
            differences.push(Difference::exact(DifferenceKind::ContractPrices, name, expected, Figure::Code(found.to_string())));
        }
    }
    let billed = sum(lines.iter().map(|line| line.line.amount).chain([billed_before]));
    if let Some(cap) = contract.cap.filter(|cap| billed > *cap) {
        differences.push(Difference::exact(DifferenceKind::ContractCap, "", Figure::Money(cap), Figure::Money(billed)));
    }
    differences
}

/// The price that a version lists for a line; minimum and cap have none and are listed as 0.
fn listed_price(tariff: &Tariff, line: &RatedLine) -> Option<Price> {
    if line.kind != LineKind::Usage {
        return Some(Price::default());
    }
    match &tariff.rate(&line.resource)?.model {
        Model::Flat { price } | Model::Package { price, .. } => Some(*price),
        Model::Graduated { tiers } | Model::Volume { tiers } => {
            let place = usize::try_from(line.tier).ok()?.checked_sub(1)?;
            tiers.get(place).map(|tier| tier.price)
        }
        Model::Matrix { cells } => cell_price(cells, &line.partition, &line.qos),
        Model::Reserved { price_reserved, price_over, .. } => match line.tier {
            1 => Some(*price_reserved),
            2 => Some(*price_over),
            _ => None,
        },
    }
}

/// What one side counted of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceQuantity {
    pub resource: String,
    pub unit: Unit,
    pub quantity: UnitMillis,
}

/// Statement ↔ the provider's own bill of the month, per resource: what was used by the statement's
/// events against what the bill counts. Tolerated is 0.1 % of our quantity, or one unit-hour where
/// that is more; a resource that only one side names counts as 0 on the other.
#[must_use]
pub fn statement_against_bill(statement: &[ResourceQuantity], bill: &[ResourceQuantity]) -> Vec<Difference> {
    let mut sides: BTreeMap<&str, (Unit, i128, i128)> = BTreeMap::new();
    for ours in statement {
        sides.entry(&ours.resource).or_insert((ours.unit, 0, 0)).1 += i128::from(ours.quantity.get());
    }
    for theirs in bill {
        sides.entry(&theirs.resource).or_insert((theirs.unit, 0, 0)).2 += i128::from(theirs.quantity.get());
    }
    let mut differences = Vec::new();
    for (resource, (unit, expected, found)) in sides {
        let tolerance = (expected.abs() / 1000).max(i128::from(HOUR_MS));
        if (expected - found).abs() > tolerance {
            let figure = |millis: i128| Figure::Quantity(UnitMillis::new(i64::try_from(millis).unwrap_or(i64::MAX)), unit);
            let (expected, found, tolerance) = (figure(expected), figure(found), figure(tolerance));
            differences.push(Difference { kind: DifferenceKind::BillQuantity, about: resource.to_owned(), expected, found, tolerance });
        }
    }
    differences
}

#[cfg(test)]
mod tests;
