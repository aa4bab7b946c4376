//! Electronic invoices read from what the enterprise uploads: XML, OFD and PDF (formats.md §2).
//!
//! A file holds the same invoice in up to five places. Each gives a [`field::Sheet`] of raw texts;
//! [`combine`] reads them in the order of their trust, and a field on which two places differ stays
//! empty with a reason. A paper that parses proves nothing about its authenticity: nobody here
//! checks the tax bureau's signature.

mod combine;
mod dialects;
pub(crate) mod element;
mod field;
mod kind;
pub(crate) mod ofd;
mod pdf;
mod qr;
mod warning;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::money::Fen;

pub use field::{Field, Place};
pub(crate) use field::{amount, date as day};
pub use kind::Kind;
pub use warning::Warning;

use kind::Container;

/// The largest file that is read, in bytes; an e-invoice has some hundred kilobytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// One invoice as its file says it. What the file does not say, or says in two ways, is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invoice {
    pub kind: Kind,
    /// 专用发票 (true) or 普通发票 (false).
    pub special: Option<bool>,
    /// A red letter (红字发票), which takes an earlier invoice back wholly or in part.
    pub red: bool,
    /// 发票代码, 10 or 12 digits; a fully digital invoice has none.
    pub code: Option<String>,
    /// 发票号码: 8 digits, or 20 on a fully digital invoice.
    pub number: Option<String>,
    pub date: Option<NaiveDate>,
    pub buyer: Option<String>,
    pub buyer_id: Option<String>,
    pub seller: Option<String>,
    pub seller_id: Option<String>,
    /// Without tax. Amounts of a red letter are below zero.
    pub net: Option<Fen>,
    /// `None` also where the paper prints `***` (免税, 差额征税).
    pub tax: Option<Fen>,
    pub total: Option<Fen>,
    pub lines: Vec<Line>,
    /// The blue invoice that a red letter takes back: its number, with its code before it if it has one.
    pub red_of: Option<String>,
    /// Where each field was read.
    pub source: BTreeMap<Field, Place>,
    pub warnings: Vec<Warning>,
}

/// One line of goods or services. Discounts stand below zero on a blue invoice too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    pub name: String,
    pub quantity: Option<String>,
    pub unit: Option<String>,
    pub amount: Option<Fen>,
    /// As a percentage such as `6%`, or the paper's word such as 免税.
    pub tax_rate: Option<String>,
    pub tax: Option<Fen>,
}

impl Invoice {
    /// A file that gives no invoice, and why.
    #[must_use]
    pub fn none(kind: Kind, why: Warning) -> Invoice {
        Invoice {
            kind,
            special: None,
            red: false,
            code: None,
            number: None,
            date: None,
            buyer: None,
            buyer_id: None,
            seller: None,
            seller_id: None,
            net: None,
            tax: None,
            total: None,
            lines: Vec::new(),
            red_of: None,
            source: BTreeMap::new(),
            warnings: vec![why],
        }
    }
}

/// Reads one file by its first bytes; its name is no evidence of anything.
#[must_use]
pub fn read(bytes: &[u8]) -> Invoice {
    if bytes.len() > MAX_BYTES {
        return Invoice::none(Kind::Unreadable, Warning::TooLarge);
    }
    let sheets = match kind::container(bytes) {
        Container::Empty => Err((Kind::Unreadable, Warning::Empty)),
        Container::Image(format) => Err((Kind::NotAnInvoice, Warning::Image(format))),
        Container::Unknown => Err((Kind::Unreadable, Warning::UnknownFormat)),
        Container::Zip => ofd::sheets(bytes),
        Container::Pdf => pdf::sheets(bytes),
        Container::Xml => element::parse(bytes)
            .map_err(|why| (Kind::Unreadable, why))
            .and_then(|root| dialects::sheet(&root, Place::Xml).map(|sheet| vec![sheet]).ok_or((Kind::NotAnInvoice, Warning::OtherXml))),
    };
    match sheets {
        Ok(sheets) => combine::combine(&sheets),
        Err((kind, why)) => Invoice::none(kind, why),
    }
}

/// The text of a PDF, line by line as it is drawn, in the form in which it is searched; empty for
/// anything else.
#[must_use]
pub fn lines_of_pdf(bytes: &[u8]) -> Vec<String> {
    if bytes.len() > MAX_BYTES || kind::container(bytes) != Container::Pdf {
        return Vec::new();
    }
    pdf::searchable_lines(bytes)
}

#[cfg(test)]
mod tests;
