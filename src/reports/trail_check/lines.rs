//! The lines with their seals, in one pass, in spans that are worked out side by side: a span begins
//! with the hash that is stored before it, and whether that one is right is the question of the span
//! before. A span has as many lines as a subtree, so that its part of the Merkle tree is its own too.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveDateTime;

use super::history::Move;
use super::papers::Paper;
use super::{Broken, Finding};
use crate::merkle::{Frontier, GENESIS, Hash, chained};
use crate::reports::Db;
use crate::store::audit::Entry;
use crate::store::audit_seal::{Seal, sealed_after};
use crate::store::{Fault, Store};

/// Lines of one question to the database: as many as a core's cache holds, twice.
const PAGE: i64 = 2_048;
/// Lines that one thread works out before it takes the next span: a power of two, as subtrees have.
const SPAN: i64 = 8 * PAGE;
/// More threads than this only wait for the database.
const MOST_THREADS: usize = 8;
/// A line has the time at which its act began, and is stored when the act ends. An act waits ten seconds for a
/// lock and then for a disk or a large file; long imports are many acts. Ten minutes are more than any takes.
const LONGEST_ACT_MICROS: i64 = 600_000_000;
/// Two machines' clocks differ by less.
const CLOCKS_DIFFER_MICROS: i64 = 300_000_000;

/// When a line was written and sealed, in microseconds.
#[derive(Clone, Copy)]
struct Times {
    at: i64,
    sealed_at: i64,
}

/// What was seen of the lines up to the first that does not fit.
#[derive(Default)]
pub(super) struct Seen {
    pub moves: Vec<Move>,
    pub papers: Vec<Paper>,
    pub bad: Option<Finding>,
    /// The roots at the sizes that were asked for.
    pub roots: BTreeMap<i64, Hash>,
    pub tree: Frontier,
    /// The hash of the last line's chain.
    pub chain: Option<Hash>,
    times: Vec<Times>,
}

/// What was seen of one span.
#[derive(Default)]
struct Part {
    moves: Vec<Move>,
    papers: Vec<Paper>,
    bad: Option<Finding>,
    /// The span's tree at the sizes that were asked for.
    marks: Vec<(i64, Frontier)>,
    tree: Frontier,
    chain: Option<Hash>,
    times: Vec<Times>,
}

impl Seen {
    /// Adds the span that follows; nothing does after a line that does not fit.
    fn join(&mut self, next: Part) {
        if self.bad.is_some() {
            return;
        }
        for (size, mark) in next.marks {
            let mut tree = self.tree.clone();
            if tree.append(&mark) {
                self.roots.insert(size, tree.root());
            }
        }
        if !self.tree.append(&next.tree) {
            // The spans before are whole, and none is longer: nothing is proven if that is not so.
            let size = i64::try_from(self.tree.size()).unwrap_or(i64::MAX);
            self.bad = Some(Finding::at(size.saturating_add(1), "audit_seal", "the lines from here on do not continue those before"));
            return;
        }
        self.chain = next.chain.or(self.chain);
        self.moves.extend(next.moves);
        self.papers.extend(next.papers);
        self.times.extend(next.times);
        self.bad = next.bad;
    }
}

/// On one connection. `sizes` in their order are those whose roots are asked for.
pub(super) fn within(db: &mut Db, size: i64, sizes: &[i64]) -> Result<Seen, Broken> {
    let mut seen = Seen::default();
    seen.join(span(db, 1, size, sizes)?);
    Ok(seen)
}

/// On as many connections as there are cores.
pub(super) fn in_threads(store: &Store, size: i64, sizes: &[i64]) -> Result<Seen, Broken> {
    let turn = AtomicI64::new(0);
    let spans = (size + SPAN - 1) / SPAN;
    let work = || -> Result<Vec<(i64, Part)>, Fault> {
        let mut own = Vec::new();
        loop {
            let at = turn.fetch_add(1, Ordering::Relaxed);
            if at >= spans {
                return Ok(own);
            }
            let part = store.read(|db| span(db, at * SPAN + 1, size.min((at + 1) * SPAN), sizes))?;
            if part.bad.is_some() {
                turn.store(spans, Ordering::Relaxed);
            }
            own.push((at, part));
        }
    };
    let most = usize::try_from(spans).unwrap_or(1).max(1);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS).min(most);
    let ended: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let mut parts = Vec::new();
    for one in ended {
        parts.extend(one?);
    }
    parts.sort_by_key(|(at, _)| *at);
    let mut all = Seen::default();
    for (_, part) in parts {
        all.join(part);
    }
    Ok(all)
}

/// Works out the lines from one place to another, both included.
fn span(db: &mut Db, from: i64, to: i64, sizes: &[i64]) -> Result<Part, Fault> {
    let mut part = Part::default();
    let mut buffer = Vec::new();
    let mut before = hash_before(db, from)?;
    let mut wanted = sizes.iter().copied().skip_while(|size| *size < from).peekable();
    let mut seq = from - 1;
    while seq < to {
        let page = sealed_after(db, seq, PAGE.min(to - seq))?;
        if page.is_empty() {
            part.bad = Some(Finding::at(seq + 1, format!("audit_seal {}", seq + 1), "is missing"));
            return Ok(part);
        }
        for (seal, entry) in page.lines() {
            seq += 1;
            match checked(seq, seal, entry, &before, &mut buffer) {
                Ok((leaf, chain)) => {
                    before = chain;
                    part.tree.push(leaf);
                    part.chain = Some(chain);
                }
                Err(bad) => {
                    part.bad = Some(bad);
                    return Ok(part);
                }
            }
            if wanted.next_if_eq(&seq).is_some() {
                part.marks.push((seq, part.tree.clone()));
            }
            if let Some(entry) = entry {
                part.times.push(Times { at: micros(entry.at), sealed_at: micros(seal.sealed_at) });
                part.moves.extend(Move::of(seq, entry));
                part.papers.extend(Paper::of(seq, entry));
            }
        }
    }
    Ok(part)
}

fn hash_before(db: &mut Db, from: i64) -> Result<Hash, Fault> {
    if from == 1 {
        return Ok(GENESIS);
    }
    let page = sealed_after(db, from - 2, 1)?;
    // A seal that is gone is found by the span before.
    let before = page.lines().next().and_then(|(seal, _)| hash(&seal.chain));
    Ok(before.unwrap_or(GENESIS))
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

fn micros(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_micros()
}

/// The leaf and the chain of a line that fits.
fn checked(seq: i64, seal: &Seal, entry: Option<&Entry>, before: &Hash, buffer: &mut Vec<u8>) -> Result<(Hash, Hash), Finding> {
    if seal.seq != seq {
        return Err(Finding::at(seq, format!("audit_seal {seq}"), "is missing"));
    }
    let Some(entry) = entry else {
        return Err(Finding::at(seq, format!("audit_entry {}", seal.entry_id), "is missing"));
    };
    let leaf = entry.at_place(seq, seal.sealed_at, &seal.salt).leaf(buffer);
    if leaf.as_slice() != seal.leaf.as_slice() {
        return Err(Finding::at(seq, format!("audit_entry {}", entry.id), "its columns are not those that were sealed"));
    }
    let chain = chained(before, &leaf);
    if chain.as_slice() != seal.chain.as_slice() {
        return Err(Finding::at(seq, format!("audit_seal {seq}"), "its chain is not that of the line and the chain before"));
    }
    Ok((leaf, chain))
}

/// The first line whose time goes back: behind its seal, or behind what was sealed in an earlier round.
/// Lines of one round have no order of their own.
pub(super) fn time_goes_back(seen: &Seen) -> Option<Finding> {
    let (mut sealed, mut earlier, mut newest) = (i64::MIN, i64::MIN, i64::MIN);
    for (seq, line) in (1..).zip(&seen.times) {
        if line.sealed_at > sealed {
            earlier = newest;
        }
        let what = if line.sealed_at < sealed {
            "it was sealed before the line before it"
        } else if line.at.saturating_add(LONGEST_ACT_MICROS) < earlier {
            "it is more than ten minutes older than a line that was sealed before it: the clock was set back"
        } else if line.at > line.sealed_at.saturating_add(CLOCKS_DIFFER_MICROS) {
            "it is later than its seal"
        } else {
            sealed = line.sealed_at;
            newest = newest.max(line.at);
            continue;
        };
        return Some(Finding::at(seq, format!("audit_seal {seq}"), what));
    }
    None
}
