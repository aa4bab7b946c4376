//! Quantities: units × time as whole unit-milliseconds, and what they are in hours and
//! PFLOPS·hours for people.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::lang::{Lang, Text};

codes! {
    /// What is counted while it is held.
    Unit { Card = "card", Core = "core", Node = "node", Gib = "gib" }
}

impl Unit {
    /// The unit with its hour: `卡时`, `card-hour`.
    #[must_use]
    pub fn hour(self) -> Text {
        match self {
            Unit::Card => Text::new("卡时", "card-hours"),
            Unit::Core => Text::new("核时", "core-hours"),
            Unit::Node => Text::new("节点时", "node-hours"),
            Unit::Gib => Text::new("GiB·时", "GiB-hours"),
        }
    }

    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Unit::Card => ("卡", "card"),
            Unit::Core => ("核", "core"),
            Unit::Node => ("节点", "node"),
            Unit::Gib => ("GiB", "GiB"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 3_600_000;

/// Units × milliseconds; negative only in corrections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitMillis(i64);

impl UnitMillis {
    pub const ZERO: UnitMillis = UnitMillis(0);

    #[must_use]
    pub const fn new(unit_millis: i64) -> UnitMillis {
        UnitMillis(unit_millis)
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whole unit-hours, for tariffs and tests.
    #[must_use]
    pub const fn hours(hours: i64) -> UnitMillis {
        UnitMillis(hours * HOUR_MS)
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Hours with up to six decimals, cut off and without zeros at the end: `93.6`.
    #[must_use]
    pub fn in_hours(self) -> String {
        decimal(i128::from(self.0), i128::from(HOUR_MS))
    }

    /// As [`UnitMillis::in_hours`], with the thousands apart: `1,200.5`.
    #[must_use]
    pub fn shown(self) -> String {
        grouped(&self.in_hours())
    }

    /// PFLOPS·hours at so many GFLOPS per unit, with up to six decimals, cut off.
    #[must_use]
    pub fn in_pflops_hours(self, gflops_per_unit: i64) -> String {
        decimal(i128::from(self.0) * i128::from(gflops_per_unit), i128::from(HOUR_MS) * 1_000_000)
    }
}

/// `numerator / denominator` with up to six decimals, cut off towards zero.
fn decimal(numerator: i128, denominator: i128) -> String {
    let sign = if numerator < 0 { "-" } else { "" };
    let micro = numerator.unsigned_abs() * 1_000_000 / denominator.unsigned_abs().max(1);
    if micro == 0 {
        return "0".to_owned();
    }
    let text = format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A decimal number with its thousands apart.
#[must_use]
pub fn grouped(number: &str) -> String {
    let whole = number.split('.').next().unwrap_or_default().len();
    let mut text = String::new();
    for (place, digit) in number.chars().enumerate() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl AsRef<i64> for UnitMillis {
    fn as_ref(&self) -> &i64 {
        &self.0
    }
}

#[expect(clippy::expect_used, reason = "an overflow of quantities must stop the act, not wrap")]
impl Add for UnitMillis {
    type Output = UnitMillis;
    fn add(self, other: UnitMillis) -> UnitMillis {
        UnitMillis(self.0.checked_add(other.0).expect("sum of quantities outside i64"))
    }
}

#[expect(clippy::expect_used, reason = "an overflow of quantities must stop the act, not wrap")]
impl Sub for UnitMillis {
    type Output = UnitMillis;
    fn sub(self, other: UnitMillis) -> UnitMillis {
        UnitMillis(self.0.checked_sub(other.0).expect("difference of quantities outside i64"))
    }
}

impl AddAssign for UnitMillis {
    fn add_assign(&mut self, other: UnitMillis) {
        *self = *self + other;
    }
}

impl Neg for UnitMillis {
    type Output = UnitMillis;
    fn neg(self) -> UnitMillis {
        UnitMillis::ZERO - self
    }
}

impl Sum for UnitMillis {
    fn sum<I: Iterator<Item = UnitMillis>>(iter: I) -> UnitMillis {
        iter.fold(UnitMillis::ZERO, Add::add)
    }
}

/// Hours.
impl fmt::Display for UnitMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_hours())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_shown_exactly_or_cut_off() {
        assert_eq!(UnitMillis::hours(93).in_hours(), "93");
        assert_eq!(UnitMillis::new(93 * HOUR_MS + 2_160_000).in_hours(), "93.6");
        assert_eq!(UnitMillis::new(1_200_000).in_hours(), "0.333333");
        assert_eq!((-UnitMillis::new(1_200_000)).in_hours(), "-0.333333");
        assert_eq!(UnitMillis::new(-3).in_hours(), "0");
        assert_eq!(UnitMillis::ZERO.in_hours(), "0");
        // 640 cards of 312,500 GFLOPS for one hour are 200 PFLOPS·hours.
        assert_eq!(UnitMillis::hours(640).in_pflops_hours(312_500), "200");
    }
}
