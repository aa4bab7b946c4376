//! The elements of a JSON array and the members of a JSON object as raw text, cut without reading
//! them: one element that is no JSON (`NaN`, a forgotten bracket) is then one bad row, and the
//! rest goes on.

use crate::lang::Text;

/// Why a text cannot be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotElements {
    #[error("does not begin with {0}")]
    NoBegin(char),
    /// The byte at which the element begins that has no end.
    #[error("has an element at byte {0} that never ends: a quotation mark or bracket is open")]
    Open(usize),
    #[error("goes on after its end, at byte {0}")]
    GoesOn(usize),
    #[error("has more than {0} elements")]
    TooMany(usize),
}

impl NotElements {
    #[must_use]
    pub fn text(self) -> Text {
        let zh = match self {
            NotElements::NoBegin(open) => format!("不是以 {open} 开头"),
            NotElements::Open(at) => format!("第 {at} 字节起的元素没有结束：引号或括号没有成对"),
            NotElements::GoesOn(at) => format!("结束之后（第 {at} 字节起）还有内容"),
            NotElements::TooMany(most) => format!("超过 {most} 个元素"),
        };
        Text::new(zh, self.to_string())
    }
}

/// The elements of an array as raw text without the white space around them; an element that is
/// missing (`[1,]`) is an empty text. At most `most` elements are cut.
///
/// # Errors
/// The text is no array as a whole.
pub fn elements(text: &str, most: usize) -> Result<Vec<&str>, NotElements> {
    cut(text, '[', b']', most)
}

/// The raw value of the first of these names that an object has at its top.
#[must_use]
pub fn member<'a>(text: &'a str, names: &[&str]) -> Option<&'a str> {
    let members = cut(text, '{', b'}', usize::MAX).ok()?;
    names.iter().find_map(|name| {
        let quoted = format!("\"{name}\"");
        members.iter().find_map(|member| member.strip_prefix(quoted.as_str())?.trim_start().strip_prefix(':').map(str::trim))
    })
}

fn cut(text: &str, open: char, close: u8, most: usize) -> Result<Vec<&str>, NotElements> {
    let body = text.trim_start().strip_prefix(open).ok_or(NotElements::NoBegin(open))?;
    let offset = text.len() - body.len();
    let mut found: Vec<&str> = Vec::new();
    let mut begin = 0;
    loop {
        let end = end_of_element(body.as_bytes(), begin, close).ok_or(NotElements::Open(offset + begin))?;
        let element = body.get(begin..end).unwrap_or_default().trim();
        let last = body.as_bytes().get(end) == Some(&close);
        // `[]` and `[ ]` have no element.
        if !(last && found.is_empty() && element.is_empty()) {
            if found.len() == most {
                return Err(NotElements::TooMany(most));
            }
            found.push(element);
        }
        begin = end + 1;
        if last {
            let rest = body.get(begin..).unwrap_or_default();
            let after = rest.trim_start();
            return if after.is_empty() { Ok(found) } else { Err(NotElements::GoesOn(text.len() - after.len())) };
        }
    }
}

/// The place of the comma or closing bracket that ends the element. Depth is counted without
/// telling the kinds of brackets apart, so that `{"a":1]}` is one broken element.
fn end_of_element(bytes: &[u8], begin: usize, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(begin) {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => depth += 1,
            b',' if depth == 0 => return Some(at),
            other if depth == 0 && *other == close => return Some(at),
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
