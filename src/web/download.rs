//! Uploaded files, given back to those who may see them. PDF and images open in the browser, also
//! in a frame of our own pages; everything else is saved, for it could hold script.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};

use crate::ids::QualificationId;
use crate::party::Role;
use crate::reports::proofs::{self, StoredPaper};
use crate::web::answer::file;
use crate::web::problem::Problem;
use crate::web::routes::{Access, routes};
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const READERS: &[Role] = &[Role::Enterprise, Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Auditor];

routes! {
    GET "/files/qualification/{id}" Access::Only(READERS) => of_qualification;
}

/// A file from someone else's machine runs nothing and loads nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'";

/// Where a stored file can be seen without running anything of it: an image is its own picture, a PDF
/// or OFD is drawn; nothing for other kinds.
#[must_use]
pub fn picture_of(media_type: &str, href: &str) -> Option<String> {
    match media_type {
        "image/png" | "image/jpeg" => Some(href.to_owned()),
        "application/pdf" | "application/ofd" => Some(format!("{href}/picture.png")),
        _ => None,
    }
}

/// Reads a file back, checked against its digest.
///
/// # Errors
/// A file that is gone or was changed on disk (the log says which); one that the virus scanner has not
/// seen yet, or found infected.
pub async fn read(site: &web::Data<Site>, paper: &StoredPaper) -> Result<Vec<u8>, Problem> {
    match &paper.scan {
        Some(scan) if scan.state == "infected" => return Err(Problem::file_is_infected(&scan.found)),
        None if site.scanner.is_some() => return Err(Problem::file_waits_for_scan()),
        Some(_) | None => {}
    }
    let (desk, sha256) = (site.clone(), paper.sha256.clone());
    web::block(move || desk.files.read(&sha256)).await?.map_err(|error| {
        tracing::error!(%error, sha256 = paper.sha256, "a stored file cannot be read");
        Problem::unread(&error)
    })
}

/// Gives a file to the browser.
///
/// # Errors
/// As [`read`].
pub async fn send(site: &web::Data<Site>, paper: StoredPaper) -> Result<HttpResponse, Problem> {
    let bytes = read(site, &paper).await?;
    let inline = matches!(paper.media_type.as_str(), "application/pdf" | "image/png" | "image/jpeg");
    let mut answer = file(bytes, &paper.media_type, &paper.name, !inline);
    for (name, value) in [("content-security-policy", POLICY), ("x-frame-options", "SAMEORIGIN")] {
        answer.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(answer)
}

/// # Errors
/// The page for what is not there or belongs to others.
pub async fn of_qualification(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id: QualificationId = id.parse().map_err(|_| Problem::not_found())?;
    let actor = visitor.actor()?;
    let paper = site.read(move |db| proofs::of_qualification(db, &actor, id)).await?;
    send(&site, paper).await
}
