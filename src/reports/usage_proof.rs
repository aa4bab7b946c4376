//! That an event is in the chain: its hash, the hash before it, and the way from there to the root
//! that was signed. With these three anybody can check it without us.

use diesel::prelude::*;

use super::Db;
use crate::acts::{ActError, Outcome};
use crate::ids::{ContractId, ProviderId};
use crate::metering::chain::{GENESIS, Hash, Sibling, Tree};
use crate::metering::event::EventKey;
use crate::metering::moment::{Month, UtcOffset};
pub use crate::store::checkpoint::Checkpoint;
use crate::store::schema::{compute_contract, provider, usage_event};
pub use crate::store::usage::StoredEvent;
use crate::store::{self, Fault};

/// Events of one question to the database.
const PAGE: i64 = 2_000;

/// An event and what proves it.
#[derive(Clone, Debug)]
pub struct ProvenEvent {
    pub event: StoredEvent,
    /// The hash before it in its shard.
    pub before: Hash,
    /// `None` until the next checkpoint covers it.
    pub proof: Option<InclusionProof>,
}

/// The way from an event's hash to the root of the checkpoint that covers it.
#[derive(Clone, Debug)]
pub struct InclusionProof {
    pub checkpoint: Checkpoint,
    /// From the event up.
    pub path: Vec<Sibling>,
}

/// The tree of the checkpoint that was needed last: events come in the order of their chain.
#[derive(Debug, Default)]
struct Prover {
    span: Option<Span>,
}

#[derive(Debug)]
struct Span {
    checkpoint: Checkpoint,
    /// The hash before the span, then those of the span.
    hashes: Vec<Hash>,
    tree: Tree,
}

impl Span {
    fn load(db: &mut Db, checkpoint: Checkpoint) -> Result<Span, Fault> {
        let before = hash_at(db, checkpoint.shard, checkpoint.from_seq - 1)?;
        let own = store::usage::hashes(db, checkpoint.shard, checkpoint.from_seq, checkpoint.to_seq)?;
        let tree = Tree::new(&own);
        let hashes = std::iter::once(before).chain(own).collect();
        Ok(Span { checkpoint, hashes, tree })
    }

    fn holds(&self, event: &StoredEvent) -> bool {
        self.checkpoint.shard == event.shard && (self.checkpoint.from_seq..=self.checkpoint.to_seq).contains(&event.seq)
    }
}

impl Prover {
    fn prove(&mut self, db: &mut Db, event: StoredEvent) -> Result<ProvenEvent, Fault> {
        if !self.span.as_ref().is_some_and(|span| span.holds(&event)) {
            self.span = match store::checkpoint::covering(db, event.shard, event.seq)? {
                Some(checkpoint) => Some(Span::load(db, checkpoint)?),
                None => None,
            };
        }
        let Some(span) = &self.span else {
            let before = hash_at(db, event.shard, event.seq - 1)?;
            return Ok(ProvenEvent { event, before, proof: None });
        };
        let at = usize::try_from(event.seq - span.checkpoint.from_seq).unwrap_or_default();
        let before = span.hashes.get(at).copied().unwrap_or(GENESIS);
        let path = span.tree.proof(at);
        Ok(ProvenEvent { event, before, proof: path.map(|path| InclusionProof { checkpoint: span.checkpoint.clone(), path }) })
    }
}

fn hash_at(db: &mut Db, shard: i64, seq: i64) -> Result<Hash, Fault> {
    if seq == 0 {
        return Ok(GENESIS);
    }
    Ok(store::usage::hashes(db, shard, seq, seq)?.first().copied().unwrap_or(GENESIS))
}

/// One event of a provider.
///
/// # Errors
/// `NotFound` for an unknown event and for another provider's.
pub fn proven(db: &mut Db, of: ProviderId, key: &EventKey) -> Outcome<ProvenEvent> {
    let event = store::usage::find(db, key)?.filter(|event| event.provider_id == of).ok_or(ActError::NotFound)?;
    Ok(Prover::default().prove(db, event)?)
}

/// The contracts of a number; more than one when centres number alike and none is named.
///
/// # Errors
/// A fault of the database.
pub fn contracts_of_number(db: &mut Db, number: &str, provider_uscc: Option<&str>) -> Result<Vec<(ContractId, UtcOffset)>, Fault> {
    let rows: Vec<(ContractId, i32, String)> = compute_contract::table
        .inner_join(provider::table.on(provider::id.eq(compute_contract::provider_id)))
        .filter(compute_contract::number.eq(number))
        .select((compute_contract::id, compute_contract::utc_offset_minutes, provider::uscc))
        .load(db)?;
    let clock = |minutes| UtcOffset::of_minutes(minutes).unwrap_or(UtcOffset::BEIJING);
    let wanted = rows.into_iter().filter(|(_, _, uscc)| provider_uscc.is_none_or(|wanted| wanted == uscc));
    Ok(wanted.map(|(id, minutes, _)| (id, clock(minutes))).collect())
}

/// All events of a contract, or those that touch a month of its clock, in the order of the chains.
/// `each` may stop by an error of its own.
///
/// # Errors
/// Faults of the database; what `each` answers.
pub fn of_contract<E: From<Fault>>(
    db: &mut Db,
    (contract, clock): (ContractId, UtcOffset),
    month: Option<Month>,
    mut each: impl FnMut(&ProvenEvent) -> Result<(), E>,
) -> Result<(), E> {
    let span = month.map(|month| month.span(clock));
    let (from, to) = span.map_or((i64::MIN, i64::MAX), |span| (span.start.millis(), span.end.millis()));
    let mut prover = Prover::default();
    let (mut shard, mut seq) = (-1, 0);
    loop {
        let page: Vec<StoredEvent> = usage_event::table
            .filter(usage_event::contract_id.eq(contract).and(usage_event::end_ms.ge(from)).and(usage_event::start_ms.lt(to)))
            .filter(usage_event::shard.gt(shard).or(usage_event::shard.eq(shard).and(usage_event::seq.gt(seq))))
            .order((usage_event::shard, usage_event::seq))
            .limit(PAGE)
            .select(StoredEvent::as_select())
            .load(db)
            .map_err(Fault::from)?;
        if page.is_empty() {
            return Ok(());
        }
        for event in page {
            (shard, seq) = (event.shard, event.seq);
            each(&prover.prove(db, event)?)?;
        }
    }
}
