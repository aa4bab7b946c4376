//! `GET /notices`: all public notices, newest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use crate::calendar::date_range;
use crate::lang::Lang;
use crate::money::Fen;
use crate::reports::notice::{NoticeSummary, Standing, published};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{PagerView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// A city publishes some dozens a year; the page holds many years of them.
const MOST: usize = 400;

/// One notice in a list.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    pub href: String,
    pub number: String,
    pub title: String,
    pub enterprises: i64,
    pub total: Fen,
    /// 2026年2月11日至2月24日（5 个工作日）.
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

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (house, today) = (site.house.clone(), visitor.today);
    let found = site.read(move |db| published(db, &house, today, MOST)).await?;
    page(&NoticesView { notices: rows(visitor.lang, &found), pager: None, cx: visitor.page() })
}

pub(super) fn rows(lang: Lang, found: &[NoticeSummary]) -> Vec<NoticeRow> {
    found
        .iter()
        .map(|notice| NoticeRow {
            href: format!("/notices/{}", notice.number),
            number: notice.number.clone(),
            title: notice.title.get(lang).to_owned(),
            enterprises: notice.enterprises,
            total: notice.total,
            period: notice.period.map(|(first, last)| period_text(lang, first, last, notice.working_days)).unwrap_or_default(),
            status: status(lang, notice.standing),
        })
        .collect()
}

pub(crate) fn period_text(lang: Lang, first: NaiveDate, last: NaiveDate, working_days: i64) -> String {
    let range = date_range(first, last, lang);
    lang.pick(format!("{range}（{working_days} 个工作日）"), format!("{range} ({working_days} working days)"))
}

pub(crate) fn status(lang: Lang, standing: Standing) -> Tag {
    match standing {
        Standing::Draft => Tag::new(Tone::Plain, lang.pick("草稿", "Draft")),
        Standing::NotBegun => Tag::new(Tone::Info, lang.pick("即将起算", "Counting begins soon")),
        Standing::Open { days_left: Some(days) } => Tag::new(
            Tone::Warn,
            lang.pick(
                format!("公示中 · 剩 {days} 个工作日"),
                format!("In public notice · {days} working day{} left", if days == 1 { "" } else { "s" }),
            ),
        ),
        Standing::Open { days_left: None } => Tag::new(Tone::Warn, lang.pick("公示中", "In public notice")),
        Standing::Deciding => Tag::new(Tone::Info, lang.pick("期满，个别项目核查中", "Ended, some lines being examined")),
        Standing::Closed => Tag::new(Tone::Ok, lang.pick("公示结束", "Ended")),
    }
}
