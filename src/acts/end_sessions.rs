//! People end their own sessions: one that they do not know, or all but the one they sit at.

use super::{Act, ActError, Line, Outcome};
use crate::secret::token_hash;
use crate::store;

/// What a page calls a session by: nothing that opens it.
#[must_use]
pub fn handle(session_hash: &str) -> String {
    token_hash(&format!("handle of {session_hash}")).chars().take(16).collect()
}

/// Ends one of one's own sessions.
///
/// # Errors
/// `NotFound` for a session that is over, and for everybody else's.
pub fn end_session(act: &mut Act<'_>, wanted: &str) -> Outcome<()> {
    let id = act.account()?;
    let mine = store::session::of_account(act.db, id, act.stamp())?;
    let found = mine.into_iter().find(|session| handle(&session.token_hash) == wanted).ok_or(ActError::NotFound)?;
    store::session::close(act.db, &found.token_hash)?;
    write(act, &found.device)
}

/// Ends all of one's own sessions but this one.
///
/// # Errors
/// `NotAllowed` for jobs and programs.
pub fn end_other_sessions(act: &mut Act<'_>, kept: &str) -> Outcome<()> {
    let id = act.account()?;
    match store::session::close_others(act.db, id, kept)? {
        0 => Ok(()),
        count => write(act, &count.to_string()),
    }
}

fn write(act: &mut Act<'_>, detail: &str) -> Outcome<()> {
    let id = act.account()?;
    let person = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    act.write_line(&Line { act: "end_sessions", enterprise: person.enterprise_id, subject: &person.email, detail, ..Line::default() })
}
