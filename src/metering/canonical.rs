//! The canonical form of JSON (RFC 8785, JCS) for the values that events may hold: the same fact
//! always has the same bytes, so that its digest says whether two events are the same.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A number that has no canonical form here: with a fraction, an exponent, or beyond 2⁵³.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("holds the number {0}, which is no plain integer within ±9007199254740991")]
pub struct NotCanonical(pub String);

/// The largest integer that every JSON reader keeps exactly.
const MOST: u64 = 9_007_199_254_740_991;

/// Writes a value in canonical form: keys in the order of their UTF-16 units, no white space,
/// integers only.
///
/// # Errors
/// A number that is no plain integer. Exact quantities are integers in their smallest unit, or
/// text.
pub fn canonical(value: &Value) -> Result<String, NotCanonical> {
    let mut out = String::with_capacity(256);
    write(value, &mut out)?;
    Ok(out)
}

/// As [`canonical`], of an object.
///
/// # Errors
/// As [`canonical`].
pub fn canonical_object(fields: &Map<String, Value>) -> Result<String, NotCanonical> {
    let mut out = String::with_capacity(256);
    write_object(fields, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => {
            let size = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
            if size.is_none_or(|size| size > MOST) {
                return Err(NotCanonical(number.to_string()));
            }
            out.push_str(&number.to_string());
        }
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => write_object(fields, out)?,
    }
    Ok(())
}

fn write_object(fields: &Map<String, Value>, out: &mut String) -> Result<(), NotCanonical> {
    let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
    sorted.sort_unstable_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
    out.push('{');
    for (at, (key, item)) in sorted.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        quote(key, out);
        out.push(':');
        write(item, out)?;
    }
    out.push('}');
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    // Most texts need no escape at all.
    if !text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        out.push_str(text);
        out.push('"');
        return;
    }
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// SHA-256 over parts, each led by its length as 8 bytes, so that no two lists of parts share a
/// digest by moving a border.
#[must_use]
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
