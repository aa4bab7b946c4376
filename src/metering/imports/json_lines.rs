//! One flat JSON object per line, with the names of the CSV columns. Numbers are whole; times and
//! names are text.

use serde_json::{Map, Value};

use super::flat_row::{FlatRow, NAMES};
use super::{FileFault, ImportRow, ImportSettings, RowRead, Rows};
use crate::metering::event::{EventCode, EventFault};
use crate::metering::moment::Moment;

pub(super) fn rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let strange: Vec<String> = settings.map.columns.keys().filter(|name| !NAMES.contains(&name.as_str())).cloned().collect();
    if !strange.is_empty() {
        return Err(FileFault::UnknownNames(strange));
    }
    Ok(Box::new(text.lines().enumerate().map(move |(at, line)| {
        let row = at + 1;
        if line.trim().is_empty() {
            return ImportRow::new(row, "", RowRead::empty_line());
        }
        match object(line).and_then(|object| cells(&object, settings)) {
            Ok(cells) => FlatRow { row, raw: line, cells }.read(settings, now),
            Err(fault) => ImportRow::new(row, "", RowRead::Rejected(fault)),
        }
    })))
}

/// Reads one JSON object.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, EventFault> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(bad("row", "须为 JSON 对象", "must be a JSON object")),
        Err(why) => Err(bad("row", format!("不是 JSON：{why}"), format!("is not JSON: {why}"))),
    }
}

fn cells(object: &Map<String, Value>, settings: &ImportSettings) -> Result<[String; 11], EventFault> {
    let columns = &settings.map.columns;
    let in_file = NAMES.map(|name| columns.get(name).map_or(name, String::as_str));
    if columns.is_empty()
        && let Some(unknown) = object.keys().find(|key| !in_file.contains(&key.as_str()))
    {
        let names = NAMES.join(", ");
        return Err(bad("row", format!("字段「{unknown}」未知；可用：{names}"), format!("\"{unknown}\" is unknown; known are {names}")));
    }
    let mut cells = NAMES.map(|_| String::new());
    for ((cell, column), name) in cells.iter_mut().zip(in_file).zip(NAMES) {
        *cell = plain(object.get(column)).ok_or_else(|| bad(name, "须为文本或整数", "must be text or a whole number"))?;
    }
    Ok(cells)
}

/// A text or number as text, nothing as empty text; `None` for what is neither.
pub(super) fn plain(value: Option<&Value>) -> Option<String> {
    match value {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
    }
}

fn bad(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> EventFault {
    EventFault::new(EventCode::BadEnvelope, field, zh, en)
}
