//! Tamper evidence: every event's hash binds all its columns and the hash before it in its shard;
//! the [Merkle tree](crate::merkle) over a span of hashes gives one root to sign and a short proof
//! that an event is in it.

use sha2::{Digest, Sha256};

pub use crate::merkle::{GENESIS, Hash, Sibling, Tree, proof, root, root_of_proof};

/// All that a stored event consists of, in the order in which it is hashed.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub shard: i64,
    pub seq: i64,
    pub provider: i64,
    pub contract: i64,
    pub time_ms: i64,
    pub start_ms: i64,
    pub end_ms: i64,
    pub units: i64,
    pub quantity_ms: i64,
    pub received_ms: i64,
    pub late: bool,
    pub source: &'a str,
    pub id: &'a str,
    pub kind: &'a str,
    pub subject: &'a str,
    pub resource: &'a str,
    pub partition: &'a str,
    pub qos: &'a str,
    pub project: &'a str,
    pub instance: &'a str,
    pub digest: &'a [u8],
}

/// The hash of an event after the hash before it.
#[must_use]
pub fn link(before: &Hash, event: &Link<'_>) -> Hash {
    let mut hash = Sha256::new();
    hash.update(before);
    let numbers = [
        event.shard,
        event.seq,
        event.provider,
        event.contract,
        event.time_ms,
        event.start_ms,
        event.end_ms,
        event.units,
        event.quantity_ms,
        event.received_ms,
        i64::from(event.late),
    ];
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    let texts =
        [event.source, event.id, event.kind, event.subject, event.resource, event.partition, event.qos, event.project, event.instance];
    for text in texts {
        hash.update(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.update(event.digest);
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
