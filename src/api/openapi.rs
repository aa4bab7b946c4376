//! `GET /api/v1/openapi.json`: the API's own description.

use actix_web::HttpResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{error, purchases, usage_events, usage_proof};

#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Suanquan", description = "Innovation vouchers for compute: usage and purchases reported by the centres"),
    paths(purchases::record, usage_events::record, usage_proof::show),
    components(schemas(
        purchases::PurchasesIn,
        purchases::PurchaseIn,
        purchases::ReportOut,
        purchases::RowOut,
        usage_events::EventsOut,
        usage_events::EventOut,
        usage_proof::ProvenEventOut,
        usage_proof::ProofOut,
        usage_proof::SiblingOut,
        error::ErrorBody,
        error::ErrorDetail
    )),
    modifiers(&TokenScheme)
)]
struct Described;

struct TokenScheme;

impl utoipa::Modify for TokenScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        if let Some(components) = document.components.as_mut() {
            let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
            components.add_security_scheme("service_token", SecurityScheme::Http(bearer));
        }
    }
}

/// The document as JSON.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Described::openapi())
}
