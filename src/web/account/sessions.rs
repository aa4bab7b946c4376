//! One's own sessions: end one that is not known, or all but this one.

use actix_web::{HttpResponse, web};

use crate::acts::end_sessions::{end_other_sessions, end_session};
use crate::lang::Text;
use crate::secret::token_hash;
use crate::web::answer::settle;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// # Errors
/// The page for a session that is over, or is somebody else's.
pub async fn end(visitor: Visitor, site: web::Data<Site>, handle: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let text = Text::new("那里的登录已退出。", "That session is ended.");
    settle(&visitor, &site, &form, ("/account".to_owned(), text), move |act| end_session(act, &handle)).await
}

/// # Errors
/// A fault of the database.
pub async fn end_others(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let kept = token_hash(visitor.session.expose());
    let text = Text::new("其他地方的登录都已退出。", "All other sessions are ended.");
    settle(&visitor, &site, &form, ("/account".to_owned(), text), move |act| end_other_sessions(act, &kept)).await
}
