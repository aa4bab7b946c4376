//! Huawei Cloud's detail records: the answer of ListCustomerselfResourceRecords with
//! `statistic_type` 3, or the same columns as CSV.
//!
//! Every record is a row of the provider's bill. It is usage besides only where it tells of measured
//! card time: a pay-per-use charge (`charge_mode` 3, bill types 5 and 12) of a SKU that a rule of
//! the map gives cards. Months by subscription, refunds, adjustments and 抹零补扣 tell of money,
//! not of time, and are skipped as usage.

mod usage;

use chrono::{NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value};

use super::csv_rows::{Cells, checked, table};
use super::json_lines::{object, plain};
use super::provider_bill::{BillKind, BillParts, ProviderBillRow};
use super::{FileFault, ImportRow, ImportSettings, RowRead, Rows};
use crate::ids::normal_code;
use crate::metering::event::{EventCode, EventFault};
use crate::metering::json_elements::{elements, member};
use crate::metering::moment::{Moment, Month, UtcOffset};
use crate::money::Fen;

const NAMES: [&str; 29] = [
    "bill_date",
    "bill_type",
    "trade_id",
    "id",
    "customer_id",
    "cloud_service_type",
    "resource_type",
    "resource_id",
    "sku_code",
    "effective_time",
    "expire_time",
    "usage_type",
    "usage",
    "usage_measure_id",
    "unit_price",
    "official_amount",
    "discount_amount",
    "measure_id",
    "charge_mode",
    "enterprise_project_id",
    "amount",
    "cash_amount",
    "credit_amount",
    "coupon_amount",
    "flexipurchase_coupon_amount",
    "stored_card_amount",
    "bonus_amount",
    "debt_amount",
    "adjustment_amount",
];

/// The eight parts of `amount`.
const PARTS: [&str; 8] = [
    "cash_amount",
    "credit_amount",
    "coupon_amount",
    "flexipurchase_coupon_amount",
    "stored_card_amount",
    "bonus_amount",
    "debt_amount",
    "adjustment_amount",
];

const REQUIRED: [&str; 12] = [
    "bill_date",
    "bill_type",
    "customer_id",
    "amount",
    "cash_amount",
    "credit_amount",
    "coupon_amount",
    "flexipurchase_coupon_amount",
    "stored_card_amount",
    "bonus_amount",
    "debt_amount",
    "adjustment_amount",
];

/// Most of one record: a billion yuan. It keeps every sum of a file inside `Fen`.
const MOST: i64 = 100_000_000_000;

/// A record as texts in the order of [`NAMES`].
struct Record {
    cells: [String; 29],
    raw: String,
}

pub(super) fn rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    if text.starts_with(['{', '[']) { json_rows(text, settings, now) } else { csv_rows(text, settings, now) }
}

fn csv_rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let (header, lines) = table(text, &NAMES, &REQUIRED, settings)?;
    Ok(Box::new(lines.map(move |(row, raw, cells)| match checked(cells, header.width) {
        Cells::Blank => ImportRow::new(row, "", RowRead::empty_line()),
        Cells::Broken(fault) => ImportRow::new(row, "", RowRead::Rejected(fault)),
        Cells::Whole(cells) => {
            let cells = NAMES.map(|name| header.cell(&cells, name).trim().to_owned());
            Record { cells, raw: raw.to_owned() }.row(row, settings, now)
        }
    })))
}

fn json_rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let list = if text.starts_with('[') { Some(text) } else { member(text, &["fee_records", "monthly_records"]) };
    let currency = member(text, &["currency"]).map(|text| text.trim_matches('"'));
    if let Some(other) = currency.filter(|currency| !matches!(*currency, "CNY" | "null" | "")) {
        return Err(FileFault::ForeignCurrency(other.chars().take(20).collect()));
    }
    let records = elements(list.ok_or(FileFault::NoList("fee_records"))?, usize::MAX).map_err(FileFault::BrokenList)?;
    Ok(Box::new(records.into_iter().enumerate().map(move |(at, raw)| match object(raw).and_then(|record| cells(&record)) {
        Ok(cells) => Record { cells, raw: raw.to_owned() }.row(at + 1, settings, now),
        Err(fault) => ImportRow::new(at + 1, "", RowRead::Rejected(fault)),
    })))
}

fn cells(record: &Map<String, Value>) -> Result<[String; 29], EventFault> {
    let mut cells = NAMES.map(|_| String::new());
    for (cell, name) in cells.iter_mut().zip(NAMES) {
        let value = plain(record.get(name));
        *cell = value.ok_or_else(|| bad(name, "须为文本或数字", "must be text or a number"))?;
    }
    Ok(cells)
}

impl Record {
    fn cell(&self, name: &str) -> &str {
        NAMES.iter().position(|known| *known == name).and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }

    fn row(self, row: usize, settings: &ImportSettings, now: Moment) -> ImportRow {
        let id = self.id();
        match self.bill(&id, now) {
            Ok(mut bill) => {
                let read = self.usage(&id, bill.kind, settings, now);
                if let RowRead::Event(event) = &read {
                    bill.metered = event.fact.usage().map(|usage| (usage.resource.clone(), usage.quantity()));
                }
                ImportRow { row, label: id, read, bill: Some(Box::new(bill)) }
            }
            Err(fault) if fault.code == EventCode::DoesNotAddUp => ImportRow::new(row, id, RowRead::Quarantined(fault, self.raw)),
            Err(fault) => ImportRow::new(row, id, RowRead::Rejected(fault)),
        }
    }

    /// The record's own id, else what tells it apart.
    fn id(&self) -> String {
        match self.cell("id") {
            "" if self.cell("trade_id").is_empty() => String::new(),
            "" => ["trade_id", "resource_id", "usage_type", "effective_time"].map(|name| self.cell(name)).join("/"),
            id => id.to_owned(),
        }
    }

    fn bill(&self, id: &str, now: Moment) -> Result<ProviderBillRow, EventFault> {
        if id.is_empty() {
            return Err(bad("id", "没有 id 也没有 trade_id，无法识别", "has neither id nor trade_id, so it cannot be told apart"));
        }
        let account = normal_code(self.cell("customer_id"));
        if account.is_empty() {
            return Err(bad("customer_id", "缺少", "is missing"));
        }
        let bill_type = self.whole("bill_type")?;
        let (kind, sign) = kind_of(bill_type)
            .ok_or_else(|| bad("bill_type", format!("账单类型 {bill_type} 未知"), format!("the bill type {bill_type} is unknown")))?;
        let month = self.month()?;
        let (amount, parts) = self.signed_parts(sign)?;
        let resource = match self.cell("sku_code") {
            "" => self.cell("resource_type"),
            sku => sku,
        };
        Ok(ProviderBillRow {
            id: id.to_owned(),
            account,
            month,
            kind,
            bill_type,
            service: self.cell("cloud_service_type").to_owned(),
            resource: resource.to_owned(),
            amount,
            parts,
            exact_e8: self.exact_e8()?,
            metered: None,
            provisional: now < closes(month),
        })
    }

    /// The amount and its parts with the sign of the bill type. Exports write refunds with or without
    /// a minus; a row that mixes the signs contradicts itself.
    fn signed_parts(&self, sign: i64) -> Result<(Fen, BillParts), EventFault> {
        let amount = self.fen("amount")?;
        let mut parts = [0_i64; 8];
        for (part, name) in parts.iter_mut().zip(PARTS) {
            *part = self.fen(name)?;
        }
        let sum: i64 = parts.iter().sum();
        if sum != amount {
            let (amount, sum) = (Fen::new(amount).plain(), Fen::new(sum).plain());
            let (zh, en) = (
                format!("为 {amount}，八项支付金额合计为 {sum}，请向供应商核对"),
                format!("is {amount} but its eight parts sum to {sum}; ask the provider"),
            );
            return Err(EventFault::new(EventCode::DoesNotAddUp, "amount", zh, en));
        }
        let all = || parts.iter().copied().chain([amount]);
        let flip = match (all().all(|part| part >= 0), all().all(|part| part <= 0)) {
            (true, _) => sign,
            (false, true) if sign < 0 => 1,
            (false, _) => {
                let (zh, en) = ("正负号与账单类型不符", "has signs that do not fit its bill type");
                return Err(EventFault::new(EventCode::DoesNotAddUp, "amount", zh, en));
            }
        };
        let [cash, credit, coupon, flexi_coupon, stored_card, bonus, debt, adjustment] = parts.map(|part| Fen::new(part * flip));
        let parts = BillParts { cash, credit, coupon, flexi_coupon, stored_card, bonus, debt, adjustment };
        Ok((Fen::new(amount * flip), parts))
    }

    fn month(&self) -> Result<Month, EventFault> {
        let text = normal_code(self.cell("bill_date"));
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        let month = date.and_then(|date| Month::parse(&date.format("%Y-%m").to_string()));
        month.ok_or_else(|| {
            let (zh, en) = (format!("「{text}」不是日期，请写成 2026-03-02"), format!("\"{text}\" is no date such as 2026-03-02"));
            EventFault::new(EventCode::BadTime, "bill_date", zh, en)
        })
    }

    fn whole(&self, name: &'static str) -> Result<i64, EventFault> {
        let text = normal_code(self.cell(name));
        text.parse().map_err(|_| bad(name, format!("「{text}」不是整数"), format!("\"{text}\" is no whole number")))
    }

    /// A decimal; an empty cell is zero, as the interface leaves zeros out.
    fn decimal(&self, name: &'static str) -> Result<Decimal, EventFault> {
        let text = normal_code(self.cell(name));
        if text.is_empty() {
            return Ok(Decimal::ZERO);
        }
        // Numbers of JSON arrive here in the form of the reader, which writes 0.0000001 as 1e-7.
        let number = if self.raw.starts_with('{') { Decimal::from_scientific(&text).ok() } else { None };
        number
            .or_else(|| Decimal::from_str_exact(&text).ok())
            .ok_or_else(|| bad(name, format!("「{text}」不是数字，请写成 1234.56"), format!("\"{text}\" is not a number such as 1234.56")))
    }

    /// An amount in fen; `measure_id` says whether the record counts yuan (1), jiao (2) or fen (3).
    fn fen(&self, name: &'static str) -> Result<i64, EventFault> {
        let per_unit = match normal_code(self.cell("measure_id")).as_str() {
            "" | "1" => 100,
            "2" => 10,
            "3" => 1,
            other => return Err(bad("measure_id", format!("金额单位 {other} 未知"), format!("the unit {other} of amounts is unknown"))),
        };
        let fen = self.decimal(name)?.checked_mul(Decimal::from(per_unit)).filter(|fen| fen.fract().is_zero());
        let fen = fen.ok_or_else(|| bad(name, "超过两位小数", "has more than two decimals"))?;
        let fen = fen.to_i64().filter(|fen| (-MOST..=MOST).contains(fen));
        fen.ok_or_else(|| bad(name, "超过十亿元", "is more than a billion yuan"))
    }

    /// List price less discount in 10⁻⁸ yuan.
    fn exact_e8(&self) -> Result<Option<i128>, EventFault> {
        if self.cell("official_amount").is_empty() || !matches!(self.cell("measure_id"), "" | "1") {
            return Ok(None);
        }
        let exact = self.decimal("official_amount")?.checked_sub(self.decimal("discount_amount")?);
        let exact = exact.and_then(|exact| exact.checked_mul(Decimal::from(100_000_000))).filter(|exact| exact.fract().is_zero());
        let exact = exact.and_then(|exact| exact.to_i128()).filter(|exact| exact.abs() <= i128::from(MOST) * 1_000_000);
        exact.map(Some).ok_or_else(|| bad("official_amount", "超过八位小数或过大", "has more than eight decimals or is too large"))
    }
}

/// What a bill type does, and the sign of its amounts.
const fn kind_of(bill_type: i64) -> Option<(BillKind, i64)> {
    match bill_type {
        1 | 2 | 3 | 5 | 8 | 12 | 13 | 14 => Some((BillKind::Charge, 1)),
        4 | 20 | 24 => Some((BillKind::Refund, -1)),
        9 => Some((BillKind::Adjustment, -1)),
        16 => Some((BillKind::Adjustment, 1)),
        25 => Some((BillKind::RoundingCharge, 1)),
        _ => None,
    }
}

/// Bills of a month are final from 10:00 of the 4th of the next month, in Beijing (also for
/// customers with monthly settlement).
fn closes(month: Month) -> Moment {
    let first = month.next().first_day();
    let fourth = first.checked_add_signed(TimeDelta::days(3)).unwrap_or(first);
    UtcOffset::BEIJING.start_of(fourth).plus_millis(10 * 3_600_000)
}

fn bad(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> EventFault {
    EventFault::new(EventCode::BadEnvelope, field, zh, en)
}
