//! 抽查: a sample of at least 5 % of the applications paid in a span of days. The same span and
//! seed give the same sample, so that anybody can draw it again.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::Db;
use super::names::Names;
use crate::acts::Outcome;
use crate::money::Fen;
use crate::store;

/// The least share that is sampled, in percent (policy.md §3).
pub const LEAST_PERCENT: usize = 5;

#[derive(Clone, Debug)]
pub struct SampledCase {
    pub number: String,
    pub enterprise: String,
    pub paid: Fen,
}

/// The sample and what it was drawn from.
#[derive(Clone, Debug)]
pub struct Sample {
    pub population: usize,
    pub cases: Vec<SampledCase>,
}

/// Draws the sample.
///
/// # Errors
/// A fault of the database.
pub fn sample(db: &mut Db, from: NaiveDate, to: NaiveDate, percent: usize, seed: &str) -> Outcome<Sample> {
    let mut names = Names::default();
    let mut paid: BTreeMap<String, SampledCase> = BTreeMap::new();
    for line in store::payout::paid_between(db, from, to)? {
        let (number, enterprise) = names.case(db, line.application_id)?;
        let case = paid.entry(number.clone()).or_insert(SampledCase { number, enterprise, paid: Fen::ZERO });
        case.paid += line.amount_fen;
    }
    let picked = pick(paid.keys().cloned().collect(), percent, seed);
    let population = paid.len();
    Ok(Sample { population, cases: picked.into_iter().filter_map(|number| paid.remove(&number)).collect() })
}

/// At least `percent` of the numbers, rounded up and never none: those whose digest with the seed
/// is smallest, in the order of the numbers.
#[must_use]
pub fn pick(mut numbers: Vec<String>, percent: usize, seed: &str) -> Vec<String> {
    let wanted = (numbers.len() * percent.clamp(LEAST_PERCENT, 100)).div_ceil(100);
    numbers.sort_by_cached_key(|number| hex::encode(Sha256::digest(format!("{seed}\n{number}").as_bytes())));
    numbers.truncate(wanted);
    numbers.sort();
    numbers
}

#[cfg(test)]
mod tests;
