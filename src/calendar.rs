//! Working days from official data, and how a public notice is counted.
//!
//! A working day is a day on which offices are open: Monday to Friday except the days off, plus
//! the Saturdays and Sundays made up for them, both as the State Council's general office sets
//! them for one year at a time (`data/calendar/<year>.toml`, each with its source). The next
//! year is announced in autumn; before that a date in it is neither a working day nor a day off.
//! "No data for 2027" is therefore an answer ([`NoOfficialData`]), never a guess: a naive
//! calendar would end a notice of five days published on 2026-12-28 on New Year's Day.
//!
//! How a notice is counted is set by [`NoticeRule`]; the default is what printed notices of
//! Hubei, Wuhan, Hunan and Shanghai do: the day of publication is day 1. Published on
//! Wednesday 2026-02-11 for five working days, a notice ends on 2026-02-24, because Saturday
//! the 14th is made up and Spring Festival lasts from the 15th to the 23rd.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

use crate::lang::{Lang, Text};

mod beijing;
pub use beijing::{
    beijing_date, beijing_time, date_range, date_time, day_with_weekday, end_of_day, full_date, month_day, start_of_day, year_month,
};

/// The years with official data, and the days that differ from the plain week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
}

/// One year as announced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Year {
    source: String,
    days_off: BTreeMap<NaiveDate, String>,
    made_up: BTreeSet<NaiveDate>,
}

/// The answer for a day in a year whose calendar has not been announced (or is not loaded).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no official working-day calendar for {year}")]
pub struct NoOfficialData {
    /// The year that has no data.
    pub year: i32,
}

/// Why a calendar file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadCalendar {
    /// Not TOML, or not of the expected form; the message has line and reason.
    #[error("{0}")]
    Form(Box<toml::de::Error>),
    #[error("{date} stands in the file of {year}")]
    OtherYear { date: NaiveDate, year: i32 },
    #[error("the block of days off from {from} to {to} ends before it begins")]
    EndsBeforeItBegins { from: NaiveDate, to: NaiveDate },
    #[error("{0} is listed as a make-up working day, but it is a weekday or a day off")]
    NotMadeUp(NaiveDate),
    #[error("there are two files for {0}")]
    Twice(i32),
}

/// What the days of a notice are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeUnit {
    WorkingDay,
    CalendarDay,
}

/// How long a notice lasts and how its days are counted (policy.md §7, "Decision").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRule {
    /// Length in days; 0 counts as 1.
    pub n: u32,
    pub unit: NoticeUnit,
    /// `true`: the day of publication is day 1. `false`: counting begins on the day after it
    /// (Civil Code, article 201).
    pub count_publication_day: bool,
}

/// From when to when a notice stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Day 1.
    pub first_day: NaiveDate,
    /// The last day on which an objection is in time.
    pub last_day: NaiveDate,
    /// The days that count, in order. For a notice of calendar days that ends on a day off, the
    /// days it is prolonged by are not among them, except the last day.
    pub counted_days: Vec<NaiveDate>,
}

impl Period {
    /// The first day on which money may move: the day after the end.
    #[must_use]
    pub fn earliest_payment(&self) -> NaiveDate {
        next(self.last_day)
    }
}

impl Default for NoticeRule {
    /// Five working days, the day of publication included.
    fn default() -> Self {
        NoticeRule { n: 5, unit: NoticeUnit::WorkingDay, count_publication_day: true }
    }
}

impl NoticeRule {
    /// The rule that holds for a notice published at `at`: a day only counts when the notice
    /// stood before offices closed at `closing` (Beijing time); otherwise counting begins the
    /// day after.
    #[must_use]
    pub fn published_at(self, at: DateTime<Utc>, closing: NaiveTime) -> NoticeRule {
        let in_time = beijing_time(at).time() < closing;
        NoticeRule { count_publication_day: self.count_publication_day && in_time, ..self }
    }
}

impl NoOfficialData {
    /// What to tell people.
    #[must_use]
    pub fn text(self) -> Text {
        let year = self.year;
        Text::new(
            format!("系统中还没有{year}年的官方节假日安排，无法计算跨入{year}年的工作日。请待国务院通知发布、系统日历更新后再办理。"),
            format!(
                "The official holiday schedule for {year} has not been loaded, so working days in {year} cannot be counted. \
                 Please try again once the State Council has published it and the system's calendar has been updated."
            ),
        )
    }

    #[must_use]
    pub fn message(self, lang: Lang) -> String {
        self.text().get(lang).to_owned()
    }
}

/// The files of `data/calendar/`, part of the program.
const OFFICIAL: [&str; 5] = [
    include_str!("../data/calendar/2022.toml"),
    include_str!("../data/calendar/2023.toml"),
    include_str!("../data/calendar/2024.toml"),
    include_str!("../data/calendar/2025.toml"),
    include_str!("../data/calendar/2026.toml"),
];

impl Calendar {
    /// The calendar that the program carries: 2022 to 2026.
    #[must_use]
    pub fn official() -> &'static Calendar {
        #[expect(clippy::expect_used, reason = "the files are part of the program and a test reads them")]
        static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::from_files(&OFFICIAL).expect("embedded calendar"));
        &CALENDAR
    }

    /// Reads the texts of calendar files, one per year, in any order.
    ///
    /// # Errors
    /// Names the first thing that is wrong.
    pub fn from_files(files: &[&str]) -> Result<Calendar, BadCalendar> {
        let mut calendar = Calendar::default();
        for text in files {
            let file: YearFile = toml::from_str(text).map_err(|why| BadCalendar::Form(Box::new(why)))?;
            let year = file.year;
            if calendar.years.insert(year, file.checked()?).is_some() {
                return Err(BadCalendar::Twice(year));
            }
        }
        Ok(calendar)
    }

    /// The years with data, in order, each with the notice it was made from.
    pub fn sources(&self) -> impl Iterator<Item = (i32, &str)> {
        self.years.iter().map(|(year, data)| (*year, data.source.as_str()))
    }

    /// Whether offices are open on `date`.
    ///
    /// # Errors
    /// The year has no official data.
    pub fn is_working_day(&self, date: NaiveDate) -> Result<bool, NoOfficialData> {
        let year = self.year(date)?;
        Ok(year.made_up.contains(&date) || !(is_weekend(date) || year.days_off.contains_key(&date)))
    }

    /// The name of the holiday on `date` (春节), when it is a day off by the year's notice.
    ///
    /// # Errors
    /// The year has no official data.
    pub fn holiday(&self, date: NaiveDate) -> Result<Option<&str>, NoOfficialData> {
        Ok(self.year(date)?.days_off.get(&date).map(String::as_str))
    }

    /// From when to when a notice published on `published_on` stands.
    ///
    /// * Working days: the `n`th working day is the last.
    /// * Calendar days: the `n`th day is the last; when that is a day off, the next working day.
    /// * Published on a day off, either way: the first working day after is day 1.
    ///
    /// # Errors
    /// The period runs into a year without official data.
    pub fn period(&self, published_on: NaiveDate, rule: &NoticeRule) -> Result<Period, NoOfficialData> {
        let on_working_day = self.is_working_day(published_on)?;
        let day_after = next(published_on);
        let first_day = match rule.unit {
            _ if on_working_day && rule.count_publication_day => published_on,
            NoticeUnit::CalendarDay if on_working_day => day_after,
            _ => self.working_day_from(day_after)?,
        };
        let mut counted_days = Vec::new();
        let mut day = first_day;
        for _ in 0..rule.n.max(1) {
            day = match rule.unit {
                NoticeUnit::WorkingDay => self.working_day_from(day)?,
                NoticeUnit::CalendarDay => day,
            };
            self.year(day)?;
            counted_days.push(day);
            day = next(day);
        }
        let nth = counted_days.last().copied().unwrap_or(first_day);
        let last_day = self.working_day_from(nth)?;
        if last_day != nth {
            counted_days.push(last_day);
        }
        Ok(Period { first_day, last_day, counted_days })
    }

    /// The `n`th working day after `date`, which itself never counts. A correction returned on
    /// a day is due by `add_working_days(day, 5)`. For `n` = 0 the day itself.
    ///
    /// # Errors
    /// The count runs into a year without official data.
    pub fn add_working_days(&self, date: NaiveDate, n: u32) -> Result<NaiveDate, NoOfficialData> {
        let mut day = date;
        for _ in 0..n {
            day = self.working_day_from(next(day))?;
        }
        Ok(day)
    }

    /// How many working days lie after `from` up to and including `to`; negative when `to` is
    /// earlier. For "3 working days left".
    ///
    /// # Errors
    /// The span touches a year without official data.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Result<i64, NoOfficialData> {
        if to < from {
            return self.working_days_between(to, from).map(|days| -days);
        }
        let mut days = 0;
        let mut day = from;
        while day < to {
            day = next(day);
            days += i64::from(self.is_working_day(day)?);
        }
        Ok(days)
    }

    /// `date`, or the first working day after it.
    fn working_day_from(&self, date: NaiveDate) -> Result<NaiveDate, NoOfficialData> {
        let mut day = date;
        while !self.is_working_day(day)? {
            day = next(day);
        }
        Ok(day)
    }

    fn year(&self, date: NaiveDate) -> Result<&Year, NoOfficialData> {
        self.years.get(&date.year()).ok_or(NoOfficialData { year: date.year() })
    }
}

/// A calendar file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i32,
    source: String,
    days_off: Vec<Block>,
    make_up_working_days: Vec<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    holiday: String,
    from: NaiveDate,
    to: NaiveDate,
}

impl YearFile {
    fn checked(self) -> Result<Year, BadCalendar> {
        let year = self.year;
        let of_this_year = |date: NaiveDate| if date.year() == year { Ok(date) } else { Err(BadCalendar::OtherYear { date, year }) };
        let mut days_off = BTreeMap::new();
        for Block { holiday, from, to } in self.days_off {
            if to < from {
                return Err(BadCalendar::EndsBeforeItBegins { from, to });
            }
            of_this_year(from)?;
            of_this_year(to)?;
            days_off.extend(from.iter_days().take_while(|day| *day <= to).map(|day| (day, holiday.clone())));
        }
        let mut made_up = BTreeSet::new();
        for date in self.make_up_working_days {
            if !is_weekend(of_this_year(date)?) || days_off.contains_key(&date) {
                return Err(BadCalendar::NotMadeUp(date));
            }
            made_up.insert(date);
        }
        Ok(Year { source: self.source, days_off, made_up })
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The day after. The last day that can be written (in the year 262142) stays where it is; it
/// has no official data, so no count ever reaches it.
fn next(date: NaiveDate) -> NaiveDate {
    date.succ_opt().unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests;
