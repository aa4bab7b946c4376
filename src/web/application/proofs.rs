//! Receipts of the trail for the enterprise: every step of its application as a file that proves, without
//! us, that the step stands in the trail since its day.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::load;
use crate::calendar::date_time;
use crate::reports::trail::{receipt, receipt_lines};
use crate::web::answer::page;
use crate::web::audit::words::act_words;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One step.
#[derive(Debug)]
struct Row {
    at: String,
    act: String,
    seq: i64,
    href: String,
}

#[derive(Debug, Template)]
#[template(path = "application/proofs.html")]
struct ProofsPage {
    cx: PageCx,
    number: String,
    back: String,
    rows: Vec<Row>,
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let draft = load(&visitor, &site, &number).await?;
    let id = draft.application().id;
    let lines = site.read(move |db| receipt_lines(db, id)).await?;
    let row = |line: &crate::reports::trail::ReceiptLine| Row {
        at: date_time(line.at.and_utc(), lang),
        act: act_words(&line.act, lang),
        seq: line.seq,
        href: draft.href(&format!("/proofs/{}", line.seq)),
    };
    page(&ProofsPage { rows: lines.iter().map(row).collect(), number: number.to_string(), back: draft.href(""), cx: visitor.page() })
}

/// # Errors
/// Not found for others' applications and for lines of another application.
pub async fn download(visitor: Visitor, site: web::Data<Site>, path: web::Path<(String, i64)>) -> Result<HttpResponse, Problem> {
    let (number, seq) = path.into_inner();
    let id = load(&visitor, &site, &number).await?.application().id;
    let receipt = site.read(move |db| receipt(db, id, seq)).await?.ok_or_else(Problem::not_found)?;
    let text = serde_json::to_string_pretty(&receipt).unwrap_or_default();
    let name = format!("attachment; filename=\"receipt-{number}-{seq}.json\"");
    Ok(HttpResponse::Ok().content_type("application/json; charset=utf-8").insert_header((header::CONTENT_DISPOSITION, name)).body(text))
}
