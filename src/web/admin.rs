//! `/admin`: the security administrator's accounts, rights and service tokens; the system
//! administrator's policy packs, providers, mail queue and clock. Neither sees a case.

pub mod clock;
pub mod mail;
pub mod packs;
pub mod person;
pub mod providers;
pub mod staff;
pub mod tokens;

use crate::party::Role;
use crate::web::routes::{Access, routes};

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
    POST "/admin/people/{id}/unlink" SECURITY => person::unlink;
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
