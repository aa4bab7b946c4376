//! The area of a provider: its own items to confirm, its own purchases.

pub mod confirm;
pub mod purchases;

use crate::party::Role;
use crate::web::routes::{Access, routes};

const PROVIDER: &[Role] = &[Role::Provider];

routes! {
    GET "/provider" Access::Only(PROVIDER) => confirm::list;
    GET "/provider/applications/{number}" Access::Only(PROVIDER) => confirm::show;
    POST "/provider/applications/{number}" Access::Only(PROVIDER) => confirm::submit;
    GET "/provider/purchases" Access::Only(PROVIDER) => purchases::show;
}
