//! A PDF: files within it, pictures that may hold the QR code, and the text of its pages (formats.md §2.6).

mod font;
mod page;
mod words;

use lopdf::{Dictionary, Document, LoadOptions, Object, Stream};

use super::field::{Place, Sheet};
use super::kind::{Kind, looks_like_xml};
use super::{Warning, dialects, element, qr};

/// The most that one stream may unpack to, in bytes.
const MAX_STREAM: usize = 16 * 1024 * 1024;
/// An invoice has one page, with its list of goods some more.
const MAX_PAGES: usize = 20;
const MAX_PICTURES: usize = 40;

/// What each place of the file says.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, (Kind, Warning)> {
    let document = open(bytes).map_err(|why| (Kind::Unreadable, why))?;
    let mut found = attached(&document);
    let attached = !found.is_empty();
    let lines: Vec<String> = document.page_iter().take(MAX_PAGES).flat_map(|id| page::lines(&document, id)).collect();
    let mut text = words::sheet(&lines);
    let code = pictures(&document);
    match (&mut text, &code) {
        (Some(sheet), _) => {
            sheet.qr = code.clone();
            sheet.unconfirmed = !attached && code.is_none();
        }
        // A scan: what its code says is all there is.
        (None, Some(_)) => text = Some(Sheet { qr: code.clone(), ..Sheet::new(Place::Text) }),
        (None, None) => {}
    }
    found.extend(text);
    if found.is_empty() {
        let why = if lines.iter().all(|line| line.trim().is_empty()) { Warning::NoText } else { Warning::OtherPdf };
        return Err((Kind::NotAnInvoice, why));
    }
    Ok(found)
}

/// The lines of all pages in the form in which text is searched; empty when the file cannot be opened.
pub(super) fn searchable_lines(bytes: &[u8]) -> Vec<String> {
    let Ok(document) = open(bytes) else { return Vec::new() };
    let lines = document.page_iter().take(MAX_PAGES).flat_map(|id| page::lines(&document, id));
    words::searchable_lines(&lines.collect::<Vec<String>>())
}

fn open(bytes: &[u8]) -> Result<Document, Warning> {
    let start = bytes.windows(5).take(1024).position(|window| window == b"%PDF-").unwrap_or(0);
    let bytes = bytes.get(start..).unwrap_or(bytes);
    match Document::load_mem_with_options(bytes, LoadOptions::with_max_decompressed_size(MAX_STREAM)) {
        Ok(document) if document.is_encrypted() => Err(Warning::Encrypted),
        Ok(document) => Ok(document),
        Err(_) if bytes.windows(8).any(|window| window == b"/Encrypt") => Err(Warning::Encrypted),
        Err(why) => Err(Warning::Broken(why.to_string())),
    }
}

/// The invoice as XML within the PDF, as some platforms attach it.
fn attached(document: &Document) -> Vec<Sheet> {
    let files = document.objects.values().filter_map(|object| object.as_dict().ok()).filter_map(|specification| {
        let embedded = dictionary(document, specification.get(b"EF").ok()?)?;
        stream(document, embedded.get(b"F").or_else(|_| embedded.get(b"UF")).ok()?)
    });
    let contents = files.filter_map(unpacked).filter(|content| looks_like_xml(content));
    contents.filter_map(|content| element::parse(&content).ok()).filter_map(|root| dialects::sheet(&root, Place::Attachment)).collect()
}

/// The text of the invoice's code among the pictures of the file.
fn pictures(document: &Document) -> Option<String> {
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    let images = streams.filter(|stream| stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image"));
    images.take(MAX_PICTURES).find_map(|image| picture(document, image))
}

fn picture(document: &Document, image: &Stream) -> Option<String> {
    let number = |key: &[u8]| image.dict.get_deref(key, document).ok()?.as_i64().ok().and_then(|n| usize::try_from(n).ok());
    let (width, height) = (number(b"Width")?, number(b"Height")?);
    let points = width.checked_mul(height).filter(|points| *points > 0)?;
    let content = unpacked(image)?;
    let row = width.div_ceil(8);
    let grey: Vec<u8> = if number(b"BitsPerComponent").unwrap_or(1) == 1 {
        let bit = |row: &[u8], x: usize| row.get(x / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0);
        content.chunks(row).take(height).flat_map(|row| (0..width).map(move |x| if bit(row, x) { 255 } else { 0 })).collect()
    } else {
        let channels = content.len() / points;
        if !matches!(channels, 1 | 3) {
            return None;
        }
        let grey: Vec<u8> = content.chunks_exact(channels).filter_map(|pixel| pixel.first().copied()).collect();
        // A palette of a few colours: the first is one side of the code, the others are the other.
        let palette = grey.iter().all(|point| *point < 16);
        if palette { grey.iter().map(|point| if *point == 0 { 0 } else { 255 }).collect() } else { grey }
    };
    // Masks and palettes may print the zeros or the ones.
    qr::in_grey(width, height, &grey).or_else(|| qr::in_grey(width, height, &grey.iter().map(|point| 255 - point).collect::<Vec<u8>>()))
}

fn unpacked(stream: &Stream) -> Option<Vec<u8>> {
    stream.get_plain_content_with_limit(MAX_STREAM).ok()
}

fn dictionary<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

fn stream<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Stream> {
    document.dereference(object).ok()?.1.as_stream().ok()
}
