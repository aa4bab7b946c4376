//! `suanquan usage verify`: everything that is never changed is worked out again from its rows, and
//! the first place that does not fit is named.
//!
//! What comes in while it runs is left for the next run: ends are read before the rows up to them.

mod chains;
mod money;
mod statements;
mod sums;

pub use statements::digest_again;

use serde::Serialize;

use super::Db;
use crate::acts::checkpoint_usage::is_signed;
use crate::store::{Fault, Store};

/// What was worked out again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub shards: i64,
    pub events: i64,
    /// Events that another one took out.
    pub voids: i64,
    pub checkpoints: i64,
    pub day_sums: i64,
    /// Versions of tariffs.
    pub tariffs: i64,
    pub statements: i64,
    pub statement_lines: i64,
    pub prepaid_pools: i64,
    pub prepaid_moves: i64,
    /// Parts of invoices and payments that stand for purchases.
    pub allocations: i64,
}

/// Why the check ended early.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// `usage_event shard 0 seq 17: …`
    #[error("{0}")]
    Place(String),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<diesel::result::Error> for Broken {
    fn from(error: diesel::result::Error) -> Broken {
        Broken::Fault(Fault::from(error))
    }
}

/// The first thing that does not fit.
fn broken<T>(place: &str, what: &str) -> Result<T, Broken> {
    Err(Broken::Place(format!("{place}: {what}")))
}

fn must_be_signed(db: &mut Db, place: &str, key_id: &str, message: &[u8], signature: &str) -> Result<(), Broken> {
    if is_signed(db, key_id, message, signature)? {
        return Ok(());
    }
    broken(place, &format!("the signature is not that of key {key_id} under this content"))
}

/// Checks everything.
///
/// # Errors
/// [`Broken::Place`] with the first place that does not fit; a fault of the database.
pub fn check(store: &Store) -> Result<Checked, Broken> {
    let mut checked = Checked::default();
    chains::check(store, &mut checked)?;
    store.read(|db| check_money(db, &mut checked))?;
    Ok(checked)
}

/// As [`check`], inside a transaction.
///
/// # Errors
/// As [`check`].
pub fn check_within(db: &mut Db) -> Result<Checked, Broken> {
    let mut checked = Checked::default();
    chains::check_within(db, &mut checked)?;
    check_money(db, &mut checked)?;
    Ok(checked)
}

fn check_money(db: &mut Db, checked: &mut Checked) -> Result<(), Broken> {
    statements::check_tariffs(db, checked)?;
    statements::check(db, checked)?;
    money::check_pools(db, checked)?;
    money::check_papers(db, checked)
}
