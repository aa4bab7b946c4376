//! `/provider/statements/preview`: a month as it would be billed now, and the button that issues it.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::Area;
use super::view::{StatementView, draft};
use crate::acts::Refusal;
use crate::acts::issue_statement::issue_statement;
use crate::ids::ContractId;
use crate::lang::Text;
use crate::metering::moment::Month;
use crate::reports::statement::preview;
use crate::web::answer::{error_summary, go_and_say};
use crate::web::attempt::Attempt;
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Crumbs, ErrorSummary};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Which month of which contract.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    contract: String,
    month: String,
}

#[derive(Debug, Template)]
#[template(path = "statement/preview.html")]
struct PreviewPage {
    cx: PageCx,
    crumbs: Crumbs,
    contract: String,
    contract_id: String,
    month: String,
    errors: ErrorSummary,
    sheet: StatementView,
    /// Nothing stands in the way and there is something to bill.
    may_issue: bool,
}

/// # Errors
/// Another centre's contract, a month that is none; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let (contract, month) = read(&asked.contract, &asked.month)?;
    render(&visitor, &site, contract, month, &Attempt::default()).await
}

/// # Errors
/// Another centre's contract; a fault of the database.
pub async fn issue(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let (contract, month) = read(form.raw("contract"), form.raw("month"))?;
    let actor = visitor.actor()?;
    let provider = actor.provider().ok_or_else(Problem::not_allowed)?;
    let answer = site
        .act(actor, form.request_key(&visitor), move |act| {
            issue_statement(act, provider, contract, month).map(|number| Area::Centre.href(&number))
        })
        .await?;
    match answer {
        Ok(place) => {
            let text = Text::new("对账单已出具，企业已收到邮件。", "The statement is issued and the enterprise has a letter.");
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => render(&visitor, &site, contract, month, &Attempt::refused(refusals, form)).await,
    }
}

fn read(contract: &str, month: &str) -> Result<(ContractId, Month), Problem> {
    let contract = contract.parse().map_err(|_| Problem::not_found())?;
    Ok((contract, Month::parse(month).ok_or_else(Problem::not_found)?))
}

async fn render(
    visitor: &Visitor,
    site: &web::Data<Site>,
    contract: ContractId,
    month: Month,
    attempt: &Attempt,
) -> Result<HttpResponse, Problem> {
    let provider = visitor.actor()?.provider().ok_or_else(Problem::not_allowed)?;
    let (lang, now, today) = (visitor.lang, site.clock.now(), visitor.today);
    let found = site.read(move |db| preview(db, provider, contract, month, now, today)).await?;
    // What the act said is among what the preview finds, unless it was found out in between.
    let told = attempt.refusals().iter().filter(|why| !found.obstacles.iter().any(|other| other.code == why.code));
    // The page has no field to lead to.
    let obstacles: Vec<Refusal> = found.obstacles.iter().chain(told).map(|why| Refusal { field: None, ..why.clone() }).collect();
    let view = PreviewPage {
        crumbs: Area::Centre.crumbs(lang, Vec::new(), lang.pick("出账预览", "Preview")),
        contract: found.contract.number.clone(),
        contract_id: contract.to_string(),
        month: month.to_string(),
        errors: error_summary(lang, &obstacles),
        sheet: draft(lang, &found),
        may_issue: found.obstacles.is_empty() && !found.lines.is_empty(),
        cx: visitor.page(),
    };
    attempt.page(&view)
}
