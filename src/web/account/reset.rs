//! `GET /reset/{token}`: choose a new password by the link of the mail.

use askama::Template;

use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView};

/// The page with the new password; the field is [`super::register::password_field`].
#[derive(Debug, Template)]
#[template(path = "account/reset.html")]
pub struct ResetView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    /// Whose password, masked: z***@example.com.
    pub account: String,
    /// POST address with the token.
    pub action: String,
    pub field: FieldView,
}
