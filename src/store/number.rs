//! Document numbers: gapless within a transaction that commits, per kind and year.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::schema::number_series;
use super::{Db, Fault};

/// The next number of a series, such as `A-2026-0117`. The row's lock orders two writers.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn next(db: &mut Db, prefix: &str, year: i32) -> Result<String, Fault> {
    let name = format!("{prefix}-{year}");
    let raised =
        diesel::update(number_series::table.find(&name)).set(number_series::last_number.eq(number_series::last_number + 1)).execute(db)?;
    if raised == 0 {
        // Two writers may begin the series at the same moment: one makes the row, both raise it.
        diesel::sql_query("INSERT INTO number_series (name, last_number) VALUES ($1, 0) ON CONFLICT DO NOTHING")
            .bind::<Text, _>(&name)
            .execute(db)?;
        diesel::update(number_series::table.find(&name)).set(number_series::last_number.eq(number_series::last_number + 1)).execute(db)?;
    }
    let number: i64 = number_series::table.find(&name).select(number_series::last_number).first(db)?;
    Ok(format!("{name}-{number:04}"))
}
