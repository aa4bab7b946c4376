//! `/login/code`: the second step of a sign-in, a code of the authenticator or a recovery code.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::sign_in::{Errand, Next, go_on, own_path};
use crate::acts::second_factor::{Clocks, enter_code};
use crate::acts::{ActError, Refusal};
use crate::clock::Clock;
use crate::lang::Lang;
use crate::reports::Stage;
use crate::web::answer::{error_summary, go, page, page_with_faults, with_errors};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page.
#[derive(Debug, Template)]
#[template(path = "account/code.html")]
pub struct CodeView {
    cx: PageCx,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    errand: Errand,
}

/// The field of a code.
#[must_use]
pub fn code_field(lang: Lang) -> FieldView {
    FieldView::text(lang, "proof", lang.pick("动态口令", "Code"))
        .hint(lang.pick("身份验证器上的 6 位数字；手机不在身边时填一个恢复码", "Six digits of your authenticator, or a recovery code"))
        .autocomplete("one-time-code")
        .max_length(40)
        .short()
}

/// The clocks of the house and of the world.
#[must_use]
pub fn clocks(site: &Site) -> Clocks {
    Clocks { house: site.clock.now(), world: Clock::of_the_world() }
}

/// The page as it is shown first, or with what is wrong.
#[must_use]
pub fn view(cx: PageCx, errand: &Errand, refusals: &[Refusal]) -> CodeView {
    let lang = cx.lang;
    CodeView {
        errors: error_summary(lang, refusals),
        fields: with_errors(lang, vec![code_field(lang)], refusals),
        errand: errand.clone(),
        cx,
    }
}

fn waits(visitor: &Visitor) -> bool {
    visitor.half_way.as_ref().is_some_and(|half_way| half_way.stage == Stage::Code)
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor, next: web::Query<Next>) -> Result<HttpResponse, Problem> {
    if !waits(&visitor) {
        return Ok(go("/login"));
    }
    page(&view(visitor.page(), &Errand { next: own_path(&next.next).to_owned(), carried: String::new() }, &[]))
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    if !waits(&visitor) {
        return Ok(go("/login"));
    }
    let errand = Errand::of(&form);
    let (desk, token, typed) = (site.clone(), visitor.session.clone(), form.raw("proof").to_owned());
    match web::block(move || enter_code(&desk.store, &desk.house, &token, &typed, clocks(&desk))).await? {
        Ok(token) => go_on(&visitor, &site, token, errand).await,
        Err(ActError::Refused(refusals)) => page_with_faults(&view(visitor.page(), &errand, &refusals)),
        // The session ran out, or another click was faster.
        Err(ActError::NotAllowed) => Ok(go("/login")),
        Err(other) => Err(other.into()),
    }
}
