//! `/provider/quarantine`: events that could not become facts, the oldest first.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::own;
use crate::calendar::date_time;
use crate::lang::Lang;
use crate::metering::event::EventCode;
use crate::reports::metering_desk::{self, Quarantined};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/quarantine.html")]
struct QuarantinePage {
    cx: PageCx,
    rows: Vec<Row>,
    shown: String,
}

/// One event that waits.
#[derive(Debug)]
struct Row {
    id: i64,
    event: String,
    source: String,
    what: Tag,
    why: String,
    received: String,
}

/// # Errors
/// A fault of the database.
pub async fn list(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let provider = own(&visitor)?;
    let found = site.read(move |db| metering_desk::waiting(db, provider)).await?;
    let lang = visitor.lang;
    let (here, total) = (found.rows.len(), found.total);
    let all = i64::try_from(here) == Ok(total);
    let shown = if all {
        lang.pick(format!("共 {total} 个，最早的在前。"), format!("{total} in all, the oldest first."))
    } else {
        lang.pick(format!("共 {total} 个，这里是最早的 {here} 个。"), format!("{total} in all; these are the oldest {here}."))
    };
    page(&QuarantinePage { rows: found.rows.iter().map(|kept| row(lang, kept)).collect(), shown, cx: visitor.page() })
}

fn row(lang: Lang, kept: &Quarantined) -> Row {
    Row {
        id: kept.id,
        event: kept.event_id.clone(),
        source: kept.source.clone(),
        what: what(lang, kept),
        why: lang.pick(&kept.detail_zh, &kept.detail_en).clone(),
        received: date_time(kept.received_at.and_utc(), lang),
    }
}

/// What keeps an event out, in a word or two.
pub(super) fn what(lang: Lang, kept: &Quarantined) -> Tag {
    let (tone, zh, en) = match EventCode::parse(&kept.code) {
        Some(EventCode::UnknownSubject) => (Tone::Warn, "账户未对应", "Unknown account"),
        Some(EventCode::UnknownResource) => (Tone::Warn, "资源未登记", "Unknown resource"),
        Some(EventCode::NoContract) => (Tone::Warn, "没有合同", "No contract"),
        Some(EventCode::UnknownTarget) => (Tone::Info, "等待目标事件", "Waits for its target"),
        Some(EventCode::DigestMismatch) => (Tone::Bad, "同名不同内容", "Same name, other content"),
        Some(EventCode::Overlap) => (Tone::Bad, "时间重叠", "Overlap"),
        _ => (Tone::Warn, "待处理", "Waits"),
    };
    Tag::new(tone, lang.pick(zh, en))
}
