//! `GET /api/v1/openapi.json`: the API's own description.

use actix_web::HttpResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{error, purchases, statements, stored_event, tariffs, usage_events, usage_lists, usage_proof};

#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Suanquan", description = "Innovation vouchers for compute: usage and purchases reported by the centres"),
    paths(
        purchases::record,
        statements::list,
        statements::one,
        statements::purchases,
        tariffs::list,
        tariffs::resources,
        tariffs::simulate,
        usage_events::record,
        usage_lists::checkpoint_list,
        usage_lists::list,
        usage_lists::summary,
        usage_proof::show
    ),
    components(schemas(
        purchases::PurchasesIn,
        purchases::PurchaseIn,
        purchases::ReportOut,
        purchases::RowOut,
        statements::StatementOut,
        statements::PurchaseOut,
        tariffs::ResourceOut,
        tariffs::TariffOut,
        tariffs::TrialOut,
        tariffs::TrialRowOut,
        usage_lists::CheckpointOut,
        usage_lists::EventPageOut,
        stored_event::StoredEventOut,
        usage_lists::SummaryOut,
        usage_lists::SumOut,
        usage_events::EventIn,
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

/// The document.
#[must_use]
pub fn described() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

/// The document as JSON.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(described())
}
