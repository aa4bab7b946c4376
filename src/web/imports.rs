//! `/provider/import`: a centre without a meter sends its purchases as a file.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::import_purchases::{ImportReport, RowOutcome, import_purchases};
use crate::lang::Lang;
use crate::metering::purchase_row::COLUMNS;
use crate::party::Role;
use crate::reports::purchase_file::read_csv;
use crate::web::answer::{page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::routes::{Access, routes};
use crate::web::site::Site;
use crate::web::visitor::Visitor;

routes! {
    GET "/provider/import" Access::Only(&[Role::Provider]) => show;
    POST "/provider/import" Access::Only(&[Role::Provider]) => submit;
}

#[derive(Debug, Template)]
#[template(path = "provider/import.html")]
struct ImportPage {
    cx: PageCx,
    header: String,
    fault: Option<String>,
    counts: Vec<(String, usize)>,
    rows: Vec<Row>,
}

/// One line of the report.
#[derive(Debug)]
struct Row {
    number: usize,
    order_no: String,
    tone: &'static str,
    outcome: &'static str,
    messages: Vec<String>,
}

impl ImportPage {
    fn empty(visitor: &Visitor) -> ImportPage {
        ImportPage { cx: visitor.page(), header: COLUMNS.join(","), fault: None, counts: Vec::new(), rows: Vec::new() }
    }
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Problem> {
    page(&ImportPage::empty(&visitor))
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let fault = |text: &str| page_with_faults(&ImportPage { fault: Some(text.to_owned()), ..ImportPage::empty(&visitor) });
    if !form.too_large.is_empty() {
        return fault(lang.pick("文件过大，请分成几个文件导入。", "The file is too large; split it."));
    }
    let Some(file) = form.files("file").next() else {
        return fault(lang.pick("请选择一个 CSV 文件。", "Choose a CSV file."));
    };
    let rows = match read_csv(&file.bytes) {
        Ok(rows) => rows,
        Err(why) => return fault(why.get(lang)),
    };
    let name = file.name.clone();
    let done = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| Ok(import_purchases(act, &rows, &name)?.to_json().to_string()))
        .await?;
    let answer = done.map_err(|refusals| Problem::refused(&refusals))?;
    let report = ImportReport::of_json(&answer).unwrap_or_default();
    page(&ImportPage { counts: counts(&report, lang), rows: lines(&report, lang), ..ImportPage::empty(&visitor) })
}

fn counts(report: &ImportReport, lang: Lang) -> Vec<(String, usize)> {
    let all = [RowOutcome::Accepted, RowOutcome::Duplicate, RowOutcome::Conflict, RowOutcome::Refused];
    all.into_iter().map(|outcome| (outcome.label(lang).to_owned(), report.count(outcome))).collect()
}

fn lines(report: &ImportReport, lang: Lang) -> Vec<Row> {
    let tone = |outcome| match outcome {
        RowOutcome::Accepted => "ok",
        RowOutcome::Duplicate => "plain",
        RowOutcome::Conflict => "warn",
        RowOutcome::Refused => "bad",
    };
    let line = |row: &crate::acts::import_purchases::RowReport| Row {
        number: row.row,
        order_no: row.order_no.clone(),
        tone: tone(row.outcome),
        outcome: row.outcome.label(lang),
        messages: row.messages.iter().map(|text| text.get(lang).to_owned()).collect(),
    };
    report.rows.iter().map(line).collect()
}
