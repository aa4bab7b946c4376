//! `/my/applications`.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::href;
use crate::application::State;
use crate::calendar::{beijing_date, full_date};
use crate::lang::Lang;
use crate::reports::my_overview::{self, ApplicationRow};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{EmptyView, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One application in a table.
#[derive(Clone, Debug)]
pub struct Row {
    pub number: String,
    pub href: String,
    pub purchases: usize,
    pub accepted: String,
    /// Empty while nothing is calculated.
    pub subsidy: String,
    pub date: String,
    pub status: Tag,
}

#[derive(Debug, Template)]
#[template(path = "application/list.html")]
struct ListPage {
    cx: PageCx,
    rows: Vec<Row>,
    empty: EmptyView,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (lang, enterprise) = (visitor.lang, visitor.enterprise()?);
    let rows = site.read(move |db| my_overview::applications(db, enterprise)).await?;
    page(&ListPage {
        rows: rows.iter().map(|one| row(lang, one)).collect(),
        empty: EmptyView {
            title: lang.pick("还没有申请", "No applications yet").to_owned(),
            text: lang
                .pick("从账单开始：勾选已验收的账单，系统带您一步步填写。", "Begin with your purchases: tick them and go on step by step.")
                .to_owned(),
            link: Some(Link::new("/my/purchases", lang.pick("看账单", "See the purchases"))),
            alone: true,
        },
        cx: visitor.page(),
    })
}

/// An application as a row.
#[must_use]
pub fn row(lang: Lang, one: &ApplicationRow) -> Row {
    let application = &one.application;
    let shows = application.submitted_at.is_some() && application.state != State::Withdrawn && application.state != State::Rejected;
    let date = application.submitted_at.unwrap_or(application.created_at);
    Row {
        number: application.number.clone(),
        href: href(&application.number, ""),
        purchases: one.purchases,
        accepted: one.accepted.display(),
        subsidy: if shows { application.total_fen.display() } else { String::new() },
        date: full_date(beijing_date(date.and_utc()), lang),
        status: state_tag(lang, application.state),
    }
}

/// The state as the enterprise reads it.
#[must_use]
pub fn state_tag(lang: Lang, state: State) -> Tag {
    let tone = match state.tone() {
        crate::application::state::Tone::Plain => Tone::Plain,
        crate::application::state::Tone::Info => Tone::Info,
        crate::application::state::Tone::Ok => Tone::Ok,
        crate::application::state::Tone::Warn => Tone::Warn,
        crate::application::state::Tone::Bad => Tone::Bad,
    };
    Tag::new(tone, state.applicant_label(lang))
}
