//! The second factor of an account: its secret, sealed, and the recovery codes, by their hashes.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{recovery_code, second_factor};
use super::{Db, Fault};
use crate::ids::AccountId;

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = second_factor)]
#[expect(missing_debug_implementations, reason = "a sealed secret belongs in no log all the same")]
pub struct SecondFactor {
    pub account_id: AccountId,
    /// Opens with the key of the installation only.
    pub sealed_secret: String,
    /// The last step of thirty seconds whose code was used.
    pub last_step: i64,
    pub enrolled_at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: AccountId) -> Result<Option<SecondFactor>, Fault> {
    Ok(second_factor::table.find(id).select(SecondFactor::as_select()).first(db).optional()?)
}

/// Sets the factor of an account in the place of an earlier one, with its recovery codes.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn set(db: &mut Db, id: AccountId, sealed: &str, step: i64, codes: &[String], at: NaiveDateTime) -> Result<(), Fault> {
    remove(db, id)?;
    diesel::insert_into(second_factor::table)
        .values((
            second_factor::account_id.eq(id),
            second_factor::sealed_secret.eq(sealed),
            second_factor::last_step.eq(step),
            second_factor::enrolled_at.eq(at),
        ))
        .execute(db)?;
    set_codes(db, id, codes)
}

/// Puts new recovery codes in the place of the old.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn set_codes(db: &mut Db, id: AccountId, hashes: &[String]) -> Result<(), Fault> {
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(id))).execute(db)?;
    for hash in hashes {
        diesel::insert_into(recovery_code::table)
            .values((recovery_code::account_id.eq(id), recovery_code::code_hash.eq(hash)))
            .execute(db)?;
    }
    Ok(())
}

/// Takes factor and codes away; `false` when there was none.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn remove(db: &mut Db, id: AccountId) -> Result<bool, Fault> {
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(id))).execute(db)?;
    Ok(diesel::delete(second_factor::table.find(id)).execute(db)? == 1)
}

/// Uses a step up; `false` when its code, or a later one, was used before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn use_step(db: &mut Db, id: AccountId, step: i64) -> Result<bool, Fault> {
    let unused = second_factor::table.filter(second_factor::account_id.eq(id).and(second_factor::last_step.lt(step)));
    Ok(diesel::update(unused).set(second_factor::last_step.eq(step)).execute(db)? == 1)
}

/// Uses a recovery code up; `false` when there is none, or it was used before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn use_code(db: &mut Db, id: AccountId, hash: &str, at: NaiveDateTime) -> Result<bool, Fault> {
    let unused = recovery_code::table
        .filter(recovery_code::account_id.eq(id).and(recovery_code::code_hash.eq(hash)).and(recovery_code::used_at.is_null()));
    Ok(diesel::update(unused).set(recovery_code::used_at.eq(at)).execute(db)? == 1)
}

/// Recovery codes that were not used yet.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn codes_left(db: &mut Db, id: AccountId) -> Result<i64, Fault> {
    Ok(recovery_code::table.filter(recovery_code::account_id.eq(id).and(recovery_code::used_at.is_null())).count().get_result(db)?)
}
