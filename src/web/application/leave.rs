//! Withdrawing an application, and asking the task force.

use actix_web::{HttpResponse, web};

use super::draft::href;
use super::show::{Retry, build};
use crate::acts::ask_coaching::ask_coaching;
use crate::acts::withdraw_application::withdraw_application;
use crate::lang::Text;
use crate::web::answer::{go_and_say, page_with_faults};
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// # Errors
/// A stale page; a fault of the database.
pub async fn withdraw(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (reason, version, act_number) = (form.paragraph("reason"), form.number("version"), number.clone());
    let typed = reason.clone();
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            withdraw_application(act, &act_number, version, &reason).map(|()| href(&act_number, ""))
        })
        .await?;
    match answer {
        Ok(place) => Ok(go_and_say(
            &visitor,
            &place,
            "ok",
            &Text::new("申请已撤回，账单与预留额度已释放。", "The application is withdrawn; its purchases and quota are free again."),
        )),
        Err(refusals) => {
            let retry = Retry { refusals: &refusals, reason: Some(&typed), question: None };
            page_with_faults(&build(&visitor, &site, &number, &retry).await?)
        }
    }
}

/// # Errors
/// A fault of the database.
pub async fn ask(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (question, act_number) = (form.paragraph("question"), number.clone());
    let typed = question.clone();
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            ask_coaching(act, &act_number, &question).map(|()| href(&act_number, ""))
        })
        .await?;
    match answer {
        Ok(place) => Ok(go_and_say(
            &visitor,
            &place,
            "ok",
            &Text::new(
                "问题已发给专班，答复会发到您的邮箱，也会显示在这里。",
                "The task force has your question; the answer comes by mail and stands here.",
            ),
        )),
        Err(refusals) => {
            let retry = Retry { refusals: &refusals, reason: None, question: Some(&typed) };
            page_with_faults(&build(&visitor, &site, &number, &retry).await?)
        }
    }
}
