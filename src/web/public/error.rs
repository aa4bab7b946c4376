//! The pages for 403, 404, 409 and 500: what happened, what was kept, what to do.

use askama::Template;

use crate::web::page::PageCx;
use crate::web::parts::Link;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 403: signed in, but not for this.
    NotAllowed,
    /// 404: nothing here, or not yours to know.
    NotFound,
    /// 409: somebody changed it meanwhile.
    Changed,
    /// 500, 503: the machine failed.
    Fault,
}

/// One error page.
#[derive(Debug, Template)]
#[template(path = "public/error.html")]
pub struct ErrorView {
    pub cx: PageCx,
    pub kind: ErrorKind,
    /// What exactly, where it is known: who changed what and when; empty for the usual sentence.
    pub detail: String,
    /// What was kept of what the person did; empty when nothing was sent.
    pub kept: String,
    /// Only for faults.
    pub incident: String,
    pub links: Vec<Link>,
}
