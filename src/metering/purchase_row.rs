//! One purchase as a centre reports it, checked field by field. Quantity and unit price are true
//! decimals; the amount must be their product to the fen (half-up), else the row is refused: a file
//! that does not add up is not money.

use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::ids::{Uscc, normal_code, normal_text};
use crate::lang::Text;
use crate::money::{Fen, NotMoney};

/// The columns of the CSV file and the names in JSON, in their order.
pub const COLUMNS: [&str; 11] = [
    "provider_uscc",
    "enterprise_uscc",
    "order_no",
    "resource",
    "unit",
    "quantity",
    "unit_price",
    "amount",
    "service_from",
    "service_to",
    "accepted_amount",
];

/// A row as it came: one text per column, in the order of [`COLUMNS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRow {
    fields: [String; 11],
    /// How many fields it had and should have had, when these differ: then none can be trusted.
    torn: Option<(usize, usize)>,
}

/// A row that holds together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseRow {
    pub provider: Uscc,
    pub enterprise: Uscc,
    pub order_no: String,
    pub resource: String,
    pub unit: String,
    /// Decimal text without trailing zeros: `12000`, `99.5`.
    pub quantity: String,
    /// Decimal text in yuan per unit.
    pub unit_price: String,
    pub amount: Fen,
    pub accepted: Fen,
    pub service_from: NaiveDate,
    pub service_to: NaiveDate,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    pub column: &'static str,
    pub text: Text,
}

impl RawRow {
    /// A row with more or fewer fields than the header has columns.
    #[must_use]
    pub fn torn(found: usize, expected: usize) -> RawRow {
        RawRow { torn: Some((found, expected)), ..RawRow::default() }
    }

    /// Sets a column by its name; `false` for a name that is none.
    pub fn set(&mut self, column: &str, value: &str) -> bool {
        let place = COLUMNS.iter().position(|known| *known == column).and_then(|index| self.fields.get_mut(index));
        match place {
            Some(field) => {
                value.clone_into(field);
                true
            }
            None => false,
        }
    }

    #[must_use]
    pub fn get(&self, column: &str) -> &str {
        COLUMNS.iter().position(|known| *known == column).and_then(|index| self.fields.get(index)).map_or("", String::as_str)
    }

    /// Reads the row. `today` bounds the dates: usage of the future is no usage.
    ///
    /// # Errors
    /// Every fault of the row, column by column.
    pub fn check(&self, today: NaiveDate) -> Result<PurchaseRow, Vec<RowFault>> {
        let mut reader = Reader { row: self, faults: Vec::new() };
        if let Some((found, expected)) = self.torn {
            let zh = format!("有 {found} 个字段，应为 {expected} 个；请检查逗号和引号");
            reader.fault("row", zh, format!("has {found} fields instead of {expected}; check its commas and quotes"));
            return Err(reader.faults);
        }
        let provider = reader.uscc("provider_uscc");
        let enterprise = reader.uscc("enterprise_uscc");
        let order_no = reader.name("order_no", 64);
        let resource = reader.name("resource", 80);
        let unit = reader.name("unit", 20);
        let quantity = reader.decimal("quantity");
        let unit_price = reader.decimal("unit_price");
        let amount = reader.money("amount");
        let service_from = reader.date("service_from");
        let service_to = reader.date("service_to");
        let accepted = if normal_code(self.get("accepted_amount")).is_empty() { amount } else { reader.money("accepted_amount") };
        if let (Some(quantity), Some(unit_price), Some(amount)) = (quantity, unit_price, amount) {
            reader.product(quantity, unit_price, amount);
        }
        if let (Some(amount), Some(accepted)) = (amount, accepted)
            && accepted > amount
        {
            reader.fault("accepted_amount", "验收金额不能大于金额", "must not exceed the amount");
        }
        if let (Some(from), Some(to)) = (service_from, service_to) {
            if to < from {
                reader.fault("service_to", "早于服务开始日期", "is before service_from");
            }
            if to > today {
                reader.fault("service_to", "是将来的日期", "is in the future");
            }
        }
        match (provider, enterprise, quantity, unit_price, amount, accepted, service_from, service_to) {
            (
                Some(provider),
                Some(enterprise),
                Some(quantity),
                Some(unit_price),
                Some(amount),
                Some(accepted),
                Some(service_from),
                Some(service_to),
            ) if reader.faults.is_empty() => Ok(PurchaseRow {
                provider,
                enterprise,
                order_no,
                resource,
                unit,
                quantity: quantity.normalize().to_string(),
                unit_price: unit_price.normalize().to_string(),
                amount,
                accepted,
                service_from,
                service_to,
            }),
            _ => Err(reader.faults),
        }
    }
}

/// Reads the fields of a row and collects what is wrong.
struct Reader<'a> {
    row: &'a RawRow,
    faults: Vec<RowFault>,
}

impl Reader<'_> {
    fn fault(&mut self, column: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.faults.push(RowFault { column, text: Text::new(zh, en) });
    }

    fn uscc(&mut self, column: &'static str) -> Option<Uscc> {
        match Uscc::parse(self.row.get(column)) {
            Ok(code) => Some(code),
            Err(why) => {
                self.fault(column, format!("不是有效的统一社会信用代码（{why}）"), why.to_string());
                None
            }
        }
    }

    fn name(&mut self, column: &'static str, most: usize) -> String {
        let text = normal_text(self.row.get(column));
        if text.is_empty() {
            self.fault(column, "不能为空", "is empty");
        } else if text.chars().count() > most {
            self.fault(column, format!("超过 {most} 个字"), format!("has more than {most} characters"));
        }
        text
    }

    /// A non-negative decimal with at most six places, below a billion; no exponent.
    fn decimal(&mut self, column: &'static str) -> Option<Decimal> {
        let text = normal_code(self.row.get(column)).replace(',', "");
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let number = plain.then(|| Decimal::from_str_exact(&text).ok()).flatten();
        match number {
            Some(number) if number.scale() > 6 => {
                self.fault(column, "小数超过六位", "has more than six decimals");
                None
            }
            Some(number) if number >= Decimal::from(1_000_000_000) => {
                self.fault(column, "数值过大", "is too large");
                None
            }
            Some(number) => Some(number),
            None => {
                self.fault(column, format!("「{text}」不是数字，请写成 1234.5"), format!("\"{text}\" is not a number such as 1234.5"));
                None
            }
        }
    }

    fn money(&mut self, column: &'static str) -> Option<Fen> {
        match Fen::parse_yuan(self.row.get(column)) {
            Ok(amount) => Some(amount),
            Err(why) => {
                let zh = match why {
                    NotMoney::Empty => "不能为空",
                    NotMoney::NotANumber => "不是金额，请写成 1234.56",
                    NotMoney::TooManyDecimals => "金额超过两位小数",
                    NotMoney::Negative => "金额不能为负",
                    NotMoney::TooLarge => "金额过大",
                };
                self.fault(column, zh, why.to_string());
                None
            }
        }
    }

    fn date(&mut self, column: &'static str) -> Option<NaiveDate> {
        let text = normal_code(self.row.get(column));
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if date.is_none() {
            self.fault(column, format!("「{text}」不是日期，请写成 2026-03-02"), format!("\"{text}\" is no date such as 2026-03-02"));
        }
        date
    }

    fn product(&mut self, quantity: Decimal, unit_price: Decimal, amount: Fen) {
        let fen = (quantity * unit_price * Decimal::ONE_HUNDRED).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        if fen != Decimal::from(amount.get()) {
            let right = fen.to_i64().map_or_else(String::new, |fen| Fen::new(fen).plain());
            self.fault(
                "amount",
                format!("不等于 数量 × 单价（应为 {right}）"),
                format!("is not quantity × unit_price (that would be {right})"),
            );
        }
    }
}

#[cfg(test)]
mod tests;
