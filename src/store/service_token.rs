//! Tokens of the providers' programs; the database keeps their hashes.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::service_token;
use super::{Db, Fault};
use crate::ids::{AccountId, ProviderId};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = service_token)]
pub struct ServiceToken {
    pub id: i64,
    pub name: String,
    pub provider_id: ProviderId,
    pub created_by: AccountId,
    pub created_at: NaiveDateTime,
    pub last_used_at: Option<NaiveDateTime>,
    pub revoked_at: Option<NaiveDateTime>,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert(db: &mut Db, name: &str, token_hash: &str, provider: ProviderId, by: AccountId, at: NaiveDateTime) -> Result<i64, Fault> {
    Ok(diesel::insert_into(service_token::table)
        .values((
            service_token::name.eq(name),
            service_token::token_hash.eq(token_hash),
            service_token::provider_id.eq(provider),
            service_token::created_by.eq(by),
            service_token::created_at.eq(at),
        ))
        .returning(service_token::id)
        .get_result(db)?)
}

/// All tokens ever given, the newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<ServiceToken>, Fault> {
    Ok(service_token::table.order(service_token::id.desc()).select(ServiceToken::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: i64) -> Result<Option<ServiceToken>, Fault> {
    Ok(service_token::table.find(id).select(ServiceToken::as_select()).first(db).optional()?)
}

/// Ends a token; `false` when it had ended before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn revoke(db: &mut Db, id: i64, at: NaiveDateTime) -> Result<bool, Fault> {
    let living = service_token::table.filter(service_token::id.eq(id).and(service_token::revoked_at.is_null()));
    Ok(diesel::update(living).set(service_token::revoked_at.eq(at)).execute(db)? == 1)
}
