//! For the machine that watches the service.

use actix_web::{HttpResponse, web};

use crate::web::site::Site;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the database answers too.
pub async fn readyz(site: web::Data<Site>) -> HttpResponse {
    match site.read(crate::reports::database_answers).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(_) => HttpResponse::ServiceUnavailable().content_type("text/plain").body("the database does not answer\n"),
    }
}
