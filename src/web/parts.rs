//! The parts of pages, each a small template of its own with a struct that holds what it shows.
//!
//! A part stands in a page as `{{ part }}`: it renders itself and is not escaped again. All texts in
//! a part are already in the reader's language; `lang` chooses the few fixed words of the part.
//! `docs/internals/parts.md` lists them with their classes.

pub mod case;
pub mod data;
pub mod form;
pub mod qr;
pub mod sheet;

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

pub use case::{
    Answer, CheckRow, Checks, ConfirmView, Crumbs, EmptyView, Fact, Link, MailPreview, ProgressView, Step, StepState, TaskStatus, TaskView,
    Tasks, TimelineItem, TimelineView, TrackView,
};
pub use data::{BudgetBarView, ChartColumn, ChartView, Chip, FilterBar, PagerView, SortDir, SortHead};
pub use form::{Choice, ErrorItem, ErrorSummary, FieldKind, FieldView, FileDropView, FileRow};
pub use qr::QrView;
pub use sheet::{Bar, Meter, Pattern, QuotaView, ReadingsView, RowKind, Segment, SheetRow, SheetView};

/// The tone of a tag, a flash or a timeline dot; the word beside it carries the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Ok,
    Warn,
    Bad,
    Info,
    #[default]
    Plain,
}

impl Tone {
    /// The CSS class.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
            Tone::Info => "info",
            Tone::Plain => "plain",
        }
    }
}

impl fmt::Display for Tone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class())
    }
}

impl HtmlSafe for Tone {}

/// A status in a word or two.
#[derive(Clone, Debug, Template)]
#[template(source = r#"<span class="tag {{ tone }}">{{ text }}</span>"#, ext = "html")]
pub struct Tag {
    pub tone: Tone,
    pub text: String,
}

impl Tag {
    pub fn new(tone: Tone, text: impl Into<String>) -> Tag {
        Tag { tone, text: text.into() }
    }
}

/// Marks the parts, whose output is HTML made by askama.
macro_rules! html_safe {
    ($($part:ty),+ $(,)?) => { $(impl HtmlSafe for $part {})+ };
}

html_safe!(
    Tag,
    Bar,
    Meter,
    SheetView,
    ReadingsView,
    QuotaView,
    BudgetBarView,
    ChartView,
    FilterBar,
    PagerView,
    SortHead,
    FieldView,
    ErrorSummary,
    FileDropView,
    TrackView,
    TimelineView,
    Tasks,
    Checks,
    MailPreview,
    ConfirmView,
    ProgressView,
    EmptyView,
    Crumbs,
    QrView,
);

#[cfg(test)]
mod tests;
