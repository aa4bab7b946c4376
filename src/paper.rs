//! 材料: what a contract, an invoice or a bank slip says, field by field, and where that was read.
//!
//! A reading only suggests. What two patterns could mean stays empty, and a person confirms the rest
//! (policy.md §2.1: an amount is never guessed).

mod contract;
mod field;
mod from_invoice;
mod slip;
mod text;

use serde::{Deserialize, Serialize};

use crate::invoice::{self, Kind, Warning};
use crate::lang::Text;
use crate::money::Fen;

pub use field::{PaidBy, PaperField, PaperKind, Source};

/// Raised whenever the same file could be read differently; files are then read once more.
pub const READER: i64 = 2;

/// One field as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub field: PaperField,
    /// Amounts in yuan with two decimals, days as `2026-03-02`, names in their normal form.
    pub value: String,
    pub source: Source,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// `None` when nothing tells what the paper is.
    pub kind: Option<PaperKind>,
    pub suggestions: Vec<Suggestion>,
    /// A red letter: it is no evidence of spending.
    pub red: bool,
    /// What a red letter takes back, positive; `None` where it does not say.
    #[serde(default)]
    pub red_total: Option<Fen>,
    /// Why nobody can use the file at all, such as a password.
    pub refused: Option<Text>,
    /// What a person has to look at.
    pub warnings: Vec<Text>,
    /// Nobody could look at the file just now: the next one who files it is to have it read again.
    #[serde(skip)]
    pub passing: bool,
}

impl Reading {
    /// A file that says nothing, and why.
    #[must_use]
    pub fn silent(why: Text) -> Reading {
        Reading { warnings: vec![why], ..Reading::default() }
    }

    /// What was read of a field.
    #[must_use]
    pub fn get(&self, field: PaperField) -> Option<&Suggestion> {
        self.suggestions.iter().find(|suggestion| suggestion.field == field)
    }

    /// The value of a field, empty when it was not read.
    #[must_use]
    pub fn value(&self, field: PaperField) -> &str {
        self.get(field).map_or("", |suggestion| suggestion.value.as_str())
    }
}

/// Reads one file by its content; its name is no evidence of anything.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let found = invoice::read(bytes);
    if found.warnings.contains(&Warning::Encrypted) {
        return Reading { refused: Some(Warning::Encrypted.text()), ..Reading::default() };
    }
    // A contract speaks of invoices too, so what stands on the page decides before what could be one.
    let lines = invoice::lines_of_pdf(bytes);
    if let Some(reading) = slip::read(&lines).or_else(|| contract::read(&lines)) {
        return reading;
    }
    match found.kind {
        Kind::Digital | Kind::Electronic | Kind::Paper => from_invoice::of(&found),
        Kind::Unreadable => Reading { warnings: from_invoice::warnings(&found), ..Reading::default() },
        Kind::NotAnInvoice => other(&found, &lines),
    }
}

/// Papers that are told by their title alone, scans and pictures.
fn other(found: &invoice::Invoice, lines: &[String]) -> Reading {
    if text::has_title(lines, &["验收单", "验收报告", "交付凭证", "交付单", "用量明细", "对账单", "结算单"]) {
        return Reading { kind: Some(PaperKind::Delivery), ..Reading::default() };
    }
    let silent = found.warnings.iter().any(|warning| matches!(warning, Warning::Image(_) | Warning::NoText));
    if silent {
        return Reading::silent(Text::new(
            "这是图片或扫描件，没有可以读取的文字：请选择种类并填写要点。",
            "This is a picture or a scan without text: choose its kind and enter what it says.",
        ));
    }
    Reading::silent(Text::new(
        "没有认出这是哪一种材料：请选择种类并填写要点。",
        "What kind of paper this is was not recognised: choose it and enter what it says.",
    ))
}

#[cfg(test)]
mod tests;
