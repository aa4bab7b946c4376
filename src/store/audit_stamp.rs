//! Time stamps beside the checkpoints of the trail.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::audit_seal::KeptCheckpoint;
use super::schema::{audit_checkpoint, audit_stamp};
use super::{Db, Fault};

/// An authority's answer as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_stamp)]
pub struct KeptStamp {
    /// The checkpoint that it stamps.
    pub size: i64,
    /// A TimeStampResp of RFC 3161.
    pub answer: Vec<u8>,
    pub kept_at: NaiveDateTime,
}

/// # Errors
/// A unique violation when the checkpoint has one; a [`Fault`] otherwise.
pub fn keep(db: &mut Db, new: &KeptStamp) -> Result<(), Fault> {
    diesel::insert_into(audit_stamp::table).values(new).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, size: i64) -> Result<Option<KeptStamp>, Fault> {
    Ok(audit_stamp::table.find(size).select(KeptStamp::as_select()).first(db).optional()?)
}

/// All of them, the smallest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<KeptStamp>, Fault> {
    Ok(audit_stamp::table.order(audit_stamp::size).select(KeptStamp::as_select()).load(db)?)
}

/// The first stamped checkpoint that covers a place.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn covering(db: &mut Db, seq: i64) -> Result<Option<(KeptCheckpoint, KeptStamp)>, Fault> {
    let stamped = audit_stamp::table.inner_join(audit_checkpoint::table.on(audit_checkpoint::size.eq(audit_stamp::size)));
    let stamped = stamped.filter(audit_stamp::size.ge(seq)).order(audit_stamp::size);
    Ok(stamped.select((KeptCheckpoint::as_select(), KeptStamp::as_select())).first(db).optional()?)
}

/// Checkpoints below a size with their stamps, the largest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn checkpoints_below(db: &mut Db, size: i64, most: i64) -> Result<Vec<(KeptCheckpoint, Option<KeptStamp>)>, Fault> {
    let below = audit_checkpoint::table.left_join(audit_stamp::table.on(audit_stamp::size.eq(audit_checkpoint::size)));
    let below = below.filter(audit_checkpoint::size.lt(size));
    let below = below.order(audit_checkpoint::size.desc()).limit(most);
    Ok(below.select((KeptCheckpoint::as_select(), Option::<KeptStamp>::as_select())).load(db)?)
}
