//! `…/statements/{number}/events`: the usage events behind a statement or one of its lines.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

use super::Area;
use super::view::{detail_of, what};
use crate::lang::Lang;
use crate::metering::event::EventKind;
use crate::metering::moment::{Moment, UtcOffset};
use crate::metering::quantity::UnitMillis;
use crate::reports::statement_events::{EventBehind, EventsPage, events_of};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{Crumbs, Link, PagerView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const PER_PAGE: i64 = 100;

/// Which line and page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    line: String,
    page: String,
}

/// One event.
#[derive(Debug)]
pub struct Row {
    pub id: String,
    pub source: String,
    pub kind: &'static str,
    pub resource: String,
    pub project: String,
    pub start: String,
    pub end: String,
    pub units: i64,
    pub hours: String,
    pub tags: Vec<Tag>,
    pub hash: String,
}

/// What both frames show.
#[derive(Debug)]
pub struct Body {
    pub crumbs: Crumbs,
    pub title: String,
    pub lead: String,
    pub rows: Vec<Row>,
    pub pager: Option<PagerView>,
}

#[derive(Debug, Template)]
#[template(path = "statement/my_events.html")]
struct MyEventsPage {
    cx: PageCx,
    body: Body,
}

#[derive(Debug, Template)]
#[template(path = "statement/staff_events.html")]
struct StaffEventsPage {
    cx: PageCx,
    body: Body,
}

/// # Errors
/// Another's statement, a line that it does not have; a fault of the database.
pub async fn show(
    visitor: Visitor,
    site: web::Data<Site>,
    number: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let line = if asked.line.is_empty() { None } else { Some(asked.line.parse::<i64>().map_err(|_| Problem::not_found())?) };
    let at = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 1_000_000);
    let (actor, wanted) = (visitor.actor()?, number.into_inner());
    let found = site.read(move |db| events_of(db, &actor, &wanted, line, (at - 1) * PER_PAGE, PER_PAGE)).await?;
    let (cx, area) = (visitor.page(), Area::of(&visitor.path));
    let body = body(visitor.lang, area, &found, at);
    match area {
        Area::Enterprise => page(&MyEventsPage { cx, body }),
        Area::Centre | Area::Desk => page(&StaffEventsPage { cx, body }),
    }
}

fn body(lang: Lang, area: Area, found: &EventsPage, at: i64) -> Body {
    let href = area.href(&found.number);
    let above = vec![Link::new(href.clone(), found.number.clone())];
    let month = found.month;
    let lead = match &found.line {
        Some(line) => {
            let (what, detail) = (what(lang, line), detail_of(lang, &line.line.line));
            let amount = line.line.line.amount.display();
            lang.pick(
                format!("第 {} 行 · {month} · {what} · {detail} · {amount}", line.place),
                format!("Line {} · {month} · {what} · {detail} · {amount}", line.place),
            )
        }
        None => lang.pick(
            format!("{month} 的全部事件，对账单的事件根由它们算出。"),
            format!("All events of {month}; the root in the statement is computed from them."),
        ),
    };
    let (first, last) = ((at - 1) * PER_PAGE + 1, (at * PER_PAGE).min(found.all));
    let line = found.line.as_ref().map(|line| format!("line={}&", line.place)).unwrap_or_default();
    let to = |page: i64| format!("{href}/events?{line}page={page}");
    Body {
        crumbs: area.crumbs(lang, above, lang.pick("用量事件", "Usage events")),
        title: lang.pick(format!("{} 的用量事件", found.number), format!("Usage events of {}", found.number)),
        lead,
        rows: found.events.iter().map(|event| row(lang, event, found.clock)).collect(),
        pager: (found.all > PER_PAGE).then(|| PagerView {
            lang,
            text: lang.pick(format!("第 {first}–{last} 项，共 {} 项", found.all), format!("{first}–{last} of {}", found.all)),
            previous_href: (at > 1).then(|| to(at - 1)),
            next_href: (last < found.all).then(|| to(at + 1)),
        }),
    }
}

fn row(lang: Lang, event: &EventBehind, clock: UtcOffset) -> Row {
    let kind = EventKind::ALL.iter().find(|kind| kind.as_str() == event.kind);
    let mut tags = Vec::new();
    if event.late {
        tags.push(Tag::new(Tone::Warn, lang.pick("迟到", "Late")));
    }
    if let Some(by) = &event.out_by {
        let replaced = event.out_kind.as_deref() == Some(EventKind::Replace.as_str());
        tags.push(Tag::new(Tone::Bad, if replaced { lang.pick("已更正", "Replaced") } else { lang.pick("已作废", "Voided") }));
        tags.push(Tag::new(Tone::Plain, by.clone()));
    }
    Row {
        id: event.event_id.clone(),
        source: event.source.clone(),
        kind: kind.map_or("", |kind| kind_word(lang, *kind)),
        resource: event.resource.clone(),
        project: event.project.clone(),
        start: on_clock(event.start_ms, clock),
        end: on_clock(event.end_ms, clock),
        units: event.units,
        hours: UnitMillis::new(event.quantity_ms).shown(),
        tags,
        hash: hex::encode(&event.hash),
    }
}

fn kind_word(lang: Lang, kind: EventKind) -> &'static str {
    let (zh, en) = match kind {
        EventKind::Usage => ("用量", "usage"),
        EventKind::Gauge => ("占用读数", "gauge"),
        EventKind::Counter => ("计数读数", "counter"),
        EventKind::Void => ("作废", "void"),
        EventKind::Replace => ("更正", "replacement"),
    };
    lang.pick(zh, en)
}

/// An instant on the contract's clock: 2026-03-02 14:30:00.
fn on_clock(millis: i64, clock: UtcOffset) -> String {
    let local = Moment::from_millis(millis).utc().naive_utc() + TimeDelta::minutes(i64::from(clock.minutes()));
    local.format(if millis % 1000 == 0 { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M:%S%.3f" }).to_string()
}
