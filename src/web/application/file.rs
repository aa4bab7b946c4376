//! `/files/material/{id}`: the file behind a paper, shown in the page or saved.

use actix_web::{HttpResponse, web};

use super::paper::paper_id;
use crate::reports::proofs::of_material;
use crate::web::download::send;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// # Errors
/// Not found for what belongs to others; a file that is gone or was changed on disk.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (actor, id) = (visitor.actor()?, paper_id(&id)?);
    let paper = site.read(move |db| of_material(db, &actor, id)).await?;
    send(&site, paper).await
}
