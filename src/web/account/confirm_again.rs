//! `POST /account/confirm`: a fresh proof of who sits here, asked for by the frame before acts that
//! stand in [`CONFIRMED`](crate::web::routes::CONFIRMED). What was typed goes on afterwards.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::code::{clocks, code_field};
use super::openid::OpenIdButton;
use super::sign_in::{Errand, go_on};
use crate::acts::second_factor::confirm_again;
use crate::acts::{ActError, Refusal};
use crate::reports::people::open_proofs;
use crate::web::answer::{error_summary, page_with_faults, with_errors};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page.
#[derive(Debug, Template)]
#[template(path = "account/confirm_again.html")]
pub struct ConfirmAgainView {
    cx: PageCx,
    errors: ErrorSummary,
    /// What is to be done.
    what: String,
    fields: Vec<FieldView>,
    errand: Errand,
    /// The provider may ask anew instead.
    openid: Option<OpenIdButton>,
}

/// The page that asks for a code, or for the password of who has no second factor.
///
/// # Errors
/// A fault of the database.
pub async fn ask(
    visitor: &Visitor,
    site: &std::sync::Arc<Site>,
    what: &str,
    next: &str,
    carried: &str,
    refusals: &[Refusal],
) -> Result<ConfirmAgainView, Problem> {
    let (lang, actor) = (visitor.lang, visitor.actor()?);
    let provider = site.openid.as_ref().filter(|provider| provider.asks_for_factor());
    let issuer = provider.map(|provider| provider.settings().issuer.clone());
    let house = std::sync::Arc::clone(&site.house);
    let proofs = site.read(move |db| open_proofs(db, &house, &actor, issuer.as_deref())).await?;
    let mut fields = Vec::new();
    if proofs.by_code {
        fields.push(code_field(lang));
    } else if proofs.by_password {
        fields.push(FieldView::new(lang, FieldKind::Password, "proof", lang.pick("密码", "Password")).autocomplete("current-password"));
    }
    Ok(ConfirmAgainView {
        errors: error_summary(lang, refusals),
        what: what.to_owned(),
        fields: with_errors(lang, fields, refusals),
        openid: OpenIdButton::of(site, lang).filter(|_| proofs.by_openid),
        errand: Errand { next: next.to_owned(), carried: carried.to_owned() },
        cx: visitor.page(),
    })
}

/// # Errors
/// A fault of the database; the page that asks to come back when too many sign in.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let errand = Errand::of(&form);
    let (desk, token, typed) = (site.clone(), visitor.session.clone(), form.raw("proof").to_owned());
    let turn = site.doorkeeper.hashing_turn().await?;
    let answer = web::block(move || confirm_again(&desk.store, &desk.house, &token, &typed, clocks(&desk))).await?;
    drop(turn);
    match answer {
        Ok(token) => go_on(&visitor, &site, token, errand).await,
        Err(ActError::Refused(refusals)) => {
            let what = form.text("what");
            page_with_faults(&ask(&visitor, &site, &what, &errand.next, &errand.carried, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}
