//! `/login` and `/logout`: the password, which for some is the first of two steps.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::acts::{ActError, sign_in};
use crate::reports::{self, Sitting, Stage};
use crate::secret::{Token, csrf_word, token_hash};
use crate::web::account::code;
use crate::web::account::login;
use crate::web::account::second_factor;
use crate::web::answer::{go, page, page_with_faults};
use crate::web::form::Form;
use crate::web::nav::home_of;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::{SESSION, Visitor, cookie, whence};

/// Gives back what was typed before the session ended, as a form that goes on where it stopped.
#[derive(Debug, Template)]
#[template(path = "account/carry_on.html")]
struct CarryOnPage {
    cx: PageCx,
    next: String,
    fields: Vec<(String, String)>,
}

/// What somebody was about to do before they had to prove who they are.
#[derive(Clone, Debug, Default)]
pub struct Errand {
    /// A path of ours.
    pub next: String,
    /// The form they had filled in, urlencoded; empty for a page that they wanted to read.
    pub carried: String,
}

impl Errand {
    #[must_use]
    pub fn of(form: &Form) -> Errand {
        Errand { next: own_path(form.raw("next")).to_owned(), carried: form.raw("carried").to_owned() }
    }

    /// The errand as one text, to be kept while somebody is elsewhere.
    #[must_use]
    pub fn packed(&self) -> String {
        serde_urlencoded::to_string([("next", &self.next), ("carried", &self.carried)]).unwrap_or_default()
    }

    #[must_use]
    pub fn unpacked(text: &str) -> Errand {
        Errand::of(&Form::of_fields(serde_urlencoded::from_str(text).unwrap_or_default()))
    }

    /// The fields of the form, to be sent on.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        serde_urlencoded::from_str(&self.carried).unwrap_or_default()
    }
}

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    pub next: String,
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor, site: web::Data<Site>, next: web::Query<Next>) -> Result<HttpResponse, Problem> {
    if let Some(signed) = &visitor.signed {
        return Ok(go(home_of(signed)));
    }
    let errand = Errand { next: own_path(&next.next).to_owned(), carried: String::new() };
    page(&login::view(&visitor, &site, &errand, "", &[]))
}

/// # Errors
/// A fault of the database; the page that asks to come back when too many sign in.
pub async fn submit(request: HttpRequest, visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let (email, password) = (form.code("email"), form.raw("password").to_owned());
    let (desk, typed, whence) = (site.clone(), email.clone(), whence(&request));
    let turn = site.doorkeeper.hashing_turn().await?;
    let answer = web::block(move || sign_in::sign_in(&desk.store, &desk.house, (&typed, &password), &whence, desk.clock.now())).await?;
    drop(turn);
    let errand = Errand::of(&form);
    match answer {
        Ok(token) => go_on(&visitor, &site, token, errand).await,
        Err(ActError::Refused(refusals)) => page_with_faults(&login::view(&visitor, &site, &errand, &email, &refusals)),
        Err(other) => Err(other.into()),
    }
}

/// After a proof that held: the next step of the sign-in, or what the person wanted to do. The cookie
/// now holds the new token.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn go_on(visitor: &Visitor, site: &web::Data<Site>, token: Token, errand: Errand) -> Result<HttpResponse, Problem> {
    let (hash, now) = (token_hash(token.expose()), site.clock.now());
    let cx = PageCx { csrf: csrf_word(token.expose()), ..visitor.page() };
    let mut answer = match site.read(move |db| reports::sitting(db, &hash, now)).await? {
        Some(Sitting::HalfWay(half_way)) if half_way.stage == Stage::Code => page(&code::view(cx, &errand, &[]))?,
        Some(Sitting::HalfWay(half_way)) => page(&second_factor::first_view(cx, site, &half_way, &errand))?,
        Some(Sitting::Signed { .. }) if !errand.carried.is_empty() => {
            page(&CarryOnPage { cx, fields: errand.fields(), next: errand.next })?
        }
        Some(Sitting::Signed { signed, .. }) => go(if errand.next == "/" { home_of(&signed) } else { &errand.next }),
        None => go("/login"),
    };
    set_session(&mut answer, site, &token)?;
    Ok(answer)
}

/// The browser holds this session from now on.
///
/// # Errors
/// Never: a token is a cookie's value.
pub(super) fn set_session(answer: &mut HttpResponse, site: &Site, token: &Token) -> Result<(), Problem> {
    answer.add_cookie(&cookie(SESSION, token.expose().clone(), site.config.secure_cookies)).map_err(|_| Problem::not_found())
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
    // Whoever sits down next finds nothing by going back. Cookies of language and looks may stay.
    answer.headers_mut().insert(header::CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(answer)
}

/// Only a path of our own; anything else leads home.
pub(crate) fn own_path(next: &str) -> &str {
    if next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') { next } else { "/" }
}
