//! Instants to the millisecond, half-open intervals and billing months.

use std::fmt;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// An instant as milliseconds since 1970-01-01T00:00:00Z. Finer parts of a written instant are
/// refused, not cut: two events must never differ in what is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

/// Why a text is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAMoment {
    #[error("is no instant with a zone such as 2026-03-02T14:30:00+08:00")]
    NotRfc3339,
    #[error("is finer than a millisecond")]
    TooFine,
    #[error("lies outside the years 2000 to 2100")]
    OutOfRange,
}

/// 2000-01-01T00:00:00Z and 2100-01-01T00:00:00Z.
const EARLIEST: i64 = 946_684_800_000;
const LATEST: i64 = 4_102_444_800_000;

impl Moment {
    #[must_use]
    pub const fn from_millis(millis: i64) -> Moment {
        Moment(millis)
    }

    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    #[must_use]
    pub fn at(time: DateTime<Utc>) -> Moment {
        Moment(time.timestamp_millis())
    }

    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Checks the range that meters may speak of.
    ///
    /// # Errors
    /// Outside the years 2000 to 2100.
    pub fn checked(millis: i64) -> Result<Moment, NotAMoment> {
        if (EARLIEST..LATEST).contains(&millis) { Ok(Moment(millis)) } else { Err(NotAMoment::OutOfRange) }
    }

    /// Reads RFC 3339 with an offset; a local time without zone is refused.
    ///
    /// # Errors
    /// Names what is wrong; the caller adds the field.
    pub fn parse(text: &str) -> Result<Moment, NotAMoment> {
        let time = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| NotAMoment::NotRfc3339)?;
        if time.timestamp_subsec_nanos() % 1_000_000 != 0 {
            return Err(NotAMoment::TooFine);
        }
        Moment::checked(time.timestamp_millis())
    }

    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Moment {
        Moment(self.0.saturating_add(millis))
    }

    /// The date that clocks with this offset from UTC show.
    #[must_use]
    pub fn date(self, offset: UtcOffset) -> NaiveDate {
        let utc = self.utc().naive_utc();
        utc.checked_add_signed(offset.delta()).unwrap_or(utc).date()
    }
}

/// `2026-03-02T06:30:00Z`, with milliseconds only where there are any.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.0 % 1000 == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%.3fZ" };
        write!(f, "{}", self.utc().format(form))
    }
}

/// Minutes that a contract's clock is ahead of UTC; 480 in China.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcOffset(i32);

impl UtcOffset {
    pub const BEIJING: UtcOffset = UtcOffset(480);

    /// Between −12:00 and +14:00.
    #[must_use]
    pub fn of_minutes(minutes: i32) -> Option<UtcOffset> {
        (-720..=840).contains(&minutes).then_some(UtcOffset(minutes))
    }

    #[must_use]
    pub const fn minutes(self) -> i32 {
        self.0
    }

    fn delta(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.0))
    }

    /// The instant at which a day begins on this clock.
    #[must_use]
    pub fn start_of(self, date: NaiveDate) -> Moment {
        let midnight = date.and_time(NaiveTime::MIN);
        Moment::at(midnight.checked_sub_signed(self.delta()).unwrap_or(midnight).and_utc())
    }
}

/// From `start` up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    pub start: Moment,
    pub end: Moment,
}

impl Interval {
    /// Milliseconds; 0 when the end is not after the start.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.end.0.saturating_sub(self.start.0).max(0)
    }

    /// What lies in both; `None` when that is nothing.
    #[must_use]
    pub fn within(self, other: Interval) -> Option<Interval> {
        let both = Interval { start: self.start.max(other.start), end: self.end.min(other.end) };
        (both.start < both.end).then_some(both)
    }
}

/// A calendar month, the billing period of a contract: `2026-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    #[must_use]
    pub fn of(date: NaiveDate) -> Month {
        Month { first: date.with_day(1).unwrap_or(date) }
    }

    /// Reads `2026-03`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Month> {
        let well_formed = text.len() == 7 && text.bytes().enumerate().all(|(at, b)| if at == 4 { b == b'-' } else { b.is_ascii_digit() });
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
        (well_formed && (2000..2100).contains(&first.year())).then_some(Month { first })
    }

    #[must_use]
    pub const fn first_day(self) -> NaiveDate {
        self.first
    }

    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        self.next().first.pred_opt().unwrap_or(self.first)
    }

    #[must_use]
    pub fn next(self) -> Month {
        Month { first: self.first.checked_add_months(Months::new(1)).unwrap_or(self.first) }
    }

    #[must_use]
    pub fn year(self) -> i32 {
        self.first.year()
    }

    /// The half-open span of the month on a contract's clock.
    #[must_use]
    pub fn span(self, offset: UtcOffset) -> Interval {
        Interval { start: offset.start_of(self.first), end: offset.start_of(self.next().first) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests;
