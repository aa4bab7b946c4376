//! `/finance/report`: what was paid and what came back, by month, level, enterprise and centre; as page, PDF, XLSX, CSV.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::calendar::date_range;
use crate::code::Tier;
use crate::export::papers::{PayoutReport, ReportRow, ReportSection, payout_report, payout_report_tables};
use crate::export::table::{Cell, DataTable, Field};
use crate::export::{csv, xlsx};
use crate::lang::Lang;
use crate::reports::payout_report::{PayoutFigures, Row, payout_figures};
use crate::web::answer::{file, page};
use crate::web::finance::sheets::{CSV, XLSX, unwritten};
use crate::web::page::PageCx;
use crate::web::papers;
use crate::web::parts::{Choice, FieldKind, FieldView, FilterBar};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The span and level asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
    tier: String,
}

/// One line of a section, in words.
#[derive(Debug)]
struct Line {
    label: String,
    payments: usize,
    accepted: String,
    paid: String,
    recovered: String,
    net: String,
}

/// One section of the page.
#[derive(Debug)]
struct Section {
    title: String,
    row_title: String,
    rows: Vec<Line>,
    total: Line,
}

#[derive(Debug, Template)]
#[template(path = "finance/report.html")]
struct ReportPage {
    cx: PageCx,
    filters: FilterBar,
    span: String,
    paid: String,
    words: String,
    recovered: String,
    net: String,
    payments: usize,
    enterprises: usize,
    nothing: bool,
    sections: Vec<Section>,
    query: String,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let figures = figures(&visitor, &site, &asked).await?;
    let report = paper(lang, &visitor, &site, &figures)?;
    let tier = Tier::parse(&asked.tier).map_or("", Tier::code);
    let pairs = [("from", figures.from.to_string()), ("to", figures.to.to_string()), ("tier", tier.to_owned())];
    page(&ReportPage {
        filters: filters(lang, &figures, tier),
        span: report.span.clone(),
        paid: figures.paid.display(),
        words: figures.paid.in_words(),
        recovered: figures.recovered.display(),
        net: (figures.paid - figures.recovered).display(),
        nothing: figures.by_month.is_empty(),
        payments: figures.payments,
        enterprises: figures.enterprises,
        sections: report.sections.iter().map(section).collect(),
        query: serde_urlencoded::to_string(pairs).unwrap_or_default(),
        cx: visitor.page(),
    })
}

/// `report.pdf`, `report.xlsx` or `report.csv`.
///
/// # Errors
/// Another file; a fault of the database or of the writer.
pub async fn download(
    visitor: Visitor,
    site: web::Data<Site>,
    wanted: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let figures = figures(&visitor, &site, &asked).await?;
    let report = paper(lang, &visitor, &site, &figures)?;
    let title = lang.pick("拨付报表", "payout-report");
    let name = format!("{title}-{}-{}", figures.from, figures.to);
    match wanted.as_str() {
        "report.pdf" => {
            let bytes = papers::pdf(&site, payout_report(&report, lang)).await?;
            Ok(file(bytes, "application/pdf", &format!("{name}.pdf"), false))
        }
        "report.xlsx" => {
            let tables = payout_report_tables(&report, lang);
            let bytes = xlsx::write(title, &tables, site.clock.now()).map_err(|why| unwritten(&why))?;
            Ok(file(bytes, XLSX, &format!("{name}.xlsx"), true))
        }
        "report.csv" => {
            let bytes = csv::write(&one_table(lang, &report)).map_err(|why| unwritten(&why))?;
            Ok(file(bytes, CSV, &format!("{name}.csv"), true))
        }
        _ => Err(Problem::not_found()),
    }
}

async fn figures(visitor: &Visitor, site: &web::Data<Site>, asked: &Asked) -> Result<PayoutFigures, Problem> {
    let (from, to) = span(visitor.today, asked);
    let (tier, house) = (Tier::parse(&asked.tier), site.house.clone());
    site.read(move |db| payout_figures(db, &house, from, to, tier)).await
}

/// The days asked for; this year so far when they are missing, turned round when they are reversed.
pub(crate) fn span_of(today: NaiveDate, from: &str, to: &str) -> (NaiveDate, NaiveDate) {
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let first = day(from).unwrap_or_else(|| NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today));
    let last = day(to).unwrap_or(today);
    (first.min(last), first.max(last))
}

fn span(today: NaiveDate, asked: &Asked) -> (NaiveDate, NaiveDate) {
    span_of(today, &asked.from, &asked.to)
}

fn filters(lang: Lang, figures: &PayoutFigures, tier: &str) -> FilterBar {
    let mut tiers = vec![Choice::new("", lang.pick("全部层级", "Every level")).on(tier.is_empty())];
    tiers.extend(Tier::ALL.into_iter().map(|one| Choice::new(one.code(), one.title().get(lang))));
    FilterBar {
        lang,
        action: "/finance/report".into(),
        fields: vec![
            FieldView::new(lang, FieldKind::Date, "from", lang.pick("自", "From")).value(figures.from.to_string()),
            FieldView::new(lang, FieldKind::Date, "to", lang.pick("至", "To")).value(figures.to.to_string()),
            FieldView::new(lang, FieldKind::Select, "tier", lang.pick("层级", "Level")).value(tier).choices(tiers),
        ],
        hidden: Vec::new(),
        chips: Vec::new(),
        clear_href: "/finance/report".into(),
    }
}

fn paper(lang: Lang, visitor: &Visitor, site: &Site, figures: &PayoutFigures) -> Result<PayoutReport, Problem> {
    let part = |title: &str, row_title: &str, rows: &[Row]| ReportSection {
        title: title.to_owned(),
        row_title: row_title.to_owned(),
        rows: rows
            .iter()
            .map(|row| ReportRow {
                label: row.label.get(lang).to_owned(),
                payments: row.payments,
                accepted: row.accepted,
                paid: row.paid,
                recovered: row.recovered,
            })
            .collect(),
    };
    Ok(PayoutReport {
        issuer: papers::issuer(lang),
        span: date_range(figures.from, figures.to, lang),
        made_at: site.clock.now(),
        made_by: visitor.actor()?.name,
        enterprises: figures.enterprises,
        sections: vec![
            part(lang.pick("按月", "By month"), lang.pick("月份", "Month"), &figures.by_month),
            part(lang.pick("按层级", "By level"), lang.pick("层级", "Level"), &figures.by_tier),
            part(lang.pick("按企业", "By enterprise"), lang.pick("企业", "Enterprise"), &figures.by_enterprise),
            part(lang.pick("按中心", "By centre"), lang.pick("中心", "Centre"), &figures.by_centre),
        ],
    })
}

fn line(row: &ReportRow) -> Line {
    Line {
        label: row.label.clone(),
        payments: row.payments,
        accepted: row.accepted.display(),
        paid: row.paid.display(),
        recovered: row.recovered.display(),
        net: row.net().display(),
    }
}

fn section(part: &ReportSection) -> Section {
    Section {
        title: part.title.clone(),
        row_title: part.row_title.clone(),
        rows: part.rows.iter().map(line).collect(),
        total: line(&part.total()),
    }
}

/// All sections in one table, for CSV: the first column says which section a row belongs to.
fn one_table(lang: Lang, report: &PayoutReport) -> DataTable {
    let fields = vec![
        Field::text(lang.pick("口径", "View"), 2),
        Field::text(lang.pick("名称", "Name"), 6),
        Field::count(lang.pick("笔数", "Payments")),
        Field::money(lang.pick("核定金额（元）", "Accepted (CNY)")),
        Field::money(lang.pick("已拨付（元）", "Paid (CNY)")),
        Field::money(lang.pick("已追回（元）", "Recovered (CNY)")),
        Field::money(lang.pick("净拨付（元）", "Net (CNY)")),
    ];
    let mut table = DataTable::new(lang.pick("拨付报表", "Payout report"), fields);
    for part in &report.sections {
        let total = ReportRow { label: lang.pick("合计", "Total").to_owned(), ..part.total() };
        for row in part.rows.iter().chain([&total]) {
            let money = [row.accepted, row.paid, row.recovered, row.net()].map(Cell::Money);
            table.rows.push([vec![Cell::text(&part.title), Cell::text(&row.label), Cell::count(row.payments)], money.to_vec()].concat());
        }
    }
    table
}
