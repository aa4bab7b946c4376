//! The proof of the trail: where every line stands in the chain, where the chain ends, and the signed
//! roots that are kept. Only the sealer writes here.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::audit::Entry;
use super::schema::{audit_checkpoint, audit_entry, audit_head, audit_seal, audit_unsealed};
use super::{Db, Fault, dialect};
use crate::ids::{AccountId, ApplicationId, EnterpriseId};
use crate::merkle::Hash;
use crate::trail::{Checkpoint, LineBytes};

/// The place of a line.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_seal)]
pub struct Seal {
    pub seq: i64,
    pub entry_id: i64,
    pub leaf: Vec<u8>,
    pub chain: Vec<u8>,
    /// Blinds what a receipt does not tell.
    pub salt: Vec<u8>,
    pub sealed_at: NaiveDateTime,
}

/// A signed root as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_checkpoint)]
pub struct KeptCheckpoint {
    pub size: i64,
    /// In hexadecimal.
    pub root: String,
    pub signed_at: NaiveDateTime,
    /// The size of the checkpoint before.
    pub after_size: i64,
    pub origin: String,
    pub key_id: String,
    /// In hexadecimal.
    pub signature: String,
}

impl KeptCheckpoint {
    /// What is signed; `None` when the root is no hash.
    #[must_use]
    pub fn said(&self) -> Option<Checkpoint> {
        let root: Hash = hex::decode(&self.root).ok()?.try_into().ok()?;
        Some(Checkpoint { origin: self.origin.clone(), size: self.size, root, signed_at: self.signed_at, after: self.after_size })
    }
}

/// Where the trail ends.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = audit_head)]
pub struct Head {
    pub size: i64,
    pub root: String,
    pub signed_at: NaiveDateTime,
    pub after_size: i64,
    pub origin: String,
    pub key_id: String,
    pub signature: String,
    /// The hash of the last line's chain.
    pub chain: Vec<u8>,
    /// The roots of the full subtrees, 32 bytes each, the largest first.
    pub peaks: Vec<u8>,
}

impl Head {
    /// The head as a checkpoint.
    #[must_use]
    pub fn as_checkpoint(&self) -> KeptCheckpoint {
        KeptCheckpoint {
            size: self.size,
            root: self.root.clone(),
            signed_at: self.signed_at,
            after_size: self.after_size,
            origin: self.origin.clone(),
            key_id: self.key_id.clone(),
            signature: self.signature.clone(),
        }
    }
}

impl Entry {
    /// The line at its place, as it is hashed.
    #[must_use]
    pub fn at_place<'a>(&'a self, seq: i64, sealed_at: NaiveDateTime, salt: &'a [u8]) -> LineBytes<'a> {
        LineBytes {
            seq,
            sealed_at,
            salt,
            id: self.id,
            at: self.at,
            actor: self.actor_id.map(AccountId::get),
            actor_name: &self.actor_name,
            actor_role: &self.actor_role,
            act: &self.act,
            enterprise: self.enterprise_id.map(EnterpriseId::get),
            application: self.application_id.map(ApplicationId::get),
            subject: &self.subject,
            from_state: &self.from_state,
            to_state: &self.to_state,
            reason: &self.reason,
            detail: &self.detail,
        }
    }
}

/// Takes the lock of the chain until the transaction ends, and says where it ends.
///
/// # Errors
/// A [`Fault`] of the database; a head that is gone.
pub fn lock_head(db: &mut Db) -> Result<Head, Fault> {
    diesel::update(audit_head::table.find(1)).set(audit_head::size.eq(audit_head::size)).execute(db)?;
    head(db)?.ok_or_else(|| Fault::BadRow { table: "audit_head", id: "1".into(), what: "nothing: it is gone".into() })
}

/// # Errors
/// A [`Fault`] of the database.
pub fn head(db: &mut Db) -> Result<Option<Head>, Fault> {
    Ok(audit_head::table.find(1).select(Head::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_head(db: &mut Db, head: &Head) -> Result<(), Fault> {
    diesel::update(audit_head::table.find(1)).set(head).execute(db)?;
    Ok(())
}

/// The lines that wait for their seal, in the order in which they were stored.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn waiting(db: &mut Db, most: i64) -> Result<Vec<Entry>, Fault> {
    let lines = audit_unsealed::table.inner_join(audit_entry::table.on(audit_entry::id.eq(audit_unsealed::entry_id)));
    Ok(lines.order(audit_unsealed::entry_id).limit(most).select(Entry::as_select()).load(db)?)
}

/// How many lines wait, and since when the oldest does.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn waits(db: &mut Db) -> Result<(i64, Option<NaiveDateTime>), Fault> {
    let lines = audit_unsealed::table.inner_join(audit_entry::table.on(audit_entry::id.eq(audit_unsealed::entry_id)));
    Ok(lines.select((diesel::dsl::count_star(), diesel::dsl::min(audit_entry::at))).first(db)?)
}

/// Gives lines their places; they wait no longer.
///
/// # Errors
/// A unique violation when another sealer was faster; a [`Fault`] otherwise.
pub fn seal(db: &mut Db, seals: &[Seal]) -> Result<(), Fault> {
    dialect::insert_seals(db, seals)?;
    for some in seals.chunks(500) {
        let entries: Vec<i64> = some.iter().map(|seal| seal.entry_id).collect();
        diesel::delete(audit_unsealed::table.filter(audit_unsealed::entry_id.eq_any(entries))).execute(db)?;
    }
    Ok(())
}

/// Lines with their seals.
#[derive(Clone, Debug, Default)]
pub struct SealedLines {
    pub(super) seals: Vec<Seal>,
    /// In the order of their numbers; there may be some of other seals among them.
    pub(super) entries: Vec<Entry>,
}

impl SealedLines {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seals.is_empty()
    }

    /// In the order of their places; a line that is gone is `None`.
    pub fn lines(&self) -> impl Iterator<Item = (&Seal, Option<&Entry>)> {
        let entry = |id: &i64| self.entries.binary_search_by_key(id, |entry| entry.id).ok().and_then(|at| self.entries.get(at));
        self.seals.iter().map(move |seal| (seal, entry(&seal.entry_id)))
    }
}

/// The lines after a place with their seals.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn sealed_after(db: &mut Db, seq: i64, most: i64) -> Result<SealedLines, Fault> {
    dialect::sealed_after(db, seq, most)
}

/// The lines of an application with their seals, oldest first; a line that waits has none.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<(Entry, Option<Seal>)>, Fault> {
    let lines = audit_entry::table.left_join(audit_seal::table.on(audit_seal::entry_id.eq(audit_entry::id)));
    let lines = lines.filter(audit_entry::application_id.eq(id)).order(audit_entry::id);
    Ok(lines.select((Entry::as_select(), Option::<Seal>::as_select())).load(db)?)
}

/// The place of the last line of an act about a subject, such as the publication of a notice.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn place_of(db: &mut Db, act: &str, subject: &str) -> Result<Option<i64>, Fault> {
    let lines = audit_seal::table.inner_join(audit_entry::table.on(audit_entry::id.eq(audit_seal::entry_id)));
    let of_act = lines.filter(audit_entry::subject.eq(subject).and(audit_entry::act.eq(act)));
    Ok(of_act.order(audit_seal::seq.desc()).select(audit_seal::seq).first(db).optional()?)
}

/// The leaves of the first lines, in their order.
///
/// # Errors
/// A [`Fault`] of the database; a leaf that is gone or is no hash.
pub fn leaves(db: &mut Db, size: i64) -> Result<Vec<Hash>, Fault> {
    let rows: Vec<(i64, Vec<u8>)> =
        audit_seal::table.filter(audit_seal::seq.le(size)).order(audit_seal::seq).select((audit_seal::seq, audit_seal::leaf)).load(db)?;
    let mut leaves = Vec::with_capacity(rows.len());
    for (expected, (seq, leaf)) in (1..).zip(rows) {
        let bad = |what: &str| Fault::BadRow { table: "audit_seal", id: expected.to_string(), what: what.to_owned() };
        if seq != expected {
            return Err(bad("nothing: it is gone"));
        }
        leaves.push(leaf.try_into().map_err(|_| bad("a leaf that is no hash"))?);
    }
    Ok(leaves)
}

/// # Errors
/// A unique violation when there is one of this size; a [`Fault`] otherwise.
pub fn keep_checkpoint(db: &mut Db, new: &KeptCheckpoint) -> Result<(), Fault> {
    diesel::insert_into(audit_checkpoint::table).values(new).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn newest_checkpoint(db: &mut Db) -> Result<Option<KeptCheckpoint>, Fault> {
    let newest = audit_checkpoint::table.order(audit_checkpoint::size.desc());
    Ok(newest.select(KeptCheckpoint::as_select()).first(db).optional()?)
}

/// The first checkpoint that covers a place.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn checkpoint_covering(db: &mut Db, seq: i64) -> Result<Option<KeptCheckpoint>, Fault> {
    let covering = audit_checkpoint::table.filter(audit_checkpoint::size.ge(seq)).order(audit_checkpoint::size);
    Ok(covering.select(KeptCheckpoint::as_select()).first(db).optional()?)
}

/// All of them, the smallest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn checkpoints(db: &mut Db) -> Result<Vec<KeptCheckpoint>, Fault> {
    Ok(audit_checkpoint::table.order(audit_checkpoint::size).select(KeptCheckpoint::as_select()).load(db)?)
}

/// What one moment shows of the tables' sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub entries: i64,
    pub seals: i64,
    pub waiting: i64,
    /// What the head says.
    pub size: i64,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn counts(db: &mut Db) -> Result<Counts, Fault> {
    let (entries, seals, waiting, size): (Option<i64>, Option<i64>, Option<i64>, Option<i64>) = diesel::select((
        audit_entry::table.count().single_value(),
        audit_seal::table.count().single_value(),
        audit_unsealed::table.count().single_value(),
        audit_head::table.select(audit_head::size).limit(1).single_value(),
    ))
    .get_result(db)?;
    let [entries, seals, waiting, size] = [entries, seals, waiting, size].map(Option::unwrap_or_default);
    Ok(Counts { entries, seals, waiting, size })
}

/// The first line that has no seal and does not wait for one: nobody's act stored it.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn foreign_entry(db: &mut Db) -> Result<Option<i64>, Fault> {
    let has_seal = diesel::dsl::exists(audit_seal::table.filter(audit_seal::entry_id.eq(audit_entry::id)));
    let waits = diesel::dsl::exists(audit_unsealed::table.filter(audit_unsealed::entry_id.eq(audit_entry::id)));
    let foreign = audit_entry::table.filter(diesel::dsl::not(has_seal).and(diesel::dsl::not(waits)));
    Ok(foreign.order(audit_entry::id).select(audit_entry::id).first(db).optional()?)
}

/// The first line that waits although it has a seal.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn waits_twice(db: &mut Db) -> Result<Option<i64>, Fault> {
    let both = audit_unsealed::table.inner_join(audit_seal::table.on(audit_seal::entry_id.eq(audit_unsealed::entry_id)));
    Ok(both.order(audit_seal::seq).select(audit_seal::seq).first(db).optional()?)
}
