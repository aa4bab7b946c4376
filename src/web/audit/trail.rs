//! `/audit`: the whole trail as sentences, newest first, with filters, pages and an export.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::application::State;
use crate::export::csv;
use crate::export::table::{Cell, DataTable, Field};
use crate::ids::{normal_code, normal_text};
use crate::lang::Lang;
use crate::party::Role;
use crate::reports::Db;
use crate::reports::application_detail::Entry;
use crate::reports::audit_trail::{Page, TrailFilter, TrailPage, known_acts, trail, whole_trail};
use crate::reports::trail::seal_state;
use crate::web::answer::{file, page};
use crate::web::audit::seal::{SealLine, seal_line};
use crate::web::audit::words::{act_words, actor_words, sentence};
use crate::web::finance::sheets::{CSV, unwritten};
use crate::web::page::PageCx;
use crate::web::parts::{Chip, Choice, FieldKind, FieldView, FilterBar, PagerView, TimelineView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const PER_PAGE: i64 = 50;

/// The filters as they stand in the address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    text: String,
    actor: String,
    act: String,
    application: String,
    from: String,
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<i64>,
}

#[derive(Debug, Template)]
#[template(path = "audit/trail.html")]
struct TrailView {
    cx: PageCx,
    filters: FilterBar,
    timeline: Option<TimelineView>,
    pager: PagerView,
    export_href: String,
    trail: SealLine,
}

impl Asked {
    fn filter(&self) -> TrailFilter {
        let day = |text: &str| NaiveDate::parse_from_str(&normal_code(text), "%Y-%m-%d").ok();
        TrailFilter {
            actor: normal_text(&self.actor),
            act: normal_code(&self.act),
            application: normal_code(&self.application).to_uppercase(),
            from: day(&self.from),
            to: day(&self.to),
            text: normal_text(&self.text),
        }
    }

    /// The address of a page with these filters.
    fn href(&self, path: &str) -> String {
        let pairs = [
            ("text", &self.text),
            ("actor", &self.actor),
            ("act", &self.act),
            ("application", &self.application),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let mut pairs: Vec<(&str, String)> =
            pairs.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())).collect();
        pairs.extend(self.before.map(|id| ("before", id.to_string())));
        pairs.extend(self.after.map(|id| ("after", id.to_string())));
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    fn paged(&self, before: Option<i64>, after: Option<i64>) -> Asked {
        Asked { before, after, ..self.clone() }
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let filter = asked.filter();
    let which = match (asked.before, asked.after) {
        (Some(id), _) => Page::Before(id),
        (None, Some(id)) => Page::After(id),
        (None, None) => Page::Newest,
    };
    let now = site.clock.now();
    let ask = move |db: &mut Db| Ok((trail(db, &filter, which, PER_PAGE)?, known_acts(db)?, seal_state(db, now)?));
    let (found, acts, sealed) = site.read(ask).await?;
    // The audit administrator reads the log and no case.
    let reads_cases = visitor.holds(Role::Auditor);
    let items: Vec<_> = found.entries.iter().map(|entry| sentence(entry, lang, reads_cases)).collect();
    page(&TrailView {
        filters: filters(lang, &asked, &acts),
        pager: pager(lang, &asked, &found),
        timeline: (!items.is_empty()).then_some(TimelineView { items }),
        export_href: asked.paged(None, None).href("/audit/trail.csv"),
        trail: seal_line(&sealed, lang),
        cx: visitor.page(),
    })
}

/// # Errors
/// A fault of the database or of the writer.
pub async fn export(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let (lang, filter) = (visitor.lang, asked.filter());
    let entries = site.read(move |db| whole_trail(db, &filter)).await?;
    let bytes = csv::write(&table(lang, &entries)).map_err(|why| unwritten(&why))?;
    Ok(file(bytes, CSV, &format!("{}-{}.csv", lang.pick("审计轨迹", "audit-trail"), visitor.today), true))
}

fn table(lang: Lang, entries: &[Entry]) -> DataTable {
    let fields = vec![
        Field::count(lang.pick("行号", "Line")),
        Field::date_time(lang.pick("时间（北京）", "Time (Beijing)")),
        Field::text(lang.pick("经办", "Actor"), 3),
        Field::text(lang.pick("事项", "Act"), 3),
        Field::code(lang.pick("对象", "Subject")),
        Field::text(lang.pick("原状态", "From"), 2),
        Field::text(lang.pick("新状态", "To"), 2),
        Field::text(lang.pick("理由", "Reason"), 5),
        Field::text(lang.pick("详情", "Detail"), 5),
    ];
    let state = |code: &str| State::parse(code).map_or("", |state| state.staff_label(lang));
    let mut table = DataTable::new(lang.pick("审计轨迹", "Audit trail"), fields);
    for entry in entries {
        table.rows.push(vec![
            Cell::Count(entry.id),
            Cell::DateTime(entry.at.and_utc()),
            Cell::text(actor_words(entry, lang)),
            Cell::text(act_words(&entry.act, lang)),
            Cell::text(&entry.subject),
            Cell::text(state(&entry.from_state)),
            Cell::text(state(&entry.to_state)),
            Cell::text(&entry.reason),
            Cell::text(&entry.detail),
        ]);
    }
    table
}

fn filters(lang: Lang, asked: &Asked, acts: &[String]) -> FilterBar {
    let mut choices = vec![Choice::new("", lang.pick("全部事项", "Every act")).on(asked.act.is_empty())];
    choices.extend(acts.iter().map(|code| Choice::new(code, act_words(code, lang))));
    let text = |name: &str, label: &str, value: &str| FieldView::text(lang, name, label).value(value);
    let date = |name: &str, label: &str, value: &str| FieldView::new(lang, FieldKind::Date, name, label).value(value);
    FilterBar {
        lang,
        action: "/audit".into(),
        fields: vec![
            FieldView::new(lang, FieldKind::Search, "text", lang.pick("对象、理由或详情", "Subject, reason or detail")).value(&asked.text),
            text("actor", lang.pick("经办人", "Actor"), &asked.actor),
            FieldView::new(lang, FieldKind::Select, "act", lang.pick("事项", "Act")).value(&asked.act).choices(choices),
            text("application", lang.pick("申请编号", "Application"), &asked.application),
            date("from", lang.pick("自", "From"), &asked.from),
            date("to", lang.pick("至", "To"), &asked.to),
        ],
        hidden: Vec::new(),
        chips: chips(lang, asked),
        clear_href: "/audit".into(),
    }
}

fn chips(lang: Lang, asked: &Asked) -> Vec<Chip> {
    let without = |change: fn(&mut Asked)| {
        let mut rest = asked.paged(None, None);
        change(&mut rest);
        rest.href("/audit")
    };
    let mut chips = Vec::new();
    let mut chip = |value: &str, label: &str, text: String, change: fn(&mut Asked)| {
        if !value.is_empty() {
            chips.push(Chip { text: format!("{label} {text}"), remove_href: without(change) });
        }
    };
    chip(&asked.text, lang.pick("含", "contains"), asked.text.clone(), |rest| rest.text.clear());
    chip(&asked.actor, lang.pick("经办人", "actor"), asked.actor.clone(), |rest| rest.actor.clear());
    chip(&asked.act, lang.pick("事项", "act"), act_words(&asked.act, lang), |rest| rest.act.clear());
    chip(&asked.application, lang.pick("申请", "application"), asked.application.clone(), |rest| rest.application.clear());
    chip(&asked.from, lang.pick("自", "from"), asked.from.clone(), |rest| rest.from.clear());
    chip(&asked.to, lang.pick("至", "to"), asked.to.clone(), |rest| rest.to.clear());
    chips
}

fn pager(lang: Lang, asked: &Asked, found: &TrailPage) -> PagerView {
    let (first, last) = (found.entries.first().map(|entry| entry.id), found.entries.last().map(|entry| entry.id));
    PagerView {
        lang,
        text: lang.pick(format!("共 {} 条", found.all), format!("{} lines", found.all)),
        previous_href: first.filter(|_| found.has_newer).map(|id| asked.paged(None, Some(id)).href("/audit")),
        next_href: last.filter(|_| found.has_older).map(|id| asked.paged(Some(id), None).href("/audit")),
    }
}
