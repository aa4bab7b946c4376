//! `GET /login`: sign in with mail address and password.

use askama::Template;

use super::openid::OpenIdButton;
use super::sign_in::Errand;
use crate::acts::Refusal;
use crate::lang::Lang;
use crate::web::answer::error_summary;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView};
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "account/login.html")]
pub struct LoginView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    pub fields: Vec<FieldView>,
    /// Where to go after signing in; empty for the person's own start page.
    pub next: String,
    /// What was typed into another form before the session ended, to go on with it.
    pub carried: String,
    /// Why the single sign-on did not let somebody in; empty for none.
    pub reason: String,
    /// Staff may sign in by a provider.
    pub openid: Option<OpenIdButton>,
}

/// The page as it is shown first, or with what is wrong.
pub fn view(visitor: &Visitor, site: &Site, errand: &Errand, email: &str, refusals: &[Refusal]) -> LoginView {
    LoginView {
        errors: error_summary(visitor.lang, refusals),
        fields: fields(visitor.lang, email),
        next: errand.next.clone(),
        carried: errand.carried.clone(),
        reason: String::new(),
        openid: OpenIdButton::of(site, visitor.lang),
        cx: visitor.page(),
    }
}

/// `email` and `password`; the password is never filled in again.
pub fn fields(lang: Lang, email: &str) -> Vec<FieldView> {
    vec![
        FieldView::new(lang, FieldKind::Email, "email", lang.pick("邮箱", "E-mail")).value(email).autocomplete("username"),
        FieldView::new(lang, FieldKind::Password, "password", lang.pick("密码", "Password")).autocomplete("current-password"),
    ]
}
