//! `/my/eligibility`: which levels are open to the enterprise on a day, why, and what is missing.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::tabs;
use crate::reports::eligibility::of_enterprise;
use crate::web::answer::{page, page_with_faults};
use crate::web::eligibility::{Asked, Body, DayChoice, body, day};
use crate::web::page::PageCx;
use crate::web::parts::Link;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "enterprise/eligibility.html")]
struct EligibilityPage {
    cx: PageCx,
    tabs: Vec<Link>,
    name: String,
    uscc: String,
    action: &'static str,
    choice: DayChoice,
    body: Body,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let (choice, id, house) = (day(&visitor, &asked), visitor.enterprise()?, site.house.clone());
    let on = choice.day;
    let found = site.read(move |db| of_enterprise(db, &house, id, on)).await?;
    let wrong = choice.is_wrong;
    let view = EligibilityPage {
        tabs: tabs(visitor.lang),
        name: found.facts.enterprise.name.clone(),
        uscc: found.facts.enterprise.uscc.clone(),
        action: "/my/eligibility",
        choice,
        body: body(visitor.lang, &found, true),
        cx: visitor.page(),
    };
    if wrong { page_with_faults(&view) } else { page(&view) }
}
