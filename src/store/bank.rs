//! Accounts that subsidies are paid to. One is active per enterprise (a unique index sees to it).

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{bank_account, enterprise};
use super::{Db, Fault};
use crate::hidden::tells;
use crate::ids::{AccountId, BankAccountId, EnterpriseId};

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = bank_account)]
pub struct BankAccount {
    pub id: BankAccountId,
    pub enterprise_id: EnterpriseId,
    pub account_name: String,
    pub bank_name: String,
    pub account_no: String,
    pub cnaps: String,
    pub state: String,
    pub created_by: AccountId,
    pub created_at: NaiveDateTime,
    pub confirmed_at: Option<NaiveDateTime>,
}

#[derive(Insertable)]
#[diesel(table_name = bank_account)]
pub struct NewBankAccount<'a> {
    pub enterprise_id: EnterpriseId,
    pub account_name: &'a str,
    pub bank_name: &'a str,
    pub account_no: &'a str,
    pub cnaps: &'a str,
    pub state: &'a str,
    pub created_by: AccountId,
    pub created_at: NaiveDateTime,
    pub confirmed_at: Option<NaiveDateTime>,
}

tells! { BankAccount { id, state } NewBankAccount<'_> { enterprise_id } }

/// # Errors
/// A [`Fault`] of the database.
pub fn insert(db: &mut Db, new: &NewBankAccount<'_>) -> Result<BankAccountId, Fault> {
    Ok(diesel::insert_into(bank_account::table).values(new).returning(bank_account::id).get_result(db)?)
}

/// The account in use.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn active(db: &mut Db, enterprise: EnterpriseId) -> Result<Option<BankAccount>, Fault> {
    let mine = bank_account::table.filter(bank_account::enterprise_id.eq(enterprise).and(bank_account::state.eq("active")));
    Ok(mine.select(BankAccount::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: BankAccountId) -> Result<Option<BankAccount>, Fault> {
    Ok(bank_account::table.find(id).select(BankAccount::as_select()).first(db).optional()?)
}

/// All accounts of an enterprise, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_enterprise(db: &mut Db, enterprise: EnterpriseId) -> Result<Vec<BankAccount>, Fault> {
    let mine = bank_account::table.filter(bank_account::enterprise_id.eq(enterprise)).order(bank_account::id.desc());
    Ok(mine.select(BankAccount::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_state(db: &mut Db, id: BankAccountId, state: &str, confirmed_at: Option<NaiveDateTime>) -> Result<(), Fault> {
    diesel::update(bank_account::table.find(id))
        .set((bank_account::state.eq(state), bank_account::confirmed_at.eq(confirmed_at)))
        .execute(db)?;
    Ok(())
}

/// Names of other enterprises that entered the same account.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn others_with(db: &mut Db, account: &BankAccount) -> Result<Vec<String>, Fault> {
    Ok(bank_account::table
        .inner_join(enterprise::table.on(enterprise::id.eq(bank_account::enterprise_id)))
        .filter(bank_account::account_no.eq(&account.account_no).and(bank_account::enterprise_id.ne(account.enterprise_id)))
        .filter(bank_account::state.ne("refused"))
        .select(enterprise::name)
        .load(db)?)
}
