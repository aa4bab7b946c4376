//! XML as a small tree: local names, no entities beyond the five of the standard, no DOCTYPE,
//! bounded depth and size.

use encoding_rs::{Encoding, GB18030, UTF_8};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::Warning;

const MAX_DEPTH: usize = 64;
const MAX_ELEMENTS: usize = 200_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    /// Without its prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at a path of names below this one.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The trimmed text at a path; empty where there is none.
    pub fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |element| element.text.trim())
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// This element and all below it, in the order of the file.
    pub fn all(&self) -> Vec<&Element> {
        let (mut found, mut open) = (Vec::new(), vec![self]);
        while let Some(element) = open.pop() {
            found.push(element);
            open.extend(element.children.iter().rev());
        }
        found
    }
}

/// Reads a document in UTF-8, UTF-16 or a Chinese encoding.
///
/// # Errors
/// What is wrong with the file, for people.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, Warning> {
    let text = decode(bytes).ok_or_else(|| Warning::Broken("encoding".into()))?;
    let mut reader = Reader::from_str(&text);
    let (mut open, mut root, mut count): (Vec<Element>, Option<Element>, usize) = (Vec::new(), None, 0);
    loop {
        match reader.read_event().map_err(|why| Warning::Broken(why.to_string()))? {
            Event::Start(start) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS {
                    return Err(Warning::Bomb);
                }
                open.push(begun(&start)?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > MAX_ELEMENTS {
                    return Err(Warning::Bomb);
                }
                close(begun(&start)?, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let ended = open.pop().ok_or_else(|| Warning::Broken("XML".into()))?;
                close(ended, &mut open, &mut root)?;
            }
            Event::Text(text) => say(&mut open, &text),
            Event::CData(text) => say(&mut open, &text),
            Event::GeneralRef(reference) => say(&mut open, &resolved(&reference)?),
            Event::DocType(_) => return Err(Warning::Doctype),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    root.filter(|_| open.is_empty()).ok_or_else(|| Warning::Broken("XML".into()))
}

fn begun(start: &BytesStart<'_>) -> Result<Element, Warning> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|why| Warning::Broken(why.to_string()))?;
        element.attributes.push((attribute.key.local_name().as_ref().to_owned(), attribute.value.into_owned()));
    }
    Ok(element)
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), Warning> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(Warning::Broken("XML".into())),
    }
    Ok(())
}

fn say(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, Warning> {
    if let Some(character) = reference.resolve_char_ref().map_err(|why| Warning::Broken(why.to_string()))? {
        return Ok(character.into());
    }
    Ok(match &**reference {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(Warning::Doctype),
    }
    .into())
}

/// By byte order mark, then by declaration; a file that says UTF-8 and is not is tried as GB18030,
/// which Chinese Windows programs write under any name.
fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strictly(encoding, bytes.get(mark..)?);
    }
    let head = bytes.get(..200).unwrap_or(bytes);
    let declared = String::from_utf8_lossy(head)
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..).and_then(|rest| rest.split(['"', '\'']).next().map(str::to_owned)))
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .unwrap_or(UTF_8);
    strictly(declared, bytes).or_else(|| strictly(GB18030, bytes))
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}
