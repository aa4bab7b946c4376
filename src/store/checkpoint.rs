//! Checkpoints: the signed Merkle root over a span of a shard's chain. Spans follow one another
//! without a gap, so every event that is old enough stands under exactly one signature.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::schema::usage_checkpoint;
use super::{Db, Fault};
use crate::metering::canonical::digest;

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = usage_checkpoint)]
pub struct Checkpoint {
    pub shard: i64,
    pub from_seq: i64,
    pub to_seq: i64,
    /// In hexadecimal.
    pub root: String,
    pub signed_at: NaiveDateTime,
    pub key_id: String,
    pub signature: String,
}

impl Checkpoint {
    /// `0:1-10000`, as the trail names it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}-{}", self.shard, self.from_seq, self.to_seq)
    }

    /// SHA-256 over everything that the checkpoint says: what is signed.
    #[must_use]
    pub fn said(&self) -> [u8; 32] {
        let numbers = [self.shard, self.from_seq, self.to_seq, self.signed_at.and_utc().timestamp_micros()];
        let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        digest(&[b"usage_checkpoint", &numbers, self.root.as_bytes()])
    }
}

/// # Errors
/// A unique violation when another instance was faster; a [`Fault`] otherwise.
pub fn insert(db: &mut Db, new: &Checkpoint) -> Result<(), Fault> {
    diesel::insert_into(usage_checkpoint::table).values(new).execute(db)?;
    Ok(())
}

/// The last one of a shard.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn newest(db: &mut Db, shard: i64) -> Result<Option<Checkpoint>, Fault> {
    let of_shard = usage_checkpoint::table.filter(usage_checkpoint::shard.eq(shard)).order(usage_checkpoint::to_seq.desc());
    Ok(of_shard.select(Checkpoint::as_select()).first(db).optional()?)
}

/// The one whose span holds an event.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn covering(db: &mut Db, shard: i64, seq: i64) -> Result<Option<Checkpoint>, Fault> {
    let covers = usage_checkpoint::table
        .filter(usage_checkpoint::shard.eq(shard).and(usage_checkpoint::from_seq.le(seq)).and(usage_checkpoint::to_seq.ge(seq)))
        .order(usage_checkpoint::to_seq.desc());
    Ok(covers.select(Checkpoint::as_select()).first(db).optional()?)
}

/// All of them, shard by shard in the order of their spans.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<Checkpoint>, Fault> {
    let ordered = usage_checkpoint::table.order((usage_checkpoint::shard, usage_checkpoint::to_seq));
    Ok(ordered.select(Checkpoint::as_select()).load(db)?)
}
