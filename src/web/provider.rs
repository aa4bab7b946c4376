//! The area of a provider: its own items to confirm, its own purchases.

pub mod confirm;
pub mod purchases;

use crate::party::Role;
use crate::web::routes::{Access, routes};
use crate::web::statement;

const PROVIDER: &[Role] = &[Role::Provider];

routes! {
    GET "/provider" Access::Only(PROVIDER) => confirm::list;
    GET "/provider/applications/{number}" Access::Only(PROVIDER) => confirm::show;
    POST "/provider/applications/{number}" Access::Only(PROVIDER) => confirm::submit;
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
}
