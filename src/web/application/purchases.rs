//! `/my/purchases`: what the centres say the enterprise bought; ticked ones begin an application.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::draft::{href, no_errors, summary};
use crate::acts::Refusal;
use crate::acts::choose_purchases::not_claimable;
use crate::acts::start_application::start_application;
use crate::calendar::date_range;
use crate::ids::PurchaseId;
use crate::lang::{Lang, Text};
use crate::reports::my_overview::{self, PurchaseRow};
use crate::web::answer::{go_and_say, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Chip, Choice, EmptyView, ErrorSummary, FieldKind, FieldView, FilterBar, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::statement::Area;
use crate::web::statement::view::purchase_tag;
use crate::web::usage::quantity;
use crate::web::visitor::Visitor;

/// What the table is narrowed to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    provider: String,
    /// `2026-02`, the month in which the service ended.
    month: String,
    /// `free` or `held`.
    status: String,
}

/// One purchase as shown.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: PurchaseId,
    pub order_no: String,
    pub provider: String,
    pub resource: String,
    pub quantity: String,
    pub amount: String,
    pub accepted: String,
    pub period: String,
    /// The application that holds it; empty when it is free.
    pub holder: String,
    pub holder_href: String,
    pub ticked: bool,
    /// The statement it rests on; empty for what a centre without a meter reported.
    pub statement_href: String,
    /// Where it stands between statement and subsidy, if it rests on a statement.
    pub state: Option<Tag>,
    /// Why it cannot be claimed yet; empty when it can.
    pub why: String,
}

#[derive(Debug, Template)]
#[template(path = "application/purchases.html")]
struct PurchasesPage {
    cx: PageCx,
    errors: ErrorSummary,
    filters: FilterBar,
    lines: Vec<Line>,
    empty: EmptyView,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, filter: web::Query<Filter>) -> Result<HttpResponse, Problem> {
    page(&build(&visitor, &site, &filter, &[], &[]).await?)
}

/// Starts an application with the ticked purchases.
///
/// # Errors
/// A fault of the database.
pub async fn start(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let ticked = ticked(&form);
    let chosen = ticked.clone();
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| start_application(act, &chosen).map(|number| href(&number, "")))
        .await?;
    match answer {
        Ok(place) => Ok(go_and_say(
            &visitor,
            &place,
            "ok",
            &Text::new("草稿已建立，随时可以离开，内容会保存。", "The draft is made. Leave at any time; everything is kept."),
        )),
        Err(refusals) => page_with_faults(&build(&visitor, &site, &Filter::default(), &refusals, &ticked).await?),
    }
}

/// The purchases ticked in a form.
#[must_use]
pub fn ticked(form: &Form) -> Vec<PurchaseId> {
    form.all("purchase").filter_map(|id| id.parse().ok()).collect()
}

async fn build(
    visitor: &Visitor,
    site: &web::Data<Site>,
    filter: &Filter,
    refusals: &[Refusal],
    ticked: &[PurchaseId],
) -> Result<PurchasesPage, Problem> {
    let (lang, enterprise) = (visitor.lang, visitor.enterprise()?);
    let all = site.read(move |db| my_overview::purchases(db, enterprise)).await?;
    let shown = all.iter().filter(|row| matches(row, filter));
    let lines = shown.map(|row| Line { ticked: ticked.contains(&row.purchase.id), ..line(lang, row) }).collect();
    Ok(PurchasesPage {
        errors: if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, &[]) },
        filters: filters(lang, &all, filter),
        lines,
        empty: empty(lang, all.is_empty()),
        cx: visitor.page(),
    })
}

fn matches(row: &PurchaseRow, filter: &Filter) -> bool {
    let month = row.purchase.service_to.format("%Y-%m").to_string();
    (filter.provider.is_empty() || row.purchase.provider_id.to_string() == filter.provider)
        && (filter.month.is_empty() || month == filter.month)
        && match filter.status.as_str() {
            "free" => row.is_free(),
            "held" => row.holder.is_some(),
            _ => true,
        }
}

/// A purchase as shown.
#[must_use]
pub fn line(lang: Lang, row: &PurchaseRow) -> Line {
    let purchase = &row.purchase;
    let holder = row.holder.clone().unwrap_or_default();
    Line {
        id: purchase.id,
        order_no: purchase.order_no.clone(),
        provider: row.provider.clone(),
        resource: purchase.resource.clone(),
        quantity: quantity(lang, &purchase.quantity, &purchase.unit),
        amount: purchase.amount_fen.display(),
        accepted: purchase.accepted_fen.display(),
        period: date_range(purchase.service_from, purchase.service_to, lang),
        holder_href: if holder.is_empty() { String::new() } else { href(&holder, "") },
        holder,
        ticked: false,
        statement_href: purchase.statement_number().map(|number| Area::Enterprise.href(number)).unwrap_or_default(),
        state: purchase.is_metered().then(|| purchase_tag(lang, purchase.state)),
        why: not_claimable(purchase).map(|why| why.get(lang).to_owned()).unwrap_or_default(),
    }
}

fn filters(lang: Lang, all: &[PurchaseRow], filter: &Filter) -> FilterBar {
    let any = || Choice::new("", lang.pick("全部", "All"));
    let mut providers = vec![any()];
    let mut months = vec![any()];
    for row in all {
        let id = row.purchase.provider_id.to_string();
        if !providers.iter().any(|choice| choice.value == id) {
            providers.push(Choice::new(id, row.provider.clone()));
        }
        let month = row.purchase.service_to.format("%Y-%m").to_string();
        if !months.iter().any(|choice| choice.value == month) {
            months.push(Choice::new(month.clone(), month));
        }
    }
    let statuses =
        vec![any(), Choice::new("free", lang.pick("未使用", "Free")), Choice::new("held", lang.pick("已用于申请", "In an application"))];
    let select = |name: &str, zh: &str, en: &str, value: &str, choices: Vec<Choice>| {
        FieldView::new(lang, FieldKind::Select, name, lang.pick(zh, en)).value(value).choices(choices)
    };
    let fields = vec![
        select("provider", "算力中心", "Centre", &filter.provider, providers),
        select("month", "月份", "Month", &filter.month, months),
        select("status", "状态", "Status", &filter.status, statuses),
    ];
    FilterBar {
        lang,
        action: "/my/purchases".to_owned(),
        chips: chips(&fields),
        fields,
        hidden: Vec::new(),
        clear_href: "/my/purchases".to_owned(),
    }
}

/// What is in force, each with the address of the page without it.
fn chips(fields: &[FieldView]) -> Vec<Chip> {
    let set: Vec<&FieldView> = fields.iter().filter(|field| !field.value.is_empty()).collect();
    set.iter()
        .map(|field| {
            let others: Vec<(&str, &str)> =
                set.iter().filter(|other| other.name != field.name).map(|other| (other.name.as_str(), other.value.as_str())).collect();
            let label = field.choices.iter().find(|choice| choice.value == field.value).map_or("", |choice| choice.label.as_str());
            let query = serde_urlencoded::to_string(others).unwrap_or_default();
            Chip { text: format!("{}: {label}", field.label), remove_href: format!("/my/purchases?{query}") }
        })
        .collect()
}

fn empty(lang: Lang, none_at_all: bool) -> EmptyView {
    let (title, text) = if none_at_all {
        lang.pick(
            ("还没有账单", "算力中心把用量报来后，账单会自动出现在这里，不用您录入。"),
            ("No purchases yet", "When a centre reports your usage, it appears here by itself."),
        )
    } else {
        lang.pick(("没有符合条件的账单", "换一个条件试试。"), ("No purchase matches", "Try another filter."))
    };
    EmptyView { title: title.to_owned(), text: text.to_owned(), link: None, alone: true }
}
