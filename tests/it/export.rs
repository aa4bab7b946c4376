//! Papers read back by other programs: poppler for text and fonts.

mod paper_facts;
mod papers;
mod pdf_text;
