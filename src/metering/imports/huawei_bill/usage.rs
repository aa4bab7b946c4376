//! Where a record of the bill tells of card time: units of the SKU by the map, the interval from
//! `effective_time` to `expire_time`, and `usage` as the time within it.

use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

use super::{BillKind, Record};
use crate::ids::normal_code;
use crate::metering::event::{Event, EventCode, EventFault};
use crate::metering::imports::draft::Draft;
use crate::metering::imports::flat_row::unknown_account;
use crate::metering::imports::stamp::{instant, normal};
use crate::metering::imports::{ImportSettings, ResourceRule, RowRead};
use crate::metering::moment::{Interval, Moment};

/// Usage, charged by the use or by the hour.
const METERED: [&str; 2] = ["5", "12"];

impl Record {
    pub(super) fn usage(&self, id: &str, kind: BillKind, settings: &ImportSettings, now: Moment) -> RowRead {
        let sku = self.cell("sku_code");
        let metered = kind == BillKind::Charge
            && METERED.contains(&normal_code(self.cell("bill_type")).as_str())
            && normal_code(self.cell("charge_mode")) == "3";
        let rule = settings.map.resources.iter().find(|rule| !sku.is_empty() && rule.sku.as_deref() == Some(sku));
        match rule.filter(|_| metered) {
            None => {
                RowRead::skipped("记入供应商账单；无计量卡时，不作为用量", "kept as the provider's bill; it tells of no measured card time")
            }
            Some(rule) => match self.metered(id, rule, settings, now) {
                Ok(event) => RowRead::Event(Box::new(event)),
                Err(fault) => RowRead::Quarantined(fault, self.raw.clone()),
            },
        }
    }

    fn metered(&self, id: &str, rule: &ResourceRule, settings: &ImportSettings, now: Moment) -> Result<Event, EventFault> {
        let account = normal_code(self.cell("customer_id"));
        let subject = settings.map.subject(&account).ok_or_else(|| unknown_account("customer_id", &account))?;
        let interval = Interval { start: self.time("effective_time", settings)?, end: self.time("expire_time", settings)? };
        let mut draft = Draft::default();
        draft.text("resource", &rule.resource).number("units", rule.units.unwrap_or(1)).interval(interval.start, interval.end);
        draft.number("active_seconds", self.active_seconds(rule, interval)?);
        draft.text("project", self.cell("enterprise_project_id")).text("instance", self.cell("resource_id"));
        draft.event(settings, id, subject, now)
    }

    fn time(&self, name: &'static str, settings: &ImportSettings) -> Result<Moment, EventFault> {
        let text = normal(self.cell(name));
        instant(&text, settings.map.utc_offset).ok_or_else(|| {
            let (zh, en) = (
                format!("「{text}」不是带时区的时间，请写成 2026-03-02T14:30:00+08:00 或在映射文件中写 utc_offset"),
                format!("\"{text}\" is no instant with a zone such as 2026-03-02T14:30:00+08:00; or give utc_offset in the map"),
            );
            EventFault::new(EventCode::BadTime, name, zh, en)
        })
    }

    /// `usage` to the nearest second, as the bill cuts hours after some decimals. Up to a second
    /// more than the interval is the interval.
    fn active_seconds(&self, rule: &ResourceRule, interval: Interval) -> Result<i64, EventFault> {
        let usage = self.decimal("usage")?.checked_mul(rule.measure.seconds().into());
        let seconds =
            usage.map(|usage| usage.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)).and_then(|usage| usage.to_i64());
        let length = interval.millis() / 1000;
        match seconds {
            Some(seconds) if (1..=length.saturating_add(1)).contains(&seconds) => Ok(seconds.min(length)),
            Some(_) | None => {
                let (usage, measure) = (self.cell("usage"), rule.measure);
                let (zh, en) = (
                    format!("「{usage}」（{measure}）与 {length} 秒的区间不符"),
                    format!("\"{usage}\" ({measure}) does not fit an interval of {length} s"),
                );
                Err(EventFault::new(EventCode::DoesNotAddUp, "usage", zh, en))
            }
        }
    }
}
