//! `/dev/parts`: every part in every state.

use actix_web::HttpResponse;

use super::parts::{desk_parts_page, parts_page};
use crate::web::answer::page;
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// # Errors
/// A template that cannot be rendered.
pub async fn parts(visitor: Visitor) -> Result<HttpResponse, Problem> {
    page(&parts_page(visitor.page()))
}

/// # Errors
/// A template that cannot be rendered.
pub async fn desk_parts(visitor: Visitor) -> Result<HttpResponse, Problem> {
    page(&desk_parts_page(visitor.page()))
}
