//! Moments as SQLite keeps them, read by their places. Whoever checks the trail reads two million of them,
//! and asking a description of the form for each costs more than hashing the line.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::Pg;
use diesel::sql_types::Timestamp;
use diesel::sqlite::{Sqlite, SqliteType};

/// A moment of a row that is one of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromSqlRow)]
pub(super) struct Moment(pub NaiveDateTime);

impl FromSql<Timestamp, Sqlite> for Moment {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        if value.value_type() == Some(SqliteType::Text)
            && let Some(moment) = by_places(value.read_text())
        {
            return Ok(Moment(moment));
        }
        // Whatever else is a moment to the rest of the program.
        <NaiveDateTime as FromSql<Timestamp, Sqlite>>::from_sql(value).map(Moment)
    }
}

impl FromSql<Timestamp, Pg> for Moment {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value).map(Moment)
    }
}

/// `2026-03-02 01:00:00.000001`, the fraction with up to nine digits or none.
fn by_places(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let (moment, fraction) = bytes.split_first_chunk::<19>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b' ', h1, h2, b':', i1, i2, b':', s1, s2] = moment else { return None };
    let number =
        |digits: &[&u8]| digits.iter().try_fold(0_u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(**digit - b'0')));
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)?;
    let nanos = match fraction.split_first() {
        None => 0,
        Some((b'.', digits)) if (1..=9).contains(&digits.len()) => {
            let read = digits.iter().try_fold(0_u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))?;
            read * 10_u32.pow(u32::try_from(9 - digits.len()).ok()?)
        }
        Some(_) => return None,
    };
    // A leap second is for those who know more about it.
    day.and_hms_nano_opt(number(&[h1, h2])?, number(&[i1, i2])?, number(&[s1, s2])?, nanos)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_moment_in_this_form_is_left_to_the_others() {
        for text in ["", "2026-03-02", "2026-03-02T01:00:00", "2026-03-02 01:00:00Z", "2026-02-29 01:00:00", "2026-03-02 01:00:60"] {
            assert_eq!(by_places(text), None, "{text}");
        }
        for text in ["2026-03-02 01:00:00.", "2026-03-02 01:00:00.1234567890", "2026-03-02 01:00:00.00x", "2026-03-02 24:00:00"] {
            assert_eq!(by_places(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_moment_is_the_one_that_the_others_read(seconds in 0_i64..4_000_000_000, nanos in 0_u32..1_000_000_000, digits in 0_usize..9) {
            let moment = chrono::DateTime::from_timestamp(seconds, nanos).unwrap().naive_utc();
            let whole = moment.format("%F %T%.9f").to_string();
            let text: String = whole.chars().take(if digits == 0 { 19 } else { 20 + digits }).collect();
            prop_assert_eq!(by_places(&text), NaiveDateTime::parse_from_str(&text, "%F %T%.f").ok());
        }
    }
}
