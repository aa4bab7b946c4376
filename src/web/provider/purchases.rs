//! `GET /provider/purchases`: the provider's own purchases, newest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::calendar::date_range;
use crate::reports::provider_desk;
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::PagerView;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::usage::bought;
use crate::web::visitor::Visitor;

const PER_PAGE: i64 = 50;

#[derive(Debug, Template)]
#[template(path = "provider/purchases.html")]
struct PurchasesPage {
    cx: PageCx,
    rows: Vec<Row>,
    pager: Option<PagerView>,
}

/// One purchase.
#[derive(Debug)]
struct Row {
    order_no: String,
    buyer: String,
    uscc: String,
    what: String,
    period: String,
    amount: String,
    accepted: String,
}

/// Which page, counted from 1.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let provider = visitor.actor()?.provider().ok_or_else(Problem::not_allowed)?;
    let number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 1_000_000);
    let skip = (number - 1) * PER_PAGE;
    let (found, total) = site.read(move |db| provider_desk::purchases(db, provider, skip, PER_PAGE)).await?;
    let lang = visitor.lang;
    let (first, last) = (skip + 1, (skip + PER_PAGE).min(total));
    let rows = found.into_iter().map(|(purchase, buyer)| Row {
        buyer: buyer.unwrap_or_else(|| lang.pick("尚未注册", "not registered yet").to_owned()),
        what: bought(lang, &purchase.resource, &purchase.quantity, &purchase.unit, &purchase.unit_price),
        uscc: purchase.enterprise_uscc,
        period: date_range(purchase.service_from, purchase.service_to, lang),
        amount: purchase.amount_fen.display(),
        accepted: purchase.accepted_fen.display(),
        order_no: purchase.order_no,
    });
    let to = |page: i64| format!("/provider/purchases?page={page}");
    page(&PurchasesPage {
        rows: rows.collect(),
        pager: (total > PER_PAGE).then(|| PagerView {
            lang,
            text: lang.pick(format!("第 {first}–{last} 项，共 {total} 项"), format!("{first}–{last} of {total}")),
            previous_href: (number > 1).then(|| to(number - 1)),
            next_href: (last < total).then(|| to(number + 1)),
        }),
        cx: visitor.page(),
    })
}
