//! The trail's proof for people: how the sealer is doing, what is printed on papers, and the receipt of
//! a line that anybody can check without us.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Db;
use crate::acts::Outcome;
use crate::acts::seal_trail::is_signature;
use crate::application::ActKind;
use crate::ids::ApplicationId;
use crate::merkle::{Hash, Sibling, Tree, climb, leaf};
use crate::party::Role;
use crate::store::audit::Entry;
use crate::store::audit_seal::{KeptCheckpoint, Seal};
use crate::store::audit_stamp::KeptStamp;
use crate::store::{self, Fault};
use crate::trail::stamp::{self, Stamp, Trusted};
use crate::trail::{Field, Signed, fields_of, key_hash};

/// No line may wait longer for its seal.
const ALARM: TimeDelta = TimeDelta::seconds(5);

/// How the sealer is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealState {
    /// Sealed lines.
    pub size: i64,
    pub waiting: i64,
    /// Since when the oldest one waits.
    pub since: Option<NaiveDateTime>,
    /// Does one wait for too long?
    pub is_late: bool,
    pub newest: Option<TrailMark>,
}

/// What stands on a paper: enough to find out later that the trail before it was not rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailMark {
    pub size: i64,
    /// `3f0c a1b2 c3d4 e5f6`
    pub short_root: String,
    pub signed_at: NaiveDateTime,
}

impl TrailMark {
    fn of(kept: &KeptCheckpoint) -> Option<TrailMark> {
        kept.said().map(|said| TrailMark { size: said.size, short_root: said.short_root(), signed_at: said.signed_at })
    }
}

/// # Errors
/// A fault of the database.
pub fn seal_state(db: &mut Db, now: DateTime<Utc>) -> Outcome<SealState> {
    let (waiting, since) = store::audit_seal::waits(db)?;
    let size = store::audit_seal::head(db)?.map_or(0, |head| head.size);
    let newest = store::audit_seal::newest_checkpoint(db)?;
    Ok(SealState {
        size,
        waiting,
        since,
        is_late: since.is_some_and(|since| now.naive_utc() - since > ALARM),
        newest: newest.as_ref().and_then(TrailMark::of),
    })
}

/// The first checkpoint that covers the last line of an act about a subject; none until it is signed.
///
/// # Errors
/// A fault of the database.
pub fn mark_of(db: &mut Db, act: &str, subject: &str) -> Outcome<Option<TrailMark>> {
    let Some(seq) = store::audit_seal::place_of(db, act, subject)? else { return Ok(None) };
    Ok(store::audit_seal::checkpoint_covering(db, seq)?.as_ref().and_then(TrailMark::of))
}

/// As [`mark_of`], for the last submission of an application.
///
/// # Errors
/// A fault of the database.
pub fn mark_of_submission(db: &mut Db, number: &str) -> Outcome<Option<TrailMark>> {
    match mark_of(db, ActKind::Resubmit.as_str(), number)? {
        Some(mark) => Ok(Some(mark)),
        None => mark_of(db, ActKind::Submit.as_str(), number),
    }
}

/// The newest kept checkpoint as a signed note, for whoever wants to keep it.
///
/// # Errors
/// A fault of the database.
pub fn newest_note(db: &mut Db) -> Outcome<Option<String>> {
    let Some(newest) = store::audit_seal::newest_checkpoint(db)? else { return Ok(None) };
    Ok(signed(db, &newest)?.map(|(signed, _)| signed.note()))
}

/// A checkpoint with its signature and the public key.
pub(super) fn signed(db: &mut Db, kept: &KeptCheckpoint) -> Result<Option<(Signed, String)>, Fault> {
    let key = store::statement::public_key(db, &kept.key_id)?;
    let parts = kept.said().zip(key).zip(hex::decode(&kept.signature).ok());
    Ok(parts.and_then(|((checkpoint, key), signature)| {
        let key_hash = key_hash(&checkpoint.origin, &hex::decode(&key).ok()?);
        Some((Signed { checkpoint, key_hash, signature }, key))
    }))
}

/// Public keys of this house, in hexadecimal.
///
/// # Errors
/// A fault of the database.
pub fn house_keys(db: &mut Db) -> Outcome<Vec<String>> {
    Ok(store::statement::public_keys(db)?.into_values().collect())
}

/// The form that receipts have.
const FORM: &str = "suanquan receipt v1";

/// The receipt of a line: its bytes, the way from its leaf to the root, and the signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub form: String,
    /// The bytes of the line in base64, as `docs/concepts/audit-trail.md` describes them.
    pub line: String,
    /// From the leaf up.
    pub path: Vec<Step>,
    /// The signed note.
    pub checkpoint: String,
    /// Ed25519, in hexadecimal.
    pub public_key: String,
    /// The answer of a time-stamp authority to the note (RFC 3161), in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
}

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub side: Side,
    /// In hexadecimal.
    pub hash: String,
}

/// Where the sibling stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
}

/// A line of an application that has a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptLine {
    pub seq: i64,
    pub at: NaiveDateTime,
    pub act: String,
}

/// The sealed lines of an application that its enterprise is told of, oldest first.
///
/// # Errors
/// A fault of the database.
pub fn receipt_lines(db: &mut Db, id: ApplicationId) -> Outcome<Vec<ReceiptLine>> {
    let sealed = told_lines(db, id)?.into_iter().map(|(entry, seal)| ReceiptLine { seq: seal.seq, at: entry.at, act: entry.act });
    Ok(sealed.collect())
}

/// What the enterprise did itself, and the steps that its timeline tells.
fn told_lines(db: &mut Db, id: ApplicationId) -> Result<Vec<(Entry, Seal)>, Fault> {
    let is_told =
        |entry: &Entry| entry.actor_role == Role::Enterprise.as_str() || ActKind::parse(&entry.act).is_some_and(|act| !act.is_internal());
    let lines = store::audit_seal::of_application(db, id)?;
    Ok(lines.into_iter().filter(|(entry, _)| is_told(entry)).filter_map(|(entry, seal)| Some((entry, seal?))).collect())
}

/// The receipt of a line of an application under the newest signed end of the trail; `None` for a line
/// of another application.
///
/// # Errors
/// A fault of the database.
pub fn receipt(db: &mut Db, id: ApplicationId, seq: i64) -> Outcome<Option<Receipt>> {
    let own = told_lines(db, id)?.into_iter().find(|(_, seal)| seal.seq == seq);
    let Some((entry, seal)) = own else { return Ok(None) };
    let (covering, stamp) = covering(db, seq)?;
    let Some((signed, public_key)) = covering.map(|kept| signed(db, &kept)).transpose()?.flatten() else { return Ok(None) };
    let tree = Tree::of_leaves(store::audit_seal::leaves(db, signed.checkpoint.size)?);
    let Some(path) = usize::try_from(seq - 1).ok().and_then(|at| tree.proof(at)) else { return Ok(None) };
    let mut bytes = Vec::new();
    entry.at_place(seq, seal.sealed_at, &seal.salt).write(&mut bytes);
    let step = |step: Sibling| Step { side: if step.left { Side::Left } else { Side::Right }, hash: hex::encode(step.hash) };
    Ok(Some(Receipt {
        form: FORM.into(),
        line: STANDARD.encode(bytes),
        path: path.into_iter().map(step).collect(),
        checkpoint: signed.note(),
        public_key,
        stamp: stamp.map(|stamp| STANDARD.encode(stamp.answer)),
    }))
}

/// The checkpoint of a receipt: one with a time stamp says most; any other is also printed on papers; before
/// there is one, the signed end.
fn covering(db: &mut Db, seq: i64) -> Result<(Option<KeptCheckpoint>, Option<KeptStamp>), Fault> {
    if let Some((kept, stamp)) = store::audit_stamp::covering(db, seq)? {
        return Ok((Some(kept), Some(stamp)));
    }
    match store::audit_seal::checkpoint_covering(db, seq)? {
        Some(kept) => Ok((Some(kept), None)),
        None => Ok((store::audit_seal::head(db)?.map(|head| head.as_checkpoint()), None)),
    }
}

/// What a receipt proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub fields: BTreeMap<&'static str, Field>,
    pub origin: String,
    /// Lines of the trail when it was signed.
    pub size: i64,
    pub signed_at: NaiveDateTime,
    pub short_root: String,
    pub public_key: String,
    /// What an authority says of the checkpoint.
    pub stamp: Option<Stamp>,
}

/// Why a receipt proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    #[error("it is no receipt")]
    NotAReceipt,
    #[error("the bytes of its line cannot be read")]
    Line,
    #[error("its checkpoint cannot be read")]
    Checkpoint,
    #[error("the line does not lead to the root of the checkpoint")]
    Path,
    #[error("the checkpoint is not signed by the key of the receipt")]
    Signature,
    #[error("the time stamp is not one of the checkpoint")]
    Stamp,
}

/// Checks a receipt by what stands in it alone; a time stamp must lead to a trusted certificate where the
/// house has one.
///
/// # Errors
/// The first step that fails.
pub fn check_receipt(text: &str, trusted: Option<&Trusted>) -> Result<Proven, NoProof> {
    let receipt: Receipt = serde_json::from_str(text).map_err(|_| NoProof::NotAReceipt)?;
    if receipt.form != FORM {
        return Err(NoProof::NotAReceipt);
    }
    let bytes = STANDARD.decode(&receipt.line).map_err(|_| NoProof::Line)?;
    let fields: BTreeMap<_, _> = fields_of(&bytes).ok_or(NoProof::Line)?.into_iter().collect();
    let notes = Signed::read_all(&receipt.checkpoint).map_err(|_| NoProof::Checkpoint)?;
    let [Signed { checkpoint, key_hash: named, signature }] = notes.as_slice() else { return Err(NoProof::Checkpoint) };
    let steps: Option<Vec<Sibling>> = receipt.path.iter().map(sibling).collect();
    let steps = steps.ok_or(NoProof::Path)?;
    let covers = matches!(fields.get("seq"), Some(Field::Number(seq)) if (1..=checkpoint.size).contains(seq));
    if climb(&leaf(&bytes), &steps) != checkpoint.root || !covers {
        return Err(NoProof::Path);
    }
    let key = hex::decode(&receipt.public_key).map_err(|_| NoProof::Signature)?;
    let is_named = key_hash(&checkpoint.origin, &key) == *named;
    if !is_named || !is_signature(&receipt.public_key, checkpoint.text().as_bytes(), &hex::encode(signature)) {
        return Err(NoProof::Signature);
    }
    let stamped = |coded: &String| {
        let answer = STANDARD.decode(coded).map_err(|_| NoProof::Stamp)?;
        stamp::check(&answer, &stamp::imprint(&receipt.checkpoint), None, trusted).map_err(|_| NoProof::Stamp)
    };
    let stamp = receipt.stamp.as_ref().map(stamped).transpose()?;
    Ok(Proven {
        fields,
        origin: checkpoint.origin.clone(),
        size: checkpoint.size,
        signed_at: checkpoint.signed_at,
        short_root: checkpoint.short_root(),
        public_key: receipt.public_key,
        stamp,
    })
}

fn sibling(step: &Step) -> Option<Sibling> {
    let hash: Hash = hex::decode(&step.hash).ok()?.try_into().ok()?;
    Some(Sibling { hash, left: step.side == Side::Left })
}
