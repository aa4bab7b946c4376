//! Who asks: session, language and view settings from the cookies, and the frame of the page.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::acts::ActError;
use crate::acts::access_rules::CONFIRMED_FOR;
use crate::acts::sign_in::{self, Whence};
use crate::calendar::{beijing_date, date_time};
use crate::ids::EnterpriseId;
use crate::lang::Lang;
use crate::party::{Actor, Role};
use crate::reports::{self, HalfWay, Signed, Sitting};
use crate::secret::{Token, csrf_word, random_name, random_token, token_hash};
use crate::web::doorkeeper::address_of;
use crate::web::nav;
use crate::web::page::{DemoBar, Flash, PageCx, Person, Theme};
use crate::web::problem::Problem;
use crate::web::site::Site;

/// Name of the session cookie. Visitors without an account have one too: it binds their forms.
pub const SESSION: &str = "sq_session";
/// Binds a sign-in by the provider to the browser where it began.
pub const OPENID: &str = "sq_openid";
pub const LANGUAGE: &str = "sq_lang";
pub const SIZE: &str = "sq_size";
pub const THEME: &str = "sq_theme";
pub const FLASH: &str = "sq_flash";

/// How often it is noted that a session is in use.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The person behind a request, signed in or not.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds the token of a session")]
pub struct Visitor {
    pub signed: Option<Signed>,
    /// The password was right, and the second step of the sign-in is due.
    pub half_way: Option<HalfWay>,
    /// When the person last proved who they are.
    confirmed_at: Option<NaiveDateTime>,
    pub lang: Lang,
    pub large: bool,
    pub theme: Theme,
    pub path: String,
    pub query: String,
    /// The value of the session cookie; made now when there was none.
    pub session: Token,
    pub session_is_new: bool,
    /// Cookies travel by TLS alone.
    pub secure_cookies: bool,
    pub flash: Option<Flash>,
    pub today: NaiveDate,
    demo_now: Option<String>,
}

impl Visitor {
    /// The actor, where the route table already saw to it that there is one.
    ///
    /// # Errors
    /// The page that asks to sign in.
    pub fn actor(&self) -> Result<Actor, Problem> {
        self.signed.as_ref().map(|signed| signed.actor.clone()).ok_or_else(Problem::not_allowed)
    }

    /// The visitor's enterprise.
    ///
    /// # Errors
    /// The page that says that this is for enterprises.
    pub fn enterprise(&self) -> Result<EnterpriseId, Problem> {
        self.signed.as_ref().and_then(|signed| signed.actor.enterprise()).ok_or_else(Problem::not_allowed)
    }

    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.signed.as_ref().is_some_and(|signed| signed.actor.holds(role))
    }

    /// Did the person prove who they are lately enough for what cannot be taken back?
    #[must_use]
    pub fn is_confirmed(&self, now: DateTime<Utc>) -> bool {
        self.confirmed_at.is_some_and(|at| at + CONFIRMED_FOR > now.naive_utc())
    }

    /// The same visitor on a page that is not to be read again at its own address.
    #[must_use]
    pub fn at(&self, path: &str) -> Visitor {
        let mut visitor = self.clone();
        (visitor.path, visitor.query) = (path.to_owned(), String::new());
        visitor
    }

    #[must_use]
    pub fn csrf(&self) -> String {
        csrf_word(self.session.expose())
    }

    /// The frame of a page for this visitor.
    #[must_use]
    pub fn page(&self) -> PageCx {
        PageCx {
            lang: self.lang,
            path: if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) },
            nav: nav::links(self),
            person: self
                .signed
                .as_ref()
                .map(|signed| Person { name: signed.actor.name.clone(), role_label: nav::role_label(signed, self.lang) }),
            csrf: self.csrf(),
            request_key: random_name(64),
            flash: self.flash.clone(),
            demo: self.demo_now.clone().map(|now_text| DemoBar { now_text }),
            large: self.large,
            theme: self.theme,
            title_suffix: String::new(),
        }
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Visitor, Problem>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { visitor(&req).await })
    }
}

/// Reads the visitor once per request; later calls give the same.
///
/// # Errors
/// A fault of the database.
pub async fn visitor(req: &HttpRequest) -> Result<Visitor, Problem> {
    if let Some(known) = req.extensions().get::<Visitor>() {
        return Ok(known.clone());
    }
    let site = site(req)?;
    let cookie = |name: &'static str| cookie_of(req, name, site.config.secure_cookies);
    let session = cookie(SESSION).filter(|token| token.len() == 64).map(Token::new);
    let now = site.clock.now();
    let hash = session.as_ref().map(|token| token_hash(token.expose()));
    let sitting = match hash.clone() {
        Some(hash) => site.read(move |db| reports::sitting(db, &hash, now)).await?,
        None => None,
    };
    let (signed, half_way, confirmed_at) = match sitting {
        Some(Sitting::Signed { signed, confirmed_at, seen_at }) => {
            if seen_at + SEEN_EVERY <= now.naive_utc() {
                stay_awake(&site, hash.unwrap_or_default(), now);
            }
            (Some(signed), None, confirmed_at)
        }
        Some(Sitting::HalfWay(half_way)) => (None, Some(half_way), None),
        None => (None, None, None),
    };
    let header = || req.headers().get("accept-language").and_then(|value| value.to_str().ok()).and_then(Lang::parse);
    let lang = cookie(LANGUAGE).as_deref().and_then(Lang::parse).or_else(header).unwrap_or_default();
    let visitor = Visitor {
        signed,
        half_way,
        confirmed_at,
        lang,
        large: cookie(SIZE).as_deref() == Some("large"),
        theme: cookie(THEME).as_deref().map(Theme::parse).unwrap_or_default(),
        path: req.path().to_owned(),
        query: req.query_string().to_owned(),
        session_is_new: session.is_none(),
        secure_cookies: site.config.secure_cookies,
        session: session.unwrap_or_else(random_token),
        flash: cookie(FLASH).as_deref().and_then(read_flash),
        today: beijing_date(now),
        demo_now: site.demo.then(|| date_time(now, lang)),
    };
    req.extensions_mut().insert(visitor.clone());
    Ok(visitor)
}

/// Notes that the session is in use. The page does not wait for it, and a note that is lost costs a
/// minute of the time that a session may stand still.
fn stay_awake(site: &Arc<Site>, hash: String, now: DateTime<Utc>) {
    let site = Arc::clone(site);
    drop(web::block(move || {
        if let Err(ActError::Fault(fault)) = sign_in::stay_awake(&site.store, &hash, now) {
            tracing::warn!(%fault, "the use of a session was not noted");
        }
    }));
}

/// Where somebody signs in from, as their browser says.
#[must_use]
pub fn whence(req: &HttpRequest) -> Whence {
    let told = req.headers().get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| told.contains(mark)).map_or("", |(_, name)| *name);
    let browser = named(&[("Edg", "Edge"), ("MicroMessenger", "微信"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")]);
    let system = named(&[
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    let trusted = site(req).map(|site| site.config.trusted_proxies.clone()).unwrap_or_default();
    Whence {
        device: [browser, system].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" · "),
        address: address_of(req, &trusted).map(|address| address.to_string()).unwrap_or_default(),
    }
}

/// The site behind a request.
///
/// # Errors
/// Never in a running server.
pub fn site(req: &HttpRequest) -> Result<Arc<Site>, Problem> {
    req.app_data::<web::Data<Site>>().map(|data| Arc::clone(data)).ok_or_else(Problem::not_found)
}

/// What the browser calls a cookie. Behind TLS all of them carry the prefix by which it takes them from this
/// host alone: neither a neighbour under the same domain nor plain HTTP can plant one.
#[must_use]
pub fn cookie_name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of a cookie of ours.
#[must_use]
pub fn cookie_of(req: &HttpRequest, name: &'static str, secure: bool) -> Option<String> {
    req.cookie(&cookie_name(name, secure)).map(|cookie| cookie.value().to_owned())
}

/// A cookie for the whole site, unreadable to scripts.
#[must_use]
pub fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build(cookie_name(name, secure), value).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).finish()
}

/// The cookie that shows one sentence on the next page. The kind comes first: `ok:已保存`.
#[must_use]
pub fn flash_cookie(kind: &str, text: &str, secure: bool) -> Cookie<'static> {
    cookie(FLASH, hex::encode(format!("{kind}:{text}")), secure)
}

fn read_flash(value: &str) -> Option<Flash> {
    let text = String::from_utf8(hex::decode(value).ok()?).ok()?;
    let (kind, text) = text.split_once(':')?;
    let kind = ["ok", "warn", "bad", "info"].into_iter().find(|known| *known == kind)?;
    Some(Flash { kind, text: text.to_owned() })
}
