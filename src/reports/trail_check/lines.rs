//! The lines with their seals, in one pass, in spans that are worked out side by side: a span begins
//! with the hash that is stored before it, and whether that one is right is the question of the span
//! before.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveDateTime;

use super::history::Move;
use super::papers::Paper;
use super::{Broken, Finding};
use crate::merkle::{GENESIS, Hash, chained};
use crate::reports::Db;
use crate::store::audit::Entry;
use crate::store::audit_seal::{Seal, sealed_after};
use crate::store::{Fault, Store};

/// Lines of one question to the database.
const PAGE: i64 = 4_000;
/// Lines that one thread works out before it takes the next span.
const SPAN: i64 = 40_000;
/// More threads than this only wait for the database.
const MOST_THREADS: usize = 8;
/// A line may be stored this long after its act began; whoever acts for so long imports a large file.
const LONGEST_ACT_MICROS: i64 = 24 * 3_600_000_000;
/// Two machines' clocks differ by less.
const CLOCKS_DIFFER_MICROS: i64 = 300_000_000;

/// What is kept of a line.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub leaf: Hash,
    pub chain: Hash,
    at: i64,
    sealed_at: i64,
}

/// What was seen of the lines up to the first that does not fit.
#[derive(Default)]
pub(super) struct Seen {
    pub lines: Vec<Line>,
    pub moves: Vec<Move>,
    pub papers: Vec<Paper>,
    pub bad: Option<Finding>,
}

impl Seen {
    fn join(&mut self, next: Seen) {
        if self.bad.is_none() {
            self.lines.extend(next.lines);
            self.moves.extend(next.moves);
            self.papers.extend(next.papers);
            self.bad = next.bad;
        }
    }
}

/// On one connection.
pub(super) fn within(db: &mut Db, size: i64) -> Result<Seen, Broken> {
    let mut seen = Seen::default();
    span(db, 1, size, &mut seen)?;
    Ok(seen)
}

/// On as many connections as there are cores.
pub(super) fn in_threads(store: &Store, size: i64) -> Result<Seen, Broken> {
    let turn = AtomicI64::new(0);
    let spans = (size + SPAN - 1) / SPAN;
    let work = || -> Result<Vec<(i64, Seen)>, Fault> {
        let mut own = Vec::new();
        loop {
            let at = turn.fetch_add(1, Ordering::Relaxed);
            if at >= spans {
                return Ok(own);
            }
            let mut seen = Seen::default();
            store.read(|db| span(db, at * SPAN + 1, size.min((at + 1) * SPAN), &mut seen))?;
            if seen.bad.is_some() {
                turn.store(spans, Ordering::Relaxed);
            }
            own.push((at, seen));
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
    for (_, seen) in parts {
        all.join(seen);
    }
    Ok(all)
}

/// Works out the lines from one place to another, both included.
fn span(db: &mut Db, from: i64, to: i64, seen: &mut Seen) -> Result<(), Fault> {
    let mut buffer = Vec::new();
    let mut before = hash_before(db, from)?;
    let mut seq = from - 1;
    while seq < to {
        let page = sealed_after(db, seq, PAGE.min(to - seq))?;
        if page.is_empty() {
            seen.bad = Some(Finding::at(seq + 1, format!("audit_seal {}", seq + 1), "is missing"));
            return Ok(());
        }
        for (seal, entry) in &page {
            seq += 1;
            match checked(seq, seal, entry.as_ref(), &before, &mut buffer) {
                Ok(line) => {
                    before = line.chain;
                    seen.lines.push(line);
                }
                Err(bad) => {
                    seen.bad = Some(bad);
                    return Ok(());
                }
            }
            if let Some(entry) = entry {
                seen.moves.extend(Move::of(seq, entry));
                seen.papers.extend(Paper::of(seq, entry));
            }
        }
    }
    Ok(())
}

fn hash_before(db: &mut Db, from: i64) -> Result<Hash, Fault> {
    if from == 1 {
        return Ok(GENESIS);
    }
    let page = sealed_after(db, from - 2, 1)?;
    // A seal that is gone is found by the span before.
    Ok(page.first().and_then(|(seal, _)| hash(&seal.chain)).unwrap_or(GENESIS))
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

fn micros(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_micros()
}

fn checked(seq: i64, seal: &Seal, entry: Option<&Entry>, before: &Hash, buffer: &mut Vec<u8>) -> Result<Line, Finding> {
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
    Ok(Line { leaf, chain, at: micros(entry.at), sealed_at: micros(seal.sealed_at) })
}

/// The first line whose time goes back: behind its seal, or behind what was sealed in an earlier round.
/// Lines of one round have no order of their own.
pub(super) fn time_goes_back(lines: &[Line]) -> Option<Finding> {
    let (mut sealed, mut earlier, mut newest) = (i64::MIN, i64::MIN, i64::MIN);
    for (seq, line) in (1..).zip(lines) {
        if line.sealed_at > sealed {
            earlier = newest;
        }
        let what = if line.sealed_at < sealed {
            "it was sealed before the line before it"
        } else if line.at.saturating_add(LONGEST_ACT_MICROS) < earlier {
            "it is more than a day older than a line that was sealed before it: the clock was set back"
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
