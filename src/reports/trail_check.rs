//! `suanquan audit verify`: the trail is worked out again from its rows, and the first entry that does
//! not fit is named.
//!
//! Found are: a changed column, a line that is gone, added, doubled or exchanged, a chain or a root that
//! was worked out anew without the key, a checkpoint that is gone, a database that is older than a given
//! checkpoint, an application whose state no line of the trail led to, and papers that were published or
//! approved with other words. What comes in while this runs is left for the next run.

mod anchors;
mod history;
mod lines;
mod papers;
mod stamps;

use std::collections::BTreeMap;

use serde::Serialize;

pub use anchors::{Anchor, read_anchors};

use super::Db;
use crate::acts::seal_trail::is_signature;
use crate::store::audit_seal::{Head, KeptCheckpoint, checkpoints, counts, foreign_entry, head, waits, waits_twice};
use crate::store::audit_stamp::{self, KeptStamp};
use crate::store::{self, Fault, Store};
use crate::trail::stamp::Trusted;
use lines::Seen;

/// What the check is given from outside.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Checkpoints that somebody kept elsewhere; each must be a beginning of this trail.
    pub anchors: Vec<Anchor>,
    /// Public keys in hexadecimal; with none, those of the database are believed.
    pub keys: Vec<String>,
    /// Certificates that time stamps must lead to; without them a stamp proves itself by its own.
    pub trusted: Option<Trusted>,
}

/// What was worked out again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Sealed lines.
    pub lines: i64,
    /// Lines that wait for their seal.
    pub waiting: i64,
    pub checkpoints: i64,
    /// Time stamps of an authority.
    pub stamps: i64,
    /// Checkpoints given from outside.
    pub given: i64,
    pub applications: i64,
    /// Published notices and approved batches whose content was compared.
    pub papers: i64,
    /// The Merkle root of all sealed lines, in hexadecimal.
    pub root: String,
    pub key_id: String,
}

/// The first thing that does not fit. A row that was changed is known to the line; a root that was
/// worked out anew only says between which lines it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The first line that may be touched, and the last one.
    pub first_seq: i64,
    pub last_seq: i64,
    pub place: String,
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first_seq == self.last_seq {
            write!(f, "first bad entry: seq {}: {}: {}", self.first_seq, self.place, self.what)
        } else {
            write!(f, "first bad entry: between seq {} and seq {}: {}: {}", self.first_seq, self.last_seq, self.place, self.what)
        }
    }
}

impl Finding {
    fn at(seq: i64, place: impl Into<String>, what: impl Into<String>) -> Finding {
        Finding { first_seq: seq, last_seq: seq, place: place.into(), what: what.into() }
    }

    fn between(first_seq: i64, last_seq: i64, place: impl Into<String>, what: impl Into<String>) -> Finding {
        Finding { first_seq: first_seq.min(last_seq), last_seq, place: place.into(), what: what.into() }
    }
}

/// Why there is no clean answer.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("{0}")]
    Found(Finding),
    /// There is nothing to judge.
    #[error("cannot tell: {0}")]
    CannotTell(String),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<diesel::result::Error> for Broken {
    fn from(error: diesel::result::Error) -> Broken {
        Broken::Fault(error.into())
    }
}

/// Checks the trail, reading on as many connections as there are cores.
///
/// # Errors
/// [`Broken::Found`] with the first entry that does not fit.
pub fn check(store: &Store, given: &Given) -> Result<Checked, Broken> {
    let end = store.read(End::load)?;
    let seen = lines::in_threads(store, end.head.size, &end.sizes(given))?;
    store.read(|db| settle(db, end, seen, given))
}

/// As [`check`], on one connection and within its transaction.
///
/// # Errors
/// As [`check`].
pub fn check_within(db: &mut Db, given: &Given) -> Result<Checked, Broken> {
    let end = End::load(db)?;
    let seen = lines::within(db, end.head.size, &end.sizes(given))?;
    settle(db, end, seen, given)
}

/// The end of the trail, read before its lines.
struct End {
    head: Head,
    checkpoints: Vec<KeptCheckpoint>,
    keys: BTreeMap<String, String>,
    stamps: Vec<KeptStamp>,
}

impl End {
    fn load(db: &mut Db) -> Result<End, Broken> {
        loop {
            let before = head(db)?;
            let stamps = audit_stamp::all(db)?;
            let checkpoints = checkpoints(db)?;
            let keys = store::statement::public_keys(db)?;
            // A checkpoint may be signed between two questions.
            if head(db)? != before {
                continue;
            }
            let Some(head) = before else {
                return Err(Broken::Found(Finding::at(1, "audit_head", "the end of the trail is gone")));
            };
            return Ok(End { head, checkpoints, keys, stamps });
        }
    }

    /// The sizes at which somebody says what the root is, in their order.
    fn sizes(&self, given: &Given) -> Vec<i64> {
        let kept = self.checkpoints.iter().map(|one| one.size);
        let mut sizes: Vec<i64> = kept.chain(given.anchors.iter().map(|one| one.size)).chain([self.head.size]).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }
}

fn settle(db: &mut Db, end: End, seen: Seen, given: &Given) -> Result<Checked, Broken> {
    let End { head, checkpoints, keys, stamps } = end;
    if head.size == 0 && seen.bad.is_none() && given.anchors.is_empty() {
        let counts = counts(db)?;
        return if counts.seals > 0 {
            Err(Broken::Found(Finding::at(1, "audit_head", "says that nothing is sealed")))
        } else {
            Err(Broken::CannotTell("nothing of this trail is sealed yet; start the program once".into()))
        };
    }
    let mut findings: Vec<Finding> = seen.bad.iter().cloned().collect();
    let signer = Signer { keys: &keys, trusted: &given.keys };
    let complete = seen.bad.is_none();
    findings.extend(checked_checkpoints(&signer, &seen, &head, &checkpoints));
    findings.extend(stamps::check(&stamps, &checkpoints, &keys, given.trusted.as_ref()));
    findings.extend(checked_anchors(&seen, &head, &given.anchors, complete));
    if complete {
        findings.extend(lines::time_goes_back(&seen));
        findings.extend(checked_head(&seen, &head));
        findings.extend(left_over(db, &head)?);
        findings.extend(history::check(db, &seen.moves, head.size)?);
        findings.extend(papers::check(db, &seen.papers)?);
    }
    // Of two that end at one line the narrower one says more.
    if let Some(first) = findings.into_iter().min_by_key(|finding| (finding.last_seq, -finding.first_seq)) {
        return Err(Broken::Found(first));
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Ok(Checked {
        lines: head.size,
        waiting: waits(db)?.0,
        checkpoints: count(checkpoints.len()),
        stamps: count(stamps.len()),
        given: count(given.anchors.len()),
        applications: count(history::applications(&seen.moves)),
        papers: count(seen.papers.len()),
        root: head.root,
        key_id: head.key_id,
    })
}

/// Is it the root of the lines? `None` when they do not reach so far.
fn is_root(seen: &Seen, size: i64, root: &str) -> Option<bool> {
    seen.roots.get(&size).map(|own| hex::encode(own) == root)
}

/// The chain and the subtrees that the head keeps.
fn checked_head(seen: &Seen, head: &Head) -> Option<Finding> {
    let wrong = |what: &str| Some(Finding::at(head.size, "audit_head", what));
    if seen.chain.is_some_and(|chain| chain.as_slice() != head.chain.as_slice()) {
        return wrong("its chain is not that of the last line");
    }
    if seen.tree.peaks().concat() != head.peaks {
        return wrong("its peaks are not those of the lines");
    }
    None
}

/// Whose signatures count.
struct Signer<'a> {
    keys: &'a BTreeMap<String, String>,
    trusted: &'a [String],
}

impl Signer<'_> {
    fn fault(&self, one: &KeptCheckpoint) -> Option<String> {
        let Some(said) = one.said() else { return Some("its root is no hash".into()) };
        let Some(key) = self.keys.get(&one.key_id) else { return Some(format!("it is signed by key {}, which is not there", one.key_id)) };
        if !self.trusted.is_empty() && !self.trusted.iter().any(|trusted| trusted.eq_ignore_ascii_case(key)) {
            return Some(format!("it is signed by key {}, which is none of the given keys", one.key_id));
        }
        let signed = is_signature(key, said.text().as_bytes(), &one.signature);
        (!signed).then(|| format!("the signature is not that of key {} under this content", one.key_id))
    }
}

/// Every checkpoint follows the one before, has the root of the lines and is signed; the head too.
fn checked_checkpoints(signer: &Signer<'_>, seen: &Seen, head: &Head, checkpoints: &[KeptCheckpoint]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut before, mut good, mut time) = (0, 0, None);
    let end = head.as_checkpoint();
    let all = checkpoints.iter().map(|one| (one, false)).chain([(&end, true)]);
    for (one, is_head) in all {
        let place = if is_head { "audit_head".to_owned() } else { format!("audit_checkpoint {}", one.size) };
        // A head that is not signed may stand where the end was cut off.
        let last = if is_head { one.size + 1 } else { one.size };
        let found = |what: String| Finding::between(one.size.min(good + 1), last, place.clone(), what);
        if !is_head && one.size > head.size {
            let what = format!("the trail ends at {}: its end was cut off", head.size);
            findings.push(Finding::at(head.size + 1, place, what));
            continue;
        }
        if is_root(seen, one.size, &one.root) == Some(false) {
            findings.push(found("its root is not that of the lines".into()));
        } else if let Some(what) = signer.fault(one) {
            findings.push(found(what));
        } else if one.after_size != before {
            let what = format!("is missing; {place} follows it, and the one before that is {before}");
            findings.push(Finding::at(one.after_size, format!("audit_checkpoint {}", one.after_size), what));
        } else if time.is_some_and(|time| one.signed_at < time) {
            findings.push(found("it is signed before the checkpoint before it".into()));
        } else {
            good = one.size;
        }
        before = one.size;
        time = Some(one.signed_at);
    }
    findings
}

/// Every given checkpoint is a beginning of this trail.
fn checked_anchors(seen: &Seen, head: &Head, anchors: &[Anchor], complete: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for anchor in anchors {
        let place = format!("given checkpoint of {} lines", anchor.size);
        match seen.roots.get(&anchor.size) {
            Some(own) if own.starts_with(&anchor.root) => {}
            Some(_) => findings.push(Finding::between(1, anchor.size, place, "its root is not that of the lines: they were written anew")),
            None if complete && anchor.size > head.size => {
                let what = format!("the trail ends at {}: it is older than this checkpoint, or its end was cut off", head.size);
                findings.push(Finding::at(head.size + 1, place, what));
            }
            None => {}
        }
    }
    findings
}

/// Rows that no seal speaks of, and seals after the end.
fn left_over(db: &mut Db, head: &Head) -> Result<Option<Finding>, Fault> {
    let now = counts(db)?;
    if now.seals != now.size {
        return Ok(Some(Finding::at(
            now.size + 1,
            "audit_seal",
            format!("there are {} seals and the trail has {} lines", now.seals, now.size),
        )));
    }
    if let Some(seq) = waits_twice(db)? {
        return Ok(Some(Finding::at(seq, "audit_unsealed", "says that a sealed line waits")));
    }
    if now.entries != now.seals + now.waiting
        && let Some(id) = foreign_entry(db)?
    {
        let what = "stands in no seal and does not wait for one: no act stored it";
        return Ok(Some(Finding::at(head.size + 1, format!("audit_entry {id}"), what)));
    }
    Ok(None)
}
