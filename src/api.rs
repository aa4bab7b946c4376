//! `/api/v1`: for programs. Authorised by a service token, idempotent by key, errors as
//! `{"error": {"code", "message", "detail"}}`.

pub mod error;
pub mod openapi;
pub mod purchases;
pub mod request;
pub mod usage_events;
pub mod usage_proof;

use crate::web::routes::{Access, routes};

// The token is checked by the handlers: a program has no session for the frame to look at.
routes! {
    POST "/api/v1/purchases" Access::Everybody => purchases::record;
    POST "/api/v1/usage/events" Access::Everybody => usage_events::record;
    GET "/api/v1/usage/events" Access::Everybody => usage_proof::show;
    GET "/api/v1/openapi.json" Access::Everybody => openapi::document;
}
