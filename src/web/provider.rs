//! The area of a provider: its own items to confirm, its own purchases, and its metering.

pub mod confirm;
pub mod contract;
pub mod contracts;
pub mod metering;
pub mod new_tariff;
pub mod purchases;
pub mod quarantine;
pub mod quarantined_event;
pub mod tariff;
pub mod tariffs;
pub mod usage_import;
pub mod usage_report;
mod what_if;

use crate::ids::ProviderId;
use crate::party::Role;
use crate::web::problem::Problem;
use crate::web::routes::{Access, routes};
use crate::web::statement;
use crate::web::visitor::Visitor;

const PROVIDER: &[Role] = &[Role::Provider];

routes! {
    GET "/provider" Access::Only(PROVIDER) => confirm::list;
    GET "/provider/applications/{number}" Access::Only(PROVIDER) => confirm::show;
    POST "/provider/applications/{number}" Access::Only(PROVIDER) => confirm::submit;
    GET "/provider/contracts" Access::Only(PROVIDER) => contracts::list;
    POST "/provider/contracts" Access::Only(PROVIDER) => contracts::add;
    GET "/provider/contracts/{id}" Access::Only(PROVIDER) => contract::show;
    POST "/provider/contracts/{id}/pools" Access::Only(PROVIDER) => contract::top_up;
    GET "/provider/metering" Access::Only(PROVIDER) => metering::show;
    POST "/provider/metering/accounts" Access::Only(PROVIDER) => metering::assign;
    POST "/provider/metering/resources" Access::Only(PROVIDER) => metering::record_resource;
    GET "/provider/purchases" Access::Only(PROVIDER) => purchases::show;
    GET "/provider/statements" Access::Only(PROVIDER) => statement::list::centre;
    POST "/provider/statements" Access::Only(PROVIDER) => statement::issue::issue;
    GET "/provider/statements/preview" Access::Only(PROVIDER) => statement::issue::show;
    GET "/provider/statements/{number}.{ending}" Access::Only(PROVIDER) => statement::files::download;
    GET "/provider/statements/{number}" Access::Only(PROVIDER) => statement::show::show;
    GET "/provider/statements/{number}/events" Access::Only(PROVIDER) => statement::events::show;
    POST "/provider/statements/{number}/resolve" Access::Only(PROVIDER) => statement::answer::resolve;
    POST "/provider/statements/{number}/reverse" Access::Only(PROVIDER) => statement::answer::reverse;
    POST "/provider/statements/{number}/papers" Access::Only(PROVIDER) => statement::papers::record;
    POST "/provider/statements/{number}/cases/{id}" Access::Only(PROVIDER) => statement::answer::close;
    GET "/provider/quarantine" Access::Only(PROVIDER) => quarantine::list;
    GET "/provider/quarantine/{id}" Access::Only(PROVIDER) => quarantined_event::show;
    POST "/provider/quarantine/{id}/assign" Access::Only(PROVIDER) => quarantined_event::assign;
    POST "/provider/quarantine/{id}/dismiss" Access::Only(PROVIDER) => quarantined_event::dismiss;
    POST "/provider/quarantine/{id}/replay" Access::Only(PROVIDER) => quarantined_event::replay;
    GET "/provider/tariffs" Access::Only(PROVIDER) => tariffs::list;
    POST "/provider/tariffs" Access::Only(PROVIDER) => new_tariff::record;
    GET "/provider/tariffs/new" Access::Only(PROVIDER) => new_tariff::show;
    POST "/provider/tariffs/try" Access::Only(PROVIDER) => new_tariff::try_out;
    GET "/provider/tariffs/{id}" Access::Only(PROVIDER) => tariff::show;
    GET "/provider/usage-import" Access::Only(PROVIDER) => usage_import::show;
    POST "/provider/usage-import" Access::Only(PROVIDER) => usage_import::check;
    POST "/provider/usage-import/record" Access::Only(PROVIDER) => usage_import::record;
    GET "/provider/usage-import/{id}" Access::Only(PROVIDER) => usage_report::show;
    GET "/provider/usage-import/{id}/rows.csv" Access::Only(PROVIDER) => usage_report::download;
}

/// The visitor's own provider.
fn own(visitor: &Visitor) -> Result<ProviderId, Problem> {
    visitor.actor()?.provider().ok_or_else(Problem::not_allowed)
}

/// One parameter of an address.
fn query(name: &str, value: &str) -> String {
    serde_urlencoded::to_string([(name, value)]).unwrap_or_default()
}
