//! CloudEvents as a JSON array, one per line, or a single one. They bring their own source, id and
//! subject; no map changes them.

use serde_json::Value;

use super::{FileFault, ImportRow, RowRead, Rows};
use crate::metering::event::{EventCode, EventFault, read_event};
use crate::metering::json_elements::elements;
use crate::metering::moment::Moment;

pub(super) fn rows(text: &str, now: Moment) -> Result<Rows<'_>, FileFault> {
    Ok(Box::new(documents(text)?.enumerate().map(move |(at, document)| {
        let row = at + 1;
        if document.is_empty() {
            return ImportRow::new(row, "", RowRead::empty_line());
        }
        let json = serde_json::from_str::<Value>(document);
        let id = json.as_ref().ok().and_then(|json| json.get("id")).and_then(Value::as_str).unwrap_or_default().to_owned();
        let event = json
            .map_err(|why| EventFault::new(EventCode::BadEnvelope, "event", format!("不是 JSON：{why}"), format!("is not JSON: {why}")))
            .and_then(|json| read_event(&json, now));
        ImportRow::new(row, id, RowRead::of(event))
    })))
}

/// The documents of a text: the elements of an array, the whole text when it is one JSON value,
/// else its lines.
pub(super) fn documents(text: &str) -> Result<Box<dyn Iterator<Item = &str> + Send + '_>, FileFault> {
    if text.trim_start().starts_with('[') {
        let list = elements(text, usize::MAX).map_err(FileFault::BrokenList)?;
        return Ok(Box::new(list.into_iter()));
    }
    // On a text of many lines the reader stops after the first value.
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Ok(Box::new(std::iter::once(text.trim())));
    }
    Ok(Box::new(text.lines().map(str::trim)))
}
