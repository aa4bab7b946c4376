//! `GET /notices/{no}`: one notice as it was published, with its PDF.

use askama::Template;

use crate::money::Fen;
use crate::web::page::PageCx;
use crate::web::parts::{Fact, Tag};

/// One line of the published list. Never a bank account, a telephone number or an invoice image.
#[derive(Clone, Debug)]
pub struct NoticeLine {
    pub no: i64,
    pub enterprise: String,
    pub provider: String,
    pub item: String,
    pub tier: String,
    pub contract: Fen,
    pub approved: Fen,
    pub proposed: Fen,
    /// Only where a line differs from the rest: held over an objection, taken off.
    pub mark: Option<Tag>,
}

/// The notice.
#[derive(Debug, Template)]
#[template(path = "public/notice.html")]
pub struct NoticeView {
    pub cx: PageCx,
    /// Who publishes it.
    pub issuer: String,
    /// 公示〔2026〕第 3 号.
    pub number: String,
    pub title: String,
    pub status: Tag,
    /// Stamped on the paper once the notice is in force: 已公示; empty before.
    pub seal: String,
    /// Legal basis and procedure passed, in paragraphs.
    pub paragraphs: Vec<String>,
    pub lines: Vec<NoticeLine>,
    pub total_contract: Fen,
    pub total_approved: Fen,
    pub total_proposed: Fen,
    /// First and last day with weekday and the number of working days.
    pub period: String,
    /// The days that count, and make-up days among them, in words.
    pub counting: String,
    /// How to object: in writing, by whom, where.
    pub objection: Vec<String>,
    /// Telephone numbers and address of the departments.
    pub contacts: Vec<Fact>,
    pub published_on: String,
    pub pdf_href: String,
    /// SHA-256 of the PDF.
    pub digest: String,
}
