//! `/admin`: accounts and rights, policy packs, service tokens, providers, the mail queue. The
//! administrator sees no case.

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

const US: &[Role] = &[Role::Administrator];

routes! {
    GET "/admin" Access::Only(US) => staff::show;
    GET "/admin/people/new" Access::Only(US) => staff::show_new;
    POST "/admin/people/new" Access::Only(US) => staff::create;
    GET "/admin/people/{id}" Access::Only(US) => person::show;
    POST "/admin/people/{id}/rights" Access::Only(US) => person::rights;
    POST "/admin/people/{id}/close" Access::Only(US) => person::close;
    POST "/admin/people/{id}/open" Access::Only(US) => person::open;
    POST "/admin/people/{id}/invite" Access::Only(US) => person::invite_again;
    GET "/admin/packs" Access::Only(US) => packs::show;
    POST "/admin/packs/{id}/activate" Access::Only(US) => packs::activate;
    GET "/admin/tokens" Access::Only(US) => tokens::show;
    POST "/admin/tokens" Access::Only(US) => tokens::issue;
    POST "/admin/tokens/{id}/revoke" Access::Only(US) => tokens::revoke;
    GET "/admin/providers" Access::Only(US) => providers::show;
    POST "/admin/providers" Access::Only(US) => providers::add;
    GET "/admin/mail" Access::Only(US) => mail::show;
    POST "/admin/mail/{id}/retry" Access::Only(US) => mail::retry;
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
