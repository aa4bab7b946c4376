//! Papers read back by other programs: poppler for text and fonts.

mod paper_facts;
mod papers;
pub mod pdf_text;
