//! Tamper evidence: every event's hash binds all its columns and the hash before it in its shard;
//! a Merkle tree over a span of hashes (RFC 6962 §2.1) gives one root to sign and a short proof
//! that an event is in it.

use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The hash before the first event of a shard.
pub const GENESIS: Hash = [0; 32];

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

fn leaf(value: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(value);
    hash.finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The Merkle root of hashes; that of nothing is the hash of nothing.
#[must_use]
pub fn root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Sha256::digest([]).into(),
        [only] => leaf(only),
        many => {
            let (left, right) = many.split_at(split(many.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two below `size` (`size` ≥ 2).
const fn split(size: usize) -> usize {
    match size.checked_next_power_of_two() {
        Some(power) => power / 2,
        None => size / 2,
    }
}

/// One step of a proof: the sibling and the side it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sibling {
    pub hash: Hash,
    pub left: bool,
}

/// The way from the hash at `index` up to the root; `None` when there is no such hash.
#[must_use]
pub fn proof(hashes: &[Hash], index: usize) -> Option<Vec<Sibling>> {
    if index >= hashes.len() {
        return None;
    }
    let (mut span, mut at, mut steps) = (hashes, index, Vec::new());
    while span.len() > 1 {
        let (left, right) = span.split_at(split(span.len()));
        if at < left.len() {
            steps.push(Sibling { hash: root(right), left: false });
            span = left;
        } else {
            at -= left.len();
            steps.push(Sibling { hash: root(left), left: true });
            span = right;
        }
    }
    steps.reverse();
    Some(steps)
}

/// The tree over some hashes with all of its levels, for many proofs of one span. Pairing from below
/// and lifting a last one without a partner gives the same tree as splitting from above.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    #[must_use]
    pub fn new(hashes: &[Hash]) -> Tree {
        let mut level: Vec<Hash> = hashes.iter().map(leaf).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let pair = |pair: &[Hash]| match pair {
                [left, right] => node(left, right),
                alone => alone.first().copied().unwrap_or(GENESIS),
            };
            let above = level.chunks(2).map(pair).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Tree { levels }
    }

    /// As [`root`].
    #[must_use]
    pub fn root(&self) -> Hash {
        self.levels.last().and_then(|top| top.first()).copied().unwrap_or_else(|| root(&[]))
    }

    /// As [`proof`].
    #[must_use]
    pub fn proof(&self, index: usize) -> Option<Vec<Sibling>> {
        self.levels.first()?.get(index)?;
        let (mut at, mut steps) = (index, Vec::new());
        for level in self.levels.iter().filter(|level| level.len() > 1) {
            let beside = at ^ 1;
            steps.extend(level.get(beside).map(|hash| Sibling { hash: *hash, left: beside < at }));
            at /= 2;
        }
        Some(steps)
    }
}

/// The root that a hash and its proof lead to.
#[must_use]
pub fn root_of_proof(hash: &Hash, steps: &[Sibling]) -> Hash {
    steps.iter().fold(leaf(hash), |below, step| if step.left { node(&step.hash, &below) } else { node(&below, &step.hash) })
}

#[cfg(test)]
mod tests;
