//! What changes about accounts and enterprises after they were made, and the records of it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::account::{Account, Enterprise};
use super::audit::Entry;
use super::schema::{account, audit_entry, enterprise, login_attempt};
use super::{Db, Fault};
use crate::ids::{AccountId, EnterpriseId};

/// Sets a new password.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn set_password(db: &mut Db, id: AccountId, password_hash: &str, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::update(account::table.find(id))
        .set((account::password_hash.eq(password_hash), account::password_set_at.eq(at), account::version.eq(account::version + 1)))
        .execute(db)?;
    Ok(())
}

/// Keeps the same password under another hash. Nothing happens when it was changed since it was read.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn hash_anew(db: &mut Db, id: AccountId, old: &str, new: &str) -> Result<(), Fault> {
    let unchanged = account::table.filter(account::id.eq(id).and(account::password_hash.eq(old)));
    diesel::update(unchanged).set(account::password_hash.eq(new)).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_name(db: &mut Db, id: AccountId, name: &str) -> Result<(), Fault> {
    diesel::update(account::table.find(id)).set((account::name.eq(name), account::version.eq(account::version + 1))).execute(db)?;
    Ok(())
}

/// Writes what a person says about themselves. `false` when the account changed in the meantime.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save_account(db: &mut Db, changed: &Account) -> Result<bool, Fault> {
    let seen = account::table.filter(account::id.eq(changed.id).and(account::version.eq(changed.version)));
    let rows = diesel::update(seen)
        .set((account::name.eq(&changed.name), account::language.eq(&changed.language), account::version.eq(account::version + 1)))
        .execute(db)?;
    Ok(rows == 1)
}

/// Notes that the address belongs to the person; the first moment stays.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn confirm(db: &mut Db, id: AccountId, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::update(account::table.filter(account::id.eq(id).and(account::confirmed_at.is_null())))
        .set((account::confirmed_at.eq(at), account::version.eq(account::version + 1)))
        .execute(db)?;
    Ok(())
}

/// Closes an account, or opens it again with `None`.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn set_disabled(db: &mut Db, id: AccountId, at: Option<NaiveDateTime>) -> Result<(), Fault> {
    diesel::update(account::table.find(id)).set((account::disabled_at.eq(at), account::version.eq(account::version + 1))).execute(db)?;
    Ok(())
}

/// Everybody who ever belonged to an enterprise, closed and unconfirmed accounts too.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn everybody_of(db: &mut Db, id: EnterpriseId) -> Result<Vec<Account>, Fault> {
    Ok(account::table.filter(account::enterprise_id.eq(id)).order(account::id).select(Account::as_select()).load(db)?)
}

/// Writes what an enterprise says about itself. `false` when somebody else was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save_enterprise(db: &mut Db, changed: &Enterprise) -> Result<bool, Fault> {
    let seen = enterprise::table.filter(enterprise::id.eq(changed.id).and(enterprise::version.eq(changed.version)));
    let rows = diesel::update(seen)
        .set((
            enterprise::name.eq(&changed.name),
            enterprise::name_folded.eq(&changed.name_folded),
            enterprise::legal_representative.eq(&changed.legal_representative),
            enterprise::address.eq(&changed.address),
            enterprise::phone.eq(&changed.phone),
            enterprise::version.eq(enterprise::version + 1),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// The lines of the trail in which these people did one thing, the newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lines_by(db: &mut Db, people: &[AccountId], act: &str, most: i64) -> Result<Vec<Entry>, Fault> {
    Ok(audit_entry::table
        .filter(audit_entry::actor_id.eq_any(people.to_vec()).and(audit_entry::act.eq(act)))
        .order(audit_entry::id.desc())
        .limit(most)
        .select(Entry::as_select())
        .load(db)?)
}

/// When each of these people last did something, such as signing in.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn last_times(db: &mut Db, people: &[AccountId], act: &str) -> Result<Vec<(Option<AccountId>, Option<NaiveDateTime>)>, Fault> {
    Ok(audit_entry::table
        .filter(audit_entry::actor_id.eq_any(people.to_vec()).and(audit_entry::act.eq(act)))
        .group_by(audit_entry::actor_id)
        .select((audit_entry::actor_id, diesel::dsl::max(audit_entry::at)))
        .load(db)?)
}

/// Wrong passwords for these addresses since a moment, one row each.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn wrong_passwords(db: &mut Db, emails: &[String], since: NaiveDateTime) -> Result<Vec<(String, NaiveDateTime)>, Fault> {
    Ok(login_attempt::table
        .filter(login_attempt::email.eq_any(emails.to_vec()).and(login_attempt::at.gt(since)))
        .order(login_attempt::id.desc())
        .limit(200)
        .select((login_attempt::email, login_attempt::at))
        .load(db)?)
}
