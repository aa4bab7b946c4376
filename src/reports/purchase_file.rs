//! Purchase files as rows: CSV with the eleven columns, JSON with the same names.

use crate::lang::Text;
use crate::metering::purchase_row::{COLUMNS, RawRow};

/// Reads a CSV file: UTF-8 with or without a byte order mark, columns in any order.
///
/// # Errors
/// A header that lacks columns or has unknown ones, text that is not UTF-8; nothing of the file is
/// read then. A line with another number of fields is a row that its own report refuses.
pub fn read_csv(bytes: &[u8]) -> Result<Vec<RawRow>, Text> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|why| {
        Text::new(
            format!("文件不是 UTF-8 编码（第 {} 字节），请另存为「CSV UTF-8」。", why.valid_up_to()),
            format!("The file is not UTF-8 (byte {}); save it as \"CSV UTF-8\".", why.valid_up_to()),
        )
    })?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|why| broken(&why))?.iter().map(|name| name.trim().to_owned()).collect();
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|column| !header.iter().any(|name| name == column)).collect();
    let unknown: Vec<&str> = header.iter().map(String::as_str).filter(|name| !COLUMNS.contains(name)).collect();
    if !missing.is_empty() || !unknown.is_empty() {
        return Err(Text::new(
            format!("表头不对。缺少：{}；多出：{}。应为：{}", missing.join("、"), unknown.join("、"), COLUMNS.join(",")),
            format!(
                "The header is wrong. Missing: {}; unknown: {}. It must be: {}",
                missing.join(", "),
                unknown.join(", "),
                COLUMNS.join(",")
            ),
        ));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|why| broken(&why))?;
        if record.len() != header.len() {
            rows.push(RawRow::torn(record.len(), header.len()));
            continue;
        }
        let mut row = RawRow::default();
        for (name, value) in header.iter().zip(record.iter()) {
            row.set(name, value);
        }
        rows.push(row);
    }
    Ok(rows)
}

fn broken(why: &csv::Error) -> Text {
    let line = why.position().map_or(0, csv::Position::line);
    Text::new(format!("第 {line} 行不是完整的 CSV：{why}"), format!("Line {line} is not CSV: {why}"))
}

/// Reads JSON of the form `{"purchases": [...]}`. Money and quantities are
/// strings, never numbers; `null` is as if left out.
///
/// # Errors
/// The first thing that is not of that form, with its place.
pub fn read_json(bytes: &[u8]) -> Result<Vec<RawRow>, Text> {
    let bad = |zh: String, en: String| Text::new(zh, en);
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|why| bad(format!("不是 JSON：{why}"), format!("not JSON: {why}")))?;
    let form = || bad("须为 {\"purchases\": [...]}，不含其他内容".into(), "must be {\"purchases\": [...]} and nothing else".into());
    let serde_json::Value::Object(mut object) = value else { return Err(form()) };
    let Some(serde_json::Value::Array(list)) = object.remove("purchases") else { return Err(form()) };
    if !object.is_empty() {
        return Err(form());
    }
    let mut rows = Vec::new();
    for (index, entry) in list.into_iter().enumerate() {
        let serde_json::Value::Object(fields) = entry else {
            return Err(bad(format!("purchases[{index}] 须为对象"), format!("purchases[{index}] must be an object")));
        };
        let mut row = RawRow::default();
        for (name, value) in fields {
            let text = match value {
                serde_json::Value::String(text) => text,
                serde_json::Value::Null => String::new(),
                _ => {
                    return Err(bad(
                        format!("purchases[{index}].{name} 须为字符串，例如 \"1234.56\""),
                        format!("purchases[{index}].{name} must be a string such as \"1234.56\""),
                    ));
                }
            };
            if !row.set(&name, &text) {
                return Err(bad(format!("purchases[{index}].{name} 不是已知字段"), format!("purchases[{index}].{name} is no known field")));
            }
        }
        rows.push(row);
    }
    Ok(rows)
}
