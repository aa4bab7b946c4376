//! `/bank-change/{token}`: somebody of the enterprise confirms or refuses a new bank account by
//! the link of the letter.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::message::{link_is_void, view};
use crate::acts::confirm_bank_account::{Answer, answer_bank_change};
use crate::lang::Text;
use crate::party::Actor;
use crate::reports::links::{self, BankChange};
use crate::web::answer::page;
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Link, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Old and new account with the two answers.
#[derive(Debug, Template)]
#[template(path = "account/bank_change.html")]
pub struct BankChangePage {
    pub cx: PageCx,
    pub change: BankChange,
    pub action: String,
}

fn again() -> Option<(&'static str, Text)> {
    Some(("/my/bank", Text::new("看收款账户", "See the bank account")))
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, token: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (asked, now) = (token.clone(), site.clock.now());
    match site.read(move |db| links::bank_change(db, &asked, now)).await? {
        Ok(change) => page(&BankChangePage { cx: visitor.page(), change, action: format!("/bank-change/{token}") }),
        Err(why) => link_is_void(&visitor, &why, again()),
    }
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, token: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let asked = token.into_inner();
    let answer = if form.raw("answer") == "confirm" { Answer::Confirm } else { Answer::Refuse };
    let done = move |act: &mut crate::acts::Act<'_>| answer_bank_change(act, &asked, answer).map(|()| "/my/bank".to_owned());
    if let Err(refusals) = site.act(Actor::system(), form.request_key(&visitor), done).await? {
        return link_is_void(&visitor, &super::first_text(&refusals), again());
    }
    let (tone, title, text) = match answer {
        Answer::Confirm => (
            Tone::Ok,
            Text::new("收款账户已变更", "The bank account was changed"),
            Text::new(
                "今后的补贴拨付到新账户，已发邮件告知贵单位所有同事。",
                "Subsidies now go to the new account; all colleagues were told by mail.",
            ),
        ),
        Answer::Refuse => (
            Tone::Warn,
            Text::new("收款账户没有变更", "The bank account was not changed"),
            Text::new(
                "补贴继续拨付到原账户，已发邮件告知贵单位所有同事。如果有人冒用账号，请尽快更改密码。",
                "Subsidies go on to the old account; all colleagues were told by mail. If somebody misuses an account, change its password soon.",
            ),
        ),
    };
    let mut message = view(&visitor, tone, &title, &[text]);
    message.links = vec![Link::new("/my/bank", visitor.lang.pick("看收款账户", "See the bank account"))];
    page(&message)
}
