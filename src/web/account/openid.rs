//! Signing in by the OpenID Connect provider of the settings: `POST /login/openid` sends people there,
//! `GET /login/openid/return` takes them back. `POST /account/confirm/openid` goes the same way for a
//! fresh proof.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::code::clocks;
use super::sign_in::{Errand, go_on, set_session};
use super::{first_text, login};
use crate::acts::openid_refusals::Why;
use crate::acts::openid_sign_in::{self, MOST_KEPT, Returned, Said, begin, come_back, confirm_by_openid, sign_in_by_openid};
use crate::acts::{ActError, Refusal};
use crate::lang::{Lang, Text};
use crate::openid::{Flow, NoWord, Provider};
use crate::reports::{self, Sitting, Stage};
use crate::secret::{Token, random_token, token_hash};
use crate::web::answer::{go, page};
use crate::web::doorkeeper::too_many;
use crate::web::form::Form;
use crate::web::nav::home_of;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::{OPENID, Visitor, cookie, cookie_of, whence};

/// Says that the browser goes on by itself. Our policy lets forms go nowhere else, so that the way to
/// the provider is a page of its own and not the answer to a form.
#[derive(Debug, Template)]
#[template(path = "account/openid.html")]
struct OnTheWay {
    cx: PageCx,
    address: String,
}

/// The button that leads to the provider.
#[derive(Clone, Debug)]
pub struct OpenIdButton {
    pub label: String,
}

impl OpenIdButton {
    /// The button, where the settings name a provider.
    #[must_use]
    pub fn of(site: &Site, lang: Lang) -> Option<OpenIdButton> {
        let settings = site.openid.as_ref()?.settings();
        Some(OpenIdButton { label: lang.pick(&settings.label_zh, &settings.label_en).to_owned() })
    }
}

/// What the provider sends the browser back with.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_debug_implementations, reason = "holds a code")]
pub struct Answered {
    state: String,
    code: String,
    error: String,
    iss: Option<String>,
}

/// Why the provider could not be asked, in words.
fn away() -> Vec<Refusal> {
    let text = Text::new(
        "统一身份认证暂时没有应答。请过几分钟再试，或用邮箱和密码登录。",
        "The single sign-on does not answer just now. Try again in some minutes, or sign in with address and password.",
    );
    vec![Refusal { code: "openid_away", field: None, text }]
}

/// What was typed is more than is kept for who may never come back.
fn too_long() -> Vec<Refusal> {
    let text = Text::new(
        "您之前填写的内容较长，去统一身份认证期间无法保留。请用邮箱和密码登录，内容不会丢失。",
        "What you typed before is too long to be kept while you are at the single sign-on. Sign in with address and password, and nothing is lost.",
    );
    vec![Refusal { code: "openid_too_long", field: None, text }]
}

/// # Errors
/// The page for a site without a provider; too many who wait for it.
pub async fn start(request: HttpRequest, visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    match &visitor.signed {
        Some(signed) => Ok(go(home_of(signed))),
        None => depart(&request, &visitor, &site, &Errand::of(&form), None).await,
    }
}

/// # Errors
/// As [`start`].
pub async fn start_again(request: HttpRequest, visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let session = visitor.session.clone();
    depart(&request, &visitor, &site, &Errand::of(&form), Some(session)).await
}

async fn depart(
    request: &HttpRequest,
    visitor: &Visitor,
    site: &web::Data<Site>,
    errand: &Errand,
    session: Option<Token>,
) -> Result<HttpResponse, Problem> {
    let provider = site.openid.clone().ok_or_else(Problem::not_found)?;
    let packed = errand.packed();
    if packed.len() > MOST_KEPT {
        return stopped(visitor, site, errand, (session.is_some(), StatusCode::UNPROCESSABLE_ENTITY), &too_long());
    }
    // Two tabs of one browser share the token, so that both come back.
    let browser =
        cookie_of(request, OPENID, site.config.secure_cookies).filter(|token| token.len() == 64).map_or_else(random_token, Token::new);
    let state = random_token();
    let (flow, again) = (Flow::of(&browser, state.expose()), session.is_some());
    let address = asked(&provider, move |provider| provider.address(&flow, again)).await?;
    let address = match address {
        Ok(address) => address,
        Err(why) => {
            tracing::warn!(%why, "nobody can sign in by the provider");
            return unanswered(visitor, site, errand, again);
        }
    };
    let (desk, token) = (site.clone(), browser.clone());
    web::block(move || begin(&desk.store, &desk.house, (&state, &token), session.as_ref(), &packed, clocks(&desk))).await??;
    let mut answer = page(&OnTheWay { cx: visitor.page(), address: address.clone() })?;
    let there = header::HeaderValue::from_str(&format!("0; url={address}")).map_err(|_| Problem::not_found())?;
    answer.headers_mut().insert(header::HeaderName::from_static("refresh"), there);
    let kept = cookie(OPENID, browser.expose().clone(), site.config.secure_cookies);
    answer.add_cookie(&kept).map_err(|_| Problem::not_found())?;
    Ok(answer)
}

/// Asks the provider off the event loop, in its turn.
async fn asked<T: Send + 'static>(
    provider: &std::sync::Arc<Provider>,
    ask: impl FnOnce(&Provider) -> Result<T, NoWord> + Send + 'static,
) -> Result<Result<T, NoWord>, Problem> {
    let _turn = provider.turn().ok_or_else(too_many)?;
    let asked = std::sync::Arc::clone(provider);
    Ok(web::block(move || ask(&asked)).await?)
}

/// The provider is away: the other way to sign in is on the same page.
fn unanswered(visitor: &Visitor, site: &Site, errand: &Errand, again: bool) -> Result<HttpResponse, Problem> {
    stopped(visitor, site, errand, (again, StatusCode::SERVICE_UNAVAILABLE), &away())
}

/// Nobody goes to the provider; who wanted to prove anew who they are is on no sign-in page.
fn stopped(
    visitor: &Visitor,
    site: &Site,
    errand: &Errand,
    (again, status): (bool, StatusCode),
    refusals: &[Refusal],
) -> Result<HttpResponse, Problem> {
    if again { Err(Problem { status, ..Problem::refused(refusals) }) } else { refused(visitor, site, errand, refusals, status) }
}

/// The sign-in page with what is wrong; nothing that was typed before is lost.
fn refused(visitor: &Visitor, site: &Site, errand: &Errand, refusals: &[Refusal], status: StatusCode) -> Result<HttpResponse, Problem> {
    // The address holds a state and a code that are used up; the switches of the page must not lead back to it.
    let visitor = visitor.at("/login");
    let mut view = login::view(&visitor, site, errand, "", &[]);
    view.reason = first_text(refusals).get(visitor.lang).to_owned();
    let mut answer = page(&view)?;
    *answer.status_mut() = status;
    Ok(answer)
}

/// # Errors
/// The page that says why a fresh proof was none; a fault of the database.
pub async fn back(
    request: HttpRequest,
    visitor: Visitor,
    site: web::Data<Site>,
    answered: web::Query<Answered>,
) -> Result<HttpResponse, Problem> {
    let provider = site.openid.clone().ok_or_else(Problem::not_found)?;
    let browser = Token::new(cookie_of(&request, OPENID, site.config.secure_cookies).unwrap_or_default());
    let (desk, state, token) = (site.clone(), answered.state.clone(), browser.clone());
    let returned = match web::block(move || come_back(&desk.store, &desk.house, (&state, &token), clocks(&desk))).await? {
        Ok(returned) => returned,
        Err(why) => return turned_away(&visitor, &site, &Errand::default(), None, why),
    };
    let errand = Errand::unpacked(&returned.errand);
    let session = returned.session.clone();
    let flow = Flow::of(&browser, &answered.state);
    let said = match word_of(&provider, &site, answered.into_inner(), flow).await? {
        Ok(said) => said,
        Err(Some(why)) => return turned_away(&visitor, &site, &errand, session.as_deref(), why),
        Err(None) => return unanswered(&visitor, &site, &errand, session.is_some()),
    };
    let entered = match session {
        Some(_) => prove(&visitor, &site, returned, said).await?,
        None => enter(&request, &site, said).await?,
    };
    match entered {
        Ok(token) => arrive(&visitor, &site, token, errand).await,
        Err(why) => turned_away(&visitor, &site, &errand, session.as_deref(), why),
    }
}

/// What the provider says, after its answer was checked; `Err(None)` when it is away.
async fn word_of(
    provider: &std::sync::Arc<Provider>,
    site: &web::Data<Site>,
    answered: Answered,
    flow: Flow,
) -> Result<Result<Said, Option<ActError>>, Problem> {
    let declined = !answered.error.is_empty() || answered.code.is_empty();
    let now = clocks(site).world.timestamp();
    let told = asked(provider, move |provider| {
        provider.must_be_the_sender(answered.iss.as_deref())?;
        if declined { Ok(None) } else { provider.redeem(&answered.code, &flow, now).map(Some) }
    });
    let why = match told.await? {
        Ok(Some(said)) => return Ok(Ok(said)),
        Ok(None) => Why::Declined,
        Err(why @ NoWord::Unreachable(_)) => {
            tracing::warn!(%why, "somebody came back from the provider, which is away");
            return Ok(Err(None));
        }
        Err(why) => {
            tracing::warn!(%why, "what the provider answers is not taken");
            Why::Untrusted
        }
    };
    let desk = site.clone();
    let turned = web::block(move || openid_sign_in::turn_away(&desk.store, &desk.house, why, "", desk.clock.now())).await?;
    Ok(turned.map_err(Some))
}

async fn enter(request: &HttpRequest, site: &web::Data<Site>, said: Said) -> Result<Result<Token, ActError>, Problem> {
    let (desk, whence) = (site.clone(), whence(request));
    Ok(web::block(move || sign_in_by_openid(&desk.store, &desk.house, &said, &whence, desk.clock.now())).await?)
}

async fn prove(visitor: &Visitor, site: &web::Data<Site>, returned: Returned, said: Said) -> Result<Result<Token, ActError>, Problem> {
    let (desk, token) = (site.clone(), visitor.session.clone());
    Ok(web::block(move || confirm_by_openid(&desk.store, &desk.house, &token, &returned, &said, clocks(&desk))).await?)
}

/// The refusal on the sign-in page; for a fresh proof, on a page of its own.
fn turned_away(visitor: &Visitor, site: &Site, errand: &Errand, session: Option<&str>, why: ActError) -> Result<HttpResponse, Problem> {
    match why {
        ActError::Refused(refusals) if session.is_none() && visitor.signed.is_none() => {
            refused(visitor, site, errand, &refusals, StatusCode::UNPROCESSABLE_ENTITY)
        }
        // The session that asked for the proof is over.
        ActError::NotAllowed if session.is_some() => Ok(go("/login")),
        other => Err(other.into()),
    }
}

/// The next step, or what the person wanted to do, at an address that can be read again.
async fn arrive(visitor: &Visitor, site: &web::Data<Site>, token: Token, errand: Errand) -> Result<HttpResponse, Problem> {
    let mut answer = if errand.carried.is_empty() {
        let (hash, now) = (token_hash(token.expose()), site.clock.now());
        let next = serde_urlencoded::to_string([("next", &errand.next)]).unwrap_or_default();
        let mut answer = match site.read(move |db| reports::sitting(db, &hash, now)).await? {
            Some(Sitting::HalfWay(half_way)) if half_way.stage == Stage::Code => go(&format!("/login/code?{next}")),
            Some(Sitting::HalfWay(_)) => go(&format!("/login/enrol?{next}")),
            Some(Sitting::Signed { signed, .. }) => go(if errand.next == "/" { home_of(&signed) } else { &errand.next }),
            None => go("/login"),
        };
        set_session(&mut answer, site, &token)?;
        answer
    } else {
        let visitor = visitor.at("/login");
        go_on(&visitor, site, token, errand).await?
    };
    let mut gone = cookie(OPENID, String::new(), site.config.secure_cookies);
    gone.make_removal();
    answer.add_cookie(&gone).map_err(|_| Problem::not_found())?;
    Ok(answer)
}
