//! Fields of forms with label, hint and error; the error summary; file drops.

use askama::Template;

use super::{Tag, Tone};
use crate::hidden::tells;
use crate::lang::Lang;

/// What kind of input a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Email,
    Password,
    Tel,
    Date,
    Search,
    /// Whole numbers.
    Number,
    /// An amount in yuan with a ¥ before it.
    Money,
    Area,
    Select,
    Radios,
    Checks,
}

impl FieldKind {
    /// The `type` attribute.
    pub const fn input_type(self) -> &'static str {
        match self {
            FieldKind::Email => "email",
            FieldKind::Password => "password",
            FieldKind::Tel => "tel",
            FieldKind::Date => "date",
            FieldKind::Search => "search",
            FieldKind::Radios => "radio",
            FieldKind::Checks => "checkbox",
            _ => "text",
        }
    }

    /// The `inputmode` attribute, empty for none.
    pub const fn input_mode(self) -> &'static str {
        match self {
            FieldKind::Number => "numeric",
            FieldKind::Money => "decimal",
            _ => "",
        }
    }
}

/// One choice of a select, of radios or of checkboxes.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub on: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), hint: String::new(), on: false }
    }

    pub fn hint(self, hint: impl Into<String>) -> Choice {
        Choice { hint: hint.into(), ..self }
    }

    pub fn on(self, on: bool) -> Choice {
        Choice { on, ..self }
    }
}

/// One field. Required unless `optional`; the id of its input is its name.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub struct FieldView {
    pub lang: Lang,
    pub kind: FieldKind,
    pub name: String,
    pub label: String,
    pub hint: String,
    /// What is wrong and how to put it right; empty for nothing.
    pub error: String,
    pub value: String,
    pub choices: Vec<Choice>,
    pub optional: bool,
    pub readonly: bool,
    /// Narrow input for short values.
    pub short: bool,
    /// Choices side by side (yes and no).
    pub inline: bool,
    /// The `autocomplete` attribute; empty for none.
    pub autocomplete: &'static str,
    /// Longest value in characters; 0 for no limit.
    pub max_length: usize,
}

impl FieldView {
    pub fn new(lang: Lang, kind: FieldKind, name: impl Into<String>, label: impl Into<String>) -> FieldView {
        FieldView {
            lang,
            kind,
            name: name.into(),
            label: label.into(),
            hint: String::new(),
            error: String::new(),
            value: String::new(),
            choices: Vec::new(),
            optional: false,
            readonly: false,
            short: false,
            inline: false,
            autocomplete: "",
            max_length: 0,
        }
    }

    pub fn text(lang: Lang, name: impl Into<String>, label: impl Into<String>) -> FieldView {
        FieldView::new(lang, FieldKind::Text, name, label)
    }

    pub fn hint(self, hint: impl Into<String>) -> FieldView {
        FieldView { hint: hint.into(), ..self }
    }

    pub fn error(self, error: impl Into<String>) -> FieldView {
        FieldView { error: error.into(), ..self }
    }

    pub fn value(self, value: impl Into<String>) -> FieldView {
        FieldView { value: value.into(), ..self }
    }

    /// The choices; the one whose value equals `value` is on.
    pub fn choices(self, choices: Vec<Choice>) -> FieldView {
        let value = &self.value;
        let choices = choices.into_iter().map(|choice| Choice { on: choice.on || (!value.is_empty() && choice.value == *value), ..choice });
        FieldView { choices: choices.collect(), ..self }
    }

    pub fn optional(self) -> FieldView {
        FieldView { optional: true, ..self }
    }

    pub fn readonly(self) -> FieldView {
        FieldView { readonly: true, ..self }
    }

    pub fn short(self) -> FieldView {
        FieldView { short: true, ..self }
    }

    pub fn inline(self) -> FieldView {
        FieldView { inline: true, ..self }
    }

    pub fn autocomplete(self, autocomplete: &'static str) -> FieldView {
        FieldView { autocomplete, ..self }
    }

    pub fn max_length(self, max_length: usize) -> FieldView {
        FieldView { max_length, ..self }
    }

    fn is_group(&self) -> bool {
        matches!(self.kind, FieldKind::Radios | FieldKind::Checks)
    }

    /// Ids of hint and error for `aria-describedby`.
    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = (!self.error.is_empty()).then(|| format!("{}-error", self.name));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The id a summary links to: the input, or the first choice of a group.
    pub fn target_id(&self) -> String {
        if self.is_group() { format!("{}-1", self.name) } else { self.name.clone() }
    }
}

/// One line of the error summary.
#[derive(Clone, Debug)]
pub struct ErrorItem {
    /// `#field`, or empty when no field can be named.
    pub href: String,
    pub text: String,
}

/// All that must be put right, at the top, each linked to its field. Renders nothing when empty.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/error_summary.html")]
pub struct ErrorSummary {
    pub lang: Lang,
    pub items: Vec<ErrorItem>,
}

impl ErrorSummary {
    fn headline(&self) -> String {
        let count = self.items.len();
        let answers = if count == 1 { "answer" } else { "answers" };
        self.lang.pick(format!("请您修改 {count} 处"), format!("Please correct {count} {answers}"))
    }

    /// Collects the errors of fields in their order.
    pub fn of<'a>(lang: Lang, fields: impl IntoIterator<Item = &'a FieldView>) -> ErrorSummary {
        let wrong = fields.into_iter().filter(|field| !field.error.is_empty());
        let items = wrong.map(|field| ErrorItem { href: format!("#{}", field.target_id()), text: field.error.clone() });
        ErrorSummary { lang, items: items.collect() }
    }
}

/// One file that was sent.
#[derive(Clone, Debug)]
pub struct FileRow {
    pub name: String,
    /// 1.2 MB.
    pub size: String,
    /// Where it opens; empty for not at all.
    pub href: String,
    pub status: Tag,
    /// What was read from it, or what is wrong with it.
    pub note: String,
    /// POST address that removes it; empty when it may not be removed.
    pub remove_action: String,
    /// 0–100 while it goes up.
    pub percent: Option<i64>,
}

impl FileRow {
    pub fn uploaded(lang: Lang, name: impl Into<String>, size: impl Into<String>, href: impl Into<String>) -> FileRow {
        FileRow {
            name: name.into(),
            size: size.into(),
            href: href.into(),
            status: Tag::new(Tone::Ok, lang.pick("已上传", "Uploaded")),
            note: String::new(),
            remove_action: String::new(),
            percent: None,
        }
    }
}

/// A file input that also takes dropped files. It stands inside a multipart form of the page.
#[derive(Clone, Template)]
#[template(path = "parts/file_drop.html")]
pub struct FileDropView {
    pub lang: Lang,
    pub csrf: String,
    pub name: String,
    pub label: String,
    pub hint: String,
    pub error: String,
    /// The `accept` attribute: `.pdf,.ofd,.jpg,.png`.
    pub accept: &'static str,
    pub multiple: bool,
    /// Address that takes one file at a time by script; empty to send all with the form.
    pub upload_action: String,
    pub files: Vec<FileRow>,
}

tells! { FileDropView { lang, name, label } }
