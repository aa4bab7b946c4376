//! A row with the eleven plain columns, as CSV and JSON lines hold it.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::draft::Draft;
use super::stamp::{instant, normal};
use super::{ImportRow, ImportSettings, RowRead};
use crate::ids::{normal_code, normal_text};
use crate::metering::event::{EventCode, EventFault};
use crate::metering::moment::Moment;

/// The columns and their names in JSON.
pub(super) const NAMES: [&str; 11] =
    ["id", "subject", "resource", "units", "start", "end", "active_seconds", "partition", "qos", "project", "instance"];

/// The columns that every file has; `resource` may stand in the map instead.
pub(super) const REQUIRED: [&str; 5] = ["subject", "resource", "units", "start", "end"];

/// A row as it came.
pub(super) struct FlatRow<'a> {
    pub(super) row: usize,
    /// The row as text, for the quarantine.
    pub(super) raw: &'a str,
    /// In the order of [`NAMES`].
    pub(super) cells: [String; 11],
}

impl FlatRow<'_> {
    fn cell(&self, name: &str) -> &str {
        NAMES.iter().position(|known| *known == name).and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }

    pub(super) fn read(&self, settings: &ImportSettings, now: Moment) -> ImportRow {
        let id = normal(self.cell("id"));
        if self.cells.iter().all(|cell| cell.trim().is_empty()) {
            return ImportRow::new(self.row, id, RowRead::empty_line());
        }
        let read = self.judge(settings, &id, now);
        let label = match &read {
            RowRead::Event(event) if id.is_empty() => event.key.id.clone(),
            RowRead::Event(_) | RowRead::Skipped(_) | RowRead::Rejected(_) | RowRead::Quarantined(..) => id,
        };
        ImportRow::new(self.row, label, read)
    }

    fn judge(&self, settings: &ImportSettings, id: &str, now: Moment) -> RowRead {
        let map = &settings.map;
        let account = normal_code(self.cell("subject"));
        let Some(subject) = map.subject(&account) else {
            return RowRead::Quarantined(unknown_account("subject", &account), self.raw.to_owned());
        };
        let mut draft = Draft::default();
        let resource = normal_code(self.cell("resource"));
        draft.text("resource", if resource.is_empty() { &map.resource } else { &resource });
        draft.whole("units", &normal_code(self.cell("units")));
        for name in ["start", "end"] {
            let written = normal(self.cell(name));
            let moment = instant(&written, map.utc_offset);
            draft.text(name, &moment.map_or(written, |moment| moment.to_string()));
        }
        let active = normal_code(self.cell("active_seconds"));
        match seconds(&active, map.active_unit.seconds()) {
            Some(seconds) => draft.number("active_seconds", seconds),
            None => draft.text("active_seconds", &active),
        };
        for name in ["partition", "qos"] {
            draft.text(name, &normal_code(self.cell(name)));
        }
        draft.text("project", &normal_text(self.cell("project")));
        draft.text("instance", &normal(self.cell("instance")));
        RowRead::of(draft.event(settings, id, subject, now).map_err(|fault| self.in_columns(fault)))
    }

    /// The fault with the name of the column and what stands in it.
    fn in_columns(&self, fault: EventFault) -> EventFault {
        let of_event = match fault.field {
            "time" => "end",
            other => other.strip_prefix("data.").unwrap_or(other),
        };
        let Some(name) = NAMES.iter().find(|name| **name == of_event) else { return fault };
        let value: String = normal(self.cell(name)).chars().take(40).collect();
        if value.is_empty() {
            return EventFault { field: name, ..fault };
        }
        EventFault::new(fault.code, name, format!("「{value}」：{}", fault.text.zh), format!("\"{value}\": {}", fault.text.en))
    }
}

/// An account that the map of accounts does not name: kept for a person, not lost.
pub(super) fn unknown_account(field: &'static str, account: &str) -> EventFault {
    EventFault::new(
        EventCode::UnknownSubject,
        field,
        format!("映射文件 [subjects] 中没有账户「{account}」，请补充后重新导入，或在隔离区指定主体"),
        format!("the account \"{account}\" is not in the map's [subjects]; add it and import again, or assign a subject in the quarantine"),
    )
}

/// A length in whole seconds; `None` where there is none or it is not whole.
fn seconds(text: &str, seconds_per_unit: i64) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let length = plain.then(|| Decimal::from_str_exact(text).ok())?;
    let seconds = length?.checked_mul(Decimal::from(seconds_per_unit))?;
    if seconds.fract().is_zero() { seconds.to_i64() } else { None }
}
