//! Signing in, registering, one's own account, and what comes by mail.

pub mod bank_change;
pub mod code;
pub mod confirm;
pub mod confirm_again;
pub mod forgot;
pub mod invite;
pub mod login;
pub mod message;
pub mod openid;
pub mod own;
pub mod password;
pub mod register;
pub mod reset;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod typed;

use crate::acts::Refusal;
use crate::lang::Text;
use crate::web::routes::{Access, routes};

routes! {
    GET "/login" Access::Everybody => sign_in::show;
    POST "/login" Access::Everybody => sign_in::submit;
    GET "/login/code" Access::Everybody => code::show;
    POST "/login/code" Access::Everybody => code::submit;
    GET "/login/enrol" Access::Everybody => second_factor::show_first;
    POST "/login/enrol" Access::Everybody => second_factor::enrol_first;
    POST "/login/openid" Access::Everybody => openid::start;
    GET "/login/openid/return" Access::Everybody => openid::back;
    POST "/logout" Access::SignedIn => sign_in::leave;
    GET "/account" Access::SignedIn => own::show;
    POST "/account" Access::SignedIn => own::save;
    POST "/account/confirm" Access::SignedIn => confirm_again::submit;
    POST "/account/confirm/openid" Access::SignedIn => openid::start_again;
    GET "/account/password" Access::SignedIn => password::show;
    POST "/account/password" Access::SignedIn => password::save;
    GET "/account/second-factor" Access::SignedIn => second_factor::show;
    POST "/account/second-factor" Access::SignedIn => second_factor::enrol;
    POST "/account/second-factor/remove" Access::SignedIn => second_factor::remove;
    POST "/account/recovery-codes" Access::SignedIn => second_factor::renew_codes;
    POST "/account/sessions/{handle}/end" Access::SignedIn => sessions::end;
    POST "/account/sessions/end-others" Access::SignedIn => sessions::end_others;
    GET "/register" Access::Everybody => register::show;
    POST "/register" Access::Everybody => register::submit;
    GET "/register/sent" Access::Everybody => register::sent;
    GET "/confirm" Access::Everybody => forgot::show_confirmation;
    POST "/confirm" Access::Everybody => forgot::submit_confirmation;
    GET "/confirm/{token}" Access::Everybody => confirm::show;
    POST "/confirm/{token}" Access::Everybody => confirm::submit;
    GET "/forgot" Access::Everybody => forgot::show;
    POST "/forgot" Access::Everybody => forgot::submit;
    GET "/forgot/sent" Access::Everybody => forgot::sent;
    GET "/reset/{token}" Access::Everybody => reset::show;
    POST "/reset/{token}" Access::Everybody => reset::submit;
    GET "/invite/{token}" Access::Everybody => invite::show;
    POST "/invite/{token}" Access::Everybody => invite::submit;
    GET "/bank-change/{token}" Access::Everybody => bank_change::show;
    POST "/bank-change/{token}" Access::Everybody => bank_change::submit;
}

/// The first reason of a refusal, for a page without a form.
fn first_text(refusals: &[Refusal]) -> Text {
    refusals.first().map(|refusal| refusal.text.clone()).unwrap_or_default()
}
