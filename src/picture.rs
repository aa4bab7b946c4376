//! Pictures of papers: the first pages of a PDF or OFD as one PNG, for people who compare what was read
//! with the paper. Nothing of the file itself reaches the browser.
//!
//! An OFD is turned into a PDF first ([`ofd`]), so that one renderer draws both. Chinese fonts that a
//! file names and does not bring are replaced by the one font that is handed in. Files come from
//! outside: draw them in a [child](crate::child) only.

mod ofd;
mod page;
mod pdf;

use std::sync::Arc;
use std::time::Duration;

use crate::child::Limits;

/// What drawing one paper may take.
pub const LIMITS: Limits =
    Limits { patience: Duration::from_secs(20), answer_bytes: 32 * 1024 * 1024, memory_bytes: 1024 * 1024 * 1024, processor_seconds: 15 };
/// A longer file breaks off, and what is left of it is damaged.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Pages that are drawn, from the first on.
const MOST_PAGES: usize = 6;

/// The font for what a file does not bring.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "tens of megabytes")]
pub struct Font {
    pub bytes: Arc<Vec<u8>>,
    /// The face within a collection.
    pub face: u32,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    #[error("is neither a PDF nor an OFD")]
    OtherKind,
    #[error("is locked with a password")]
    Locked,
    #[error("is damaged")]
    Broken,
    #[error("has pages that are too large to draw")]
    TooLarge,
}

/// The first pages of a PDF or OFD below one another, as PNG.
///
/// # Errors
/// What the file is instead.
pub fn draw(bytes: &[u8], font: Option<&Font>) -> Result<Vec<u8>, NoPicture> {
    if bytes.starts_with(b"%PDF-") {
        page::draw(bytes.to_vec(), font)
    } else if bytes.starts_with(b"PK\x03\x04") {
        page::draw(ofd::as_pdf(bytes)?, font)
    } else {
        Err(NoPicture::OtherKind)
    }
}

#[cfg(test)]
mod tests;
