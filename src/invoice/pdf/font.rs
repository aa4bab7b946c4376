//! From the bytes of a string in a PDF to characters: by the font's own table (`ToUnicode`), or by
//! the Chinese encodings that need none. Both families of issuers are read here (formats.md §2.7):
//! those that embed a font under codes of their own, and those that name UniGB-UCS2-H.

use std::collections::BTreeMap;

use encoding_rs::GBK;
use lopdf::{Dictionary, Document, Object};

use super::{dictionary, stream, unpacked};

#[derive(Clone, Debug)]
pub(super) enum Decoder {
    /// Codes of so many bytes.
    Table(usize, BTreeMap<u32, String>),
    Utf16,
    Gbk,
    /// One byte a character, as in ASCII; anything beyond is unknown.
    Ascii,
    /// Codes that nothing explains.
    Unknown,
}

impl Decoder {
    pub fn of(document: &Document, font: &Dictionary) -> Decoder {
        let encoding = font.get_deref(b"Encoding", document).ok().and_then(|encoding| encoding.as_name().ok());
        let encoding = encoding.map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default();
        let composite = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Type0");
        if let Some(table) = font.get(b"ToUnicode").ok().and_then(|table| stream(document, table)).and_then(unpacked) {
            let (length, table) = table_of(&table, if composite { 2 } else { 1 });
            if !table.is_empty() {
                return Decoder::Table(length, table);
            }
        }
        match encoding.as_str() {
            name if name.starts_with("UniGB-U") => Decoder::Utf16,
            name if name.starts_with("GBK") || name.starts_with("GBpc") || name.starts_with("GB-EUC") => Decoder::Gbk,
            _ if composite => Decoder::Unknown,
            _ => Decoder::Ascii,
        }
    }

    /// The fonts of a page or form by their names.
    pub fn all(document: &Document, resources: &Dictionary) -> BTreeMap<Vec<u8>, Decoder> {
        let fonts = resources.get(b"Font").ok().and_then(|fonts| dictionary(document, fonts));
        let fonts = fonts.into_iter().flat_map(Dictionary::iter);
        fonts.filter_map(|(name, font)| Some((name.clone(), Decoder::of(document, dictionary(document, font)?)))).collect()
    }

    /// The characters of a string; a code without one is the replacement character.
    pub fn text(&self, bytes: &[u8]) -> String {
        match self {
            Decoder::Table(length, table) => {
                let code = |chunk: &[u8]| chunk.iter().fold(0_u32, |code, byte| (code << 8) | u32::from(*byte));
                bytes.chunks(*length).map(|chunk| table.get(&code(chunk)).map_or("\u{fffd}", String::as_str)).collect()
            }
            Decoder::Utf16 => utf16(bytes),
            Decoder::Gbk => GBK.decode_without_bom_handling(bytes).0.into_owned(),
            Decoder::Ascii => bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' }).collect(),
            Decoder::Unknown => "\u{fffd}".into(),
        }
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|pair| pair.iter().fold(0_u16, |unit, byte| (unit << 8) | u16::from(*byte)));
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
}

/// A token of a table: `<0041>`, `[`, `]`, or a word.
enum Token {
    Code(Vec<u8>),
    Open,
    Close,
    Word(String),
}

fn tokens(table: &[u8]) -> Vec<Token> {
    let text: String = table.iter().map(|byte| char::from(*byte)).collect();
    let spaced = text.replace('<', " <").replace('>', "> ").replace('[', " [ ").replace(']', " ] ");
    let token = |word: &str| match word {
        "[" => Token::Open,
        "]" => Token::Close,
        _ => match word.strip_prefix('<').and_then(|word| word.strip_suffix('>')).and_then(|digits| hex::decode(digits).ok()) {
            Some(code) => Token::Code(code),
            None => Token::Word(word.to_owned()),
        },
    };
    spaced.split_whitespace().map(token).collect()
}

/// The width of its codes in bytes and what they stand for.
fn table_of(table: &[u8], usual: usize) -> (usize, BTreeMap<u32, String>) {
    let (mut length, mut map, mut section, mut held) = (usual, BTreeMap::new(), String::new(), Vec::<Vec<u8>>::new());
    let mut list: Option<u32> = None;
    let number = |code: &[u8]| code.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    for token in tokens(table) {
        match token {
            Token::Word(word) => {
                section = word;
                held.clear();
                list = None;
            }
            Token::Open => list = held.first().map(|first| number(first)),
            Token::Close => {
                list = None;
                held.clear();
            }
            Token::Code(code) => {
                if let Some(next) = list.as_mut() {
                    map.insert(*next, utf16(&code));
                    *next = next.saturating_add(1);
                    continue;
                }
                held.push(code);
                match (section.as_str(), held.as_slice()) {
                    ("begincodespacerange", [low, _]) => length = low.len().clamp(1, 4),
                    ("beginbfchar", [code, text]) => drop(map.insert(number(code), utf16(text))),
                    ("beginbfrange", [low, high, text]) => range(&mut map, number(low), number(high), text),
                    _ => continue,
                }
                held.clear();
            }
        }
    }
    (length, map)
}

/// A run of codes that stand for a run of characters.
fn range(map: &mut BTreeMap<u32, String>, low: u32, high: u32, text: &[u8]) {
    let first = utf16(text);
    let (front, last) = match first.char_indices().next_back() {
        Some((at, last)) => (first.get(..at).unwrap_or_default(), u32::from(last)),
        None => return,
    };
    for code in low..=high.min(low.saturating_add(0xffff)) {
        let character = last.checked_add(code - low).and_then(char::from_u32).unwrap_or('\u{fffd}');
        map.insert(code, format!("{front}{character}"));
    }
}
