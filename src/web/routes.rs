//! Who may call what. Every route stands in a table of its area with the roles it is open to;
//! what stands in no table does not exist. The same tables register the handlers, guard them in
//! the frame, and are walked route by route and role by role in a test.

use std::sync::LazyLock;

use actix_web::dev::ResourceDef;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::problem::Problem;
use crate::api::error::ApiError;
use crate::lang::Text;
use crate::openid::RETURN;
use crate::party::{Actor, Role};
use crate::web::site::Site;

/// To whom a route is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Everybody,
    SignedIn,
    Only(&'static [Role]),
}

/// One line of a table.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

impl Access {
    #[must_use]
    pub fn admits(self, actor: Option<&Actor>) -> bool {
        match (self, actor) {
            (Access::Everybody, _) | (Access::SignedIn, Some(_)) => true,
            (Access::Only(roles), Some(actor)) => roles.iter().any(|role| actor.holds(*role)),
            (Access::SignedIn | Access::Only(_), None) => false,
        }
    }
}

/// What needs a fresh proof of who sits there: by the second factor, or the password of who has
/// none, within the last ten minutes of this session. Method, pattern, what it is. The frame asks for
/// it before the handler runs, and goes on with what was typed.
pub const CONFIRMED: &[(&str, &str, &str, &str)] = &[
    ("POST", "/desk/notices/{number}/publish", "发布公示", "Publish a notice"),
    ("POST", "/finance/batches/{number}/approve", "复核并下达批次", "Approve a payout batch"),
    ("POST", "/finance/batches/{number}/settle", "登记到账结果", "Record payments"),
    ("POST", "/my/bank", "变更收款账户", "Change the bank account"),
    ("POST", "/admin/people/new", "新建账号并授权", "Make an account with rights"),
    ("POST", "/admin/people/{id}/rights", "变更权限", "Change rights"),
    ("POST", "/admin/people/{id}/open", "恢复账号", "Open an account again"),
    ("POST", "/admin/people/{id}/second-factor", "重置动态口令", "Reset a second factor"),
    ("POST", "/admin/people/{id}/unlink", "解除统一身份认证绑定", "Remove a link with the single sign-on"),
    ("POST", "/admin/tokens", "签发服务令牌", "Issue a service token"),
    ("GET", "/account/second-factor", "绑定动态口令", "Set up the second factor"),
    ("POST", "/account/second-factor", "绑定动态口令", "Set up the second factor"),
    ("POST", "/account/second-factor/remove", "关闭动态口令", "Switch the second factor off"),
    ("POST", "/account/recovery-codes", "更换恢复码", "Make new recovery codes"),
];

/// What costs a hash or a letter, or could be guessed: a network address has so many tries a minute.
pub const COUNTED: &[&str] = &[
    "/login",
    "/login/code",
    "/login/enrol",
    "/login/openid",
    "/login/openid/return",
    "/account/confirm",
    "/account/confirm/openid",
    "/account/password",
    "/register",
    "/confirm",
    "/forgot",
    "/reset/{token}",
    "/invite/{token}",
];

/// Declares an area's table and the function that registers its handlers:
/// `routes! { GET "/my" Access::Only(&[Role::Enterprise]) => home::show; … }`.
macro_rules! routes {
    ($($method:ident $path:literal $access:expr => $handler:path;)*) => {
        pub const TABLE: &[$crate::web::routes::Route] =
            &[$($crate::web::routes::Route { method: stringify!($method), path: $path, access: $access }),*];

        pub fn register(config: &mut actix_web::web::ServiceConfig) {
            $(config.route($path, $crate::web::routes::method!($method).to($handler));)*
        }
    };
}

macro_rules! method {
    // What can be read can be asked for without its body: by people who check links, and by watchers.
    (GET) => {
        actix_web::web::route().guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head()))
    };
    (POST) => {
        actix_web::web::post()
    };
}

pub(crate) use method;
pub(crate) use routes;

/// The areas of the site. `demo` adds the pages that only the demo has.
#[must_use]
pub fn tables(demo: bool) -> Vec<&'static [Route]> {
    let mut all = vec![
        super::public::TABLE,
        super::account::TABLE,
        super::admin::TABLE,
        super::application::TABLE,
        super::download::TABLE,
        super::enterprise::TABLE,
        super::imports::TABLE,
        crate::api::TABLE,
        super::desk::TABLE,
        super::provider::TABLE,
        super::finance::TABLE,
        super::audit::TABLE,
    ];
    if demo {
        all.push(super::dev::TABLE);
    }
    all
}

/// A page whose address cannot be read does not exist; a program is told what is wrong with it.
fn unreadable(why: &dyn std::error::Error, path: &str) -> actix_web::Error {
    if !path.starts_with("/api/") {
        return Problem::not_found().into();
    }
    let (zh, en) = (format!("地址中的参数无法读取：{why}"), format!("a parameter of the address cannot be read: {why}"));
    ApiError::new(StatusCode::BAD_REQUEST, "bad_address", zh, en).into()
}

/// Registers every handler.
pub fn register(config: &mut ServiceConfig, demo: bool) {
    config.app_data(PathConfig::default().error_handler(|why, request| unreadable(&why, request.path())));
    config.app_data(QueryConfig::default().error_handler(|why, request| unreadable(&why, request.path())));
    super::public::register(config);
    super::account::register(config);
    super::admin::register(config);
    super::download::register(config);
    super::enterprise::register(config);
    super::imports::register(config);
    super::finance::register(config);
    super::audit::register(config);
    super::application::register(config);
    crate::api::register(config);
    super::desk::register(config);
    super::provider::register(config);
    if demo {
        super::dev::register(config);
    }
    config.default_service(actix_web::web::to(nowhere));
}

/// No handler: the address is nobody's, or takes another method.
async fn nowhere(req: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let allowed = methods(req.path(), site.demo);
    if allowed.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed.join(", "))).finish()
}

/// The methods that an address takes.
#[must_use]
pub fn methods(path: &str, demo: bool) -> Vec<&'static str> {
    static PATTERNS: LazyLock<Vec<(ResourceDef, Route)>> =
        LazyLock::new(|| tables(true).into_iter().flatten().map(|route| (ResourceDef::new(route.path), *route)).collect());
    let here = PATTERNS.iter().filter(|(pattern, route)| pattern.is_match(path) && (demo || !route.path.starts_with("/dev/")));
    let mut methods: Vec<&str> = here.map(|(_, route)| route.method).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.dedup();
    methods
}

impl Route {
    /// What the person is asked to confirm, where the act needs it.
    #[must_use]
    pub fn to_confirm(&self) -> Option<Text> {
        let found = CONFIRMED.iter().find(|(method, path, ..)| *method == self.method && *path == self.path);
        found.map(|(_, _, zh, en)| Text::new(*zh, *en))
    }

    /// Is it one of the tries that are counted?
    #[must_use]
    pub fn is_counted(&self) -> bool {
        (self.method == "POST" || self.path == RETURN) && COUNTED.contains(&self.path)
    }
}

/// The rule for a request, found by method and pattern; HEAD counts as GET.
#[must_use]
pub fn rule(method: &str, pattern: &str, demo: bool) -> Option<Route> {
    let method = if method == "HEAD" { "GET" } else { method };
    tables(demo).into_iter().flatten().find(|route| route.method == method && route.path == pattern).copied()
}
