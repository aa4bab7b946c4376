//! `/verify/checkpoints`: every kept checkpoint of the trail with the time stamp of an authority, and both
//! as files for whoever checks them with programs that are not ours.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::calendar::date_time;
use crate::lang::Lang;
use crate::reports::stamps::{CheckpointRow, answer_of, checkpoints, note_of};
use crate::timestamp::Authority;
use crate::web::answer::{file, page};
use crate::web::page::PageCx;
use crate::web::parts::{PagerView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const PER_PAGE: usize = 50;

/// The page as it stands in the address.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: Option<i64>,
}

/// One checkpoint.
#[derive(Debug)]
struct Row {
    size: i64,
    short_root: String,
    signed_at: String,
    /// When an authority stamped it, by its clock, and which one.
    stamped_at: String,
    authority: String,
    /// What is to be said of the stamp instead.
    tag: Option<Tag>,
}

#[derive(Debug, Template)]
#[template(path = "public/checkpoints.html")]
struct CheckpointsPage {
    cx: PageCx,
    rows: Vec<Row>,
    pager: Option<PagerView>,
    /// Are stamps asked for, or was there ever one on this page?
    with_stamps: bool,
    /// For the example of a check by hand.
    stamped: Option<i64>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let (lang, authority) = (visitor.lang, site.authority.clone());
    let below = asked.before.unwrap_or(i64::MAX);
    let trusted = authority.clone();
    let found = site.read(move |db| checkpoints(db, below, PER_PAGE, trusted.as_deref().map(Authority::trusted))).await?;
    let (found, has_more) = found;
    // Older checkpoints are covered by the stamps after them.
    let waits = |at: usize| authority.is_some() && asked.before.is_none() && at == 0;
    let rows: Vec<Row> = found.iter().enumerate().map(|(at, row)| view(lang, row, waits(at))).collect();
    page(&CheckpointsPage {
        with_stamps: authority.is_some() || found.iter().any(|row| row.stamp.is_some()),
        stamped: found.iter().find(|row| matches!(row.stamp, Some(Ok(_)))).map(|row| row.size),
        pager: pager(lang, asked.before, &found, has_more),
        rows,
        cx: visitor.page(),
    })
}

fn view(lang: Lang, row: &CheckpointRow, waits: bool) -> Row {
    let (mut stamped_at, mut authority, mut tag) = (String::new(), String::new(), None);
    match &row.stamp {
        Some(Ok(stamp)) => {
            stamped_at = date_time(stamp.at.and_utc(), lang);
            authority.clone_from(&stamp.authority);
        }
        Some(Err(_)) => tag = Some(Tag::new(Tone::Bad, lang.pick("时间戳无效", "The stamp does not hold"))),
        None if waits => tag = Some(Tag::new(Tone::Warn, lang.pick("等待时间戳", "Waits for its stamp"))),
        None => {}
    }
    let CheckpointRow { size, short_root, signed_at, .. } = row;
    Row { size: *size, short_root: short_root.clone(), signed_at: date_time(signed_at.and_utc(), lang), stamped_at, authority, tag }
}

fn pager(lang: Lang, before: Option<i64>, found: &[CheckpointRow], has_more: bool) -> Option<PagerView> {
    let (first, last) = (found.first()?, found.last()?);
    (has_more || before.is_some()).then(|| PagerView {
        lang,
        text: lang.pick(format!("第 {}–{} 条处", first.size, last.size), format!("Lines {} to {}", first.size, last.size)),
        previous_href: before.map(|_| "/verify/checkpoints".to_owned()),
        next_href: has_more.then(|| format!("/verify/checkpoints?before={}", last.size)),
    })
}

/// The signed note of one.
///
/// # Errors
/// Not found where there is none of this size; a fault of the database.
pub async fn note(site: web::Data<Site>, size: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let size = size.into_inner();
    let note = site.read(move |db| note_of(db, size)).await?.ok_or_else(Problem::not_found)?;
    Ok(file(note.into_bytes(), "text/plain; charset=utf-8", &format!("checkpoint-{size}.txt"), true))
}

/// The answer of the authority to it.
///
/// # Errors
/// Not found where it has none; a fault of the database.
pub async fn stamp(site: web::Data<Site>, size: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let size = size.into_inner();
    let answer = site.read(move |db| answer_of(db, size)).await?.ok_or_else(Problem::not_found)?;
    Ok(file(answer, "application/timestamp-reply", &format!("checkpoint-{size}.tsr"), true))
}
