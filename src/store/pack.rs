//! Which policy pack is in force: the newest activation; before any, the program's default.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::pack_activation;
use super::{Db, Fault};
use crate::ids::AccountId;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = pack_activation)]
pub struct Activation {
    pub pack_id: String,
    pub pack_sha256: String,
    pub reason: String,
    pub activated_by: Option<AccountId>,
    pub activated_at: NaiveDateTime,
}

/// All activations, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn activations(db: &mut Db) -> Result<Vec<Activation>, Fault> {
    Ok(pack_activation::table.order(pack_activation::id.desc()).select(Activation::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn in_force(db: &mut Db) -> Result<Option<String>, Fault> {
    Ok(pack_activation::table.order(pack_activation::id.desc()).select(pack_activation::pack_id).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn activate(db: &mut Db, pack_id: &str, sha256: &str, reason: &str, by: Option<AccountId>, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::insert_into(pack_activation::table)
        .values((
            pack_activation::pack_id.eq(pack_id),
            pack_activation::pack_sha256.eq(sha256),
            pack_activation::reason.eq(reason),
            pack_activation::activated_by.eq(by),
            pack_activation::activated_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}
