//! `/my/applications/{number}`: the task list while it is open, the status afterwards.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::{Aside, Draft, Head, load, no_errors, summary};
use super::status::{self, StatusView};
use super::task_list::{self, TaskListView};
use crate::acts::Refusal;
use crate::acts::ask_coaching::QUESTION_MOST;
use crate::acts::withdraw_application::REASON_MOST;
use crate::application::{ActKind, State, acts_open_to};
use crate::calendar::date_time;
use crate::lang::Lang;
use crate::party::Role;
use crate::web::answer::{page, with_errors};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, ErrorSummary, FieldKind, FieldView, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// A refused attempt on this page, with what was typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retry<'a> {
    pub refusals: &'a [Refusal],
    pub reason: Option<&'a str>,
    pub question: Option<&'a str>,
}

/// A question to the task force with its answer.
#[derive(Clone, Debug)]
pub struct Coached {
    pub asked: String,
    pub question: String,
    /// Empty until answered.
    pub answer: String,
}

#[derive(Debug, Template)]
#[template(path = "application/show.html")]
pub struct ShowPage {
    cx: PageCx,
    head: Head,
    title: String,
    tag: Tag,
    errors: ErrorSummary,
    aside: Aside,
    tasks: Option<TaskListView>,
    status: Option<StatusView>,
    /// Where a red letter to one of the invoices is entered, once the case has passed its review.
    red_letter: String,
    coached: Vec<Coached>,
    question: Option<FieldView>,
    coaching_href: String,
    proofs_href: String,
    withdraw: Option<ConfirmView>,
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    page(&build(&visitor, &site, &number, &Retry::default()).await?)
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn build(visitor: &Visitor, site: &web::Data<Site>, number: &str, retry: &Retry<'_>) -> Result<ShowPage, Problem> {
    let lang = visitor.lang;
    let draft = load(visitor, site, number).await?;
    let state = draft.application().state;
    let open = acts_open_to(state, &[Role::Enterprise]);
    let cx = visitor.page();
    let question = open.contains(&ActKind::AskCoaching).then(|| question_field(lang, retry));
    let withdraw = open.contains(&ActKind::Withdraw).then(|| withdraw_panel(&cx, &draft, retry));
    let fields: Vec<FieldView> = question.iter().chain(withdraw.iter().flat_map(|panel| &panel.fields)).cloned().collect();
    let editable = state.is_editable();
    Ok(ShowPage {
        head: draft.head(lang, ""),
        title: if editable { task_list::title(lang, &draft) } else { state.applicant_label(lang).to_owned() },
        tag: super::list::state_tag(lang, state),
        errors: if retry.refusals.is_empty() { no_errors(lang) } else { summary(lang, retry.refusals, &fields) },
        aside: if editable { draft.aside(lang) } else { status::aside(lang, &draft) },
        tasks: editable.then(|| task_list::view(lang, &draft)),
        red_letter: if state.has_passed_final() { draft.href("/red-letter") } else { String::new() },
        status: (!editable).then(|| status::view(visitor, &draft)),
        coached: coached(lang, &draft),
        question,
        coaching_href: draft.href("/coaching"),
        proofs_href: draft.href("/proofs"),
        withdraw,
        cx,
    })
}

fn question_field(lang: Lang, retry: &Retry<'_>) -> FieldView {
    let field = FieldView::new(lang, FieldKind::Area, "question", lang.pick("您的问题", "Your question"))
        .hint(lang.pick(
            "专班会看到这份申请的内容。一般一个工作日内答复。",
            "The task force sees this application. It usually answers within a working day.",
        ))
        .value(retry.question.unwrap_or_default())
        .max_length(QUESTION_MOST);
    with_errors(lang, vec![field.clone()], retry.refusals).pop().unwrap_or(field)
}

fn withdraw_panel(cx: &PageCx, draft: &Draft, retry: &Retry<'_>) -> ConfirmView {
    let lang = cx.lang;
    let is_draft = draft.application().state == State::Draft;
    let (label, button) = if is_draft {
        lang.pick(("放弃这份草稿…", "确认放弃"), ("Give up this draft …", "Give it up"))
    } else {
        lang.pick(("撤回申请…", "确认撤回"), ("Withdraw …", "Withdraw the application"))
    };
    let mut reason = FieldView::new(lang, FieldKind::Area, "reason", lang.pick("撤回的原因", "Why you withdraw"))
        .value(retry.reason.unwrap_or_default())
        .max_length(REASON_MOST);
    if is_draft {
        reason = reason.optional();
    }
    let mut panel = ConfirmView::new(cx, draft.href("/withdraw"), label, button);
    panel.look = "bad";
    panel.effect = lang
        .pick(
            "撤回后不能恢复。所选账单、发票和预留的额度立即释放，可以另外申请，但提交的先后次序重新计算。",
            "This cannot be undone. Purchases, invoices and quota are free at once and may be claimed again, but the order of submission starts anew.",
        )
        .to_owned();
    panel.fields = with_errors(lang, vec![reason], retry.refusals);
    panel.hidden = vec![("version".to_owned(), draft.application().version.to_string())];
    panel.open = retry.reason.is_some();
    panel
}

fn coached(lang: Lang, draft: &Draft) -> Vec<Coached> {
    let one = |coaching: &crate::reports::application_detail::Coaching| Coached {
        asked: date_time(coaching.asked_at.and_utc(), lang),
        question: coaching.question.clone(),
        answer: coaching.answer.clone(),
    };
    draft.detail.coaching.iter().map(one).collect()
}
