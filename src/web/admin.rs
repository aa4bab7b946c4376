//! `/admin`: the security administrator's accounts, rights and service tokens; the system
//! administrator's policy packs, providers, mail queue and clock. Neither sees a case.

pub mod clock;
pub mod mail;
pub mod packs;
pub mod person;
pub mod providers;
pub mod staff;
pub mod tokens;

use actix_web::{HttpResponse, web};

use crate::acts::{Act, Outcome};
use crate::lang::Text;
use crate::party::Role;
use crate::web::answer::go_and_say;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::routes::{Access, routes};
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const SYSTEM: Access = Access::Only(&[Role::Administrator]);
const SECURITY: Access = Access::Only(&[Role::SecurityAdministrator]);

routes! {
    GET "/admin" SECURITY => staff::show;
    GET "/admin/people/new" SECURITY => staff::show_new;
    POST "/admin/people/new" SECURITY => staff::create;
    GET "/admin/people/{id}" SECURITY => person::show;
    POST "/admin/people/{id}/rights" SECURITY => person::rights;
    POST "/admin/people/{id}/close" SECURITY => person::close;
    POST "/admin/people/{id}/open" SECURITY => person::open;
    POST "/admin/people/{id}/invite" SECURITY => person::invite_again;
    POST "/admin/people/{id}/second-factor" SECURITY => person::reset_factor;
    GET "/admin/clock" SYSTEM => clock::show;
    POST "/admin/clock/release" SYSTEM => clock::release;
    GET "/admin/packs" SYSTEM => packs::show;
    POST "/admin/packs/{id}/activate" SYSTEM => packs::activate;
    GET "/admin/tokens" SECURITY => tokens::show;
    POST "/admin/tokens" SECURITY => tokens::issue;
    POST "/admin/tokens/{id}/revoke" SECURITY => tokens::revoke;
    GET "/admin/providers" SYSTEM => providers::show;
    POST "/admin/providers" SYSTEM => providers::add;
    GET "/admin/mail" SYSTEM => mail::show;
    POST "/admin/mail/{id}/retry" SYSTEM => mail::retry;
}

/// Runs an act that has no form of its own to come back to.
async fn settle(
    visitor: &Visitor,
    site: &web::Data<Site>,
    form: &Form,
    (place, text): (String, Text),
    act: impl FnOnce(&mut Act<'_>) -> Outcome<()> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let done = move |running: &mut Act<'_>| act(running).map(|()| place);
    match site.act(visitor.actor()?, form.request_key(visitor), done).await? {
        Ok(place) => Ok(go_and_say(visitor, &place, "ok", &text)),
        Err(refusals) => Err(Problem::refused(&refusals)),
    }
}
