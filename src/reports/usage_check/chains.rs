//! The chains of events: every hash, digest, void and checkpoint, in one pass over the rows.

use std::collections::{BTreeMap, VecDeque};

use super::{Broken, Checked, broken, must_be_signed};
use crate::metering::chain::{GENESIS, Hash, link, root};
use crate::metering::event::{EventKey, EventKind, fact_digest};
use crate::reports::Db;
use crate::store;
use crate::store::checkpoint::Checkpoint;
use crate::store::usage::{Shard, StoredEvent, VoidedEvent};

/// Events of one question to the database.
const PAGE: i64 = 5_000;

/// Voids by the event that takes out.
type Voids = BTreeMap<(i64, i64), VoidedEvent>;

pub(super) fn check(db: &mut Db, checked: &mut Checked) -> Result<(), Broken> {
    let mut spans: BTreeMap<i64, VecDeque<Checkpoint>> = BTreeMap::new();
    for checkpoint in store::checkpoint::all(db)? {
        spans.entry(checkpoint.shard).or_default().push_back(checkpoint);
    }
    let ends = store::usage::chain_ends(db)?;
    let mut voids: Voids = store::usage::voids(db)?.into_iter().map(|void| ((void.by_shard, void.by_seq), void)).collect();
    for end in &ends {
        let waiting = spans.remove(&end.shard).unwrap_or_default();
        let mut chain = Chain { shard: end.shard, before: GENESIS, seq: 0, spans: Spans { waiting, hashes: Vec::new(), next: 1 } };
        chain.check(db, end, &mut voids, checked)?;
        checked.shards += 1;
    }
    if let Some(lost) = spans.values().flatten().next() {
        return broken(&place_of(lost), "its shard has no chain");
    }
    let is_past = |void: &VoidedEvent| ends.iter().any(|end| end.shard == void.by_shard && void.by_seq > end.last_seq);
    match voids.values().find(|void| !is_past(void)) {
        Some(void) => {
            let (shard, seq) = (void.by_shard, void.by_seq);
            broken(&format!("usage_void shard {} seq {}", void.shard, void.seq), &format!("event {shard}/{seq} takes nothing out"))
        }
        None => Ok(()),
    }
}

/// One chain as far as it was read.
struct Chain {
    shard: i64,
    before: Hash,
    seq: i64,
    spans: Spans,
}

impl Chain {
    fn check(&mut self, db: &mut Db, end: &Shard, voids: &mut Voids, checked: &mut Checked) -> Result<(), Broken> {
        while self.seq < end.last_seq {
            let page = store::usage::chain_after(db, self.shard, self.seq, PAGE)?;
            if page.is_empty() {
                break;
            }
            for event in page.iter().filter(|event| event.seq <= end.last_seq) {
                self.take(db, event, voids, checked)?;
            }
        }
        if self.seq < end.last_seq {
            return broken(&self.place(self.seq + 1), &format!("is missing; the chain ends at {}", end.last_seq));
        }
        if self.before.as_slice() != end.last_hash.as_slice() {
            return broken(&format!("usage_shard {}", self.shard), &format!("last_hash is not the hash of event {}", self.seq));
        }
        match self.spans.waiting.front() {
            Some(beyond) => broken(&place_of(beyond), &format!("covers events after {}, the end of the chain", end.last_seq)),
            None => Ok(()),
        }
    }

    fn place(&self, seq: i64) -> String {
        format!("usage_event shard {} seq {seq}", self.shard)
    }

    fn take(&mut self, db: &mut Db, event: &StoredEvent, voids: &mut Voids, checked: &mut Checked) -> Result<(), Broken> {
        let expected = self.seq + 1;
        if event.seq != expected {
            return broken(&self.place(expected), "is missing");
        }
        let digest = fact_digest(&event.kind, &event.subject, event.time_ms, &event.data);
        if digest.as_slice() != event.digest.as_slice() {
            return broken(&self.place(event.seq), "its digest is not that of its type, subject, time and data");
        }
        let hash = link(&self.before, &event.as_link());
        if hash.as_slice() != event.hash.as_slice() {
            return broken(&self.place(event.seq), "its hash is not that of its columns and the hash before");
        }
        (self.before, self.seq) = (hash, event.seq);
        checked.events += 1;
        if matches!(EventKind::parse(&event.kind), Some(EventKind::Void | EventKind::Replace)) {
            self.takes_out(db, event, voids)?;
            checked.voids += 1;
        }
        if let Some(done) = self.spans.take(hash, event.seq)? {
            must_be_signed(db, &place_of(&done), &done.key_id, &done.said(), &done.signature)?;
            checked.checkpoints += 1;
        }
        Ok(())
    }

    /// The row of `usage_void` says what the event says.
    fn takes_out(&self, db: &mut Db, event: &StoredEvent, voids: &mut Voids) -> Result<(), Broken> {
        let place = self.place(event.seq);
        let Some(void) = voids.remove(&(event.shard, event.seq)) else {
            return broken(&place, "takes an event out, but usage_void does not say which");
        };
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
        let named = |name: &str| data.pointer(&format!("/target/{name}")).and_then(serde_json::Value::as_str).unwrap_or_default();
        let key = EventKey { source: named("source").to_owned(), id: named("id").to_owned() };
        let target = store::usage::find(db, &key)?;
        let fits = |target: &StoredEvent| (target.shard, target.seq, target.contract_id) == (void.shard, void.seq, void.contract_id);
        if target.is_some_and(|target| fits(&target)) {
            return Ok(());
        }
        let what = format!("is not what event {}/{} takes out ({} {})", event.shard, event.seq, key.source, key.id);
        broken(&format!("usage_void shard {} seq {}", void.shard, void.seq), &what)
    }
}

/// The checkpoints of a chain, and the hashes of the span that is being read.
struct Spans {
    waiting: VecDeque<Checkpoint>,
    hashes: Vec<Hash>,
    /// Where the next span begins.
    next: i64,
}

impl Spans {
    /// Takes a hash; the checkpoint whose span it ends, if the roots agree.
    fn take(&mut self, hash: Hash, seq: i64) -> Result<Option<Checkpoint>, Broken> {
        let Some(span) = self.waiting.front() else { return Ok(None) };
        if span.from_seq != self.next || span.to_seq < span.from_seq {
            return broken(&place_of(span), &format!("begins at {} where {} was expected", span.from_seq, self.next));
        }
        self.hashes.push(hash);
        if seq < span.to_seq {
            return Ok(None);
        }
        if hex::encode(root(&self.hashes)) != span.root {
            return broken(&place_of(span), "its root is not that of the events");
        }
        self.hashes.clear();
        self.next = seq + 1;
        Ok(self.waiting.pop_front())
    }
}

fn place_of(checkpoint: &Checkpoint) -> String {
    format!("usage_checkpoint shard {} seq {}-{}", checkpoint.shard, checkpoint.from_seq, checkpoint.to_seq)
}
