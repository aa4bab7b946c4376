//! Task 1: which purchases the application is about.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::{Aside, Draft, Head, href, load_open, no_errors, summary};
use super::purchases::{Line, line, ticked};
use crate::acts::Refusal;
use crate::acts::choose_purchases::choose_purchases;
use crate::ids::PurchaseId;
use crate::lang::Text;
use crate::reports::my_overview;
use crate::web::answer::{go, go_and_say, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::ErrorSummary;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/select.html")]
struct SelectPage {
    cx: PageCx,
    head: Head,
    aside: Aside,
    errors: ErrorSummary,
    lines: Vec<Line>,
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
    page(&build(&visitor, &site, &draft, &[], None).await?)
}

/// # Errors
/// A stale page; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (chosen, version) = (ticked(&form), form.number("version"));
    let (act_number, wanted) = (number.clone(), chosen.clone());
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            choose_purchases(act, &act_number, version, &wanted).map(|()| href(&act_number, "/materials"))
        })
        .await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("账单已保存。", "The purchases are saved."))),
        Err(refusals) => {
            let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
            page_with_faults(&build(&visitor, &site, &draft, &refusals, Some(&chosen)).await?)
        }
    }
}

async fn build(
    visitor: &Visitor,
    site: &web::Data<Site>,
    draft: &Draft,
    refusals: &[Refusal],
    typed: Option<&[PurchaseId]>,
) -> Result<SelectPage, Problem> {
    let (lang, enterprise) = (visitor.lang, visitor.enterprise()?);
    let all = site.read(move |db| my_overview::purchases(db, enterprise)).await?;
    let own = &draft.application().number;
    let lines = all.iter().map(|row| {
        let mut shown = line(lang, row);
        if shown.holder == *own {
            shown.holder.clear();
            shown.ticked = true;
        }
        if let Some(typed) = typed {
            shown.ticked = typed.contains(&shown.id);
        }
        shown
    });
    let lines = lines.collect();
    Ok(SelectPage {
        head: draft.head(lang, lang.pick("选择账单", "Choose purchases")),
        aside: draft.aside(lang),
        errors: if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, &[]) },
        lines,
        cx: visitor.page(),
    })
}
