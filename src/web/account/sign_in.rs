//! `/login` and `/logout`.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::acts::{ActError, sign_in};
use crate::web::account::login::{self, LoginView};
use crate::web::answer::{error_summary, go, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::ErrorSummary;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::{SESSION, Visitor, cookie};

/// Gives back what was typed before the session ended, as a form that goes on where it stopped.
#[derive(Debug, Template)]
#[template(path = "account/carry_on.html")]
struct CarryOnPage {
    cx: PageCx,
    next: String,
    fields: Vec<(String, String)>,
}

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor, next: web::Query<Next>) -> Result<HttpResponse, Problem> {
    if let Some(signed) = &visitor.signed {
        return Ok(go(crate::web::nav::home_of(signed)));
    }
    let next = own_path(&next.next).to_owned();
    page(&LoginView {
        errors: ErrorSummary { lang: visitor.lang, items: Vec::new() },
        fields: login::fields(visitor.lang, ""),
        next,
        carried: String::new(),
        reason: String::new(),
        cx: visitor.page(),
    })
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let (email, password) = (form.code("email"), form.raw("password").to_owned());
    let (desk, typed) = (site.clone(), email.clone());
    let answer = web::block(move || sign_in::sign_in(&desk.store, &typed, &password, desk.clock.now())).await?;
    let next = own_path(form.raw("next")).to_owned();
    let carried = form.raw("carried").to_owned();
    let token = match answer {
        Ok(token) => token,
        Err(ActError::Refused(refusals)) => {
            return page_with_faults(&LoginView {
                errors: error_summary(visitor.lang, &refusals),
                fields: login::fields(visitor.lang, &email),
                next,
                carried,
                reason: String::new(),
                cx: visitor.page(),
            });
        }
        Err(other) => return Err(other.into()),
    };
    let session = cookie(SESSION, token.clone(), site.config.secure_cookies);
    let mut answer = if carried.is_empty() {
        let place = if next == "/" { home(&site, &token).await? } else { next };
        go(&place)
    } else {
        let fields = serde_urlencoded::from_str(&carried).unwrap_or_default();
        let cx = PageCx { csrf: crate::secret::csrf_word(&token), ..visitor.page() };
        page(&CarryOnPage { cx, next, fields })?
    };
    answer.add_cookie(&session).map_err(|_| Problem::not_found())?;
    Ok(answer)
}

/// # Errors
/// A fault of the database.
pub async fn leave(visitor: Visitor, site: web::Data<Site>, _form: Form) -> Result<HttpResponse, Problem> {
    let (desk, token) = (site.clone(), visitor.session.clone());
    web::block(move || sign_in::sign_out(&desk.store, &token)).await??;
    let mut answer = go("/");
    let mut gone = cookie(SESSION, String::new(), site.config.secure_cookies);
    gone.make_removal();
    answer.add_cookie(&gone).map_err(|_| Problem::not_found())?;
    Ok(answer)
}

/// Where the person of a session begins.
///
/// # Errors
/// A fault of the database.
pub(super) async fn home(site: &web::Data<Site>, token: &str) -> Result<String, Problem> {
    let (hash, now) = (crate::secret::token_hash(token), site.clock.now());
    let signed = site.read(move |db| crate::reports::signed_in(db, &hash, now)).await?;
    Ok(signed.map_or("/", |signed| crate::web::nav::home_of(&signed)).to_owned())
}

/// Only a path of our own; anything else leads home.
pub(crate) fn own_path(next: &str) -> &str {
    if next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') { next } else { "/" }
}
