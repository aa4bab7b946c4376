//! Cutting an interval in pieces whose quantities add up to it.
//!
//! The quantity is spread evenly over the interval (a suspended run does not say when it stood
//! still). What was used before an instant is floored once, from the start of the interval, so a
//! piece has the same quantity however finely the rest is cut.

use chrono::NaiveDate;

use super::super::moment::{Interval, Moment, UtcOffset};
use super::super::quantity::UnitMillis;

/// What an interval used before an instant; all of it from its end on.
fn used_before(interval: Interval, quantity: UnitMillis, instant: Moment) -> UnitMillis {
    if instant >= interval.end {
        return quantity;
    }
    let elapsed = Interval { start: interval.start, end: instant }.millis();
    let part = i128::from(quantity.get()) * i128::from(elapsed);
    // Not more than the quantity, since less than the whole interval has passed.
    let part = part.div_euclid(i128::from(interval.millis().max(1)));
    UnitMillis::new(i64::try_from(part).unwrap_or(quantity.get()))
}

/// Cuts at instants in any order; those outside of the interval cut nothing. The pieces follow one
/// another and their quantities add up.
#[must_use]
pub fn cut_at(interval: Interval, quantity: UnitMillis, instants: &[Moment]) -> Vec<(Interval, UnitMillis)> {
    let mut borders: Vec<Moment> = instants.iter().copied().filter(|at| (interval.start < *at) && (*at < interval.end)).collect();
    borders.push(interval.end);
    borders.sort_unstable();
    borders.dedup();
    let mut pieces = Vec::with_capacity(borders.len());
    let (mut start, mut done) = (interval.start, UnitMillis::ZERO);
    for border in borders {
        let so_far = used_before(interval, quantity, border);
        pieces.push((Interval { start, end: border }, so_far - done));
        (start, done) = (border, so_far);
    }
    pieces
}

/// Cuts where a day of the contract's clock ends; days without a whole unit-millisecond are left
/// out. Everything of an empty interval belongs to the day of its start.
#[must_use]
pub fn cut_at_days(interval: Interval, quantity: UnitMillis, offset: UtcOffset) -> Vec<(NaiveDate, UnitMillis)> {
    let mut slices = Vec::new();
    let (mut day, mut done) = (interval.start.date(offset), UnitMillis::ZERO);
    while let Some(next) = day.succ_opt() {
        let midnight = offset.start_of(next);
        let so_far = used_before(interval, quantity, midnight);
        if so_far != done {
            slices.push((day, so_far - done));
        }
        if midnight >= interval.end {
            break;
        }
        (day, done) = (next, so_far);
    }
    slices
}
