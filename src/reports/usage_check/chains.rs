//! The chains of events: every hash, digest, void and checkpoint, in one pass over the rows.
//!
//! A chain is cut into spans, and each is worked out by itself, on as many threads as there are cores:
//! a span begins with the hash that is stored before it, and whether that hash is right is the
//! question of the span before.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::sums::{KeptSums, SeenSums};
use super::{Broken, Checked, broken, must_be_signed};
use crate::metering::chain::{GENESIS, Hash, Tree, link};
use crate::metering::event::{EventKey, EventKind, fact_digest};
use crate::reports::Db;
use crate::store::checkpoint::Checkpoint;
use crate::store::usage::{Shard, StoredEvent, VoidedEvent};
use crate::store::{self, Fault, Store};

/// Events of one question to the database.
const PAGE: i64 = 2_500;
/// Events of a span that no checkpoint covers yet.
const UNSIGNED: i64 = 10_000;
/// More threads than this only wait for the database.
const MOST_THREADS: usize = 8;

/// Voids by the event that takes out.
type Voids = BTreeMap<(i64, i64), VoidedEvent>;

/// On as many connections as there are cores.
pub(super) fn check(store: &Store, checked: &mut Checked) -> Result<(), Broken> {
    let chains = store.read(Chains::load)?;
    let seen = in_threads(store, &chains)?;
    chains.settle(seen, checked)
}

/// On one connection, so that rows count that are not committed yet.
pub(super) fn check_within(db: &mut Db, checked: &mut Checked) -> Result<(), Broken> {
    let chains = Chains::load(db)?;
    let mut seen = Seen::default();
    for span in &chains.spans {
        span.check(db, &chains, &mut seen)?;
    }
    chains.settle(seen, checked)
}

/// What has to be worked out.
struct Chains {
    ends: Vec<Shard>,
    spans: Vec<Span>,
    voids: Voids,
    kept: KeptSums,
}

impl Chains {
    fn load(db: &mut Db) -> Result<Chains, Broken> {
        // The trail first: what is signed while this runs is in the later list only.
        let signed = store::audit::of_act(db, "checkpoint_usage")?;
        let checkpoints = store::checkpoint::all(db)?;
        // The sums before the ends: what is summed while this runs lies in the spans all the same.
        let kept = KeptSums::load(db)?;
        let ends = store::usage::chain_ends(db)?;
        let spans = spans(&ends, &checkpoints)?;
        none_is_gone(&signed, &checkpoints)?;
        let voids = store::usage::voids(db)?.into_iter().map(|void| ((void.by_shard, void.by_seq), void)).collect();
        Ok(Chains { ends, spans, voids, kept })
    }

    /// Every void takes out what its event says, the day sums are those of the events, and the counts.
    fn settle(&self, mut seen: Seen, checked: &mut Checked) -> Result<(), Broken> {
        self.kept.must_be(std::mem::take(&mut seen.sums), checked)?;
        checked.shards += i64::try_from(self.ends.len()).unwrap_or(i64::MAX);
        checked.events += seen.events;
        checked.checkpoints += seen.checkpoints;
        checked.voids += i64::try_from(seen.voids.len()).unwrap_or(i64::MAX);
        let is_past = |void: &VoidedEvent| self.ends.iter().any(|end| end.shard == void.by_shard && void.by_seq > end.last_seq);
        match self.voids.iter().find(|(by, void)| !seen.voids.contains(by) && !is_past(void)) {
            Some((_, void)) => {
                let (shard, seq) = (void.by_shard, void.by_seq);
                broken(&format!("usage_void shard {} seq {}", void.shard, void.seq), &format!("event {shard}/{seq} takes nothing out"))
            }
            None => Ok(()),
        }
    }
}

/// Every signature that the trail tells of is there: the last checkpoint of a chain has no other one
/// after it that would miss it.
fn none_is_gone(signed: &[store::audit::Entry], checkpoints: &[Checkpoint]) -> Result<(), Broken> {
    let there: BTreeSet<String> = checkpoints.iter().map(Checkpoint::name).collect();
    match signed.iter().find(|entry| !there.contains(&entry.subject)) {
        Some(entry) => {
            let place = format!("usage_checkpoint shard {}", entry.subject.replace(':', " seq "));
            broken(&place, &format!("is missing; audit_entry {} tells of it", entry.id))
        }
        None => Ok(()),
    }
}

/// A part of a chain, both ends included.
struct Span {
    shard: i64,
    from: i64,
    to: i64,
    signed: Option<Checkpoint>,
    /// The hash that the chain ends with, in the last span.
    end: Option<Vec<u8>>,
}

/// The chains cut at their checkpoints, which follow one another without a gap.
fn spans(ends: &[Shard], checkpoints: &[Checkpoint]) -> Result<Vec<Span>, Broken> {
    let mut of_shard: BTreeMap<i64, Vec<&Checkpoint>> = BTreeMap::new();
    for checkpoint in checkpoints {
        of_shard.entry(checkpoint.shard).or_default().push(checkpoint);
    }
    let mut spans = Vec::new();
    for end in ends {
        let shard = end.shard;
        let mut next = 1;
        for checkpoint in of_shard.remove(&shard).unwrap_or_default() {
            let (from, to) = (checkpoint.from_seq, checkpoint.to_seq);
            if from != next || to < from {
                return broken(&place_of(checkpoint), &format!("begins at {from} where {next} was expected"));
            }
            if to > end.last_seq {
                return broken(&place_of(checkpoint), &format!("covers events after {}, the end of the chain", end.last_seq));
            }
            spans.push(Span { shard, from, to, signed: Some(checkpoint.clone()), end: None });
            next = to + 1;
        }
        while next <= end.last_seq {
            let to = end.last_seq.min(next + UNSIGNED - 1);
            spans.push(Span { shard, from: next, to, signed: None, end: None });
            next = to + 1;
        }
        match spans.last_mut().filter(|last| last.shard == shard) {
            Some(last) => last.end = Some(end.last_hash.clone()),
            None if end.last_hash.as_slice() == GENESIS.as_slice() => {}
            None => return broken(&format!("usage_shard {shard}"), "last_hash is not that of a chain without events"),
        }
    }
    match of_shard.values().flatten().next() {
        Some(lost) => broken(&place_of(lost), "its shard has no chain"),
        None => Ok(spans),
    }
}

/// What was worked out.
#[derive(Default)]
struct Seen {
    events: i64,
    checkpoints: i64,
    /// The events that take another one out.
    voids: BTreeSet<(i64, i64)>,
    /// What the events come to that the day sums hold.
    sums: SeenSums,
}

/// Works out the spans in their order, several at a time. Of several that do not fit the first one
/// is told: whoever finds one stops what has not begun, and what has begun is ended.
fn in_threads(store: &Store, chains: &Chains) -> Result<Seen, Broken> {
    let spans = &chains.spans;
    let turn = AtomicUsize::new(0);
    let work = || -> Result<Seen, (usize, Broken)> {
        let mut seen = Seen::default();
        loop {
            let at = turn.fetch_add(1, Ordering::Relaxed);
            let Some(span) = spans.get(at) else { return Ok(seen) };
            if let Err(why) = store.read(|db| span.check(db, chains, &mut seen)) {
                turn.store(spans.len(), Ordering::Relaxed);
                return Err((at, why));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS).min(spans.len().max(1));
    let ended: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let (mut all, mut first) = (Seen::default(), None);
    for one in ended {
        match one {
            Ok(seen) => {
                all.events += seen.events;
                all.checkpoints += seen.checkpoints;
                all.voids.extend(seen.voids);
                all.sums.merge(seen.sums);
            }
            Err((at, why)) if first.as_ref().is_none_or(|(earliest, _)| at < *earliest) => first = Some((at, why)),
            Err(_) => {}
        }
    }
    first.map_or(Ok(all), |(_, why)| Err(why))
}

impl Span {
    fn check(&self, db: &mut Db, chains: &Chains, seen: &mut Seen) -> Result<(), Broken> {
        let mut before = self.hash_before(db)?;
        let mut hashes = Vec::new();
        let mut seq = self.from - 1;
        while seq < self.to {
            let page = store::usage::chain_after(db, self.shard, seq, PAGE.min(self.to - seq))?;
            if page.is_empty() {
                break;
            }
            for event in &page {
                seq += 1;
                before = self.take(db, event, seq, &before, chains, seen)?;
                if self.signed.is_some() {
                    hashes.push(before);
                }
            }
        }
        if seq < self.to {
            return broken(&self.place(seq + 1), &format!("is missing; its chain goes on to {}", self.to));
        }
        if self.end.as_ref().is_some_and(|end| end.as_slice() != before.as_slice()) {
            return broken(&format!("usage_shard {}", self.shard), &format!("last_hash is not the hash of event {seq}"));
        }
        let Some(signed) = &self.signed else { return Ok(()) };
        let place = place_of(signed);
        if hex::encode(Tree::new(&hashes).root()) != signed.root {
            return broken(&place, "its root is not that of the events");
        }
        must_be_signed(db, &place, &signed.key_id, &signed.said(), &signed.signature)?;
        seen.checkpoints += 1;
        Ok(())
    }

    fn hash_before(&self, db: &mut Db) -> Result<Hash, Broken> {
        if self.from == 1 {
            return Ok(GENESIS);
        }
        let before = self.from - 1;
        match store::usage::hashes(db, self.shard, before, before) {
            Ok(hashes) => Ok(hashes.first().copied().unwrap_or(GENESIS)),
            // The span before says so too, and is heard first.
            Err(Fault::BadRow { .. }) => broken(&self.place(before), "is missing"),
            Err(fault) => Err(fault.into()),
        }
    }

    fn place(&self, seq: i64) -> String {
        format!("usage_event shard {} seq {seq}", self.shard)
    }

    /// Works out one event and gives its hash.
    fn take(&self, db: &mut Db, event: &StoredEvent, seq: i64, before: &Hash, chains: &Chains, seen: &mut Seen) -> Result<Hash, Broken> {
        if event.seq != seq {
            return broken(&self.place(seq), "is missing");
        }
        let digest = fact_digest(&event.kind, &event.subject, event.time_ms, &event.data);
        if digest.as_slice() != event.digest.as_slice() {
            return broken(&self.place(seq), "its digest is not that of its type, subject, time and data");
        }
        let hash = link(before, &event.as_link());
        if hash.as_slice() != event.hash.as_slice() {
            return broken(&self.place(seq), "its hash is not that of its columns and the hash before");
        }
        seen.events += 1;
        let summed = chains.kept.holds(event);
        if summed {
            seen.sums.add(event, &chains.kept);
        }
        if matches!(EventKind::parse(&event.kind), Some(EventKind::Void | EventKind::Replace)) {
            let target = self.takes_out(db, event, &chains.voids)?;
            if summed {
                seen.sums.take_out(&target, &chains.kept);
            }
            seen.voids.insert((event.shard, seq));
        }
        Ok(hash)
    }

    /// The row of `usage_void` says what the event says; gives the event that it takes out.
    fn takes_out(&self, db: &mut Db, event: &StoredEvent, voids: &Voids) -> Result<StoredEvent, Broken> {
        let Some(void) = voids.get(&(event.shard, event.seq)) else {
            return broken(&self.place(event.seq), "takes an event out, but usage_void does not say which");
        };
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
        let named = |name: &str| data.pointer(&format!("/target/{name}")).and_then(serde_json::Value::as_str).unwrap_or_default();
        let key = EventKey { source: named("source").to_owned(), id: named("id").to_owned() };
        let fits = |target: &StoredEvent| (target.shard, target.seq, target.contract_id) == (void.shard, void.seq, void.contract_id);
        if let Some(target) = store::usage::find(db, &key)?.filter(fits) {
            return Ok(target);
        }
        let what = format!("is not what event {}/{} takes out ({} {})", event.shard, event.seq, key.source, key.id);
        broken(&format!("usage_void shard {} seq {}", void.shard, void.seq), &what)
    }
}

fn place_of(checkpoint: &Checkpoint) -> String {
    format!("usage_checkpoint shard {} seq {}-{}", checkpoint.shard, checkpoint.from_seq, checkpoint.to_seq)
}
