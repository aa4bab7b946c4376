//! From when to when a notice stands, and which of its days count.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};

use crate::calendar::{Calendar, NoOfficialData, NoticeRule, NoticeUnit, Period, beijing_date};
use crate::lang::Text;

/// When offices close; a notice published later counts from the day after.
#[must_use]
pub fn closing_time() -> NaiveTime {
    NaiveTime::from_hms_opt(17, 30, 0).unwrap_or(NaiveTime::MIN)
}

/// The rule that holds for a notice of this many working days published now.
#[must_use]
pub fn rule_at(now: DateTime<Utc>, working_days: u32) -> NoticeRule {
    NoticeRule { n: working_days, unit: NoticeUnit::WorkingDay, count_publication_day: true }.published_at(now, closing_time())
}

/// The period of a notice published now.
///
/// # Errors
/// It runs into a year without official data.
pub fn period_at(calendar: &Calendar, now: DateTime<Utc>, working_days: u32) -> Result<Period, NoOfficialData> {
    calendar.period(beijing_date(now), &rule_at(now, working_days))
}

/// One day between publication and the end of the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    /// Its number among the days that count; `None` when it does not count.
    pub number: Option<usize>,
    /// Why it counts although it is a weekend, or why it does not count.
    pub why: Text,
}

/// Every day from publication to the last day, with the reason for each that is out of the usual.
///
/// # Errors
/// A day in a year without official data.
pub fn days(calendar: &Calendar, published_on: NaiveDate, period: &Period) -> Result<Vec<Day>, NoOfficialData> {
    let from = published_on.min(period.first_day);
    let mut days = Vec::new();
    for date in from.iter_days().take_while(|day| *day <= period.last_day) {
        let number = period.counted_days.iter().position(|counted| *counted == date).map(|place| place + 1);
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let why = match (number, calendar.holiday(date)?) {
            (Some(_), _) if weekend => Text::new("调休补班", "make-up working day"),
            (Some(_), _) => Text::default(),
            (None, Some(holiday)) => Text::new(holiday, holiday_in_english(holiday)),
            (None, None) if calendar.is_working_day(date)? => Text::new("下班后发布，次日起算", "published after hours"),
            (None, None) => Text::new("周末", "weekend"),
        };
        days.push(Day { date, number, why });
    }
    Ok(days)
}

fn holiday_in_english(holiday: &str) -> &str {
    const NAMES: [(&str, &str); 7] = [
        ("元旦", "New Year's Day"),
        ("春节", "Spring Festival"),
        ("清明", "Qingming"),
        ("劳动", "Labour Day"),
        ("端午", "Dragon Boat Festival"),
        ("中秋", "Mid-Autumn Festival"),
        ("国庆", "National Day"),
    ];
    NAMES.iter().find(|(chinese, _)| holiday.contains(chinese)).map_or("public holiday", |(_, english)| english)
}
