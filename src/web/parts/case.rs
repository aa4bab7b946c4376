//! What a case shows beside its amount: track, timeline, tasks, checks, mail preview, confirmation.

use askama::Template;

use super::form::FieldView;
use super::{Tag, Tone};
use crate::hidden::tells;
use crate::lang::Lang;
use crate::web::page::PageCx;

/// A link with its words.
#[derive(Clone, Debug)]
pub struct Link {
    pub href: String,
    pub text: String,
}

impl Link {
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Link {
        Link { href: href.into(), text: text.into() }
    }
}

/// The way back: every link above this page, then the page itself.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<nav class="crumbs" aria-label="{{ label }}"><ol>{% for link in links %}<li><a href="{{ link.href }}">{{ link.text }}</a></li>{% endfor %}<li aria-current="page">{{ here }}</li></ol></nav>"#,
    ext = "html"
)]
pub struct Crumbs {
    label: &'static str,
    pub links: Vec<Link>,
    pub here: String,
}

impl Crumbs {
    pub fn new(lang: Lang, links: Vec<Link>, here: impl Into<String>) -> Crumbs {
        Crumbs { label: lang.pick("当前位置", "You are here"), links, here: here.into() }
    }
}

/// Where a step of the track stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    Done,
    Now,
    /// Stopped here: returned, rejected, held.
    Bad,
    Todo,
}

impl StepState {
    pub const fn class(self) -> &'static str {
        match self {
            StepState::Done => "done",
            StepState::Now => "now",
            StepState::Bad => "bad",
            StepState::Todo => "todo",
        }
    }

    fn word(self, lang: Lang) -> &'static str {
        match self {
            StepState::Done => lang.pick("已完成", "done"),
            StepState::Now => lang.pick("进行中", "now"),
            StepState::Bad => lang.pick("停在这里", "stopped here"),
            StepState::Todo => lang.pick("未到", "to come"),
        }
    }
}

/// One step of the way of an application, with its day or its expected day.
#[derive(Clone, Debug)]
pub struct Step {
    pub state: StepState,
    pub label: String,
    pub when: String,
}

impl Step {
    pub fn new(state: StepState, label: impl Into<String>, when: impl Into<String>) -> Step {
        Step { state, label: label.into(), when: when.into() }
    }
}

/// The way from submission to payment.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<ol class="track">{% for step in steps %}<li class="{{ step.state.class() }}"{% if step.state == StepState::Now %} aria-current="step"{% endif %}><b>{{ step.label }}<span class="visually-hidden"> ({{ step.state.word(*lang) }})</span></b>{% if !step.when.is_empty() %}<small>{{ step.when }}</small>{% endif %}</li>{% endfor %}</ol>"#,
    ext = "html"
)]
pub struct TrackView {
    pub lang: Lang,
    pub steps: Vec<Step>,
}

/// One sentence of the history, with its proof.
#[derive(Clone, Debug, Default)]
pub struct TimelineItem {
    pub tone: Tone,
    /// The moment in words; `machine_time` is the same for `<time datetime>`.
    pub when: String,
    pub machine_time: String,
    /// Who did what, as a sentence.
    pub text: String,
    /// The reason given, quoted; empty for none.
    pub said: String,
    /// Document, digest or mail that proves it.
    pub proof: Option<Link>,
    /// Still to come: drawn dashed.
    pub next: bool,
}

/// The history as sentences, newest last.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/timeline.html")]
pub struct TimelineView {
    pub items: Vec<TimelineItem>,
}

/// The fixed statuses of a task of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    CannotStart,
    NotStarted,
    InProgress,
    Done,
    NeedsCorrection,
    Corrected,
}

impl TaskStatus {
    /// The status as the applicant reads it.
    pub fn tag(self, lang: Lang) -> Tag {
        let (tone, zh, en) = match self {
            TaskStatus::CannotStart => (Tone::Plain, "无法开始", "Cannot start yet"),
            TaskStatus::NotStarted => (Tone::Plain, "未开始", "Not started"),
            TaskStatus::InProgress => (Tone::Info, "进行中", "In progress"),
            TaskStatus::Done => (Tone::Ok, "已完成", "Done"),
            TaskStatus::NeedsCorrection => (Tone::Warn, "需补正", "Needs correction"),
            TaskStatus::Corrected => (Tone::Ok, "已补正", "Corrected"),
        };
        Tag::new(tone, lang.pick(zh, en))
    }
}

/// One task; without `href` it cannot be opened and `hint` says why.
#[derive(Clone, Debug)]
pub struct TaskView {
    pub title: String,
    pub hint: String,
    pub href: String,
    pub status: TaskStatus,
}

/// The task list of an application.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<ul class="tasks">{% for task in tasks %}<li{% if task.href.is_empty() %} class="shut"{% endif %}><div>{% if task.href.is_empty() %}<span class="name">{{ task.title }}</span>{% else %}<a class="name" href="{{ task.href }}">{{ task.title }}</a>{% endif %}<span class="hint">{{ task.hint }}</span></div>{{ task.status.tag(*lang) }}</li>{% endfor %}</ul>"#,
    ext = "html"
)]
pub struct Tasks {
    pub lang: Lang,
    pub tasks: Vec<TaskView>,
}

/// One check: passed, note, must be explained; with what it stands on.
#[derive(Clone, Debug)]
pub struct CheckRow {
    pub status: Tag,
    pub text: String,
    pub evidence: String,
    /// Where the evidence can be opened.
    pub link: Option<Link>,
}

/// The checks of a case.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<ul class="checks">{% for row in rows %}<li>{{ row.status }}<div>{{ row.text }}{% if !row.evidence.is_empty() || row.link.is_some() %}<span class="evidence">{{ row.evidence }}{% if let Some(link) = row.link %} <a href="{{ link.href }}">{{ link.text }}</a>{% endif %}</span>{% endif %}</div></li>{% endfor %}</ul>"#,
    ext = "html"
)]
pub struct Checks {
    pub rows: Vec<CheckRow>,
}

/// One row of "check your answers": the answer and the link that changes it.
#[derive(Clone, Debug)]
pub struct Answer {
    pub question: String,
    pub answer: String,
    /// Empty when it cannot be changed here.
    pub change_href: String,
}

/// One fact of a definition list.
#[derive(Clone, Debug)]
pub struct Fact {
    pub term: String,
    pub text: String,
}

impl Fact {
    pub fn new(term: impl Into<String>, text: impl Into<String>) -> Fact {
        Fact { term: term.into(), text: text.into() }
    }
}

/// The mail exactly as it will be sent, before it is.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/mail_preview.html")]
pub struct MailPreview {
    pub lang: Lang,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub open: bool,
}

/// An act that needs a typed reason: a button that unfolds its effect, the reason and the act.
/// Works without scripts; the form carries `csrf`, `request_key` and `hidden`.
#[derive(Clone, Template)]
#[template(path = "parts/confirm.html")]
pub struct ConfirmView {
    pub lang: Lang,
    pub csrf: String,
    pub request_key: String,
    pub action: String,
    /// `bad`, `quiet` or empty for the primary look of the first button.
    pub look: &'static str,
    /// On the first button: 不予通过…
    pub label: String,
    /// What happens, in one sentence.
    pub effect: String,
    /// The reason and other fields.
    pub fields: Vec<FieldView>,
    /// Hidden inputs such as `expected_version`.
    pub hidden: Vec<(String, String)>,
    /// On the button that does it.
    pub button: String,
    pub mail: Option<MailPreview>,
    /// Unfolded, as after a refused attempt.
    pub open: bool,
}

impl ConfirmView {
    /// A closed panel with the tokens of the page.
    pub fn new(cx: &PageCx, action: impl Into<String>, label: impl Into<String>, button: impl Into<String>) -> ConfirmView {
        ConfirmView {
            lang: cx.lang,
            csrf: cx.csrf.clone(),
            request_key: cx.request_key.clone(),
            action: action.into(),
            look: "quiet",
            label: label.into(),
            effect: String::new(),
            fields: Vec::new(),
            hidden: Vec::new(),
            button: button.into(),
            mail: None,
            open: false,
        }
    }
}

/// A long-running work with its progress and a way to stop it.
#[derive(Clone, Template)]
#[template(path = "parts/progress.html")]
pub struct ProgressView {
    pub lang: Lang,
    pub csrf: String,
    pub label: String,
    /// 0–100; `None` while the size is unknown.
    pub percent: Option<i64>,
    pub text: String,
    /// POST address that stops it; empty when it cannot be stopped.
    pub cancel_action: String,
}

tells! { ConfirmView { lang, label } ProgressView { lang, label, percent } }

/// Nothing here yet: what would be here, and what to do.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<div class="empty{% if alone %} alone{% endif %}"><h3>{{ title }}</h3><p>{{ text }}</p>{% if let Some(link) = link %}<p class="btns"><a class="btn quiet" href="{{ link.href }}">{{ link.text }}</a></p>{% endif %}</div>"#,
    ext = "html"
)]
pub struct EmptyView {
    pub title: String,
    pub text: String,
    pub link: Option<Link>,
    /// With a dashed frame, when it does not stand in a card or table.
    pub alone: bool,
}
