//! The enterprise's journey: from its purchases over the task list of an application to its
//! receipt and status.

pub mod account;
pub mod amounts;
pub mod check;
pub mod draft;
pub mod file;
pub mod home;
pub mod leave;
pub mod list;
pub mod materials;
pub mod paper;
pub mod paper_fields;
pub mod preview;
pub mod proofs;
pub mod purchases;
pub mod quota;
pub mod receipt;
pub mod receive_papers;
pub mod select;
pub mod show;
pub mod status;
pub mod task_list;

use crate::party::Role;
use crate::web::red_letter;
use crate::web::routes::{Access, routes};

const FIRM: Access = Access::Only(&[Role::Enterprise]);
const READERS: Access = Access::Only(&[Role::Enterprise, Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Auditor]);

routes! {
    GET "/my" FIRM => home::show;
    GET "/my/purchases" FIRM => purchases::show;
    GET "/my/quota" FIRM => quota::show;
    POST "/my/quota" FIRM => quota::claim;
    GET "/my/applications" FIRM => list::show;
    POST "/my/applications" FIRM => purchases::start;
    GET "/my/applications/{number}" FIRM => show::show;
    GET "/my/applications/{number}/purchases" FIRM => select::show;
    POST "/my/applications/{number}/purchases" FIRM => select::submit;
    GET "/my/applications/{number}/materials" FIRM => materials::show;
    POST "/my/applications/{number}/materials" FIRM => receive_papers::upload;
    POST "/my/applications/{number}/confirm-papers" FIRM => materials::confirm;
    GET "/my/applications/{number}/materials/{paper}" FIRM => paper::show;
    POST "/my/applications/{number}/materials/{paper}" FIRM => paper::submit;
    POST "/my/applications/{number}/materials/{paper}/kind" FIRM => materials::change_kind;
    POST "/my/applications/{number}/materials/{paper}/remove" FIRM => materials::remove;
    POST "/my/applications/{number}/autosave" FIRM => paper::autosave;
    GET "/my/applications/{number}/preview" FIRM => preview::show;
    POST "/my/applications/{number}/preview" FIRM => preview::submit;
    GET "/my/applications/{number}/account" FIRM => account::show;
    POST "/my/applications/{number}/account" FIRM => account::submit;
    GET "/my/applications/{number}/check" FIRM => check::show;
    POST "/my/applications/{number}/submit" FIRM => check::submit;
    POST "/my/applications/{number}/withdraw" FIRM => leave::withdraw;
    POST "/my/applications/{number}/coaching" FIRM => leave::ask;
    GET "/my/applications/{number}/red-letter" FIRM => red_letter::show;
    POST "/my/applications/{number}/red-letter" FIRM => red_letter::submit;
    GET "/my/applications/{number}/receipt" FIRM => receipt::show;
    GET "/my/applications/{number}/receipt.pdf" FIRM => receipt::pdf;
    GET "/my/applications/{number}/proofs" FIRM => proofs::show;
    GET "/my/applications/{number}/proofs/{seq}" FIRM => proofs::download;
    GET "/files/material/{id}" READERS => file::show;
    GET "/files/material/{id}/picture.png" READERS => file::picture;
    GET "/files/material/{id}/{form}" READERS => file::show_form;
}
