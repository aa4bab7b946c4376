//! What a meter says, as CloudEvents 1.0 (metering.md §5.1). An event is a fact for ever: it is
//! never changed; `void` and `replace` are events of their own.

mod fault;
mod read;

pub use fault::{EventCode, EventFault};
pub use read::{fact_digest, read_event};

use serde::{Deserialize, Serialize};

use super::moment::{Interval, Moment};
use super::quantity::UnitMillis;
use crate::codes::codes;

codes! {
    /// The CloudEvents `type`.
    EventKind {
        /// A finished interval.
        Usage = "cn.suanquan.compute.usage.v1",
        /// From `time` on an instance holds so many units.
        Gauge = "cn.suanquan.compute.gauge.v1",
        /// A counter that only grows; a reset begins a new epoch.
        Counter = "cn.suanquan.compute.counter.v1",
        /// Takes another event out.
        Void = "cn.suanquan.usage.void.v1",
        /// Takes another event out and states the fact anew.
        Replace = "cn.suanquan.usage.replace.v1",
    }
}

/// Most units of one event: more cards than any centre has.
pub const MOST_UNITS: i64 = 1_000_000;
/// Longest interval of one event: a leap year.
pub const LONGEST_MS: i64 = 366 * 24 * 3_600_000;
/// How far a meter's clock may run ahead of ours (the figure of metering.md §1.4).
pub const FUTURE_SKEW_MS: i64 = 5 * 60_000;
/// Older than this needs the right to file history, and a reason.
pub const BACKFILL_MS: i64 = 35 * 24 * 3_600_000;

/// The name of an event: unique for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey {
    pub source: String,
    pub id: String,
}

/// A finished interval. Its quantity is units × active time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    pub resource: String,
    /// What the tariff may tell apart.
    pub partition: String,
    pub qos: String,
    /// Whose work it was within the enterprise, for its own reports.
    pub project: String,
    /// The run that held the units, such as a job's run; empty when the meter names none. Two
    /// intervals of one run never overlap.
    pub instance: String,
    pub units: i64,
    pub interval: Interval,
    /// Time held without suspension; at most the interval's length.
    pub active_ms: i64,
}

impl Usage {
    /// Units × active milliseconds; the bounds on both keep it inside `i64`.
    #[must_use]
    pub const fn quantity(&self) -> UnitMillis {
        UnitMillis::new(self.units.saturating_mul(self.active_ms))
    }
}

/// From the event's time on an instance holds units of a resource; 0 releases it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gauge {
    pub resource: String,
    pub partition: String,
    pub qos: String,
    pub project: String,
    pub instance: String,
    pub units: i64,
}

/// A reading of a counter in unit-seconds; the difference to the reading before, in the same
/// epoch, was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    pub resource: String,
    pub partition: String,
    pub qos: String,
    pub project: String,
    pub instance: String,
    pub epoch: i64,
    pub value: i64,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Usage(Usage),
    Gauge(Gauge),
    Counter(Counter),
    Void { target: EventKey, reason: String },
    Replace { target: EventKey, reason: String, usage: Usage },
}

impl Fact {
    /// The interval that the event states, if it states one.
    #[must_use]
    pub const fn usage(&self) -> Option<&Usage> {
        match self {
            Fact::Usage(usage) | Fact::Replace { usage, .. } => Some(usage),
            Fact::Gauge(_) | Fact::Counter(_) | Fact::Void { .. } => None,
        }
    }

    /// The resource that it is about; none in a void.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        match self {
            Fact::Usage(usage) | Fact::Replace { usage, .. } => Some(&usage.resource),
            Fact::Gauge(gauge) => Some(&gauge.resource),
            Fact::Counter(counter) => Some(&counter.resource),
            Fact::Void { .. } => None,
        }
    }

    /// The event that it takes out, if it takes one out.
    #[must_use]
    pub const fn target(&self) -> Option<&EventKey> {
        match self {
            Fact::Void { target, .. } | Fact::Replace { target, .. } => Some(target),
            Fact::Usage(_) | Fact::Gauge(_) | Fact::Counter(_) => None,
        }
    }
}

/// An event that is well-formed in itself. Whether its subject, resource and target are known is
/// for the one who stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub key: EventKey,
    pub kind: EventKind,
    /// The enterprise's account code at the centre; empty in a void.
    pub subject: String,
    /// When the fact was complete: the end of the interval, the instant of the reading.
    pub time: Moment,
    pub fact: Fact,
    /// `data` in canonical form.
    pub data: String,
    /// SHA-256 over type, subject, time and data: equal for the same fact, however it was written.
    pub digest: [u8; 32],
}

impl Event {
    /// The event as CloudEvents JSON, of the same digest.
    #[must_use]
    pub fn to_json(&self) -> String {
        let head = serde_json::json!({
            "specversion": "1.0",
            "type": self.kind,
            "source": self.key.source,
            "id": self.key.id,
            "subject": self.subject,
            "time": self.time.to_string(),
        });
        let head = head.to_string();
        format!("{},\"data\":{}}}", head.trim_end_matches('}'), self.data)
    }
}

#[cfg(test)]
mod tests;
