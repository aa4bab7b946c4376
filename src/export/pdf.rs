//! Papers as PDF: A4, embedded subsets of a Chinese font, text that can be selected and searched,
//! and the same bytes for the same content on every machine and every day.

use printpdf::{PdfDocument, PdfFont, PdfSaveOptions};

use super::document::{Block, Document};

mod blocks;
mod canvas;
mod flow;
mod fonts;
mod length;
mod sheet;
mod style;
mod table;
mod wrap;

pub use fonts::{Fonts, NoFonts, font_file};

use flow::Flow;

/// Why a paper could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the PDF could not be put together: {0}")]
pub struct PdfFault(String);

/// Sets a document and returns the bytes of its PDF.
///
/// # Errors
/// The PDF writer could not embed a font.
pub fn render(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, PdfFault> {
    let mut flow = Flow::new(document, fonts);
    flow.masthead();
    blocks::meta(&mut flow, &document.meta);
    let mut previous = None;
    let mut rest = document.blocks.as_slice();
    while let Some((block, following)) = rest.split_first() {
        flow.gap(blocks::space_before(previous, block));
        if leads(block) {
            let kept = blocks::kept_height(&flow, rest);
            flow.need(kept);
        }
        blocks::set(&mut flow, block);
        (previous, rest) = (Some(block), following);
    }
    let mut pdf = PdfDocument::new(&document.title);
    pdf.metadata.info.author.clone_from(&document.issuer);
    pdf.metadata.info.producer = "Suanquan".into();
    pdf.metadata.info.subject.clone_from(&document.number);
    for face in fonts.faces() {
        pdf.resources.fonts.map.insert(face.id.clone(), PdfFont::new(face.parsed.clone()));
    }
    pdf.with_pages(flow.finish());
    write(&pdf, document)
}

/// Serialises the document. The writer would give every file a random /ID; ours is the digest of
/// the content, so that equal papers are equal files.
fn write(pdf: &PdfDocument, document: &Document) -> Result<Vec<u8>, PdfFault> {
    let mut warnings = Vec::new();
    let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    let id = lopdf::Object::string_literal(document.content_digest());
    file.trailer.set("ID", vec![id.clone(), id]);
    let fault = |why: lopdf::Error| PdfFault(why.to_string());
    let catalog = file.catalog_mut().map_err(fault)?;
    catalog.set("Lang", lopdf::Object::string_literal(document.lang.code()));
    catalog.set("ViewerPreferences", lopdf::dictionary! { "DisplayDocTitle" => true });
    file.compress();
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).map_err(|why| PdfFault(why.to_string()))?;
    Ok(bytes)
}

/// Whether a block wants its following block close by.
fn leads(block: &Block) -> bool {
    matches!(block, Block::Heading(_) | Block::Subheading(_))
}
