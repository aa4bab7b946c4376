//! The end of a chain of events is signed: the Merkle root over what came since the last signature.
//! From then on nobody can rewrite these events without the key.

use chrono::{DateTime, Utc};

use super::{Act, Fault, Line, Outcome, Store};
use crate::metering::chain;
use crate::metering::moment::Moment;
use crate::secret::signing::verify;
use crate::store::checkpoint::Checkpoint;
use crate::store::usage::Shard;
use crate::store::{self, Db};

/// Events under one signature.
const SPAN: i64 = 10_000;
/// No event waits longer than a day.
const LONGEST_WAIT_MS: i64 = 24 * 3_600_000;

/// The shards that have something to sign.
///
/// # Errors
/// A fault of the database.
pub fn due(store: &Store, now: DateTime<Utc>) -> Result<Vec<i64>, Fault> {
    store.read(|db| {
        let mut shards = Vec::new();
        for end in store::usage::chain_ends(db)? {
            if next_span(db, &end, Moment::at(now))?.is_some() {
                shards.push(end.shard);
            }
        }
        Ok(shards)
    })
}

/// The next span to sign: a full one, or what there is when its first event waits for a day.
fn next_span(db: &mut Db, end: &Shard, now: Moment) -> Result<Option<(i64, i64)>, Fault> {
    let from = store::checkpoint::newest(db, end.shard)?.map_or(1, |last| last.to_seq + 1);
    if end.last_seq >= from + SPAN - 1 {
        return Ok(Some((from, from + SPAN - 1)));
    }
    let oldest = store::usage::chain_after(db, end.shard, from - 1, 1)?;
    let waits = oldest.first().is_some_and(|event| now.millis() - event.received_ms >= LONGEST_WAIT_MS);
    Ok(waits.then_some((from, end.last_seq)))
}

/// Signs the next span of a shard; `false` when nothing is due. The shard's lock keeps another
/// instance from signing a span that overlaps.
///
/// # Errors
/// Faults of the database; an event of the span that is missing.
pub fn checkpoint_usage(act: &mut Act<'_>, shard: i64) -> Outcome<bool> {
    let end = store::usage::lock_shard(act.db, shard)?;
    let Some((from_seq, to_seq)) = next_span(act.db, &end, Moment::at(act.now))? else { return Ok(false) };
    let hashes = store::usage::hashes(act.db, shard, from_seq, to_seq)?;
    let root = hex::encode(chain::root(&hashes));
    let signer = &act.house.signer;
    let mut new = Checkpoint { shard, from_seq, to_seq, root, signed_at: act.stamp(), key_id: signer.key_id(), signature: String::new() };
    new.signature = signer.sign(&new.said());
    store::statement::keep_key(act.db, &new.key_id, &signer.public_key(), new.signed_at)?;
    store::checkpoint::insert(act.db, &new)?;
    // `suanquan usage verify` holds the checkpoints against these lines.
    act.write_line(&Line { act: "checkpoint_usage", subject: &new.name(), detail: &new.root, ..Line::default() })?;
    Ok(true)
}

/// Is it the signature of a key of this house under the message?
///
/// # Errors
/// A fault of the database.
pub fn is_signed(db: &mut Db, key_id: &str, message: &[u8], signature: &str) -> Result<bool, Fault> {
    Ok(store::statement::public_key(db, key_id)?.is_some_and(|key| verify(&key, message, signature)))
}
