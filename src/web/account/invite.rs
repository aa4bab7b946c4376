//! `GET /invite/{token}`: a colleague or a member of staff accepts an invitation.

use askama::Template;

use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView};

/// The page of an invitation; fields are `name`, `phone` and `password` of [`super::register`].
#[derive(Debug, Template)]
#[template(path = "account/invite.html")]
pub struct InviteView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    /// Who invites.
    pub inviter: String,
    /// Which enterprise, or which part of the staff.
    pub organisation: String,
    /// 经办人, 专班 · 可复审, …
    pub role_label: String,
    /// The invited address, which becomes the account.
    pub email: String,
    pub action: String,
    pub fields: Vec<FieldView>,
}
