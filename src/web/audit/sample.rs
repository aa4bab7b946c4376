//! `/audit/sample`: a sample of at least 5 % of what was paid, that anybody can draw again.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::ids::normal_text;
use crate::reports::sample::{LEAST_PERCENT, sample};
use crate::web::answer::page;
use crate::web::finance::report::span_of;
use crate::web::page::PageCx;
use crate::web::parts::{FieldKind, FieldView, FilterBar};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Span, share and seed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
    percent: String,
    seed: String,
}

#[derive(Debug)]
struct Row {
    number: String,
    enterprise: String,
    paid: String,
}

#[derive(Debug, Template)]
#[template(path = "audit/sample.html")]
struct SamplePage {
    cx: PageCx,
    filters: FilterBar,
    population: usize,
    rows: Vec<Row>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let (from, to) = span_of(visitor.today, &asked.from, &asked.to);
    let percent = asked.percent.trim().parse().unwrap_or(LEAST_PERCENT).clamp(LEAST_PERCENT, 100);
    let seed = if asked.seed.trim().is_empty() { visitor.today.to_string() } else { normal_text(&asked.seed) };
    let drawn = {
        let seed = seed.clone();
        site.read(move |db| sample(db, from, to, percent, &seed)).await?
    };
    let date = |name: &str, label: &str, value: String| FieldView::new(lang, FieldKind::Date, name, label).value(value);
    page(&SamplePage {
        filters: FilterBar {
            lang,
            action: "/audit/sample".into(),
            fields: vec![
                FieldView::text(lang, "seed", lang.pick("种子", "Seed"))
                    .hint(lang.pick("同一种子、同一时段，样本相同", "The same seed and span draw the same sample"))
                    .value(seed),
                date("from", lang.pick("拨付自", "Paid from"), from.to_string()),
                date("to", lang.pick("至", "To"), to.to_string()),
                FieldView::new(lang, FieldKind::Number, "percent", lang.pick("比例（%，不低于 5）", "Share (%, at least 5)"))
                    .value(percent.to_string())
                    .short(),
            ],
            hidden: Vec::new(),
            chips: Vec::new(),
            clear_href: "/audit/sample".into(),
        },
        population: drawn.population,
        rows: drawn
            .cases
            .into_iter()
            .map(|case| Row { paid: case.paid.display(), number: case.number, enterprise: case.enterprise })
            .collect(),
        cx: visitor.page(),
    })
}
