//! The few kinds of answers that pages give.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::{Act, Outcome, Refusal};
use crate::lang::{Lang, Text};
use crate::web::form::Form;
use crate::web::parts::{ErrorItem, ErrorSummary, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::{Visitor, flash_cookie};

/// A page.
///
/// # Errors
/// A template that cannot be rendered.
pub fn page(template: &impl Template) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(template.render()?))
}

/// A page that shows what is wrong with a form; everything typed is on it.
///
/// # Errors
/// A template that cannot be rendered.
pub fn page_with_faults(template: &impl Template) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY).content_type("text/html; charset=utf-8").body(template.render()?))
}

/// Go to another page (after a POST, so that a reload repeats nothing).
#[must_use]
pub fn go(place: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, place.to_owned())).finish()
}

/// Go to another page that says one sentence. `kind` is `ok`, `warn`, `bad` or `info`.
#[must_use]
pub fn go_and_say(visitor: &Visitor, place: &str, kind: &str, text: &Text) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, place.to_owned()))
        .cookie(flash_cookie(kind, text.get(visitor.lang), visitor.secure_cookies))
        .finish()
}

/// A file for the browser to show or to save. The name may be Chinese.
#[must_use]
pub fn file(bytes: Vec<u8>, media_type: &str, name: &str, save: bool) -> HttpResponse {
    let kind = if save { "attachment" } else { "inline" };
    let encoded: String = name
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b"-._".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    HttpResponse::Ok()
        .content_type(media_type.to_owned())
        .insert_header((header::CONTENT_DISPOSITION, format!("{kind}; filename*=UTF-8''{encoded}")))
        .body(bytes)
}

/// What is wrong with a form, at the top of the page, each line linked to its field.
#[must_use]
pub fn error_summary(lang: Lang, refusals: &[Refusal]) -> ErrorSummary {
    let items = refusals.iter().map(|refusal| ErrorItem {
        href: refusal.field.as_ref().map(|field| format!("#{field}")).unwrap_or_default(),
        text: refusal.text.get(lang).to_owned(),
    });
    ErrorSummary { lang, items: items.collect() }
}

/// Puts each refusal beside its field.
#[must_use]
pub fn with_errors(lang: Lang, fields: Vec<FieldView>, refusals: &[Refusal]) -> Vec<FieldView> {
    let error_of = |name: &str| refusals.iter().find(|refusal| refusal.field.as_deref() == Some(name));
    fields
        .into_iter()
        .map(|field| match error_of(&field.name) {
            Some(refusal) => field.error(refusal.text.get(lang)),
            None => field,
        })
        .collect()
}

/// Runs an act that has no form of its own to come back to: goes on to a page that says what was done.
///
/// # Errors
/// The page that says why not.
pub async fn settle(
    visitor: &Visitor,
    site: &web::Data<Site>,
    form: &Form,
    (place, text): (String, Text),
    act: impl FnOnce(&mut Act<'_>) -> Outcome<()> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let done = move |running: &mut Act<'_>| act(running).map(|()| place);
    match site.act(visitor.actor()?, form.request_key(visitor), done).await? {
        Ok(place) => Ok(go_and_say(visitor, &place, "ok", &text)),
        Err(refusals) => Err(Problem::refused(&refusals)),
    }
}
