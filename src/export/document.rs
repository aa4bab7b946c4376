//! The model of a paper: what stands on it, not where. One document is set by [`super::pdf`].
//! Every text is already in the language of the paper; every amount is money until it is set.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::lang::Lang;
use crate::money::Fen;

/// A paper from masthead to footer.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    pub lang: Lang,
    pub tone: Tone,
    /// Of the first page.
    pub sides: Sides,
    /// Who issues the paper; stands in the masthead and at the head of every further page.
    pub issuer: String,
    /// The paper's own number; may be empty.
    pub number: String,
    pub title: String,
    /// Under the title; may be empty.
    pub subtitle: String,
    /// Facts under the title, two in a row.
    pub meta: Vec<(String, String)>,
    pub blocks: Vec<Block>,
    /// At the foot of every page; may be empty.
    pub footer: String,
    /// Hex SHA-256 printed at the foot of every page. `None`: that of the content itself,
    /// [`Document::content_digest`].
    #[serde(skip)]
    pub digest: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Tone {
    /// An official act: vermilion head and rule, centred title.
    Official,
    /// A working paper: in the colour of the house.
    Working,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Sides {
    Portrait,
    Landscape,
}

/// One part of a paper.
#[derive(Clone, Debug, Serialize)]
pub enum Block {
    Heading(String),
    Subheading(String),
    Paragraph(String),
    /// A paragraph in small, muted type.
    Small(String),
    KeyValues(Vec<(String, String)>),
    Table(Table),
    Sheet(Sheet),
    /// A few large numbers side by side.
    Figures(Vec<Figure>),
    /// Numbered steps.
    Steps(Vec<Step>),
    Note(Note),
    /// Lines to sign and date on.
    Signatures(Vec<Signature>),
    /// Set at the right, at the end: issuer and date of an official paper.
    Closing(Vec<String>),
    Rule,
    PageBreak,
    /// A new page of the other orientation; holds until the next turn.
    Turn(Sides),
}

#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub label: String,
    pub value: String,
    /// Under the value; may be empty.
    pub detail: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub title: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Signature {
    /// What the person signs as: 制单人.
    pub role: String,
    /// Printed name; empty leaves the line blank.
    pub name: String,
    pub date_label: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Note {
    pub weight: NoteWeight,
    /// May be empty.
    pub title: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NoteWeight {
    Info,
    Good,
    Warning,
    Bad,
}

/// A table; its header is repeated on every page.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// Above the table; may be empty.
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Column {
    pub title: String,
    pub align: Align,
    pub width: Width,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Align {
    Left,
    Right,
    Centre,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Width {
    /// As wide as its widest cell.
    Fit,
    /// A share of what the fitted columns leave.
    Share(u16),
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub kind: RowKind,
    pub cells: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RowKind {
    Plain,
    Subtotal,
    /// Bold, under a strong line, never alone on a page.
    Total,
}

/// The calculation sheet (计算单): how an amount came about, read downwards like a receipt.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    pub title: String,
    /// At the right of the title, such as the tier; may be empty.
    pub tag: String,
    pub lines: Vec<SheetLine>,
    pub total_label: String,
    pub total: Fen,
    pub quotas: Vec<Quota>,
}

#[derive(Clone, Debug, Serialize)]
pub struct SheetLine {
    pub kind: SheetLineKind,
    pub label: String,
    /// As shown: `¥150,000.00`, `30%`; empty for a section.
    pub value: String,
    /// Document, rule or record the line comes from; small, below; may be empty.
    pub source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SheetLineKind {
    /// A heading inside the sheet.
    Section,
    /// An amount that was considered.
    Plain,
    /// The amount that was taken (采用).
    Used,
    /// `×`: a rate or a share.
    Factor,
    /// `=`: an intermediate result.
    Result,
    /// `−`: what a cap, a ceiling or the budget takes off.
    Cut,
}

/// A bar: what was used before, what this adds, and the limit.
#[derive(Clone, Debug, Serialize)]
pub struct Quota {
    pub label: String,
    pub used: Fen,
    pub added: Fen,
    pub limit: Fen,
}

impl Document {
    /// A working paper on upright pages with nothing on it yet.
    #[must_use]
    pub fn new(lang: Lang, issuer: impl Into<String>, title: impl Into<String>) -> Document {
        Document {
            lang,
            tone: Tone::Working,
            sides: Sides::Portrait,
            issuer: issuer.into(),
            number: String::new(),
            title: title.into(),
            subtitle: String::new(),
            meta: Vec::new(),
            blocks: Vec::new(),
            footer: String::new(),
            digest: None,
        }
    }

    /// Hex SHA-256 over everything that stands on the paper, in its reading order, as JSON. Two
    /// papers with the same digest say the same.
    #[must_use]
    pub fn content_digest(&self) -> String {
        // The model holds only texts, numbers and lists: writing it as JSON cannot fail.
        let content = serde_json::to_vec(self).unwrap_or_default();
        hex::encode(Sha256::digest(&content))
    }
}

impl SheetLine {
    /// An amount; `source` may be empty.
    #[must_use]
    pub fn amount(kind: SheetLineKind, label: impl Into<String>, amount: Fen, source: impl Into<String>) -> SheetLine {
        SheetLine { kind, label: label.into(), value: amount.display(), source: source.into() }
    }

    /// A rate or any other value that is not money.
    #[must_use]
    pub fn factor(label: impl Into<String>, value: impl Into<String>, source: impl Into<String>) -> SheetLine {
        SheetLine { kind: SheetLineKind::Factor, label: label.into(), value: value.into(), source: source.into() }
    }

    /// A heading inside the sheet.
    #[must_use]
    pub fn section(label: impl Into<String>) -> SheetLine {
        SheetLine { kind: SheetLineKind::Section, label: label.into(), value: String::new(), source: String::new() }
    }
}

impl Column {
    #[must_use]
    pub fn text(title: impl Into<String>, share: u16) -> Column {
        Column { title: title.into(), align: Align::Left, width: Width::Share(share) }
    }

    /// A column of amounts or counts: as wide as needed, at the right.
    #[must_use]
    pub fn number(title: impl Into<String>) -> Column {
        Column { title: title.into(), align: Align::Right, width: Width::Fit }
    }

    /// A column of short codes or dates: as wide as needed, at the left.
    #[must_use]
    pub fn code(title: impl Into<String>) -> Column {
        Column { title: title.into(), align: Align::Left, width: Width::Fit }
    }

    /// The running number at the left.
    #[must_use]
    pub fn index(title: impl Into<String>) -> Column {
        Column { title: title.into(), align: Align::Centre, width: Width::Fit }
    }
}

impl Row {
    #[must_use]
    pub fn plain(cells: Vec<String>) -> Row {
        Row { kind: RowKind::Plain, cells }
    }

    #[must_use]
    pub fn total(cells: Vec<String>) -> Row {
        Row { kind: RowKind::Total, cells }
    }
}
