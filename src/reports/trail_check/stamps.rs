//! Time stamps: each is one of its checkpoint's note, signed by an authority, and not older than what it
//! stamps.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::Finding;
use crate::store::audit_seal::KeptCheckpoint;
use crate::store::audit_stamp::KeptStamp;
use crate::trail::stamp::{Trusted, check as check_stamp, imprint};
use crate::trail::{Signed, key_hash};

/// The authority's clock and ours differ by less.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// What does not fit. A checkpoint that was signed anew after its stamp is known by it to the lines since
/// the stamp before.
pub(super) fn check(
    stamps: &[KeptStamp],
    checkpoints: &[KeptCheckpoint],
    keys: &BTreeMap<String, String>,
    trusted: Option<&Trusted>,
) -> Vec<Finding> {
    let (mut findings, mut good) = (Vec::new(), 0);
    for stamp in stamps {
        match fault(stamp, checkpoints, keys, trusted) {
            None => good = stamp.size,
            Some(what) => findings.push(Finding::between(good + 1, stamp.size, format!("audit_stamp {}", stamp.size), what)),
        }
    }
    findings
}

fn fault(stamp: &KeptStamp, checkpoints: &[KeptCheckpoint], keys: &BTreeMap<String, String>, trusted: Option<&Trusted>) -> Option<String> {
    let kept = checkpoints.binary_search_by_key(&stamp.size, |kept| kept.size).ok().and_then(|at| checkpoints.get(at));
    let Some(kept) = kept else { return Some("the checkpoint that it stamps is gone".into()) };
    // What else is wrong with a checkpoint is found where its signature is checked.
    let note = note(kept, keys)?;
    let told = match check_stamp(&stamp.answer, &imprint(&note), None, trusted) {
        Ok(told) => told,
        Err(why) => return Some(format!("the time stamp of checkpoint {} does not hold: {why}", kept.size)),
    };
    let is_older = told.at + CLOCKS_DIFFER < kept.signed_at;
    is_older.then(|| format!("it is of {}, and its checkpoint says that it was signed at {}", told.at, kept.signed_at))
}

fn note(kept: &KeptCheckpoint, keys: &BTreeMap<String, String>) -> Option<String> {
    let checkpoint = kept.said()?;
    let key = hex::decode(keys.get(&kept.key_id)?).ok()?;
    let signature = hex::decode(&kept.signature).ok()?;
    Some(Signed { key_hash: key_hash(&checkpoint.origin, &key), checkpoint, signature }.note())
}
