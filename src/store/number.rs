//! Document numbers: gapless within a transaction that commits, per kind and year.

use diesel::prelude::*;

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
        diesel::insert_into(number_series::table)
            .values((number_series::name.eq(&name), number_series::last_number.eq(1_i64)))
            .execute(db)?;
    }
    let number: i64 = number_series::table.find(&name).select(number_series::last_number).first(db)?;
    Ok(format!("{name}-{number:04}"))
}
