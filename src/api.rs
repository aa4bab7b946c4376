//! `/api/v1`: for programs. Authorised by a service token, idempotent by key, errors as
//! `{"error": {"code", "message", "detail"}}`.

pub mod error;
pub mod openapi;
pub mod purchases;
pub mod request;
pub mod statements;
pub mod stored_event;
pub mod tariffs;
pub mod usage_events;
pub mod usage_lists;
pub mod usage_proof;

use crate::web::routes::{Access, routes};

// The token is checked by the handlers: a program has no session for the frame to look at.
routes! {
    GET "/api/v1/purchases" Access::Everybody => statements::purchases;
    POST "/api/v1/purchases" Access::Everybody => purchases::record;
    GET "/api/v1/resources" Access::Everybody => tariffs::resources;
    GET "/api/v1/statements" Access::Everybody => statements::list;
    GET "/api/v1/statements/{number}" Access::Everybody => statements::one;
    GET "/api/v1/tariffs" Access::Everybody => tariffs::list;
    POST "/api/v1/tariffs/simulate" Access::Everybody => tariffs::simulate;
    GET "/api/v1/usage/checkpoints" Access::Everybody => usage_lists::checkpoint_list;
    GET "/api/v1/usage/event" Access::Everybody => usage_proof::show;
    GET "/api/v1/usage/events" Access::Everybody => usage_lists::list;
    POST "/api/v1/usage/events" Access::Everybody => usage_events::record;
    GET "/api/v1/usage/summary" Access::Everybody => usage_lists::summary;
    GET "/api/v1/openapi.json" Access::Everybody => openapi::document;
}
