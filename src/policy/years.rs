//! 年度: which year a grant counts against, and the parts of a service that runs over a year's end.

use chrono::{Datelike, NaiveDate};

use super::case::{Application, Item};
use super::pack::YearSplit;
use super::tier_rules::{TierRules, YearBasis};
use crate::money::Fen;

/// A part of an item's service that lies in one year; the whole item, unless a pack splits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    /// Last day of this part: the day on which it is completed.
    pub completed_on: NaiveDate,
    /// Inclusive days of this part.
    pub days: i64,
}

/// The parts of an item in order of time; never empty.
pub(super) fn slices(split: YearSplit, item: &Item) -> Vec<Slice> {
    let (from, to) = (item.service_from, item.service_to);
    let days = |first: NaiveDate, last: NaiveDate| last.signed_duration_since(first).num_days() + 1;
    if split == YearSplit::ByCompletion || from > to {
        return vec![Slice { completed_on: to, days: 1 }];
    }
    (from.year()..=to.year())
        .filter_map(|year| {
            let first = NaiveDate::from_ymd_opt(year, 1, 1)?.max(from);
            let last = NaiveDate::from_ymd_opt(year, 12, 31)?.min(to);
            Some(Slice { completed_on: last, days: days(first, last) })
        })
        .collect()
}

/// A base split over the parts of an item: every part but the last half-up to the fen, the last
/// takes the remainder (policy.md §5, 11 and 12).
pub(super) fn split_base(base: Fen, days: &[i64]) -> Vec<Fen> {
    let whole: i64 = days.iter().sum();
    let mut left = base;
    days.iter()
        .enumerate()
        .map(|(place, part)| {
            let share = if place + 1 == days.len() { left } else { base.share(*part, whole).min(left) };
            left -= share;
            share
        })
        .collect()
}

/// The year that a tier's grant for this part counts against, accepted or not.
pub(super) fn year_of(rules: &TierRules, application: &Application, slice: &Slice) -> i32 {
    match rules.year_basis.value {
        YearBasis::VoucherYear => application.claimed_on().year(),
        YearBasis::ServiceCompleted => slice.completed_on.year(),
    }
}
