//! What a month that is over would have cost each contract under another version of its tariff: the
//! events stored so far, rated twice. Nothing is written.

use chrono::{DateTime, NaiveDate, Utc};

use super::Db;
use super::statement::{months, refusals};
use crate::acts::Outcome;
use crate::acts::billing::{rated, tariffs, used_by};
use crate::ids::ProviderId;
use crate::lang::Text;
use crate::metering::moment::{Moment, Month};
use crate::metering::rating::RatedMonth;
use crate::metering::tariff::Tariff;
use crate::metering::what_if::in_place;
use crate::money::Fen;
use crate::store;
pub use crate::store::metering::Contract;
use crate::store::used::Cutoff;

/// A price, or why there is none.
pub type Priced = Result<Fen, Text>;

/// One contract under both.
#[derive(Clone, Debug)]
pub struct WhatIfRow {
    pub contract: Contract,
    /// As its tariff prices the month.
    pub now: Priced,
    /// With the candidate in its place.
    pub then: Priced,
}

/// All contracts of a tariff that ran in the month.
#[derive(Clone, Debug)]
pub struct WhatIf {
    pub month: Month,
    pub rows: Vec<WhatIfRow>,
}

impl WhatIf {
    /// Sums over the contracts that both versions price.
    #[must_use]
    pub fn totals(&self) -> (Fen, Fen) {
        let both = self.rows.iter().filter_map(|row| Some((row.now.as_ref().ok()?, row.then.as_ref().ok()?)));
        both.fold((Fen::ZERO, Fen::ZERO), |(now, then), (one, other)| (now + *one, then + *other))
    }
}

/// Months that the contracts of a tariff ran in, the newest first; empty without a contract.
///
/// # Errors
/// A fault of the database.
pub fn months_of(db: &mut Db, provider: ProviderId, code: &str, today: NaiveDate) -> Outcome<Vec<Month>> {
    let contracts = store::metering::contracts_of_provider(db, provider)?;
    let first = contracts.iter().filter(|contract| contract.tariff_code == code).map(|contract| contract.valid_from).min();
    Ok(first.map(|first| months(first, today)).unwrap_or_default())
}

/// Rates a month of every contract of the candidate's tariff as it is and with the candidate.
///
/// # Errors
/// Faults of the database. What a version does not price is said in its row.
pub fn what_if(db: &mut Db, provider: ProviderId, candidate: &Tariff, month: Month, now: DateTime<Utc>) -> Outcome<WhatIf> {
    let cutoff = Cutoff::at(&store::usage::chain_ends(db)?);
    let mut rows = Vec::new();
    for contract in store::metering::contracts_of_provider(db, provider)? {
        let runs = contract.valid_from <= month.last_day() && contract.valid_to >= month.first_day();
        if contract.tariff_code != candidate.code || !runs {
            continue;
        }
        let versions = tariffs(db, &contract)?;
        let used = used_by(db, &contract, &cutoff, Moment::at(now))?;
        let price = |versions: &[Tariff]| -> Outcome<Priced> {
            let priced = refusals(rated(&contract, versions, &used, month))?;
            Ok(priced.map(|months| sum(&months, month)).map_err(|why| why.into_iter().next().map(|why| why.text).unwrap_or_default()))
        };
        let (now, then) = (price(&versions)?, price(&in_place(&versions, candidate, month))?);
        rows.push(WhatIfRow { contract, now, then });
    }
    Ok(WhatIf { month, rows })
}

fn sum(months: &[RatedMonth], month: Month) -> Fen {
    months.iter().filter(|rated| rated.month == month).flat_map(|rated| &rated.lines).map(|line| line.amount).sum()
}
