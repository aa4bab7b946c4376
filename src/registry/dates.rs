//! Days as people write them in lists.

use chrono::NaiveDate;

use crate::ids::to_half_width;

/// `2026-03-01`, `2026/3/1`, `2026.3.1`, `20260301`, `2026年3月1日`, `二〇二六年三月一日`, with or without a time.
/// A month alone is no day, and neither are two days in one cell.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    // 三月十五日 would be the fifth without its ten.
    if text.contains(['十', '廿', '卅']) {
        return None;
    }
    let plain: String = text.chars().map(to_half_width).map(digit).collect();
    let parts: Vec<&str> = plain.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (date, time) = match parts.as_slice() {
        [whole, time @ ..] if whole.len() == 8 => (NaiveDate::parse_from_str(whole, "%Y%m%d").ok()?, time),
        [year, month, day, time @ ..] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            (NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?, time)
        }
        _ => return None,
    };
    (time.len() <= 4 && time.iter().take(3).all(|part| part.len() <= 2)).then_some(date)
}

/// From `2026-01-01` to `2026-12-31` in one cell.
#[must_use]
pub fn term(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    for mark in ["至", "到", " - ", "~", "～", "—", "–"] {
        if let Some((from, to)) = text.split_once(mark) {
            return Some((day(from)?, day(to.trim_start_matches(['—', '-']))?));
        }
    }
    None
}

fn digit(c: char) -> char {
    match c {
        '〇' | '零' | '○' => '0',
        '一' => '1',
        '二' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        other => other,
    }
}
