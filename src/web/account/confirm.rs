//! `/confirm/{token}`: the address is confirmed by a button, not by opening the link, so that a
//! scanner of mail confirms nothing.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::message::link_is_void;
use crate::acts::confirm_email::confirm_email;
use crate::hidden::tells;
use crate::lang::Text;
use crate::party::Actor;
use crate::reports::links;
use crate::web::answer::{go_and_say, page};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page with the button.
#[derive(Template)]
#[template(path = "account/confirm.html")]
pub struct ConfirmPage {
    pub cx: PageCx,
    pub email: String,
    pub enterprise: String,
    pub action: String,
}

tells! { ConfirmPage { enterprise } }

fn again() -> Option<(&'static str, Text)> {
    Some(("/confirm", Text::new("重新发送确认邮件", "Send the confirmation again")))
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, token: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (asked, now) = (token.clone(), site.clock.now());
    match site.read(move |db| links::confirmation(db, &asked, now)).await? {
        Ok((email, enterprise)) => page(&ConfirmPage { cx: visitor.page(), email, enterprise, action: format!("/confirm/{token}") }),
        Err(why) => link_is_void(&visitor, &why, again()),
    }
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, token: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let asked = token.into_inner();
    let done = move |act: &mut crate::acts::Act<'_>| confirm_email(act, &asked).map(|()| "/login".to_owned());
    match site.act(Actor::system(), form.request_key(&visitor), done).await? {
        Ok(place) => {
            let text =
                Text::new("邮箱已确认，注册完成，请登录。", "The address is confirmed and the registration complete; please sign in.");
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => link_is_void(&visitor, &super::first_text(&refusals), again()),
    }
}
