//! Beijing time: UTC+8 all year since 1991, so a fixed offset is exact for every date the
//! scheme knows. Instants are UTC everywhere else; only here do they become dates.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use crate::lang::Lang;

const OFFSET: TimeDelta = TimeDelta::hours(8);

/// What clocks in Beijing show at an instant.
#[must_use]
pub fn beijing_time(at: DateTime<Utc>) -> NaiveDateTime {
    let utc = at.naive_utc();
    utc.checked_add_signed(OFFSET).unwrap_or(utc)
}

/// The date in Beijing at an instant.
#[must_use]
pub fn beijing_date(at: DateTime<Utc>) -> NaiveDate {
    beijing_time(at).date()
}

/// The instant at which a day begins in Beijing.
#[must_use]
pub fn start_of_day(date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    midnight.checked_sub_signed(OFFSET).unwrap_or(midnight).and_utc()
}

/// The first instant after a day in Beijing (24:00): something due on `date` is late when
/// `now >= end_of_day(date)`.
#[must_use]
pub fn end_of_day(date: NaiveDate) -> DateTime<Utc> {
    start_of_day(super::next(date))
}

/// `2026年3月9日` / `9 March 2026`.
#[must_use]
pub fn full_date(date: NaiveDate, lang: Lang) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match lang {
        Lang::Zh => format!("{year}年{month}月{day}日"),
        Lang::En => format!("{day} {} {year}", month_name(month)),
    }
}

/// Where the year goes without saying: `3月9日` / `9 March`.
#[must_use]
pub fn month_day(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", date.month(), date.day()),
        Lang::En => format!("{} {}", date.day(), month_name(date.month())),
    }
}

/// Near deadlines: `3月9日（周一）` / `Mon 9 March`.
#[must_use]
pub fn day_with_weekday(date: NaiveDate, lang: Lang) -> String {
    let (month, day) = (date.month(), date.day());
    let weekday = date.weekday().num_days_from_monday();
    match lang {
        Lang::Zh => format!("{month}月{day}日（周{}）", nth(["一", "二", "三", "四", "五", "六", "日"], weekday)),
        Lang::En => format!("{} {day} {}", nth(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], weekday), month_name(month)),
    }
}

/// Beijing date and time to the minute: `2026年3月9日 17:30` / `9 March 2026, 17:30`.
#[must_use]
pub fn date_time(at: DateTime<Utc>, lang: Lang) -> String {
    let local = beijing_time(at);
    let date = full_date(local.date(), lang);
    let separator = lang.pick(" ", ", ");
    format!("{date}{separator}{:02}:{:02}", local.hour(), local.minute())
}

/// From the first to the last day, saying the year (and in English the month) once where it is
/// the same: `2026年3月2日至3月6日` / `2–6 March 2026`.
#[must_use]
pub fn date_range(first: NaiveDate, last: NaiveDate, lang: Lang) -> String {
    let end = full_date(last, lang);
    let same_year = first.year() == last.year();
    match lang {
        _ if first == last => end,
        Lang::Zh if same_year => format!("{}至{}月{}日", full_date(first, lang), last.month(), last.day()),
        Lang::Zh => format!("{}至{end}", full_date(first, lang)),
        Lang::En if same_year && first.month() == last.month() => format!("{}–{end}", first.day()),
        Lang::En if same_year => format!("{} {} – {end}", first.day(), month_name(first.month())),
        Lang::En => format!("{} – {end}", full_date(first, lang)),
    }
}

/// `2026年3月` / `March 2026`.
#[must_use]
pub fn year_month(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月", date.year(), date.month()),
        Lang::En => format!("{} {}", month_name(date.month()), date.year()),
    }
}

fn month_name(month: u32) -> &'static str {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    nth(MONTHS, month.saturating_sub(1))
}

fn nth<const N: usize>(names: [&'static str; N], index: u32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}
