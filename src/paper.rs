//! 材料: what a contract, an invoice or a bank slip says, field by field, and where that was read.
//!
//! A reading only suggests. What two patterns could mean stays empty, and a person confirms the rest
//! (policy.md §2.1: an amount is never guessed).

mod field;

use serde::{Deserialize, Serialize};

use crate::lang::Text;

pub use field::{PaidBy, PaperField, PaperKind, Source};

/// Raised whenever the same file could be read differently; files are then read once more.
pub const READER: i64 = 1;

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
    /// What a person has to look at.
    pub warnings: Vec<Text>,
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
