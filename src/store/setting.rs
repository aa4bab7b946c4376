//! Small facts the system keeps about itself, such as the demo's clock.

use diesel::prelude::*;

use super::schema::setting;
use super::{Db, Fault};

/// # Errors
/// A [`Fault`] of the database.
pub fn get(db: &mut Db, key: &str) -> Result<Option<String>, Fault> {
    Ok(setting::table.find(key).select(setting::value).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set(db: &mut Db, key: &str, value: &str) -> Result<(), Fault> {
    let changed = diesel::update(setting::table.find(key)).set(setting::value.eq(value)).execute(db)?;
    if changed == 0 {
        diesel::insert_into(setting::table).values((setting::key.eq(key), setting::value.eq(value))).execute(db)?;
    }
    Ok(())
}
