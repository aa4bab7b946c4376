//! Pages anyone may read without an account.

pub mod check;
mod check_answer;
pub mod checkpoints;
mod faq;
pub mod home;
pub mod notice;
pub mod notices;
pub mod policy;
mod policy_rules;
pub mod progress;
mod sample;
pub mod settings;
pub mod status;
pub mod tier_words;
pub mod verify;

use crate::web::routes::{Access, routes};

routes! {
    GET "/" Access::Everybody => home::show;
    GET "/policy" Access::Everybody => policy::show;
    GET "/check" Access::Everybody => check::show;
    GET "/notices" Access::Everybody => notices::show;
    GET "/notices/{number}.pdf" Access::Everybody => notice::as_pdf;
    GET "/notices/{number}.json" Access::Everybody => notice::as_json;
    GET "/notices/{number}" Access::Everybody => notice::show;
    GET "/view" Access::Everybody => settings::view;
    GET "/static/{name}" Access::Everybody => settings::asset;
    GET "/progress" Access::Everybody => progress::show;
    GET "/verify" Access::Everybody => verify::show;
    POST "/verify" Access::Everybody => verify::check;
    GET "/verify/checkpoint.txt" Access::Everybody => verify::checkpoint;
    GET "/verify/checkpoints" Access::Everybody => checkpoints::show;
    GET "/verify/checkpoints/{size}.txt" Access::Everybody => checkpoints::note;
    GET "/verify/checkpoints/{size}.tsr" Access::Everybody => checkpoints::stamp;
    GET "/healthz" Access::Everybody => status::healthz;
    GET "/readyz" Access::Everybody => status::readyz;
}

#[cfg(test)]
mod tests;
