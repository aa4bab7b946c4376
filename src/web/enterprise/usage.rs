//! `/my/usage`: what the enterprise used in a month, by day, resource and project.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::calendar::month_day;
use crate::lang::Lang;
use crate::metering::moment::Month;
use crate::metering::quantity::{Unit, UnitMillis};
use crate::reports::usage::{MonthUse, Resource, month_of};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{ChartColumn, ChartView, Choice, FieldKind, FieldView, FilterBar};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::usage::{grouped, quantity};
use crate::web::visitor::Visitor;

/// Which month: `2026-03`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    month: String,
}

/// A resource or a project's part of it.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub detail: String,
    pub quantity: String,
    /// PFLOPS·hours; empty for what does not compute.
    pub pflops: String,
}

#[derive(Debug, Template)]
#[template(path = "enterprise/usage.html")]
struct UsagePage {
    cx: PageCx,
    month: String,
    filters: FilterBar,
    charts: Vec<ChartView>,
    resources: Vec<Row>,
    projects: Vec<Row>,
}

/// # Errors
/// A month that is none; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let (lang, today, now) = (visitor.lang, visitor.today, site.clock.now());
    let month = if asked.month.is_empty() { Month::of(today) } else { Month::parse(&asked.month).ok_or_else(Problem::not_found)? };
    let enterprise = visitor.enterprise()?;
    let found = site.read(move |db| month_of(db, enterprise, month, now, today)).await?;
    page(&UsagePage {
        month: month.to_string(),
        filters: filters(lang, &found),
        charts: charts(lang, &found.days),
        resources: found.resources.iter().map(|one| row(lang, &one.provider, &one.resource, one.quantity, None)).collect(),
        projects: found.projects.iter().map(|one| row(lang, "", &one.resource, one.quantity, Some(&one.project))).collect(),
        cx: visitor.page(),
    })
}

fn filters(lang: Lang, found: &MonthUse) -> FilterBar {
    let month = found.month.to_string();
    let mut choices: Vec<Choice> = found.months.iter().map(|month| Choice::new(month.to_string(), month.to_string())).collect();
    if !choices.iter().any(|choice| choice.value == month) {
        choices.insert(0, Choice::new(month.clone(), month.clone()));
    }
    FilterBar {
        lang,
        action: "/my/usage".to_owned(),
        fields: vec![FieldView::new(lang, FieldKind::Select, "month", lang.pick("月份", "Month")).value(month).choices(choices)],
        hidden: Vec::new(),
        chips: Vec::new(),
        clear_href: "/my/usage".to_owned(),
    }
}

/// One chart per unit: card-hours and core-hours do not add up.
fn charts(lang: Lang, days: &BTreeMap<Unit, Vec<(NaiveDate, UnitMillis)>>) -> Vec<ChartView> {
    let chart = |(unit, days): (&Unit, &Vec<(NaiveDate, UnitMillis)>)| {
        let highest = days.iter().max_by_key(|(_, used)| *used);
        let most = highest.map_or(0, |(_, used)| used.get());
        let hours = unit.hour().get(lang).to_owned();
        let column = |(day, used): &(NaiveDate, UnitMillis)| ChartColumn {
            label: day.day().to_string(),
            value: String::new(),
            exact: quantity(lang, &used.in_hours(), &format!("{unit}_hour")),
            percent: percent(used.get(), most),
        };
        ChartView {
            lang,
            title: lang.pick(format!("每日用量（{hours}）"), format!("Usage by day ({hours})")),
            note: highest.map(|(day, used)| peak(lang, *unit, *day, *used)).unwrap_or_default(),
            label_head: lang.pick("日", "Day").to_owned(),
            value_head: hours.clone(),
            columns: days.iter().map(column).collect(),
        }
    };
    days.iter().map(chart).collect()
}

/// What the highest column stands for.
fn peak(lang: Lang, unit: Unit, day: NaiveDate, used: UnitMillis) -> String {
    let (day, used) = (month_day(day, lang), quantity(lang, &used.in_hours(), &format!("{unit}_hour")));
    lang.pick(format!("最高 {used}（{day}）"), format!("highest: {used} ({day})"))
}

/// Height of a column; what was used at all is seen.
fn percent(part: i64, most: i64) -> i64 {
    let share = i128::from(part) * 100 / i128::from(most.max(1));
    i64::try_from(share).unwrap_or(100).clamp(i64::from(part > 0), 100)
}

fn row(lang: Lang, provider: &str, resource: &Resource, used: UnitMillis, project: Option<&str>) -> Row {
    let named = lang.pick(&resource.name_zh, &resource.name_en).clone();
    let (name, detail) = match project {
        None => (named, provider.to_owned()),
        Some("") => (lang.pick("未注明项目", "no project named").to_owned(), named),
        Some(project) => (project.to_owned(), named),
    };
    Row {
        name,
        detail,
        quantity: quantity(lang, &used.in_hours(), &format!("{}_hour", resource.unit)),
        pflops: resource.gflops.map(|gflops| grouped(&used.in_pflops_hours(gflops))).unwrap_or_default(),
    }
}
