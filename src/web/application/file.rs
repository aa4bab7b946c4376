//! `/files/material/{id}`: the file behind a paper, shown in the page or saved; and its picture, drawn
//! here, so that nothing of the file itself runs in a browser.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, web};

use super::paper::paper_id;
use crate::child::{Input, answer};
use crate::ids::StoredFileId;
use crate::lang::Text;
use crate::picture::LIMITS;
use crate::reports::proofs::of_material;
use crate::web::download::{read, send};
use crate::web::papers::configured_font;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// # Errors
/// Not found for what belongs to others; a file that is gone or was changed on disk.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (actor, id) = (visitor.actor()?, paper_id(&id)?);
    let paper = site.read(move |db| of_material(db, &actor, id, None)).await?;
    send(&site, paper).await
}

/// A further file of the same paper.
///
/// # Errors
/// As [`show`].
pub async fn show_form(visitor: Visitor, site: web::Data<Site>, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (id, form) = path.into_inner();
    let form: StoredFileId = form.parse().map_err(|_| Problem::not_found())?;
    let (actor, id) = (visitor.actor()?, paper_id(&id)?);
    let paper = site.read(move |db| of_material(db, &actor, id, Some(form))).await?;
    send(&site, paper).await
}

/// The first pages of a PDF or OFD as one picture.
///
/// # Errors
/// As [`show`]; what cannot be drawn.
pub async fn picture(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (actor, id) = (visitor.actor()?, paper_id(&id)?);
    let paper = site.read(move |db| of_material(db, &actor, id, None)).await?;
    let bytes = read(&site, &paper).await?;
    let _turn = site.reader.turn().await;
    let desk = site.clone();
    let drawn = web::block(move || {
        let font = configured_font(&desk.config);
        let named: Vec<&str> = font.iter().flat_map(|font| ["--font", font.as_str()]).collect();
        answer(desk.reader.program(), &[&["picture"], named.as_slice()].concat(), Input::Bytes(bytes), &LIMITS)
    })
    .await?;
    let png = drawn.map_err(|why| {
        tracing::info!(%why, sha256 = paper.sha256, "a paper cannot be drawn");
        no_picture()
    })?;
    let mut answer = HttpResponse::Ok().content_type("image/png").body(png);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    Ok(answer)
}

fn no_picture() -> Problem {
    Problem {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        title: Text::new("无法预览", "There is no preview"),
        text: Text::new(
            "这份文件损坏、加密或不是 PDF、OFD，请打开原件查看。",
            "This file is damaged, locked, or neither PDF nor OFD; open the original.",
        ),
        incident: None,
    }
}
