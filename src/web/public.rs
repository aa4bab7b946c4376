//! Pages anyone may read without an account.

pub mod check;
pub mod home;
pub mod notice;
pub mod notices;
pub mod policy;
pub mod settings;
pub mod status;

use crate::web::routes::{Access, routes};

routes! {
    GET "/view" Access::Everybody => settings::view;
    GET "/static/{name}" Access::Everybody => settings::asset;
    GET "/healthz" Access::Everybody => status::healthz;
    GET "/readyz" Access::Everybody => status::readyz;
}

#[cfg(test)]
mod tests;
