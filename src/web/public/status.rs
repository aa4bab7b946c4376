//! For the machine that watches the service.

use actix_web::{HttpResponse, web};

use crate::reports::trail::seal_state;
use crate::web::site::Site;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the database answers too, and the trail is sealed.
pub async fn readyz(site: web::Data<Site>) -> HttpResponse {
    let now = site.clock.now();
    let waits = |why: &'static str| HttpResponse::ServiceUnavailable().content_type("text/plain").body(why);
    match site.read(move |db| seal_state(db, now)).await {
        Ok(trail) if trail.is_late => waits("the audit trail is not sealed: lines wait for more than five seconds\n"),
        Ok(_) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(_) => waits("the database does not answer\n"),
    }
}
