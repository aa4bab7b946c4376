//! Leases of jobs: one instance at a time runs a job, and what an earlier one still wants to store is
//! refused, however late it wakes up.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::schema::job_lease;
use super::{Db, Fault, dialect};

/// How long a holder may be silent until another takes the job over.
pub const TERM: TimeDelta = TimeDelta::seconds(30);

/// What the holder of a lease stores under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    pub kind: String,
    /// Goes up with every change of hands.
    pub epoch: i64,
}

#[derive(Queryable)]
struct Row {
    holder: String,
    epoch: i64,
    held_until: NaiveDateTime,
}

/// Takes or renews the lease of a job; `None` while another instance holds it. A lease that ends later than
/// any could was made before the clock was put back, and is over.
///
/// # Errors
/// A unique violation when another instance took it for the first time at this moment; a [`Fault`] of the
/// database.
pub fn take(db: &mut Db, kind: &str, holder: &str, now: NaiveDateTime) -> Result<Option<Fence>, Fault> {
    let known: Option<Row> =
        job_lease::table.find(kind).select((job_lease::holder, job_lease::epoch, job_lease::held_until)).first(db).optional()?;
    let held_until = now + TERM;
    let fence = |epoch| Some(Fence { kind: kind.to_owned(), epoch });
    let Some(row) = known else {
        let new = (job_lease::kind.eq(kind), job_lease::holder.eq(holder), job_lease::epoch.eq(1), job_lease::held_until.eq(held_until));
        diesel::insert_into(job_lease::table).values(new).execute(db)?;
        return Ok(fence(1));
    };
    let mine = row.holder == holder;
    if !mine && row.held_until > now && row.held_until <= held_until {
        return Ok(None);
    }
    let epoch = if mine { row.epoch } else { row.epoch + 1 };
    let seen = job_lease::table.filter(job_lease::kind.eq(kind).and(job_lease::epoch.eq(row.epoch)).and(job_lease::holder.eq(&row.holder)));
    let taken = diesel::update(seen)
        .set((job_lease::holder.eq(holder), job_lease::epoch.eq(epoch), job_lease::held_until.eq(held_until)))
        .execute(db)?;
    Ok(if taken == 1 { fence(epoch) } else { None })
}

/// Gives back what a holder has, so that nobody waits for it after an orderly stop.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn give_back(db: &mut Db, holder: &str, now: NaiveDateTime) -> Result<(), Fault> {
    diesel::update(job_lease::table.filter(job_lease::holder.eq(holder).and(job_lease::held_until.gt(now))))
        .set(job_lease::held_until.eq(now))
        .execute(db)?;
    Ok(())
}

/// Refuses to go on in a transaction when another instance has the job by now. Until the transaction ends
/// nobody can take it over.
///
/// # Errors
/// [`Fault::LeaseLost`]; a [`Fault`] of the database.
pub(super) fn hold(db: &mut Db, fence: &Fence) -> Result<(), Fault> {
    if dialect::lease_epoch(db, &fence.kind)? == Some(fence.epoch) { Ok(()) } else { Err(Fault::LeaseLost(fence.kind.clone())) }
}
