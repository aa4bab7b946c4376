//! The outbox: a letter is a row of the act's own transaction; a job sends it, retries with
//! back-off, and leaves what cannot be sent visible as `dead`. Only a letter that still has to be
//! sent holds links that work.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::letter;
use super::{Db, Fault};
use crate::hidden::tells;
use crate::ids::{ApplicationId, LetterId};

#[derive(Insertable)]
#[diesel(table_name = letter)]
pub struct NewLetter<'a> {
    pub kind: &'a str,
    pub to_email: &'a str,
    pub to_name: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
    pub application_id: Option<ApplicationId>,
    pub next_attempt_at: NaiveDateTime,
    pub queued_at: NaiveDateTime,
}

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = letter)]
pub struct Letter {
    pub id: LetterId,
    pub kind: String,
    pub to_email: String,
    pub to_name: String,
    pub subject: String,
    pub body: String,
    pub application_id: Option<ApplicationId>,
    pub state: String,
    pub attempts: i64,
    pub next_attempt_at: NaiveDateTime,
    pub last_error: String,
    pub queued_at: NaiveDateTime,
    pub sent_at: Option<NaiveDateTime>,
}

tells! { NewLetter<'_> { kind } Letter { id, kind, state, attempts } }

/// # Errors
/// A [`Fault`] of the database.
pub fn enqueue(db: &mut Db, new: &NewLetter<'_>) -> Result<(), Fault> {
    diesel::insert_into(letter::table).values(new).execute(db)?;
    Ok(())
}

/// Letters whose time has come, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn due(db: &mut Db, now: NaiveDateTime, limit: i64) -> Result<Vec<Letter>, Fault> {
    Ok(letter::table
        .filter(letter::state.eq_any(["queued", "sending"]).and(letter::next_attempt_at.le(now)))
        .order(letter::id)
        .limit(limit)
        .select(Letter::as_select())
        .load(db)?)
}

/// Takes a letter for sending until `lease_until`; `false` when another instance was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn take(db: &mut Db, seen: &Letter, lease_until: NaiveDateTime) -> Result<bool, Fault> {
    let taken = diesel::update(letter::table.filter(letter::id.eq(seen.id).and(letter::attempts.eq(seen.attempts))))
        .set((letter::state.eq("sending"), letter::attempts.eq(letter::attempts + 1), letter::next_attempt_at.eq(lease_until)))
        .execute(db)?;
    Ok(taken == 1)
}

/// The letter as this try took it; nothing once another instance took it over. The number of the try is
/// what it stores under.
#[diesel::dsl::auto_type]
fn taken(id: LetterId, attempt: i64) -> _ {
    letter::table.filter(letter::id.eq(id).and(letter::state.eq("sending")).and(letter::attempts.eq(attempt)))
}

/// Marks a letter as sent; `body` is what is kept of its words. `false` when another try has it by now.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn mark_sent(db: &mut Db, id: LetterId, attempt: i64, body: &str, at: NaiveDateTime) -> Result<bool, Fault> {
    let marked = diesel::update(taken(id, attempt))
        .set((letter::state.eq("sent"), letter::sent_at.eq(at), letter::last_error.eq(""), letter::body.eq(body)))
        .execute(db)?;
    Ok(marked == 1)
}

/// Puts a letter back for a later try; `false` when another try has it by now.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn mark_failed(db: &mut Db, id: LetterId, attempt: i64, why: &str, next: NaiveDateTime) -> Result<bool, Fault> {
    let marked = diesel::update(taken(id, attempt))
        .set((letter::state.eq("queued"), letter::last_error.eq(why), letter::next_attempt_at.eq(next)))
        .execute(db)?;
    Ok(marked == 1)
}

/// Sets a letter aside as `dead`; `body` is what is kept of its words. `false` when another try has it by
/// now.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn mark_dead(db: &mut Db, id: LetterId, attempt: i64, why: &str, body: &str) -> Result<bool, Fault> {
    let marked = diesel::update(taken(id, attempt))
        .set((letter::state.eq("dead"), letter::last_error.eq(why), letter::body.eq(body)))
        .execute(db)?;
    Ok(marked == 1)
}

/// Brings a dead letter back to the queue, with these words.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn revive(db: &mut Db, id: LetterId, body: &str, now: NaiveDateTime) -> Result<bool, Fault> {
    let revived = diesel::update(letter::table.filter(letter::id.eq(id).and(letter::state.eq("dead"))))
        .set((letter::state.eq("queued"), letter::attempts.eq(0_i64), letter::next_attempt_at.eq(now), letter::body.eq(body)))
        .execute(db)?;
    Ok(revived == 1)
}

/// The newest letters, for the demo's mail page and the administrator; `state` narrows them.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn newest(db: &mut Db, state: Option<&str>, limit: i64) -> Result<Vec<Letter>, Fault> {
    let mut query = letter::table.select(Letter::as_select()).order(letter::id.desc()).limit(limit).into_boxed();
    if let Some(state) = state {
        query = query.filter(letter::state.eq(state.to_owned()));
    }
    Ok(query.load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: LetterId) -> Result<Option<Letter>, Fault> {
    Ok(letter::table.find(id).select(Letter::as_select()).first(db).optional()?)
}

/// The letters about an application, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<Letter>, Fault> {
    Ok(letter::table.filter(letter::application_id.eq(id)).order(letter::id).select(Letter::as_select()).load(db)?)
}
