//! One tier's section of a policy pack: its rate, limits, period and who is eligible.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::budget::BudgetPolicy;
use super::eligibility::Predicate;
use super::pack::Sourced;
use crate::lang::Text;
use crate::money::{Fen, RateBp, RoundMode};

/// The rules of one tier, as the pack states them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierRules {
    pub title: Text,
    /// The subsidy as a share of the base.
    pub rate: Sourced<RateBp>,
    /// Most that one enterprise gets from this tier in one year; `None`: no cap.
    pub cap: Option<Sourced<Fen>>,
    pub year_basis: Sourced<YearBasis>,
    /// Smallest grant that is paid; below it the grant is zero.
    pub min_claim: Sourced<Fen>,
    pub minimum_tested: Sourced<MinimumTested>,
    /// Amounts are whole multiples of this.
    pub granularity: Sourced<Fen>,
    pub mode: Sourced<RoundMode>,
    /// The tier's money for a year, where the rules name it.
    pub budget: Option<Sourced<Fen>>,
    pub budget_policy: Sourced<BudgetPolicy>,
    /// `service_completed` only: the days of the next year on which one may submit.
    pub filing_window: Option<Sourced<FilingWindow>>,
    /// `voucher_year` only: last day of the next year on which the voucher is still redeemed.
    pub voucher_grace_until: Option<Sourced<MonthDay>>,
    /// Every one must hold.
    pub all_of: Vec<Predicate>,
    /// At least one must hold, where there are any.
    pub any_of: Vec<Predicate>,
}

/// Which date decides the year that a grant counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearBasis {
    /// The year in which the voucher was claimed; service and submission must fall into it.
    VoucherYear,
    /// The year in which the service was completed.
    ServiceCompleted,
}

/// Against which amount the minimum is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinimumTested {
    AfterRounding,
    /// 999.995 yuan do not reach 1,000 yuan.
    BeforeRounding,
}

/// A day of any year, written `MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDay {
    month: u32,
    day: u32,
}

/// Days of a year from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilingWindow {
    pub from: MonthDay,
    pub to: MonthDay,
}

impl MonthDay {
    /// Reads `MM-DD`; 29 February is not a day of every year and is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<MonthDay> {
        let (month, day) = text.split_once('-')?;
        if month.len() != 2 || day.len() != 2 {
            return None;
        }
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        NaiveDate::from_ymd_opt(2023, month, day)?;
        Some(MonthDay { month, day })
    }

    /// The same day in the year of `date`.
    fn of(date: NaiveDate) -> MonthDay {
        MonthDay { month: date.month(), day: date.day() }
    }

    /// Is `date` on or before this day of its year?
    #[must_use]
    pub fn not_before(self, date: NaiveDate) -> bool {
        MonthDay::of(date) <= self
    }
}

impl std::fmt::Display for MonthDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl<'de> Deserialize<'de> for MonthDay {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<MonthDay, D::Error> {
        let text = String::deserialize(deserializer)?;
        MonthDay::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is not a day of the year such as \"03-18\"")))
    }
}

impl FilingWindow {
    /// May one submit on `submitted` for a service of `year`?
    #[must_use]
    pub fn is_open_on(self, submitted: NaiveDate, year: i32) -> bool {
        submitted.year() == year.saturating_add(1) && MonthDay::of(submitted) >= self.from && self.to.not_before(submitted)
    }
}

impl TierRules {
    /// 30 % × base, rounded by the tier's mode to its granularity. The one rounding of a grant.
    #[must_use]
    pub fn raw(&self, base: Fen) -> Fen {
        self.rate.value.apply(base, self.mode.value, self.granularity.value)
    }
}
