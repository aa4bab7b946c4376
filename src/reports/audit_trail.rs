//! The trail as the auditor reads it: every line with filters, in pages by key.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::Text as SqlText;

use super::Db;
use crate::acts::Outcome;
use crate::calendar::{end_of_day, start_of_day};
use crate::store::audit::Entry;
use crate::store::schema::{application, audit_entry};
use crate::store::{self, Fault};

diesel::define_sql_function! {
    /// Folds case: ASCII on SQLite, everything on PostgreSQL.
    fn lower(text: SqlText) -> SqlText;
}

/// Which lines to show; an empty field filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// Part of the actor's name.
    pub actor: String,
    /// Code of the act.
    pub act: String,
    /// Number of the application.
    pub application: String,
    /// Days in Beijing, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Part of subject, reason or detail.
    pub text: String,
}

/// Which page of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// The newest lines.
    #[default]
    Newest,
    /// Older than this line.
    Before(i64),
    /// Newer than this line.
    After(i64),
}

/// One page, newest first.
#[derive(Clone, Debug)]
pub struct TrailPage {
    pub entries: Vec<Entry>,
    pub all: i64,
    pub has_newer: bool,
    pub has_older: bool,
}

type Boxed<'a> = audit_entry::BoxedQuery<'a, <Db as Connection>::Backend>;

fn filtered<'a>(db: &mut Db, filter: &TrailFilter) -> Outcome<Boxed<'a>> {
    let mut query = audit_entry::table.into_boxed::<<Db as Connection>::Backend>();
    if !filter.actor.is_empty() {
        query = query.filter(lower(audit_entry::actor_name).like(pattern(&filter.actor)).escape('!'));
    }
    if !filter.act.is_empty() {
        query = query.filter(audit_entry::act.eq(filter.act.clone()));
    }
    if !filter.application.is_empty() {
        let id: Option<crate::ids::ApplicationId> = application::table
            .filter(application::number.eq(&filter.application))
            .select(application::id)
            .first(db)
            .optional()
            .map_err(Fault::from)?;
        query = query.filter(audit_entry::application_id.eq(id.unwrap_or_else(|| crate::ids::ApplicationId::new(0))));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entry::at.ge(start_of_day(from).naive_utc()));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_entry::at.lt(end_of_day(to).naive_utc()));
    }
    if !filter.text.is_empty() {
        let text = pattern(&filter.text);
        query = query.filter(
            lower(audit_entry::subject)
                .like(text.clone())
                .escape('!')
                .or(lower(audit_entry::reason).like(text.clone()).escape('!'))
                .or(lower(audit_entry::detail).like(text).escape('!')),
        );
    }
    Ok(query)
}

/// The text as part of a LIKE pattern; its own `%`, `_` and `!` mean themselves.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// One page of at most `most` lines.
///
/// # Errors
/// A fault of the database.
pub fn trail(db: &mut Db, filter: &TrailFilter, page: Page, most: i64) -> Outcome<TrailPage> {
    let all: i64 = filtered(db, filter)?.count().get_result(db).map_err(Fault::from)?;
    let query = filtered(db, filter)?;
    let query = match page {
        Page::Newest => query.order(audit_entry::id.desc()),
        Page::Before(id) => query.filter(audit_entry::id.lt(id)).order(audit_entry::id.desc()),
        Page::After(id) => query.filter(audit_entry::id.gt(id)).order(audit_entry::id.asc()),
    };
    let mut entries: Vec<Entry> = query.limit(most + 1).select(Entry::as_select()).load(db).map_err(Fault::from)?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = entries.len() > most;
    entries.truncate(most);
    if matches!(page, Page::After(_)) {
        entries.reverse();
    }
    let (has_newer, has_older) = match page {
        Page::Newest => (false, more),
        Page::Before(_) => (true, more),
        Page::After(_) => (more, true),
    };
    Ok(TrailPage { entries, all, has_newer, has_older })
}

/// Every line that fits, oldest first, for the export.
///
/// # Errors
/// A fault of the database.
pub fn whole_trail(db: &mut Db, filter: &TrailFilter) -> Outcome<Vec<Entry>> {
    let query = filtered(db, filter)?.order(audit_entry::id.asc());
    Ok(query.select(Entry::as_select()).load(db).map_err(Fault::from)?)
}

/// Every act that occurs in the trail, by code.
///
/// # Errors
/// A fault of the database.
pub fn known_acts(db: &mut Db) -> Outcome<Vec<String>> {
    Ok(audit_entry::table.select(audit_entry::act).distinct().order(audit_entry::act).load(db).map_err(Fault::from)?)
}

/// One application as the auditor reads it.
#[derive(Clone, Debug)]
pub struct AuditCase {
    pub id: crate::ids::ApplicationId,
    pub number: String,
    pub enterprise: String,
    pub state: crate::application::State,
    pub state_since: NaiveDateTime,
    pub total: crate::money::Fen,
    /// Oldest first.
    pub trail: Vec<Entry>,
    pub evaluations: Vec<super::kept_evaluation::EvaluationRow>,
    pub subsidies: Vec<store::subsidy::Subsidy>,
}

/// # Errors
/// `NotFound` for an unknown number or one that the actor may not know of.
pub fn audit_case(db: &mut Db, actor: &crate::party::Actor, number: &str) -> Outcome<AuditCase> {
    let found = store::known::application(db, actor, number)?.ok_or(crate::acts::ActError::NotFound)?;
    Ok(AuditCase {
        id: found.id,
        enterprise: store::account::enterprise(db, found.enterprise_id)?.map(|one| one.name).unwrap_or_default(),
        trail: store::audit::of_application(db, found.id)?,
        evaluations: super::kept_evaluation::rows(db, found.id)?,
        subsidies: store::subsidy::of_application(db, found.id)?,
        number: found.number,
        state: found.state,
        state_since: found.state_since,
        total: found.total_fen,
    })
}
