//! Times as files write them: with a zone, on a clock that the map names, or as seconds since
//! 1970.

use chrono::{NaiveDateTime, TimeDelta};

use crate::ids::to_half_width;
use crate::metering::moment::{Moment, UtcOffset};

/// The forms in which programs and spreadsheets write a local time.
const LOCAL_FORMS: [&str; 6] =
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M"];

/// A time without a zone.
pub(super) fn local(text: &str) -> Option<NaiveDateTime> {
    LOCAL_FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

/// An instant with a zone, or a local time on a clock with this offset.
pub(super) fn instant(text: &str, clock: Option<UtcOffset>) -> Option<Moment> {
    if let Some(moment) = zoned(text) {
        return Some(moment);
    }
    let utc = local(text)?.checked_sub_signed(TimeDelta::minutes(i64::from(clock?.minutes())))?;
    Moment::checked(utc.and_utc().timestamp_millis()).ok()
}

/// RFC 3339, also with an offset without colon as `strftime` writes it.
fn zoned(text: &str) -> Option<Moment> {
    if let Ok(moment) = Moment::parse(text) {
        return Some(moment);
    }
    let (front, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    Moment::parse(&format!("{front}:{minutes}")).ok()
}

/// The normal form of a time in a file: half-width, trimmed; the space between date and time
/// stays.
pub(super) fn normal(text: &str) -> String {
    text.trim().chars().map(to_half_width).collect::<String>().trim().to_owned()
}

/// A time of `sacct`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    At(Moment),
    /// `Unknown`, `None`, `0`: it has not come about.
    Never,
    Unreadable(String),
}

impl Stamp {
    pub(super) fn parse(text: &str, clock: Option<UtcOffset>) -> Stamp {
        let text = text.trim();
        if matches!(text, "" | "0" | "Unknown" | "None" | "N/A" | "None assigned") {
            return Stamp::Never;
        }
        if let Ok(seconds) = text.parse::<i64>() {
            return Stamp::of_seconds(seconds);
        }
        instant(text, clock).map_or_else(|| Stamp::Unreadable(text.to_owned()), Stamp::At)
    }

    pub(super) fn of_seconds(seconds: i64) -> Stamp {
        if seconds == 0 {
            return Stamp::Never;
        }
        let moment = seconds.checked_mul(1000).and_then(|millis| Moment::checked(millis).ok());
        moment.map_or_else(|| Stamp::Unreadable(seconds.to_string()), Stamp::At)
    }
}

/// A length of time of `sacct`: `[days-]hours:minutes:seconds`, `minutes:seconds` or seconds.
pub(super) fn length_in_seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    let (days, clock) = match text.split_once('-') {
        Some((days, clock)) => (plain(days)?, clock),
        None => (0, text),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() > 3 || (days > 0 && parts.len() != 3) {
        return None;
    }
    let mut seconds = 0_i64;
    for part in parts {
        seconds = seconds.checked_mul(60)?.checked_add(plain(part)?)?;
    }
    days.checked_mul(86_400)?.checked_add(seconds)
}

fn plain(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}
