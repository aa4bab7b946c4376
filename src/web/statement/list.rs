//! `/my/statements` and `/provider/statements`: all statements, and what the centre can bill now.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::Area;
use super::view::state_tag;
use crate::lang::Lang;
use crate::reports::statement::{ListRow, Unbilled, of_enterprise, of_provider, unbilled};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{EmptyView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// A statement.
#[derive(Debug)]
pub struct Row {
    pub number: String,
    pub href: String,
    pub other: String,
    pub contract: String,
    pub period: String,
    pub total: String,
    pub payable: String,
    pub status: Tag,
}

/// A month that waits to be billed.
#[derive(Debug)]
pub struct WaitingRow {
    pub href: String,
    pub enterprise: String,
    pub contract: String,
    pub period: String,
    pub status: Tag,
}

#[derive(Debug, Template)]
#[template(path = "statement/my_list.html")]
struct MyListPage {
    cx: PageCx,
    rows: Vec<Row>,
    other: &'static str,
    empty: EmptyView,
}

#[derive(Debug, Template)]
#[template(path = "statement/centre_list.html")]
struct CentreListPage {
    cx: PageCx,
    waiting: Vec<WaitingRow>,
    rows: Vec<Row>,
    other: &'static str,
    empty: EmptyView,
}

fn row(lang: Lang, area: Area, one: &ListRow) -> Row {
    Row {
        number: one.statement.number.clone(),
        href: area.href(&one.statement.number),
        other: one.other.clone(),
        contract: one.contract.clone(),
        period: one.statement.period.clone(),
        total: one.statement.total_fen.display(),
        payable: one.statement.payable_fen.display(),
        status: state_tag(lang, &one.standing.state),
    }
}

/// # Errors
/// A fault of the database.
pub async fn mine(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (lang, enterprise) = (visitor.lang, visitor.enterprise()?);
    let found = site.read(move |db| of_enterprise(db, enterprise)).await?;
    page(&MyListPage {
        rows: found.iter().map(|one| row(lang, Area::Enterprise, one)).collect(),
        other: lang.pick("服务机构", "Provider"),
        empty: EmptyView {
            title: lang.pick("还没有对账单", "No statements yet").to_owned(),
            text: lang
                .pick(
                    "算力中心每月出账后，对账单会出现在这里，并发邮件通知您。",
                    "A centre bills once a month; the statement appears here and you get a letter.",
                )
                .to_owned(),
            link: None,
            alone: true,
        },
        cx: visitor.page(),
    })
}

/// # Errors
/// A fault of the database.
pub async fn centre(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let provider = visitor.actor()?.provider().ok_or_else(Problem::not_allowed)?;
    let (lang, now) = (visitor.lang, site.clock.now());
    let (waiting, found) = site.read(move |db| Ok((unbilled(db, provider, now)?, of_provider(db, provider)?))).await?;
    page(&CentreListPage {
        waiting: waiting.iter().map(|one| waiting_row(lang, one)).collect(),
        rows: found.iter().map(|one| row(lang, Area::Centre, one)).collect(),
        other: lang.pick("采购企业", "Enterprise"),
        empty: EmptyView {
            title: lang.pick("还没有对账单", "No statements yet").to_owned(),
            text: lang
                .pick("月份结束后，从上面的「待出账」预览并出具。", "When a month is over, preview and issue it from the table above.")
                .to_owned(),
            link: None,
            alone: true,
        },
        cx: visitor.page(),
    })
}

fn waiting_row(lang: Lang, one: &Unbilled) -> WaitingRow {
    let (id, month) = (one.contract.id, one.month);
    WaitingRow {
        href: format!("/provider/statements/preview?contract={id}&month={month}"),
        enterprise: one.contract.enterprise_name.clone(),
        contract: one.contract.number.clone(),
        period: month.to_string(),
        status: if one.has_events {
            Tag::new(Tone::Warn, lang.pick("待出账", "To be billed"))
        } else {
            Tag::new(Tone::Plain, lang.pick("没有用量", "No usage"))
        },
    }
}
