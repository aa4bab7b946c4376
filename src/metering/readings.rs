//! From readings to intervals: gauges are steps that hold until the next reading, counters are
//! differences between two readings of one epoch (metering.md §5.1).

use std::collections::BTreeMap;

use super::moment::{Interval, Moment};
use super::quantity::UnitMillis;

/// What identifies a series of readings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    pub resource: String,
    pub partition: String,
    pub qos: String,
    pub project: String,
    pub instance: String,
}

/// A gauge's reading: from `at` on the instance holds so many units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GaugeReading {
    /// Resource and the rest may change with a reading; the instance alone ties them together.
    pub series: Series,
    pub at: Moment,
    pub units: i64,
    /// Orders two readings of one instant, the same in every arrival order: the event's id.
    pub id: String,
}

/// A counter's reading in unit-seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterReading {
    pub series: Series,
    pub at: Moment,
    pub epoch: i64,
    pub value: i64,
    pub id: String,
}

/// What was used over an interval, worked out from readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub series: Series,
    pub interval: Interval,
    pub quantity: UnitMillis,
}

/// The steps of all gauges up to `until`; the last reading of an instance holds until then.
#[must_use]
pub fn steps(readings: &[GaugeReading], until: Moment) -> Vec<Piece> {
    let mut instances: BTreeMap<&str, Vec<&GaugeReading>> = BTreeMap::new();
    for reading in readings.iter().filter(|reading| reading.at < until) {
        instances.entry(&reading.series.instance).or_default().push(reading);
    }
    let mut pieces = Vec::new();
    for mut of_instance in instances.into_values() {
        of_instance.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
        let ends = of_instance.iter().skip(1).map(|next| next.at).chain([until]).collect::<Vec<_>>();
        for (reading, end) in of_instance.into_iter().zip(ends) {
            let interval = Interval { start: reading.at, end };
            if reading.units > 0 && interval.millis() > 0 {
                let quantity = UnitMillis::new(reading.units.saturating_mul(interval.millis()));
                pieces.push(Piece { series: reading.series.clone(), interval, quantity });
            }
        }
    }
    pieces
}

/// The differences of all counters. The first reading of the first epoch is where counting begins;
/// a later epoch begins at zero. A reading below the one before it in the same epoch counts as
/// nothing: a counter that falls without a new epoch is a broken meter, not a refund.
#[must_use]
pub fn differences(readings: &[CounterReading]) -> Vec<Piece> {
    let mut instances: BTreeMap<&Series, Vec<&CounterReading>> = BTreeMap::new();
    for reading in readings {
        instances.entry(&reading.series).or_default().push(reading);
    }
    let mut pieces = Vec::new();
    for (series, mut of_series) in instances {
        of_series.sort_by(|one, other| (one.epoch, one.at, &one.id).cmp(&(other.epoch, other.at, &other.id)));
        let mut before: Option<&CounterReading> = None;
        let mut highest = 0;
        for reading in of_series {
            let (used, start) = match before {
                None => (0, reading.at),
                Some(last) if last.epoch == reading.epoch => (reading.value - highest, last.at.min(reading.at)),
                Some(last) => (reading.value, last.at.min(reading.at)),
            };
            highest = match before {
                Some(last) if last.epoch == reading.epoch => highest.max(reading.value),
                Some(_) | None => reading.value,
            };
            before = Some(reading);
            if used > 0 {
                let quantity = UnitMillis::new(used.saturating_mul(1000));
                pieces.push(Piece { series: series.clone(), interval: Interval { start, end: reading.at }, quantity });
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests;
