//! How long a listing holds, from `data/registry/terms.toml`, where each rule has its source.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

use super::ListKind;

/// Where the first day of a listing comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstDay {
    /// The row must say it.
    Column,
    /// What the row does not say is the day of the list.
    ColumnOrList,
}

/// The last day of a listing whose row names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastDay {
    /// 31 December of the year of the first day.
    YearEnd,
    /// The day before the anniversary, so many years on.
    AfterYears,
    /// It lasts until it is ended.
    Open,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule<T> {
    value: T,
    years: Option<u32>,
    status: Status,
    source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Found,
    Assumed,
}

/// The rules of one kind of list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    first_day: Rule<FirstDay>,
    last_day: Rule<LastDay>,
}

#[expect(clippy::panic, reason = "the file is part of the program and a test reads it")]
static TERMS: LazyLock<BTreeMap<ListKind, Term>> = LazyLock::new(|| match toml::from_str(include_str!("../../data/registry/terms.toml")) {
    Ok(terms) => terms,
    Err(why) => panic!("data/registry/terms.toml, {why}"),
});

/// The rules of a kind of list.
#[must_use]
#[expect(clippy::expect_used, reason = "the file is part of the program and a test asks for every kind")]
pub fn of(kind: ListKind) -> &'static Term {
    TERMS.get(&kind).expect("every kind of list has its rules")
}

impl Term {
    #[must_use]
    pub const fn first_day(&self) -> FirstDay {
        self.first_day.value
    }

    /// The last day of a listing that begins on `from`; `None` while it lasts.
    #[must_use]
    pub fn last_day(&self, from: NaiveDate) -> Option<NaiveDate> {
        match self.last_day.value {
            LastDay::YearEnd => NaiveDate::from_ymd_opt(from.year(), 12, 31),
            LastDay::AfterYears => {
                let months = Months::new(self.last_day.years.unwrap_or(1).saturating_mul(12));
                from.checked_add_months(months).and_then(|day| day.pred_opt())
            }
            LastDay::Open => None,
        }
    }

    /// Where the rules come from, and whether a document states each.
    #[must_use]
    pub fn sources(&self) -> [(&str, bool); 2] {
        let found = |status: Status| status == Status::Found;
        [(&self.first_day.source, found(self.first_day.status)), (&self.last_day.source, found(self.last_day.status))]
    }
}
