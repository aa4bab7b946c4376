//! Checkpoints with their time stamps: what waits for one, the list of all, and the files that whoever
//! checks them downloads.

use chrono::NaiveDateTime;

use super::Db;
use super::trail::signed;
use crate::acts::Outcome;
use crate::store::audit_seal::{KeptCheckpoint, newest_checkpoint};
use crate::store::{self, Fault, audit_stamp};
use crate::trail::stamp::{NoStamp, Stamp, Trusted, check, imprint};

/// A checkpoint without a stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unstamped {
    pub size: i64,
    pub signed_at: NaiveDateTime,
    /// What is stamped.
    pub note: String,
}

/// The newest checkpoint when it has no stamp yet. Older ones need none of their own: the newest stands
/// for every line before it.
///
/// # Errors
/// A fault of the database.
pub fn unstamped(db: &mut Db) -> Result<Option<Unstamped>, Fault> {
    let Some(newest) = newest_checkpoint(db)? else { return Ok(None) };
    if audit_stamp::find(db, newest.size)?.is_some() {
        return Ok(None);
    }
    let note = note(db, &newest)?;
    Ok(note.map(|note| Unstamped { size: newest.size, signed_at: newest.signed_at, note }))
}

fn note(db: &mut Db, kept: &KeptCheckpoint) -> Result<Option<String>, Fault> {
    Ok(signed(db, kept)?.map(|(signed, _)| signed.note()))
}

/// A checkpoint in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    pub size: i64,
    pub short_root: String,
    pub signed_at: NaiveDateTime,
    /// None while it has none.
    pub stamp: Option<Result<Stamp, NoStamp>>,
}

/// A page of checkpoints below a size, the largest first; says whether there are more.
///
/// # Errors
/// A fault of the database.
pub fn checkpoints(db: &mut Db, below: i64, most: usize, trusted: Option<&Trusted>) -> Outcome<(Vec<CheckpointRow>, bool)> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let found = audit_stamp::checkpoints_below(db, below, limit)?;
    let has_more = found.len() > most;
    let mut rows = Vec::new();
    for (kept, stamp) in found.into_iter().take(most) {
        let note = note(db, &kept)?.unwrap_or_default();
        rows.push(CheckpointRow {
            size: kept.size,
            short_root: kept.said().map(|said| said.short_root()).unwrap_or_default(),
            signed_at: kept.signed_at,
            stamp: stamp.map(|stamp| check(&stamp.answer, &imprint(&note), None, trusted)),
        });
    }
    Ok((rows, has_more))
}

/// The signed note of a checkpoint.
///
/// # Errors
/// A fault of the database.
pub fn note_of(db: &mut Db, size: i64) -> Outcome<Option<String>> {
    let Some(kept) = store::audit_seal::checkpoint_covering(db, size)?.filter(|kept| kept.size == size) else { return Ok(None) };
    Ok(note(db, &kept)?)
}

/// The authority's answer to it, as `openssl ts` reads it.
///
/// # Errors
/// A fault of the database.
pub fn answer_of(db: &mut Db, size: i64) -> Outcome<Option<Vec<u8>>> {
    Ok(audit_stamp::find(db, size)?.map(|stamp| stamp.answer))
}
