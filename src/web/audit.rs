//! The auditor: the trail as sentences (also for the audit administrator), single cases with every
//! evaluation, the sample, the books, and demanding money back (with the competent authority).

pub mod case;
pub mod clawback;
pub mod ledger;
pub mod sample;
pub mod seal;
pub mod trail;
pub mod words;

use crate::party::Role;
use crate::web::routes::{Access, routes};

const AUDITOR: Access = Access::Only(&[Role::Auditor]);
/// The log of acts; the audit administrator reads nothing else.
const LOG_READERS: Access = Access::Only(&[Role::Auditor, Role::AuditAdministrator]);
const CLAIMANTS: Access = Access::Only(&[Role::Auditor, Role::CompetentAuthority]);

routes! {
    GET "/audit" LOG_READERS => trail::show;
    GET "/audit/trail.csv" LOG_READERS => trail::export;
    GET "/audit/sample" AUDITOR => sample::show;
    GET "/audit/ledger" AUDITOR => ledger::show;
    GET "/audit/applications/{number}" AUDITOR => case::show;
    GET "/audit/applications/{number}/clawback" CLAIMANTS => clawback::show;
    POST "/audit/applications/{number}/clawback" CLAIMANTS => clawback::open;
    GET "/audit/applications/{number}/evaluations/{id}/{file}" AUDITOR => case::download;
}
