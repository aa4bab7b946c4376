//! 创新券: the yearly voucher of an enterprise and its life (policy.md §3).
//!
//! ```text
//! claimed → in_use → redeeming → redeemed | partly_redeemed
//!    └→ expired (nothing redeemed when its year ends)       any state at rest → revoked
//! ```
//!
//! A voucher serves many applications of its year, so its state follows from what they have come
//! to. It is valid to the last instant of 31 December in Beijing; an application submitted before
//! that keeps it alive until it is decided. A voucher is not transferable: it has one enterprise.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::calendar::{beijing_date, end_of_day};
use crate::codes::codes;
use crate::lang::Lang;

codes! {
    VoucherState {
        Claimed = "claimed",
        InUse = "in_use",
        Redeeming = "redeeming",
        Redeemed = "redeemed",
        PartlyRedeemed = "partly_redeemed",
        Expired = "expired",
        Revoked = "revoked",
    }
}

/// Days before its end on which the enterprise is warned; a choice of the house.
pub const WARNINGS: [i64; 2] = [7, 30];

/// How far an application of the voucher has got, as far as the voucher is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A draft, or decided without a grant.
    Free,
    /// Submitted, and not decided by the final review.
    Undecided,
    /// Approved, and on its way to payment.
    Redeeming,
    Paid,
}

/// How much of the quota was paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    Nothing,
    Part,
    /// The whole quota of every level that it was paid from.
    All,
}

/// What the applications of a voucher have come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    pub undecided: bool,
    pub redeeming: bool,
    pub drawn: Drawn,
}

impl VoucherState {
    /// The state that follows from what the applications have come to. What was revoked stays so.
    #[must_use]
    pub const fn after(self, uses: Uses, is_over: bool) -> VoucherState {
        match self {
            VoucherState::Revoked => VoucherState::Revoked,
            VoucherState::Claimed
            | VoucherState::InUse
            | VoucherState::Redeeming
            | VoucherState::Redeemed
            | VoucherState::PartlyRedeemed
            | VoucherState::Expired => match (uses.redeeming, uses.undecided, uses.drawn, is_over) {
                (true, _, _, _) => VoucherState::Redeeming,
                (false, true, _, _) => VoucherState::InUse,
                (false, false, Drawn::All, _) => VoucherState::Redeemed,
                (false, false, Drawn::Part, _) => VoucherState::PartlyRedeemed,
                (false, false, Drawn::Nothing, true) => VoucherState::Expired,
                (false, false, Drawn::Nothing, false) => VoucherState::Claimed,
            },
        }
    }

    /// May an application be submitted on it?
    #[must_use]
    pub const fn takes_applications(self) -> bool {
        match self {
            VoucherState::Claimed
            | VoucherState::InUse
            | VoucherState::Redeeming
            | VoucherState::Redeemed
            | VoucherState::PartlyRedeemed => true,
            VoucherState::Expired | VoucherState::Revoked => false,
        }
    }

    /// May the authority take it back? Not while an application rests on it: that is decided first.
    #[must_use]
    pub const fn may_be_revoked(self) -> bool {
        match self {
            VoucherState::Claimed | VoucherState::Redeemed | VoucherState::PartlyRedeemed => true,
            VoucherState::InUse | VoucherState::Redeeming | VoucherState::Expired | VoucherState::Revoked => false,
        }
    }

    /// Is something of it left that would lapse?
    #[must_use]
    pub const fn may_lapse(self) -> bool {
        match self {
            VoucherState::Claimed | VoucherState::PartlyRedeemed => true,
            VoucherState::InUse | VoucherState::Redeeming | VoucherState::Redeemed | VoucherState::Expired | VoucherState::Revoked => false,
        }
    }

    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            VoucherState::Claimed => ("已申领", "Claimed"),
            VoucherState::InUse => ("使用中", "In use"),
            VoucherState::Redeeming => ("兑付中", "Being redeemed"),
            VoucherState::Redeemed => ("已兑付", "Redeemed"),
            VoucherState::PartlyRedeemed => ("部分兑付", "Partly redeemed"),
            VoucherState::Expired => ("已作废（逾期）", "Expired"),
            VoucherState::Revoked => ("已收回", "Revoked"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// The last day on which a voucher of this year is valid.
#[must_use]
pub fn last_day(year: i64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 12, 31)
}

/// Is the year of a voucher over? Its last instant is 23:59:59.999… on 31 December in Beijing.
#[must_use]
pub fn is_over(year: i64, now: DateTime<Utc>) -> bool {
    last_day(year).is_none_or(|day| now >= end_of_day(day))
}

/// The moment that the rules count for a submission. One that was first submitted within the
/// voucher's year and comes back corrected after its end counts as of the year's last second: what
/// was submitted in time keeps the voucher until it is decided.
#[must_use]
pub fn counted_as_submitted(year: i64, first: DateTime<Utc>, last: DateTime<Utc>) -> DateTime<Utc> {
    let within = i64::from(beijing_date(first).year()) == year;
    match last_day(year).map(end_of_day) {
        Some(end) if within && last >= end => end - chrono::TimeDelta::seconds(1),
        _ => last,
    }
}

/// The warning that is due: the smallest number of days before the end that has been reached and
/// that no letter went out for. `warned` is the one of the last letter.
#[must_use]
pub fn warning_due(year: i64, today: NaiveDate, warned: Option<i64>) -> Option<i64> {
    let left = days_left(year, today)?;
    let due = WARNINGS.into_iter().find(|days| left <= *days)?;
    warned.is_none_or(|sent| due < sent).then_some(due)
}

/// Days from today to the last day; none when it is over.
#[must_use]
pub fn days_left(year: i64, today: NaiveDate) -> Option<i64> {
    let left = last_day(year)?.signed_duration_since(today).num_days();
    (left >= 0).then_some(left)
}

#[cfg(test)]
mod tests;
