//! Reading single fields, and keeping what is wrong with them.

use std::fmt::Display;

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value};

use crate::lang::Text;
use crate::metering::tariff::{NotAPrice, Price, TariffFault};
use crate::money::Fen;

/// Longest code or name, in characters; the bound of the events that use them.
const LONGEST_TEXT: usize = 300;

/// Collects the faults of one document.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<TariffFault>,
}

/// The path of a field within an object; the document itself has the empty path.
pub(super) fn at(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A field that is there and not null.
pub(super) fn given<'j>(fields: &'j Map<String, Value>, name: &str) -> Option<&'j Value> {
    fields.get(name).filter(|value| !value.is_null())
}

/// Codes for a sentence: `month, contract, year`.
pub(super) fn joined(codes: &[impl Display]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Reader {
    /// Notes a fault; the value it is about does not exist.
    pub(super) fn fault<T>(&mut self, path: String, zh: impl Into<String>, en: impl Into<String>) -> Option<T> {
        self.faults.push(TariffFault { path, text: Text::new(zh, en) });
        None
    }

    fn missing<T>(&mut self, path: String) -> Option<T> {
        self.fault(path, "缺少", "is missing")
    }

    /// An object with no other fields than the known ones.
    pub(super) fn object<'j>(&mut self, json: &'j Value, path: &str, known: &[&str]) -> Option<&'j Map<String, Value>> {
        let Some(fields) = json.as_object() else {
            let path = if path.is_empty() { "$" } else { path };
            return self.fault(path.to_owned(), "须为 JSON 对象", "must be a JSON object");
        };
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            let known = known.join(", ");
            self.fault::<()>(at(path, &name), format!("未知字段；可用：{known}"), format!("is no field here; known are {known}"));
        }
        Some(fields)
    }

    /// A list with at least one and at most so many members.
    pub(super) fn list<'j>(&mut self, fields: &'j Map<String, Value>, path: &str, name: &str, most: usize) -> Option<&'j [Value]> {
        let path = at(path, name);
        match given(fields, name) {
            None => self.missing(path),
            Some(Value::Array(members)) if members.is_empty() => self.fault(path, "为空", "is empty"),
            Some(Value::Array(members)) if members.len() > most => {
                self.fault(path, format!("多于 {most} 项"), format!("has more than {most} members"))
            }
            Some(Value::Array(members)) => Some(members),
            Some(_) => self.fault(path, "须为数组", "must be a list"),
        }
    }

    pub(super) fn text<'j>(&mut self, fields: &'j Map<String, Value>, path: &str, name: &str) -> Option<&'j str> {
        match given(fields, name) {
            None => self.missing(at(path, name)),
            Some(Value::String(text)) => Some(text),
            Some(_) => self.fault(at(path, name), "须为文本", "must be text"),
        }
    }

    /// A code as events carry it. It is compared byte by byte, so stray spaces are named.
    pub(super) fn name(&mut self, fields: &Map<String, Value>, path: &str, name: &str) -> Option<String> {
        let text = self.text(fields, path, name)?;
        let path = at(path, name);
        if text.is_empty() {
            self.fault(path, "为空", "is empty")
        } else if text.trim() != text || text.chars().any(char::is_control) {
            self.fault(path, "首尾有空格或含控制字符", "has spaces at its ends or a control character")
        } else if text.chars().count() > LONGEST_TEXT {
            self.fault(path, format!("超过 {LONGEST_TEXT} 个字符"), format!("has more than {LONGEST_TEXT} characters"))
        } else {
            Some(text.to_owned())
        }
    }

    pub(super) fn choice<T>(
        &mut self,
        fields: &Map<String, Value>,
        path: &str,
        name: &str,
        parse: fn(&str) -> Option<T>,
        known: &str,
    ) -> Option<T> {
        let text = self.text(fields, path, name)?;
        let chosen = parse(text);
        if chosen.is_none() {
            let shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
            self.fault::<T>(
                at(path, name),
                format!("「{shown}」未知；可用：{known}"),
                format!("\"{shown}\" is unknown; known are {known}"),
            );
        }
        chosen
    }

    pub(super) fn whole(&mut self, fields: &Map<String, Value>, path: &str, name: &str, least: i64, most: i64) -> Option<i64> {
        match given(fields, name) {
            None => self.missing(at(path, name)),
            Some(value) => self.whole_value(value, at(path, name), least, most),
        }
    }

    pub(super) fn whole_value(&mut self, value: &Value, path: String, least: i64, most: i64) -> Option<i64> {
        let number = value.as_i64().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.fault::<()>(path, format!("须为 {least} 至 {most} 之间的整数"), format!("must be a whole number from {least} to {most}"));
        }
        number
    }

    /// An amount in fen that may be left out.
    pub(super) fn fen(&mut self, fields: &Map<String, Value>, path: &str, name: &str) -> Option<i64> {
        given(fields, name).and_then(|value| self.whole_value(value, at(path, name), 0, Fen::MAX_ABS))
    }

    pub(super) fn day(&mut self, fields: &Map<String, Value>, path: &str, name: &str) -> Option<NaiveDate> {
        let text = self.text(fields, path, name)?;
        // Ten bytes: chrono also reads 2026-1-1, which is not the form that is written.
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| text.len() == 10 && (2000..2100).contains(&date.year()));
        if date.is_none() {
            self.fault::<()>(at(path, name), "不是日期，请写成 2026-01-01", "is no date such as 2026-01-01");
        }
        date
    }

    pub(super) fn price(&mut self, fields: &Map<String, Value>, path: &str, name: &str) -> Option<Price> {
        let text = match given(fields, name) {
            None => return self.missing(at(path, name)),
            Some(Value::String(text)) => text,
            Some(_) => return self.fault(at(path, name), "须为文本，请写成 \"2.50\"", "must be text such as \"2.50\""),
        };
        match Price::parse(text) {
            Ok(price) => Some(price),
            Err(why) => {
                let zh = match why {
                    NotAPrice::NotANumber => "不是以元为单位的数字，请写成 2.50",
                    NotAPrice::TooManyDecimals => "超过六位小数",
                    NotAPrice::Negative => "不能为负",
                    NotAPrice::TooLarge => "超过 100,000,000 元",
                };
                self.fault(at(path, name), zh, why.to_string())
            }
        }
    }
}
