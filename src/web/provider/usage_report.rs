//! `/provider/usage-import/{id}` and its `rows.csv`: what a file of usage came to, row by row.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::usage_import::{MOST_SHOWN, format_name};
use crate::acts::import_usage::{COLUMNS, RowAnswer, RowOutcome};
use crate::calendar::date_time;
use crate::export::csv;
use crate::export::table::{Cell, DataTable, Field, FieldKind};
use crate::lang::Lang;
use crate::metering::imports::ImportFormat;
use crate::reports::usage_imports::{Import, one};
use crate::web::answer::{file, page};
use crate::web::finance::sheets::{CSV, unwritten};
use crate::web::page::PageCx;
use crate::web::parts::{Crumbs, Fact, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/usage_report.html")]
struct ReportPage {
    cx: PageCx,
    crumbs: Crumbs,
    name: String,
    facts: Vec<Fact>,
    tallies: Vec<Tally>,
    rows: Vec<Told>,
    more: i64,
    report_href: String,
}

/// How many rows ended so.
#[derive(Debug)]
pub(super) struct Tally {
    pub label: &'static str,
    pub count: i64,
}

/// One row of a file in words.
#[derive(Debug)]
pub(super) struct Told {
    pub row: usize,
    pub label: String,
    pub outcome: Tag,
    pub field: String,
    pub why: String,
}

/// The six outcomes in their order.
pub(super) fn tallies(lang: Lang, count: impl Fn(RowOutcome) -> i64) -> Vec<Tally> {
    RowOutcome::ALL.iter().map(|outcome| Tally { label: outcome.label(lang), count: count(*outcome) }).collect()
}

pub(super) fn told(lang: Lang, answer: &RowAnswer) -> Told {
    let tone = match answer.outcome {
        RowOutcome::Accepted => Tone::Ok,
        RowOutcome::Duplicate | RowOutcome::Skipped => Tone::Plain,
        RowOutcome::Conflict | RowOutcome::Quarantined => Tone::Warn,
        RowOutcome::Rejected => Tone::Bad,
    };
    Told {
        row: answer.row,
        label: answer.label.clone(),
        outcome: Tag::new(tone, answer.outcome.label(lang)),
        field: answer.field.clone(),
        why: answer.text.get(lang).to_owned(),
    }
}

/// # Errors
/// Not found for another provider's; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let (import, rows) = load(&visitor, &site, id.into_inner()).await?;
    let lang = visitor.lang;
    let shown: Vec<Told> = rows.iter().take(MOST_SHOWN).map(|answer| told(lang, answer)).collect();
    let here = lang.pick("用量导入", "Usage import");
    page(&ReportPage {
        crumbs: Crumbs::new(lang, vec![Link::new("/provider/usage-import", here)], import.file_name.clone()),
        name: import.file_name.clone(),
        facts: facts(lang, &import),
        tallies: tallies(lang, |outcome| count(&import, outcome)),
        more: import.row_count - i64::try_from(shown.len()).unwrap_or(0),
        rows: shown,
        report_href: format!("/provider/usage-import/{}/rows.csv", import.id),
        cx: visitor.page(),
    })
}

/// # Errors
/// Not found for another provider's; a fault of the database or of the writer.
pub async fn download(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let (import, rows) = load(&visitor, &site, id.into_inner()).await?;
    let table = DataTable {
        name: import.file_name.clone(),
        fields: COLUMNS.iter().map(|name| Field { title: (*name).to_owned(), kind: FieldKind::Code }).collect(),
        rows: rows.iter().map(|answer| answer.cells().map(Cell::Text).to_vec()).collect(),
        totals: None,
    };
    let bytes = csv::write(&table).map_err(|why| unwritten(&why))?;
    Ok(file(bytes, CSV, &format!("{}.result.csv", import.file_name), true))
}

async fn load(visitor: &Visitor, site: &web::Data<Site>, id: i64) -> Result<(Import, Vec<RowAnswer>), Problem> {
    let provider = visitor.actor()?.provider().ok_or_else(Problem::not_allowed)?;
    site.read(move |db| one(db, provider, id)).await
}

fn count(import: &Import, outcome: RowOutcome) -> i64 {
    match outcome {
        RowOutcome::Accepted => import.accepted,
        RowOutcome::Duplicate => import.duplicate,
        RowOutcome::Conflict => import.conflict,
        RowOutcome::Rejected => import.rejected,
        RowOutcome::Quarantined => import.quarantined,
        RowOutcome::Skipped => import.skipped,
    }
}

fn facts(lang: Lang, import: &Import) -> Vec<Fact> {
    let format = ImportFormat::parse(&import.format).map_or("", |format| format_name(format, lang));
    let mut facts = vec![
        Fact::new(lang.pick("导入时间", "Imported"), date_time(import.imported_at.and_utc(), lang)),
        Fact::new(lang.pick("格式", "Format"), format),
        Fact::new(lang.pick("来源", "Source"), import.source.clone()),
        Fact::new(lang.pick("行数", "Rows"), import.row_count.to_string()),
        Fact::new("SHA-256", import.file_sha256.clone()),
    ];
    if !import.reason.is_empty() {
        facts.push(Fact::new(lang.pick("补报原因", "Reason for history"), import.reason.clone()));
    }
    facts
}
