//! An OFD package (GB/T 33190, formats.md §2.5): a ZIP in which four places hold the invoice.
//!
//! Folder names vary and some signers break the paths, so entries are told apart by their root
//! element and no path of the package is followed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::element::{self, Element};
use super::field::{Field, Place, Sheet};
use super::kind::{Kind, looks_like_xml};
use super::{Warning, dialects, qr};

const MAX_ENTRIES: usize = 2_000;
/// In bytes, of one entry and of all together.
const MAX_ENTRY: u64 = 16 * 1024 * 1024;
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// What each place of the package says.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, (Kind, Warning)> {
    let Unpacked { documents, pictures, damaged } = unpack(bytes).map_err(|why| (Kind::Unreadable, why))?;
    if !documents.iter().any(|root| root.name == "OFD") {
        return Err(damaged.map_or((Kind::NotAnInvoice, Warning::OtherZip), |why| (Kind::Unreadable, why)));
    }
    let texts = page_texts(&documents);
    let mut found: Vec<Sheet> = Vec::new();
    for root in &documents {
        match root.name.as_str() {
            "OFD" => found.push(dialects::custom_data(root)),
            "Page" | "Document" | "Res" | "Annotations" | "PageAnnot" | "Attachments" | "CustomTags" | "Signatures" | "Signature" => {}
            _ if root.all().iter().any(|element| element.name == "ObjectRef") => {
                found.push(dialects::tags(root, |id| texts.get(id).cloned()));
            }
            _ => found.extend(dialects::sheet(root, Place::Attachment)),
        }
    }
    found.retain(|sheet| !sheet.values.is_empty());
    if !found.iter().any(|sheet| sheet.says(Field::Number) || sheet.says(Field::Total)) {
        return Err(damaged.map_or((Kind::NotAnInvoice, Warning::OtherOfd), |why| (Kind::Unreadable, why)));
    }
    found.sort_by_key(|sheet| sheet.place);
    if found.iter().all(|sheet| sheet.qr.as_deref().and_then(qr::parse).is_none()) {
        let code = pictures.iter().find_map(|picture| qr::in_png(picture));
        if let (Some(sheet), Some(_)) = (found.first_mut(), &code) {
            sheet.qr = code;
        }
    }
    Ok(found)
}

/// What is in the package.
#[derive(Default)]
struct Unpacked {
    documents: Vec<Element>,
    pictures: Vec<Vec<u8>>,
    /// Why one of its documents is none. It may be one that nobody needs.
    damaged: Option<Warning>,
}

fn unpack(bytes: &[u8]) -> Result<Unpacked, Warning> {
    let mut found = Unpacked::default();
    for (_, content) in entries(bytes)? {
        if looks_like_xml(&content) {
            match element::parse(&content) {
                Ok(root) => found.documents.push(root),
                Err(why @ Warning::Broken(_)) => found.damaged = Some(why),
                Err(why) => return Err(why),
            }
        } else if content.starts_with(b"\x89PNG") {
            found.pictures.push(content);
        }
    }
    Ok(found)
}

/// The entries of a package with their names, within the limits.
///
/// # Errors
/// What is wrong with the package.
pub(crate) fn entries(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Warning> {
    let broken = |why: zip::result::ZipError| Warning::Broken(why.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_ENTRIES {
        return Err(Warning::Bomb);
    }
    let (mut found, mut unpacked) = (Vec::new(), 0);
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(broken)?;
        if raw.encrypted() {
            return Err(Warning::Encrypted);
        }
        drop(raw);
        let entry = archive.by_index(index).map_err(broken)?;
        // A name that cannot be read leads to nothing, and is needed by nobody.
        let name = entry.name().map(Cow::into_owned).unwrap_or_default();
        let mut content = Vec::new();
        // What an entry says of its own size is no evidence: what comes out is counted.
        entry.take(MAX_ENTRY + 1).read_to_end(&mut content).map_err(|why| Warning::Broken(why.to_string()))?;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        unpacked += size;
        if size > MAX_ENTRY || unpacked > MAX_UNPACKED {
            return Err(Warning::Bomb);
        }
        found.push((name, content));
    }
    Ok(found)
}

/// The texts of pages and templates by the id of their object, which is unique in a document.
fn page_texts(documents: &[Element]) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for object in documents.iter().filter(|root| root.name == "Page").flat_map(Element::all) {
        if let Some(id) = object.attribute("ID").filter(|_| object.name == "TextObject") {
            let codes = object.all().into_iter().filter(|element| element.name == "TextCode");
            texts.insert(id.to_owned(), codes.map(|code| code.text.trim()).collect());
        }
    }
    texts
}
