//! `GET /login`: sign in with mail address and password.

use askama::Template;

use crate::lang::Lang;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView};

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
    /// Why the page is shown, such as 登录已过期，请重新登录; empty for none.
    pub reason: String,
}

/// `email` and `password`; the password is never filled in again.
pub fn fields(lang: Lang, email: &str) -> Vec<FieldView> {
    vec![
        FieldView::new(lang, FieldKind::Email, "email", lang.pick("邮箱", "E-mail")).value(email).autocomplete("username"),
        FieldView::new(lang, FieldKind::Password, "password", lang.pick("密码", "Password")).autocomplete("current-password"),
    ]
}
