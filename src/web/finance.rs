//! Finance: budgets, payout batches, clawbacks, the payout report. It sees a case only once its
//! notice has passed.

pub mod batch;
pub mod batches;
pub mod cases;
pub mod clawbacks;
pub mod overview;
pub mod report;
pub mod sheets;

use crate::party::Role;
use crate::web::routes::{Access, routes};

const FINANCE: Access = Access::Only(&[Role::Finance]);
const READERS: Access = Access::Only(&[Role::Finance, Role::Auditor]);

routes! {
    GET "/finance" FINANCE => overview::show;
    POST "/finance/appropriations" FINANCE => overview::record;
    GET "/finance/applications" FINANCE => cases::list;
    GET "/finance/applications/{number}" FINANCE => cases::show;
    GET "/finance/batches" FINANCE => batches::show;
    POST "/finance/batches" FINANCE => batches::draw_up;
    GET "/finance/batches/{number}" FINANCE => batch::show;
    POST "/finance/batches/{number}/approve" FINANCE => batch::approve;
    POST "/finance/batches/{number}/cancel" FINANCE => batch::cancel;
    POST "/finance/batches/{number}/settle" FINANCE => batch::settle;
    GET "/finance/batches/{number}/{file}" FINANCE => sheets::download;
    GET "/finance/clawbacks" FINANCE => clawbacks::show;
    POST "/finance/clawbacks/{number}/recover" FINANCE => clawbacks::recover;
    GET "/finance/report" READERS => report::show;
    GET "/finance/report/{file}" READERS => report::download;
}
