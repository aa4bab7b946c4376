//! Day sums: what contracts used on each day of their clocks, added up once. A month is rated from
//! them, because a year of events is long and a contract's earlier months count in its tiers.
//!
//! A sum is a plain addition: an event adds, an event that is taken out subtracts the same. So sums
//! of parts of a chain, in any order, add up to the sums of the whole.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::moment::{Interval, UtcOffset};
use super::quantity::UnitMillis;
use super::rating::cut_at_days;
use crate::ids::ContractId;

/// What a day's quantities are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot<'a> {
    pub resource: &'a str,
    pub partition: &'a str,
    pub qos: &'a str,
    pub project: &'a str,
}

/// One quantity of a contract.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    pub contract: ContractId,
    /// The contract's clock.
    pub offset: UtcOffset,
    pub interval: Interval,
    pub quantity: UnitMillis,
    pub slot: Slot<'a>,
}

/// The sum of a slot on a day, in unit-milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySum {
    pub contract: ContractId,
    pub day: NaiveDate,
    pub resource: String,
    pub partition: String,
    pub qos: String,
    pub project: String,
    pub quantity: i128,
}

impl DaySum {
    fn slot(&self) -> Slot<'_> {
        Slot { resource: &self.resource, partition: &self.partition, qos: &self.qos, project: &self.project }
    }
}

/// Sums in the making.
#[derive(Clone, Debug, Default)]
pub struct DaySums(HashMap<(ContractId, NaiveDate), Vec<DaySum>>);

impl DaySums {
    /// Adds a quantity, cut at the midnights of its contract.
    pub fn add(&mut self, piece: &Piece<'_>) {
        for (day, quantity) in cut_at_days(piece.interval, piece.quantity, piece.offset) {
            self.put(piece.contract, day, piece.slot, i128::from(quantity.get()));
        }
    }

    /// Takes out a quantity that was added, or will be.
    pub fn take_out(&mut self, piece: &Piece<'_>) {
        for (day, quantity) in cut_at_days(piece.interval, piece.quantity, piece.offset) {
            self.put(piece.contract, day, piece.slot, -i128::from(quantity.get()));
        }
    }

    /// Adds what was summed elsewhere.
    pub fn merge(&mut self, sums: impl IntoIterator<Item = DaySum>) {
        for sum in sums {
            self.put(sum.contract, sum.day, sum.slot(), sum.quantity);
        }
    }

    fn put(&mut self, contract: ContractId, day: NaiveDate, slot: Slot<'_>, quantity: i128) {
        // A contract has few slots on a day: looking along is faster than making a key of four texts.
        let day_sums = self.0.entry((contract, day)).or_default();
        match day_sums.iter_mut().find(|sum| sum.slot() == slot) {
            Some(sum) => sum.quantity += quantity,
            None => day_sums.push(DaySum {
                contract,
                day,
                resource: slot.resource.to_owned(),
                partition: slot.partition.to_owned(),
                qos: slot.qos.to_owned(),
                project: slot.project.to_owned(),
                quantity,
            }),
        }
    }

    /// The sums that are not zero, in their order.
    #[must_use]
    pub fn into_sorted(self) -> Vec<DaySum> {
        let mut sums: Vec<DaySum> = self.0.into_values().flatten().filter(|sum| sum.quantity != 0).collect();
        sums.sort_unstable();
        sums
    }
}

#[cfg(test)]
mod tests;
