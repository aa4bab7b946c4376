//! An application's states are a walk of the workflow that the trail tells, and end where the
//! application stands.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Finding;
use crate::application::{ActKind, State, leads_to};
use crate::ids::ApplicationId;
use crate::reports::Db;
use crate::store::audit::Entry;
use crate::store::schema::application;
use crate::store::{self, Fault};

/// The first line of every application.
const BEGINNING: &str = "start_application";

/// A line that tells an application's state.
#[derive(Clone, Copy)]
pub(super) struct Move {
    seq: i64,
    application: ApplicationId,
    at: NaiveDateTime,
    /// `None` for what only remarks on the application.
    act: Option<ActKind>,
    /// `None` at the beginning, and for a word that is no state.
    from: Option<State>,
    to: Option<State>,
    begins: bool,
}

impl Move {
    pub(super) fn of(seq: i64, entry: &Entry) -> Option<Move> {
        let application = entry.application_id.filter(|_| !entry.to_state.is_empty())?;
        Some(Move {
            seq,
            application,
            at: entry.at,
            act: ActKind::parse(&entry.act),
            from: State::parse(&entry.from_state),
            to: State::parse(&entry.to_state),
            begins: entry.act == BEGINNING,
        })
    }

    /// Does it lead on from where the application stood?
    fn fits(&self, stood: Option<State>) -> bool {
        match (stood, self.from, self.to) {
            (None, None, Some(State::Draft)) => self.begins,
            // Lines from before an application's beginning was told.
            (None, Some(State::Draft), Some(to)) => self.leads(State::Draft, to),
            (Some(stood), Some(from), Some(to)) => stood == from && self.leads(from, to),
            _ => false,
        }
    }

    fn leads(&self, from: State, to: State) -> bool {
        self.act.map_or(from == to, |act| leads_to(from, act, to) || from == to)
    }
}

pub(super) fn applications(moves: &[Move]) -> usize {
    moves.iter().map(|step| step.application).collect::<std::collections::BTreeSet<_>>().len()
}

/// Where an application stands by the lines, and where it was told last.
struct Stand {
    state: State,
    since: NaiveDateTime,
    seq: i64,
}

type Row = (ApplicationId, String, State, NaiveDateTime);

/// The first line that leads on from a state in which the application was not, or the last line of an
/// application that stands elsewhere.
pub(super) fn check(db: &mut Db, moves: &[Move], size: i64) -> Result<Option<Finding>, Fault> {
    let mut stands: BTreeMap<ApplicationId, Stand> = BTreeMap::new();
    let mut first: Option<Finding> = None;
    for step in moves {
        let stood = stands.get(&step.application);
        if !step.fits(stood.map(|stand| stand.state)) {
            first = Some(Finding::at(step.seq, "audit_entry", "does not lead on from the state before by the workflow"));
            break;
        }
        let Some(state) = step.to else { continue };
        let since = stood.filter(|stand| stand.state == state).map_or(step.at, |stand| stand.since);
        stands.insert(step.application, Stand { state, since, seq: step.seq });
    }
    if first.is_some() {
        return Ok(first);
    }
    let rows: Vec<Row> = application::table
        .order(application::id)
        .select((application::id, application::number, application::state, application::state_since))
        .load(db)?;
    for (id, stand) in &stands {
        if rows.binary_search_by_key(id, |row| row.0).is_err() {
            let what = "the trail tells of it, and it is gone";
            first = earlier(first, Finding::between(stand.seq, size + 1, format!("application {id}"), what));
        }
    }
    for row in &rows {
        let (id, number, state, since) = row;
        let stand = stands.get(id);
        if stand.is_some_and(|stand| stand.state == *state && stand.since == *since) || told_meanwhile(db, *id)? {
            continue;
        }
        let told = stand.map_or("nothing", |stand| stand.state.as_str());
        let seq = stand.map_or(size + 1, |stand| stand.seq);
        let what = format!("it is {state} since {since}, and the trail tells {told}");
        // Lines that are gone would have stood after it.
        first = earlier(first, Finding::between(seq, size + 1, format!("application {number}"), what));
    }
    Ok(first)
}

fn earlier(first: Option<Finding>, other: Finding) -> Option<Finding> {
    Some(first.filter(|first| first.first_seq <= other.first_seq).unwrap_or(other))
}

/// Somebody acted while the check ran: the lines of now, sealed or not, lead to the state of now.
fn told_meanwhile(db: &mut Db, id: ApplicationId) -> Result<bool, Fault> {
    let lines = store::audit::of_application(db, id)?;
    let Some(now) = store::application::find(db, id)? else { return Ok(false) };
    let mut stand: Option<(State, NaiveDateTime)> = None;
    let mut is_new = false;
    for step in lines.iter().filter_map(|line| Move::of(0, line)) {
        let Some(state) = step.to.filter(|_| step.fits(stand.map(|(state, _)| state))) else { return Ok(false) };
        if stand.is_none_or(|(stood, _)| stood != state) {
            stand = Some((state, step.at));
        }
        is_new = true;
    }
    Ok(is_new && stand == Some((now.state, now.state_since)))
}
