//! Single values of a case: what a text, an amount, a date or a code must look like.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use serde_json::Value;

use crate::ids::Uscc;
use crate::money::{Fen, NotMoney};
use crate::policy::faults::quoted;

/// A value for a message.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
    }
}

fn text_of<'v>(value: &'v Value, right: &str) -> Result<&'v str, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Err(format!("null is no value; leave the field out or write {right}")),
        other => Err(format!("{} is not a string; write {right}", shown(other))),
    }
}

/// A text that is not empty.
pub(super) fn text(value: &Value) -> Result<String, String> {
    let text = text_of(value, "a text in quotes")?;
    if text.trim().is_empty() { Err(format!("{} is empty; write a text", quoted(text))) } else { Ok(text.to_owned()) }
}

/// An amount in yuan.
pub(super) fn money(value: &Value) -> Result<Fen, String> {
    let text = text_of(value, "yuan as a string such as \"1234.50\"")?;
    Fen::parse_plain(text).map_err(|why| {
        let right = match why {
            NotMoney::Empty | NotMoney::NotANumber => "write yuan such as \"1234.50\", digits and a point only",
            NotMoney::TooManyDecimals => "write yuan with at most two, such as \"12.34\"",
            NotMoney::Negative => "write an amount of zero or more",
            NotMoney::TooLarge => "write a smaller amount",
        };
        let why = if why == NotMoney::NotANumber { "is not an amount".to_owned() } else { why.to_string() };
        format!("{} {why}; {right}", quoted(text))
    })
}

/// A day, `2022-05-31`.
pub(super) fn date(value: &Value) -> Result<NaiveDate, String> {
    let text = text_of(value, "a date such as \"2022-05-31\"")?;
    plain_date(text).ok_or_else(|| format!("{} is not a date; write a day that exists, such as \"2022-05-31\"", quoted(text)))
}

fn plain_date(text: &str) -> Option<NaiveDate> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = is_plain.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()?;
    (date.year() >= 1).then_some(date)
}

/// An instant with its offset.
pub(super) fn instant(value: &Value) -> Result<DateTime<Utc>, String> {
    let right = "write a time with its offset, such as \"2022-09-01T09:00:00+08:00\"";
    let text = text_of(value, "a time with its offset, such as \"2022-09-01T09:00:00+08:00\"")?;
    let fault = |why: &str| format!("{} {why}; {right}", quoted(text));
    if text.get(..10).is_none_or(|day| plain_date(day).is_none()) {
        return Err(fault("is not a time"));
    }
    let parsed = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"));
    if let Ok(at) = parsed {
        return Ok(at.to_utc());
    }
    let without_offset = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"];
    let bare = plain_date(text).is_some() || without_offset.iter().any(|form| NaiveDateTime::parse_from_str(text, form).is_ok());
    Err(fault(if bare { "has no offset" } else { "is not a time" }))
}

/// A year, `2022`.
pub(super) fn year(value: &Value) -> Result<i32, String> {
    let year = value.as_i64().and_then(|year| i32::try_from(year).ok()).filter(|year| (1..=9999).contains(year));
    year.ok_or_else(|| format!("{} is not a year; write a whole number such as 2022, without quotes", shown(value)))
}

/// 统一社会信用代码.
pub(super) fn uscc(value: &Value) -> Result<Uscc, String> {
    let text = text_of(value, "a unified social credit code of 18 characters")?;
    Uscc::parse(text).map_err(|why| format!("{} {why}; write the unified social credit code of 18 characters", quoted(text)))
}

/// A word of a closed list.
pub(super) fn code<T: Copy>(value: &Value, parse: impl Fn(&str) -> Option<T>, known: &str) -> Result<T, String> {
    let text = text_of(value, &format!("one of {known}"))?;
    parse(text).ok_or_else(|| format!("{} is not known; write one of {known}", quoted(text)))
}
