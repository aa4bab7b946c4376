//! `GET /forgot`: ask for a mail that resets the password.

use askama::Template;

use crate::lang::Lang;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView};

/// The page that asks for the address.
#[derive(Debug, Template)]
#[template(path = "account/forgot.html")]
pub struct ForgotView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    pub field: FieldView,
}

/// `email`.
pub fn field(lang: Lang, email: &str) -> FieldView {
    FieldView::new(lang, FieldKind::Email, "email", lang.pick("注册时的邮箱", "The address you registered"))
        .value(email)
        .autocomplete("username")
}
