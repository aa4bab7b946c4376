//! `/audit/ledger`: is every fen where it should be, and every entry of the books.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::calendar::date_time;
use crate::lang::Lang;
use crate::ledger::{Book, Occasion};
use crate::reports::budget_position::budget_position;
use crate::reports::ledger::{EntryPage, EntryRow, check, entries};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::PagerView;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const PER_PAGE: i64 = 50;

/// Which page of the entries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: Option<i64>,
}

#[derive(Debug)]
struct TotalRow {
    budget: String,
    amounts: [String; 5],
}

#[derive(Debug)]
struct Row {
    id: i64,
    when: String,
    occasion: &'static str,
    application: String,
    by: String,
    note: String,
    budget: String,
    way: String,
    amount: String,
}

#[derive(Debug, Template)]
#[template(path = "audit/ledger.html")]
struct LedgerPage {
    cx: PageCx,
    findings: Vec<String>,
    totals: Vec<TotalRow>,
    rows: Vec<Row>,
    pager: PagerView,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let before = asked.before;
    let (findings, position, found) = site.read(move |db| Ok((check(db)?, budget_position(db)?, entries(db, before, PER_PAGE)?))).await?;
    let totals = position.budgets.iter().map(|one| TotalRow {
        budget: format!("{} {}", one.tier.title().get(lang), one.year),
        amounts: [one.available + one.reserved + one.ordered + one.paid, one.available, one.reserved, one.ordered, one.paid]
            .map(crate::money::Fen::display),
    });
    page(&LedgerPage {
        findings: findings.into_iter().map(|finding| finding.0).collect(),
        totals: totals.collect(),
        rows: found.entries.iter().map(|entry| row(lang, entry)).collect(),
        pager: pager(lang, before, &found),
        cx: visitor.page(),
    })
}

fn row(lang: Lang, entry: &EntryRow) -> Row {
    let from = entry.postings.iter().find(|line| !line.amount_fen.is_positive());
    let to = entry.postings.iter().find(|line| line.amount_fen.is_positive());
    let name = |line: Option<&crate::reports::ledger::PostingRow>| line.map_or("?", |line| book_label(line.book, lang));
    Row {
        id: entry.id,
        when: date_time(entry.at.and_utc(), lang),
        occasion: entry.occasion.map_or("?", |occasion| occasion_label(occasion, lang)),
        application: entry.application.clone(),
        by: entry.by.clone(),
        note: if entry.note == entry.application { String::new() } else { entry.note.clone() },
        budget: to.map(|line| format!("{} {}", line.tier.title().get(lang), line.year)).unwrap_or_default(),
        way: format!("{} → {}", name(from), name(to)),
        amount: to.map(|line| line.amount_fen.display()).unwrap_or_default(),
    }
}

fn pager(lang: Lang, before: Option<i64>, found: &EntryPage) -> PagerView {
    PagerView {
        lang,
        text: lang.pick(format!("共 {} 笔分录", found.all), format!("{} entries", found.all)),
        previous_href: before.map(|_| "/audit/ledger".to_owned()),
        next_href: found.entries.last().filter(|_| found.has_older).map(|entry| format!("/audit/ledger?before={}", entry.id)),
    }
}

const fn book_label(book: Book, lang: Lang) -> &'static str {
    let (zh, en) = match book {
        Book::Appropriation => ("拨款来源", "source"),
        Book::Budget => ("可用", "available"),
        Book::Reserved => ("已预留", "reserved"),
        Book::Ordered => ("待拨付", "ordered"),
        Book::Paid => ("已拨付", "paid"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

const fn occasion_label(occasion: Occasion, lang: Lang) -> &'static str {
    let (zh, en) = match occasion {
        Occasion::Appropriate => ("拨款", "Appropriation"),
        Occasion::Reserve => ("预留", "Reservation"),
        Occasion::Release => ("释放", "Release"),
        Occasion::Order => ("下达", "Order"),
        Occasion::Unorder => ("撤回下达", "Order taken back"),
        Occasion::Pay => ("到账", "Payment"),
        Occasion::ClawBack => ("追回", "Clawback"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
