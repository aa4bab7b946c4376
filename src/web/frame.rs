//! What stands around every handler: the route table's guard, the cookies of the answer, security
//! headers, and the page for every problem.

use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;

use crate::acts::RequestKey;
use crate::ids::AccountId;
use crate::lang::Text;
use crate::web::account::confirm_again;
use crate::web::account::openid::OpenIdButton;
use crate::web::answer::go_and_say;
use crate::web::doorkeeper::address_of;
use crate::web::form;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::routes::{self, Route};
use crate::web::visitor::{FLASH, SESSION, Visitor, cookie, cookie_name, site, visitor};

/// A problem as a page.
#[derive(Debug, Template)]
#[template(path = "public/problem.html")]
struct ProblemPage {
    cx: PageCx,
    status: u16,
    title: String,
    text: String,
    incident: Option<String>,
}

/// Nobody is signed in: the form's content is carried through the sign-in.
#[derive(Debug, Template)]
#[template(path = "account/sign_in_first.html")]
struct SignInFirst {
    cx: PageCx,
    next: String,
    carried: String,
    openid: Option<OpenIdButton>,
}

const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "SAMEORIGIN"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];
/// Only behind TLS: a year, as ASVS 3.4.1 asks for.
const STRICT_TRANSPORT: &str = "max-age=31536000; includeSubDomains";

/// The middleware.
///
/// # Errors
/// None of its own; handlers' errors become pages here.
pub async fn frame<B: MessageBody + 'static>(mut req: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let machine = req.path().starts_with("/api/") || req.path().starts_with("/static/") || matches!(req.path(), "/healthz" | "/readyz");
    if machine {
        let mut response = next.call(req).await?.map_into_left_body();
        note_refusal(response.request(), response.status());
        set_headers(&mut response);
        return Ok(response);
    }
    if let Some(answer) = refuse_early(&mut req).await {
        let request = req.request().clone();
        return Ok(finish(ServiceResponse::new(request, answer.map_into_right_body())).await);
    }
    let response = match next.call(req).await {
        Ok(response) => response.map_into_left_body(),
        Err(error) => return Err(error),
    };
    if let Some(answer) = answer_again(&response).await {
        let request = response.request().clone();
        return Ok(finish(ServiceResponse::new(request, answer.map_into_right_body())).await);
    }
    let problem = response.response().extensions().get::<Problem>().cloned();
    let problem = problem
        .or_else(|| (response.status() == StatusCode::NOT_FOUND && response.response().body().size().is_eof()).then(Problem::not_found));
    match problem {
        Some(problem) => {
            let request = response.request().clone();
            let page = problem_page(&request, &problem).await;
            Ok(finish(ServiceResponse::new(request, page.map_into_right_body())).await)
        }
        None => Ok(finish(response).await),
    }
}

/// The answer to a form that is refused now because it was done when it came first: what waits no longer is not found.
async fn answer_again<B>(response: &ServiceResponse<B>) -> Option<HttpResponse> {
    if !response.status().is_client_error() {
        return None;
    }
    let request = response.request();
    let key = request.extensions().get::<RequestKey>().cloned()?;
    let (site, visitor) = (site(request).ok()?, visitor(request).await.ok()?);
    match site.led_before(key).await {
        Ok(place) => {
            let said = Text::new("这一步此前已经办成，没有重复办理。", "This step was already done; nothing was done twice.");
            Some(go_and_say(&visitor, &place?, "ok", &said))
        }
        Err(problem) => {
            tracing::warn!(status = problem.status.as_u16(), "whether a form was done before is not known");
            None
        }
    }
}

/// The answer when the request came from another site, comes too often, is not open to the visitor,
/// or needs a fresh proof of who they are.
async fn refuse_early(req: &mut ServiceRequest) -> Option<HttpResponse> {
    let request = req.request().clone();
    let demo = site(&request).is_ok_and(|site| site.demo);
    let rule = req.match_pattern().and_then(|pattern| routes::rule(req.method().as_str(), &pattern, demo));
    let visitor = match visitor(&request).await {
        Ok(visitor) => visitor,
        Err(problem) => return Some(problem_page(&request, &problem).await),
    };
    // Nothing of ours has a null character in its name, and PostgreSQL would not look for one.
    let rule = rule.filter(|_| !req.uri().to_string().contains("%00"));
    let Some(rule) = rule else { return Some(problem_page(&request, &Problem::not_found()).await) };
    if let Err(problem) = must_come_from_here(&request, &rule).and_then(|()| must_not_hurry(&request, &rule)) {
        return Some(problem_page(&request, &problem).await);
    }
    if rule.access.admits(visitor.signed.as_ref().map(|signed| &signed.actor)) {
        return match rule.to_confirm() {
            Some(what) => confirm_first(req, &request, &visitor, &what).await,
            None => None,
        };
    }
    if visitor.signed.is_some() {
        return Some(problem_page(&request, &Problem::not_allowed()).await);
    }
    Some(sign_in_first(req, &request, &visitor).await)
}

/// A form of another site is refused before anything is read of it; browsers say where it comes from.
fn must_come_from_here(request: &HttpRequest, rule: &Route) -> Result<(), Problem> {
    let told = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let foreign = match (told("sec-fetch-site"), told("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            let ours = site(request).is_ok_and(|site| site.config.base_url == origin);
            !ours && told("host") != Some(host)
        }
        (None, None) => false,
    };
    if rule.method == "POST" && foreign {
        return Err(Problem {
            status: StatusCode::FORBIDDEN,
            title: Text::new("请求来自其他网站", "The request came from another site"),
            text: Text::new(
                "为了您的安全，只受理从本网站页面提交的内容。请直接打开本网站办理。",
                "For your safety only forms of this site are taken. Please open this site itself.",
            ),
            incident: None,
        });
    }
    Ok(())
}

fn must_not_hurry(request: &HttpRequest, rule: &Route) -> Result<(), Problem> {
    if !rule.is_counted() {
        return Ok(());
    }
    let site = site(request)?;
    match address_of(request, &site.config.trusted_proxies) {
        Some(address) => site.doorkeeper.admit(address, Instant::now()),
        None => Ok(()),
    }
}

/// Asks for a fresh proof before an act that needs one, and keeps what was typed.
async fn confirm_first(req: &mut ServiceRequest, request: &HttpRequest, visitor: &Visitor, what: &Text) -> Option<HttpResponse> {
    let site = match site(request) {
        Ok(site) => site,
        Err(problem) => return Some(problem_page(request, &problem).await),
    };
    if visitor.is_confirmed(site.clock.now()) {
        return None;
    }
    let carried = if req.method() == Method::POST {
        // A form that another site made up must not be carried over this step.
        let form = match form::read(request, req.take_payload()).await.and_then(|form| form.must_be_ours(visitor).map(|()| form)) {
            Ok(form) => form,
            Err(problem) => return Some(problem_page(request, &problem).await),
        };
        serde_urlencoded::to_string(form.carried()).unwrap_or_default()
    } else {
        String::new()
    };
    match confirm_again::ask(visitor, &site, what.get(visitor.lang), &visitor.page().path, &carried, &[]).await {
        Ok(page) => Some(render(StatusCode::UNAUTHORIZED, &page)),
        Err(problem) => Some(problem_page(request, &problem).await),
    }
}

/// Sends a reader to the sign-in; keeps what somebody typed into a form whose session ended.
async fn sign_in_first(req: &mut ServiceRequest, request: &HttpRequest, visitor: &Visitor) -> HttpResponse {
    let asked = visitor.page().path;
    if req.method() != Method::POST {
        let next = serde_urlencoded::to_string([("next", &asked)]).unwrap_or_default();
        return HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/login?{next}"))).finish();
    }
    let typed = form::read(request, req.take_payload()).await.map(|form| form.carried()).unwrap_or_default();
    let carried = serde_urlencoded::to_string(typed).unwrap_or_default();
    let openid = site(request).ok().and_then(|site| OpenIdButton::of(&site, visitor.lang));
    let page = SignInFirst { cx: visitor.page(), next: asked, carried, openid };
    render(StatusCode::UNAUTHORIZED, &page)
}

async fn problem_page(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let cx = visitor(request).await.map(|visitor| visitor.page()).unwrap_or_default();
    let pick = |text: &Text| text.get(cx.lang).to_owned();
    let page = ProblemPage {
        status: problem.status.as_u16(),
        title: pick(&problem.title),
        text: pick(&problem.text),
        incident: problem.incident.clone(),
        cx,
    };
    let mut answer = render(problem.status, &page);
    if problem.status == StatusCode::TOO_MANY_REQUESTS {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    answer
}

fn render(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// Who was refused what, for whoever watches the log. Of the address only its pattern is written: a part of
/// it may be a link that opens something.
fn note_refusal(request: &HttpRequest, status: StatusCode) {
    let account = request.extensions().get::<Visitor>().and_then(|visitor| visitor.signed.as_ref()?.actor.account);
    let refused = match status {
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::UNAUTHORIZED => request.path().starts_with("/api/"),
        // Nobody's, or somebody else's.
        StatusCode::NOT_FOUND => account.is_some(),
        _ => false,
    };
    if refused {
        let trusted = site(request).map(|site| site.config.trusted_proxies.clone()).unwrap_or_default();
        let address = address_of(request, &trusted).map(|address| address.to_string());
        let (method, route) = (request.method().as_str(), request.match_pattern().unwrap_or_default());
        let account = account.map(AccountId::get);
        tracing::warn!(account, address, method, route, status = status.as_u16(), "a request was refused");
    }
}

/// Cookies and headers of every answer.
async fn finish<B>(mut response: ServiceResponse<B>) -> ServiceResponse<B> {
    let request = response.request().clone();
    note_refusal(&request, response.status());
    let secure = site(&request).is_ok_and(|site| site.config.secure_cookies);
    let known = request.extensions().get::<Visitor>().cloned();
    if let Some(visitor) = known {
        let set: Vec<String> = response.response().cookies().map(|cookie| cookie.name().to_owned()).collect();
        let has = |name: &str| set.iter().any(|known| known == name);
        let mut cookies = Vec::new();
        if visitor.session_is_new && !has(&cookie_name(SESSION, secure)) {
            cookies.push(cookie(SESSION, visitor.session.expose().clone(), secure));
        }
        let page = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/html"));
        if visitor.flash.is_some() && !has(&cookie_name(FLASH, secure)) && page {
            let mut gone = cookie(FLASH, String::new(), secure);
            gone.make_removal();
            cookies.push(gone);
        }
        for cookie in cookies {
            if let Err(error) = response.response_mut().add_cookie(&cookie) {
                tracing::warn!(%error, "a cookie could not be set");
            }
        }
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    // Nothing was stored, or the same key finds out: the same form may be sent again.
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    set_headers(&mut response);
    response
}

fn set_headers<B>(response: &mut ServiceResponse<B>) {
    let secure = site(response.request()).is_ok_and(|site| site.config.secure_cookies);
    if secure {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT));
    }
    // A handler may set its own: an uploaded file stands under a stricter policy.
    for (name, value) in HEADERS.iter().filter(|(name, _)| !response.headers().contains_key(*name)).collect::<Vec<_>>() {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}
