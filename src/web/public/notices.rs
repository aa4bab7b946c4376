//! `GET /notices`: all public notices, newest first.

use askama::Template;

use crate::money::Fen;
use crate::web::page::PageCx;
use crate::web::parts::{PagerView, Tag};

/// One notice in a list.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    pub href: String,
    pub title: String,
    pub enterprises: i64,
    pub total: Fen,
    /// 2月11日(周三)—2月24日(周二)(5 个工作日).
    pub period: String,
    pub status: Tag,
}

/// The list of notices.
#[derive(Debug, Template)]
#[template(path = "public/notices.html")]
pub struct NoticesView {
    pub cx: PageCx,
    pub notices: Vec<NoticeRow>,
    pub pager: Option<PagerView>,
}
