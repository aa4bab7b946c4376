//! Signing in, registering, and what comes by mail.

pub mod forgot;
pub mod invite;
pub mod login;
pub mod message;
pub mod register;
pub mod reset;
pub mod sign_in;

use crate::web::routes::{Access, routes};

routes! {
    GET "/login" Access::Everybody => sign_in::show;
    POST "/login" Access::Everybody => sign_in::submit;
    POST "/logout" Access::SignedIn => sign_in::leave;
}
