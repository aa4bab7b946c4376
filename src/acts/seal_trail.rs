//! The sealer: lines of the trail that were stored with their acts get their place in the chain, and the
//! end of the chain is signed. It writes no line itself, for that line would have to be sealed too.
//!
//! Why not in the act's own transaction: the end of the chain is one row, and every writer of PostgreSQL
//! would hold its lock until its commit is on the disk ([decision 0011](../../docs/decisions/0011-the-trail-is-sealed.md)).

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::{Fault, House, Store};
use crate::merkle::{Frontier, GENESIS, Hash, chained};
use crate::secret::random_salt;
use crate::secret::signing::verify;
use crate::store::audit::Entry;
use crate::store::audit_seal::{Head, KeptCheckpoint, Seal};
use crate::store::{self, Db};
use crate::trail::Checkpoint;

/// Lines of one transaction.
const ROUND: i64 = 2_000;
/// No line waits longer for a checkpoint that is kept.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(10);
/// What is printed with a root, so that a checkpoint covers it at once.
const PRINTED: [&str; 2] = ["publish_notice", "approve_batch"];

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub lines: i64,
    /// A checkpoint is kept.
    pub kept: bool,
}

/// Seals what waits. Two sealers at once queue at the head, and the second one finds nothing.
///
/// # Errors
/// A fault of the database, or a head that does not fit; nothing is sealed then.
pub fn seal_trail(store: &Store, house: &House, now: DateTime<Utc>) -> Result<Round, Fault> {
    let now = now.naive_utc();
    let mut all = Round::default();
    loop {
        let is_due = |db: &mut Db| Ok::<_, Fault>(store::audit_seal::waits(db)?.0 > 0 || waits_for_checkpoint(db, now)?);
        if !store.read(is_due)? {
            return Ok(all);
        }
        let round = store.write(|db| seal_within(db, house, now))?;
        all = Round { lines: all.lines + round.lines, kept: all.kept || round.kept };
        if round.lines < ROUND {
            return Ok(all);
        }
    }
}

fn waits_for_checkpoint(db: &mut Db, now: NaiveDateTime) -> Result<bool, Fault> {
    let size = store::audit_seal::head(db)?.map_or(0, |head| head.size);
    Ok(size > 0 && is_old(store::audit_seal::newest_checkpoint(db)?.as_ref(), size, now))
}

/// Is there something that no checkpoint covers, and was the last one signed a while ago?
fn is_old(last: Option<&KeptCheckpoint>, size: i64, now: NaiveDateTime) -> bool {
    last.is_none_or(|last| size > last.size && now - last.signed_at >= LONGEST_WAIT)
}

/// One round inside a transaction.
///
/// # Errors
/// As [`seal_trail`].
pub fn seal_within(db: &mut Db, house: &House, now: NaiveDateTime) -> Result<Round, Fault> {
    let mut head = store::audit_seal::lock_head(db)?;
    let waiting = store::audit_seal::waiting(db, ROUND)?;
    // The clock of a machine may be set back; the trail's never is, and each round has a time of its own.
    let now = now.max(head.signed_at + TimeDelta::microseconds(1));
    let mut end = End::of(&head)?;
    let seals: Vec<Seal> = waiting.iter().map(|line| end.seal(line, now)).collect();
    store::audit_seal::seal(db, &seals)?;
    let last = store::audit_seal::newest_checkpoint(db)?;
    let printed = waiting.iter().any(|line| PRINTED.contains(&line.act.as_str()));
    let keep = end.size > 0 && (printed || is_old(last.as_ref(), end.size, now));
    let lines = i64::try_from(seals.len()).unwrap_or(i64::MAX);
    if lines == 0 && !keep {
        return Ok(Round::default());
    }
    store::statement::keep_key(db, &house.signer.key_id(), &house.signer.public_key(), now)?;
    let mut after = last.map_or(0, |last| last.size);
    if keep {
        store::audit_seal::keep_checkpoint(db, &signed(house, &end, now, after))?;
        after = end.size;
    }
    let signed = signed(house, &end, now, after);
    head = Head {
        size: signed.size,
        root: signed.root,
        signed_at: signed.signed_at,
        after_size: signed.after_size,
        origin: signed.origin,
        key_id: signed.key_id,
        signature: signed.signature,
        chain: end.chain.to_vec(),
        peaks: end.frontier.peaks().concat(),
    };
    store::audit_seal::set_head(db, &head)?;
    Ok(Round { lines, kept: keep })
}

/// The end of the chain while lines are added to it.
struct End {
    size: i64,
    chain: Hash,
    frontier: Frontier,
    buffer: Vec<u8>,
}

impl End {
    fn of(head: &Head) -> Result<End, Fault> {
        let bad = |what: &str| Fault::BadRow { table: "audit_head", id: "1".into(), what: what.to_owned() };
        let chain = if head.size == 0 { GENESIS } else { hash(&head.chain).ok_or_else(|| bad("a chain that is no hash"))? };
        let peaks: Option<Vec<Hash>> = head.peaks.chunks(32).map(hash).collect();
        let size = u64::try_from(head.size).map_err(|_| bad("a size below zero"))?;
        let frontier = peaks.and_then(|peaks| Frontier::kept(size, peaks));
        let frontier = frontier.ok_or_else(|| bad("peaks that do not belong to its size"))?;
        Ok(End { size: head.size, chain, frontier, buffer: Vec::new() })
    }

    fn seal(&mut self, line: &Entry, sealed_at: NaiveDateTime) -> Seal {
        self.size += 1;
        let salt = random_salt();
        let leaf = line.at_place(self.size, sealed_at, &salt).leaf(&mut self.buffer);
        self.chain = chained(&self.chain, &leaf);
        self.frontier.push(leaf);
        Seal { seq: self.size, entry_id: line.id, leaf: leaf.to_vec(), chain: self.chain.to_vec(), salt, sealed_at }
    }
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

fn signed(house: &House, end: &End, now: NaiveDateTime, after: i64) -> KeptCheckpoint {
    let said = Checkpoint { origin: house.log_origin(), size: end.size, root: end.frontier.root(), signed_at: now, after };
    KeptCheckpoint {
        size: said.size,
        root: hex::encode(said.root),
        signed_at: now,
        after_size: after,
        key_id: house.signer.key_id(),
        signature: house.signer.sign(said.text().as_bytes()),
        origin: said.origin,
    }
}

/// Is it the signature of the key (both in hexadecimal) under the message?
#[must_use]
pub fn is_signature(public_key: &str, message: &[u8], signature: &str) -> bool {
    verify(public_key, message, signature)
}

impl House {
    /// The name of this house's trail: the address of the site without its scheme, and `/audit`.
    #[must_use]
    pub fn log_origin(&self) -> String {
        let host = self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, host)| host);
        format!("{host}/audit")
    }
}
