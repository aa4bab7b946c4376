//! What a file is by its first bytes, and what an invoice is by its code and number (formats.md §2.1).

use serde::Serialize;

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 数电票: a number of 20 digits, no code.
    Digital,
    /// 增值税电子发票: code and number.
    Electronic,
    /// 增值税纸质发票, known from its code.
    Paper,
    NotAnInvoice,
    /// Broken, encrypted, empty, or too large to be an invoice.
    Unreadable,
}

/// The wrapping of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Empty,
    Xml,
    Zip,
    Pdf,
    Image(&'static str),
    Unknown,
}

const IMAGES: &[(&[u8], &str)] = &[
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"RIFF", "WebP"),
];

/// By magic bytes alone.
pub(super) fn container(bytes: &[u8]) -> Container {
    if bytes.is_empty() {
        return Container::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Container::Zip;
    }
    if let Some((_, format)) = IMAGES.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Container::Image(format);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Container::Image("HEIC");
    }
    if looks_like_xml(bytes) {
        return Container::Xml;
    }
    // Some programs write a line of their own before the header.
    if bytes.windows(5).take(1024).any(|window| window == b"%PDF-") { Container::Pdf } else { Container::Unknown }
}

/// Begins with `<`, after a byte order mark and white space; both bytes of UTF-16 count.
pub(super) fn looks_like_xml(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").or_else(|| bytes.strip_prefix(b"\xff\xfe")).or_else(|| bytes.strip_prefix(b"\xfe\xff"));
    start.unwrap_or(bytes).iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0) == Some(&b'<')
}

/// The kind of the invoice with this code and number. The last two digits of a code of 12 tell the
/// electronic forms; other codes are printed on paper.
pub(super) fn of_key(code: Option<&str>, number: Option<&str>) -> Option<Kind> {
    match (code, number) {
        (Some(code), _) if code.len() == 12 && code.starts_with('0') => {
            Some(if matches!(code.get(10..), Some("11" | "12" | "13")) { Kind::Electronic } else { Kind::Paper })
        }
        (Some(_), _) => Some(Kind::Paper),
        (None, Some(number)) if number.len() == 20 => Some(Kind::Digital),
        _ => None,
    }
}

/// 专用 or 普通, as far as the code says it: the last two digits of 12, the eighth of 10.
pub(super) fn special_by_code(code: &str) -> Option<bool> {
    match (code.len(), code.get(10..), code.get(7..8)) {
        (12, Some("13"), _) => Some(true),
        (12, Some("04" | "05" | "06" | "07" | "11" | "12"), _) => Some(false),
        (10, _, Some("1" | "5")) => Some(true),
        (10, _, Some("3" | "6")) => Some(false),
        _ => None,
    }
}
