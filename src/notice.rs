//! 公示: how long a list of intended subsidies stands before money may move, what it shows, and what
//! an objection to one of its lines must hold. Pure: period and content are computed from facts; the
//! acts publish, the job closes.
//!
//! Invariants: no payment before the day after the last day; what a notice said when it was
//! published never changes; an objection holds its own line and no other.

pub mod content;
pub mod objection;
pub mod period;

use chrono::NaiveDate;

/// May money of a notice move today (Beijing)? From the day after its last day on (policy.md §7).
#[must_use]
pub fn payment_may_start(last_day: NaiveDate, today: NaiveDate) -> bool {
    today > last_day
}

#[cfg(test)]
mod tests;
