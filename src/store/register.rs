//! Questions to registers and their answers.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{enterprise, register_check, register_health};
use super::{Db, Fault};
use crate::ids::EnterpriseId;

/// A question to a register.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = register_check)]
pub struct RegisterCheck {
    pub id: i64,
    pub enterprise_id: EnterpriseId,
    /// The code of the kind of list.
    pub register: String,
    /// `pending`, `found`, `not_found` or `failed`.
    pub state: String,
    pub asked_at: NaiveDateTime,
    pub tries: i64,
    pub next_try_at: NaiveDateTime,
    pub answered_at: Option<NaiveDateTime>,
    /// Who answered: a file of ours, or the address that was asked.
    pub source: String,
    /// Of the answer's bytes.
    pub answer_sha256: String,
    /// JSON of what the answer said.
    pub evidence: String,
}

/// What came of a question.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    pub state: &'a str,
    pub source: &'a str,
    pub sha256: &'a str,
    pub evidence: &'a str,
    pub at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn ask(db: &mut Db, of: EnterpriseId, register: &str, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::insert_into(register_check::table)
        .values((
            register_check::enterprise_id.eq(of),
            register_check::register.eq(register),
            register_check::state.eq("pending"),
            register_check::asked_at.eq(at),
            register_check::next_try_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}

/// The newest question of each register about an enterprise.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn newest_of(db: &mut Db, of: EnterpriseId) -> Result<Vec<RegisterCheck>, Fault> {
    let mine = register_check::table.filter(register_check::enterprise_id.eq(of));
    let mut all: Vec<RegisterCheck> =
        mine.order((register_check::register, register_check::id.desc())).select(RegisterCheck::as_select()).load(db)?;
    all.dedup_by(|later, first| later.register == first.register);
    Ok(all)
}

/// Questions that are due, with the code of the enterprise, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn due(db: &mut Db, now: NaiveDateTime, most: i64) -> Result<Vec<(RegisterCheck, String)>, Fault> {
    Ok(register_check::table
        .inner_join(enterprise::table.on(enterprise::id.eq(register_check::enterprise_id)))
        .filter(register_check::state.eq("pending").and(register_check::next_try_at.le(now)))
        .order((register_check::next_try_at, register_check::id))
        .limit(most)
        .select((RegisterCheck::as_select(), enterprise::uscc))
        .load(db)?)
}

/// Keeps an answer; guarded, so that two jobs keep one.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn answer(db: &mut Db, id: i64, answer: &Answer<'_>) -> Result<bool, Fault> {
    let pending = register_check::table.filter(register_check::id.eq(id).and(register_check::state.eq("pending")));
    let changed = diesel::update(pending)
        .set((
            register_check::state.eq(answer.state),
            register_check::tries.eq(register_check::tries + 1),
            register_check::answered_at.eq(answer.at),
            register_check::source.eq(answer.source),
            register_check::answer_sha256.eq(answer.sha256),
            register_check::evidence.eq(answer.evidence),
        ))
        .execute(db)?;
    Ok(changed == 1)
}

/// Puts a question off. `tried` says whether it was asked at all.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn put_off(db: &mut Db, id: i64, until: NaiveDateTime, tried: bool, why: &str) -> Result<(), Fault> {
    let pending = register_check::table.filter(register_check::id.eq(id).and(register_check::state.eq("pending")));
    diesel::update(pending)
        .set((
            register_check::next_try_at.eq(until),
            register_check::tries.eq(register_check::tries + i64::from(tried)),
            register_check::evidence.eq(why),
        ))
        .execute(db)?;
    Ok(())
}

/// How often a register failed in a row, and until when nobody asks it.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn health(db: &mut Db, register: &str) -> Result<(i64, Option<NaiveDateTime>), Fault> {
    let known = register_health::table.find(register).select((register_health::failures, register_health::resting_until));
    Ok(known.first(db).optional()?.unwrap_or((0, None)))
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_health(db: &mut Db, register: &str, failures: i64, resting_until: Option<NaiveDateTime>) -> Result<(), Fault> {
    diesel::delete(register_health::table.find(register)).execute(db)?;
    diesel::insert_into(register_health::table)
        .values((
            register_health::register.eq(register),
            register_health::failures.eq(failures),
            register_health::resting_until.eq(resting_until),
        ))
        .execute(db)?;
    Ok(())
}
