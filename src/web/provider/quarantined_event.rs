//! `/provider/quarantine/{id}`: one event that waits, readable, and what can be done with it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::own;
use super::quarantine::what;
use crate::acts::Act;
use crate::acts::assign_subject::assign_subject;
use crate::acts::close_quarantined::{dismiss_quarantined, replay_quarantined};
use crate::calendar::{beijing_time, date_time};
use crate::ids::Uscc;
use crate::lang::{Lang, Text};
use crate::metering::event::{Event, EventCode, EventKey, EventKind, Fact as Said, Usage};
use crate::metering::moment::{Interval, Moment};
use crate::metering::quantity::UnitMillis;
use crate::reports::metering_desk::{self, Resource, StoredEvent, WaitingEvent};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, Crumbs, ErrorSummary, Fact, FieldKind, FieldView, Link, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const LIST: &str = "/provider/quarantine";

#[derive(Debug, Template)]
#[template(path = "provider/quarantined_event.html")]
struct EventPage {
    cx: PageCx,
    crumbs: Crumbs,
    id: i64,
    event: String,
    source: String,
    what: Tag,
    why: String,
    errors: ErrorSummary,
    facts: Vec<Fact>,
    /// In a conflict: the fact of the same name that is stored.
    stored: Vec<Fact>,
    body: String,
    /// Empty when the account is assigned or nobody waits for it.
    assign_fields: Vec<FieldView>,
    replays: bool,
    dismiss: Option<ConfirmView>,
    /// What became of it; empty while it waits.
    closed: String,
}

/// # Errors
/// What is not the provider's; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, id.into_inner(), &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn assign(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (provider, id, now) = (own(&visitor)?, id.into_inner(), Moment::at(site.clock.now()));
    let found = site.read(move |db| metering_desk::one_waiting(db, provider, id, now)).await?;
    let account = found.event.map(|event| event.subject).unwrap_or_default();
    let mut faults = Faults::default();
    let uscc = match Uscc::parse(form.raw("uscc")) {
        Ok(uscc) => uscc,
        Err(why) => {
            let text = why.text();
            faults.add("uscc", text.zh, text.en);
            return render(&visitor, &site, id, &Attempt::refused(faults.0, form)).await;
        }
    };
    let code = account.clone();
    let assign = move |act: &mut Act<'_>| assign_subject(act, provider, &code, &uscc).map(|replayed| format!("{LIST} {replayed}"));
    match site.act(visitor.actor()?, form.request_key(&visitor), assign).await? {
        Ok(answer) if answer.ends_with(" 0") => {
            let said = Text::new(
                format!("账户 {account} 已对应企业，但没有事件因此入账：请打开事件，重放一次看还缺什么。"),
                format!(
                    "The account {account} is assigned, but no event could be counted yet: open one and replay it to see what is missing."
                ),
            );
            Ok(go_and_say(&visitor, LIST, "warn", &said))
        }
        Ok(answer) => {
            let replayed = answer.split(' ').nth(1).unwrap_or_default();
            let said = Text::new(
                format!("账户 {account} 已对应企业，{replayed} 个事件已入账。"),
                format!("The account {account} is assigned; events counted now: {replayed}."),
            );
            Ok(go_and_say(&visitor, LIST, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, id, &Attempt::refused(refusals, form)).await,
    }
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn replay(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (provider, id) = (own(&visitor)?, id.into_inner());
    let key = form.request_key(&visitor);
    let done = site.act(visitor.actor()?, key, move |act| replay_quarantined(act, provider, id).map(|()| LIST.to_owned())).await?;
    match done {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("事件已入账。", "The event is counted."))),
        Err(refusals) => render(&visitor, &site, id, &Attempt::refused(refusals, form)).await,
    }
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn dismiss(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (provider, id) = (own(&visitor)?, id.into_inner());
    let mut faults = Faults::default();
    let reason = form.required("reason", 300, &mut faults);
    if !faults.is_empty() {
        return render(&visitor, &site, id, &Attempt::refused(faults.0, form)).await;
    }
    let key = form.request_key(&visitor);
    let done =
        site.act(visitor.actor()?, key, move |act| dismiss_quarantined(act, provider, id, &reason).map(|()| LIST.to_owned())).await?;
    match done {
        Ok(place) => {
            let said = Text::new("事件不予入账，理由已留存。", "The event is left out; the reason is kept.");
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, id, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, id: i64, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let (provider, now) = (own(visitor)?, Moment::at(site.clock.now()));
    let found = site.read(move |db| metering_desk::one_waiting(db, provider, id, now)).await?;
    let (lang, cx) = (visitor.lang, visitor.page());
    let open = found.kept.state == "open";
    let is_account = found.kept.code == EventCode::UnknownSubject.as_str() && found.enterprise.is_none();
    let is_conflict = found.kept.code == EventCode::DigestMismatch.as_str();
    let view = EventPage {
        crumbs: Crumbs::new(lang, vec![Link::new(LIST, lang.pick("隔离区", "Quarantine"))], &found.kept.event_id),
        id,
        event: found.kept.event_id.clone(),
        source: found.kept.source.clone(),
        what: what(lang, &found.kept),
        why: lang.pick(&found.kept.detail_zh, &found.kept.detail_en).clone(),
        errors: error_summary(lang, attempt.refusals()),
        facts: facts(lang, &found),
        stored: found.stored.as_ref().map(|stored| stored_facts(lang, stored, found.resource.as_ref())).unwrap_or_default(),
        body: pretty(&found.kept.body),
        assign_fields: if open && is_account { assign_fields(lang, attempt) } else { Vec::new() },
        replays: open && !is_account && !is_conflict,
        dismiss: open.then(|| dismiss_panel(&cx, id, attempt)),
        closed: if open { String::new() } else { closed(lang, &found) },
        cx,
    };
    attempt.page(&view)
}

fn closed(lang: Lang, found: &WaitingEvent) -> String {
    let at = found.kept.closed_at.map(|at| date_time(at.and_utc(), lang)).unwrap_or_default();
    if found.kept.state == "dismissed" {
        let reason = &found.kept.reason;
        lang.pick(format!("{at} 不予入账，理由：{reason}"), format!("Left out on {at}, because: {reason}"))
    } else {
        lang.pick(format!("{at} 已入账。"), format!("Counted on {at}."))
    }
}

fn assign_fields(lang: Lang, attempt: &Attempt) -> Vec<FieldView> {
    let uscc = FieldView::text(lang, "uscc", lang.pick("企业的统一社会信用代码", "Credit code of the enterprise"))
        .hint(lang.pick("账户对应后不能改属别的企业", "Once assigned, an account never moves to another enterprise"))
        .value(attempt.typed("uscc", ""))
        .max_length(30);
    with_errors(lang, vec![uscc], attempt.refusals())
}

fn dismiss_panel(cx: &PageCx, id: i64, attempt: &Attempt) -> ConfirmView {
    let lang = cx.lang;
    let reason =
        FieldView::new(lang, FieldKind::Area, "reason", lang.pick("理由", "Reason")).value(attempt.typed("reason", "")).max_length(300);
    let action = format!("{LIST}/{id}/dismiss");
    ConfirmView {
        look: "bad",
        effect: lang
            .pick("事件永不入账，但连同理由一直保留。", "The event is never counted; it is kept for ever with the reason.")
            .to_owned(),
        fields: with_errors(lang, vec![reason], attempt.refusals()),
        open: attempt.refusals().iter().any(|refusal| refusal.field.as_deref() == Some("reason")),
        ..ConfirmView::new(cx, action, lang.pick("不予入账…", "Leave out…"), lang.pick("不予入账", "Leave the event out"))
    }
}

/// The event as it came, laid out for reading.
fn pretty(body: &str) -> String {
    let json: Option<serde_json::Value> = serde_json::from_str(body).ok();
    json.and_then(|json| serde_json::to_string_pretty(&json).ok()).unwrap_or_else(|| body.to_owned())
}

/// What the event says, row by row.
fn facts(lang: Lang, found: &WaitingEvent) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |zh: &'static str, en: &'static str, text: String| {
        if !text.is_empty() {
            facts.push(Fact::new(lang.pick(zh, en), text));
        }
    };
    if let Some(event) = &found.event {
        add("类型", "Kind", kind_title(event.kind).get(lang).to_owned());
        add("账户", "Account", account(lang, found, event));
        let resource = event.fact.resource().unwrap_or_default();
        let name = found
            .resource
            .as_ref()
            .map(|known| lang.pick(format!("{}（{resource}）", known.name_zh), format!("{} ({resource})", known.name_en)));
        add("资源", "Resource", name.unwrap_or_else(|| resource.to_owned()));
        if let Some(usage) = event.fact.usage() {
            for (zh, en, text) in usage_rows(lang, usage, found.resource.as_ref()) {
                add(zh, en, text);
            }
        } else {
            add("时间", "Time", instant(event.time));
        }
        match &event.fact {
            Said::Gauge(gauge) => {
                add("运行", "Run", gauge.instance.clone());
                add("占用", "Held", units(lang, gauge.units, found.resource.as_ref()));
            }
            Said::Counter(counter) => {
                add("运行", "Run", counter.instance.clone());
                let (value, epoch) = (counter.value, counter.epoch);
                add("读数", "Reading", lang.pick(format!("{value}（第 {epoch} 轮）"), format!("{value} (epoch {epoch})")));
            }
            Said::Void { target, reason } | Said::Replace { target, reason, .. } => {
                add("取代的事件", "Takes out", name_of(target));
                add("理由", "Reason", reason.clone());
            }
            Said::Usage(_) => {}
        }
    }
    add("接收时间", "Received", date_time(found.kept.received_at.and_utc(), lang));
    facts
}

fn account(lang: Lang, found: &WaitingEvent, event: &Event) -> String {
    let code = &event.subject;
    match &found.enterprise {
        _ if code.is_empty() => String::new(),
        Some((uscc, name)) => lang.pick(format!("{code}（{name} {uscc}）"), format!("{code} ({name} {uscc})")),
        None => lang.pick(format!("{code}（尚未对应企业）"), format!("{code} (assigned to no enterprise)")),
    }
}

fn usage_rows(lang: Lang, usage: &Usage, resource: Option<&Resource>) -> Vec<(&'static str, &'static str, String)> {
    let place = [usage.partition.as_str(), usage.qos.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    vec![
        ("分区 × QoS", "Partition × QoS", place.join(" × ")),
        ("项目", "Project", usage.project.clone()),
        ("运行", "Run", usage.instance.trim_end_matches('/').to_owned()),
        ("占用", "Held", units(lang, usage.units, resource)),
        ("区间", "From and to", interval(usage.interval)),
        ("用量", "Quantity", hours(lang, usage.quantity(), resource)),
    ]
}

fn stored_facts(lang: Lang, stored: &StoredEvent, resource: Option<&Resource>) -> Vec<Fact> {
    let span = Interval { start: Moment::from_millis(stored.start_ms), end: Moment::from_millis(stored.end_ms) };
    vec![
        Fact::new(lang.pick("账户", "Account"), stored.subject.clone()),
        Fact::new(lang.pick("资源", "Resource"), stored.resource.clone()),
        Fact::new(lang.pick("占用", "Held"), units(lang, stored.units, resource)),
        Fact::new(lang.pick("区间", "From and to"), interval(span)),
        Fact::new(lang.pick("用量", "Quantity"), hours(lang, stored.quantity_ms, resource)),
    ]
}

fn kind_title(kind: EventKind) -> Text {
    match kind {
        EventKind::Usage => Text::new("用量区间", "Interval of usage"),
        EventKind::Gauge => Text::new("占用读数", "Units held from now on"),
        EventKind::Counter => Text::new("计数器读数", "Reading of a counter"),
        EventKind::Void => Text::new("作废", "Takes an event out"),
        EventKind::Replace => Text::new("更正", "States an event anew"),
    }
}

fn units(lang: Lang, units: i64, resource: Option<&Resource>) -> String {
    resource.map_or_else(|| units.to_string(), |known| format!("{units} {}", known.unit.label(lang)))
}

fn hours(lang: Lang, quantity: UnitMillis, resource: Option<&Resource>) -> String {
    let unit = resource.map_or_else(|| Text::new("单位时", "unit-hours"), |known| known.unit.hour());
    format!("{quantity} {}", unit.get(lang))
}

/// Beijing time to the second.
fn instant(at: Moment) -> String {
    beijing_time(at.utc()).format("%Y-%m-%d %H:%M:%S").to_string()
}

fn interval(span: Interval) -> String {
    format!("{} – {}", instant(span.start), instant(span.end))
}

fn name_of(key: &EventKey) -> String {
    format!("{} · {}", key.id, key.source)
}
