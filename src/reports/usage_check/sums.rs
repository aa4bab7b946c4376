//! The day sums are those of the events that they hold.

use std::collections::BTreeMap;

use super::{Broken, Checked, broken};
use crate::ids::ContractId;
use crate::metering::day_sums::{DaySum, DaySums, Piece, Slot};
use crate::metering::event::EventKind;
use crate::metering::moment::{Interval, Moment, UtcOffset};
use crate::metering::quantity::UnitMillis;
use crate::reports::Db;
use crate::store;
use crate::store::usage::StoredEvent;

/// The sums as they are kept, and up to which events.
pub(super) struct KeptSums {
    ends: BTreeMap<i64, i64>,
    clocks: BTreeMap<ContractId, UtcOffset>,
    sums: Vec<DaySum>,
    readings: Vec<(ContractId, i64, i64)>,
}

/// What the events come to.
#[derive(Default)]
pub(super) struct SeenSums {
    sums: DaySums,
    readings: Vec<(ContractId, i64, i64)>,
}

impl KeptSums {
    pub(super) fn load(db: &mut Db) -> Result<KeptSums, Broken> {
        loop {
            let ends = store::day_sum::ends(db)?;
            let kept = KeptSums {
                clocks: store::day_sum::clocks(db)?,
                sums: store::day_sum::all(db)?,
                readings: store::day_sum::readings(db)?,
                ends,
            };
            // Whatever went on meanwhile is read again.
            if store::day_sum::ends(db)? == kept.ends {
                return Ok(kept);
            }
        }
    }

    /// Do the sums hold this event?
    pub(super) fn holds(&self, event: &StoredEvent) -> bool {
        self.ends.get(&event.shard).is_some_and(|end| event.seq <= *end)
    }

    fn piece<'e>(&self, event: &'e StoredEvent) -> Option<Piece<'e>> {
        (event.quantity_ms > UnitMillis::ZERO).then(|| Piece {
            contract: event.contract_id,
            offset: self.clocks.get(&event.contract_id).copied().unwrap_or(UtcOffset::BEIJING),
            interval: Interval { start: Moment::from_millis(event.start_ms), end: Moment::from_millis(event.end_ms) },
            quantity: event.quantity_ms,
            slot: Slot { resource: &event.resource, partition: &event.partition_name, qos: &event.qos, project: &event.project },
        })
    }

    /// The first sum that is another one.
    pub(super) fn must_be(&self, mut seen: SeenSums, checked: &mut Checked) -> Result<(), Broken> {
        let sums = seen.sums.into_sorted();
        let differs = self.sums.iter().zip(&sums).take_while(|(kept, summed)| kept == summed).count();
        // Where one of both has a row that the other has not, the earlier one is told.
        if let Some(first) = self.sums.get(differs).into_iter().chain(sums.get(differs)).min() {
            let at = (first.contract, first.day, &first.resource, &first.partition, &first.qos, &first.project);
            let of = |sums: &[DaySum]| {
                let same = |sum: &&DaySum| (sum.contract, sum.day, &sum.resource, &sum.partition, &sum.qos, &sum.project) == at;
                sums.iter().find(same).map_or(0, |sum| sum.quantity)
            };
            let place = format!("usage_day_sum contract {} {} {}", first.contract, first.day, first.resource);
            return broken(&place, &format!("is {}, and its events add up to {}", of(&self.sums), of(&sums)));
        }
        seen.readings.sort_unstable();
        if seen.readings != self.readings {
            return broken("usage_reading", "does not name the readings among the events that are summed");
        }
        checked.day_sums += i64::try_from(self.sums.len()).unwrap_or(i64::MAX);
        Ok(())
    }
}

impl SeenSums {
    pub(super) fn add(&mut self, event: &StoredEvent, kept: &KeptSums) {
        if let Some(piece) = kept.piece(event) {
            self.sums.add(&piece);
        }
        if matches!(EventKind::parse(&event.kind), Some(EventKind::Gauge | EventKind::Counter)) {
            self.readings.push((event.contract_id, event.shard, event.seq));
        }
    }

    pub(super) fn take_out(&mut self, event: &StoredEvent, kept: &KeptSums) {
        if let Some(piece) = kept.piece(event) {
            self.sums.take_out(&piece);
        }
    }

    pub(super) fn merge(&mut self, other: SeenSums) {
        self.sums.merge(other.sums.into_sorted());
        self.readings.extend(other.readings);
    }
}
