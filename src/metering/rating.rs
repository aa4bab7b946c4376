//! Rating 计价: from the quantities of a contract to the lines of its months. A pure function of
//! the quantities and the tariff versions: the same facts in any order give the same lines and the
//! same digest (metering.md §5.5).
//!
//! Per month and tariff version the quantities of a resource are summed and priced as one; only a
//! matrix tells partitions and qualities of service apart. Every line is rounded once, in `i128`.

mod cut;
mod fault;
mod month;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::canonical::digest;
use super::moment::Month;
use super::quantity::UnitMillis;
use super::tariff::Tariff;
use crate::codes::codes;
use crate::money::Fen;

pub use cut::{cut_at, cut_at_days};
pub use fault::RatingFault;
use month::{MonthUse, Running, Slot};

/// The denominator of every exact amount: 3,600,000 unit-milliseconds of an hour × 10,000 micro-yuan
/// of a fen.
pub const AMOUNT_DEN: i128 = 36_000_000_000;

/// What was used on one day of the contract's clock; [`cut_at_days`] makes them from intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub day: NaiveDate,
    pub resource: String,
    pub partition: String,
    pub qos: String,
    /// Never negative: what was voided is not in the list.
    pub quantity: UnitMillis,
}

/// What a contract says about prices.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// First and last day of the contract, both inclusive, on its own clock.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// The versions of its tariff, earliest first.
    pub tariffs: &'a [Tariff],
}

codes! {
    /// What a line charges for.
    LineKind {
        Usage = "usage",
        /// What is missing to the least amount of the month.
        Minimum = "minimum",
        /// What is above the most that the month costs; negative.
        Cap = "cap",
    }
}

/// One priced line of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatedLine {
    pub kind: LineKind,
    /// Empty in lines for the whole month.
    pub resource: String,
    /// Partition and QoS stand only in the lines of a matrix.
    pub partition: String,
    pub qos: String,
    pub tariff_version: i64,
    /// Price tier from 1; of reserved units 1, beyond them 2; else 0.
    pub tier: i64,
    pub quantity: UnitMillis,
    /// Micro-yuan per unit-hour, or per package.
    pub price_micro: i64,
    /// The exact amount in fen is `amount_num / amount_den`, flat sums included.
    pub amount_num: i128,
    /// Always [`AMOUNT_DEN`].
    pub amount_den: i128,
    /// Whole fen, rounded once as the tariff says.
    pub amount: Fen,
}

/// What makes a line the same in every rating of its month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    pub kind: LineKind,
    pub resource: String,
    pub partition: String,
    pub qos: String,
    pub tariff_version: i64,
    pub tier: i64,
}

impl RatedLine {
    #[must_use]
    pub fn key(&self) -> LineKey {
        LineKey {
            kind: self.kind,
            resource: self.resource.clone(),
            partition: self.partition.clone(),
            qos: self.qos.clone(),
            tariff_version: self.tariff_version,
            tier: self.tier,
        }
    }
}

/// A month of a contract, priced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatedMonth {
    pub month: Month,
    /// In the order of their keys.
    pub lines: Vec<RatedLine>,
    /// What was cut off by `floor_carry` and waits for the next line, in 1/[`AMOUNT_DEN`] fen;
    /// below one fen.
    pub carry: i128,
}

impl RatedMonth {
    /// Σ lines; rating keeps it within [`Fen::MAX_ABS`].
    #[must_use]
    pub fn total(&self) -> Fen {
        Fen::saturating(self.lines.iter().map(|line| i128::from(line.amount.get())).sum())
    }
}

impl Terms<'_> {
    /// The version that prices a day.
    #[must_use]
    pub fn version_on(&self, day: NaiveDate) -> Option<&Tariff> {
        self.place_on(day).and_then(|place| self.tariffs.get(place))
    }

    fn place_on(&self, day: NaiveDate) -> Option<usize> {
        self.tariffs.partition_point(|tariff| tariff.valid_from <= day).checked_sub(1)
    }

    /// Versions follow one another, and a resource is counted in one unit.
    fn check(&self) -> Result<(), RatingFault> {
        let mut units = BTreeMap::new();
        for (older, newer) in self.tariffs.iter().zip(self.tariffs.iter().skip(1)) {
            if newer.valid_from <= older.valid_from || newer.version <= older.version {
                return Err(RatingFault::VersionsOutOfOrder { version: newer.version });
            }
        }
        for tariff in self.tariffs {
            for rate in &tariff.rates {
                if *units.entry(rate.resource.as_str()).or_insert(rate.unit) != rate.unit {
                    return Err(RatingFault::UnitChanged { resource: rate.resource.clone(), version: tariff.version });
                }
            }
        }
        Ok(())
    }
}

/// Prices every month of the contract from its first up to `through`, or up to its last month where
/// that is earlier. Usage after `through` is left out; earlier usage must be given whole, because
/// tiers and the carry of 抹零 count on it.
///
/// A line is priced by the version valid on the days of its usage. The least and the most of a month
/// are those of the version valid on its last day within the contract.
///
/// # Errors
/// Usage that no version can price, named with its day and resource; amounts beyond
/// [`Fen::MAX_ABS`].
pub fn rate(terms: &Terms<'_>, used: &[Used], through: Month) -> Result<Vec<RatedMonth>, RatingFault> {
    terms.check()?;
    let mut uses = by_month(terms, used, through)?;
    let end = through.min(Month::of(terms.last));
    let mut running = Running::default();
    let mut months = Vec::new();
    let mut month = Month::of(terms.first);
    while month <= end {
        months.push(month::rate_month(terms, month, &uses.remove(&month).unwrap_or_default(), &mut running)?);
        let next = month.next();
        // The calendar ends long after any contract.
        if next == month {
            break;
        }
        month = next;
    }
    Ok(months)
}

fn by_month<'a>(terms: &Terms<'_>, used: &'a [Used], through: Month) -> Result<BTreeMap<Month, MonthUse<'a>>, RatingFault> {
    let last_day = through.last_day();
    let mut months: BTreeMap<Month, MonthUse<'a>> = BTreeMap::new();
    for piece in used.iter().filter(|piece| piece.day <= last_day && !piece.quantity.is_zero()) {
        let (day, resource) = (piece.day, &piece.resource);
        if piece.quantity < UnitMillis::ZERO {
            return Err(RatingFault::NegativeQuantity { day, resource: resource.clone() });
        }
        if day < terms.first || day > terms.last {
            return Err(RatingFault::OutsideContract { day, resource: resource.clone(), first: terms.first, last: terms.last });
        }
        let place = terms.place_on(day);
        let Some((place, tariff)) = place.and_then(|place| terms.tariffs.get(place).map(|tariff| (place, tariff))) else {
            return Err(RatingFault::NoVersion { day, resource: resource.clone() });
        };
        if tariff.rate(resource).is_none() {
            return Err(RatingFault::UnknownResource { day, resource: resource.clone(), version: tariff.version });
        }
        let slot = Slot { resource, partition: &piece.partition, qos: &piece.qos };
        let of_version = months.entry(Month::of(day)).or_default().entry(place).or_default();
        *of_version.entry(slot).or_insert(0) += i128::from(piece.quantity.get());
    }
    Ok(months)
}

/// SHA-256 over the lines in their order: equal for the same facts and tariffs.
#[must_use]
pub fn lines_digest(lines: &[RatedLine]) -> [u8; 32] {
    let records: Vec<[Vec<u8>; 11]> = lines.iter().map(record).collect();
    let parts: Vec<&[u8]> = records.iter().flatten().map(Vec::as_slice).collect();
    digest(&parts)
}

/// The fields of a line for a digest.
pub(super) fn record(line: &RatedLine) -> [Vec<u8>; 11] {
    [
        line.kind.as_str().into(),
        line.resource.as_str().into(),
        line.partition.as_str().into(),
        line.qos.as_str().into(),
        line.tariff_version.to_be_bytes().into(),
        line.tier.to_be_bytes().into(),
        line.quantity.get().to_be_bytes().into(),
        line.price_micro.to_be_bytes().into(),
        line.amount_num.to_be_bytes().into(),
        line.amount_den.to_be_bytes().into(),
        line.amount.get().to_be_bytes().into(),
    ]
}

#[cfg(test)]
mod tests;
