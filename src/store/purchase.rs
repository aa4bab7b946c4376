//! Purchases: what an enterprise bought, by a provider's statement or by its file or program.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::schema::{application, application_item, provider, purchase};
use super::{Db, Fault};
use crate::ids::{ProviderId, PurchaseId, StatementId};
use crate::metering::statement::PurchaseState;
use crate::money::Fen;
use crate::policy::case::ItemKind;

#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = purchase)]
pub struct Purchase {
    pub id: PurchaseId,
    pub provider_id: ProviderId,
    pub enterprise_uscc: String,
    pub order_no: String,
    pub kind: ItemKind,
    pub resource: String,
    pub unit: String,
    pub quantity: String,
    pub unit_price: String,
    pub amount_fen: Fen,
    pub accepted_fen: Fen,
    pub service_from: NaiveDate,
    pub service_to: NaiveDate,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: String,
    /// The statement it rests on; none for what a centre without a meter reported.
    pub statement_id: Option<StatementId>,
    pub state: PurchaseState,
    /// What cash pools paid of it.
    pub prepaid_cash_fen: Fen,
    /// What bonus and coupons paid; never claimable.
    pub non_cash_fen: Fen,
    pub invoiced_fen: Fen,
    pub red_fen: Fen,
    pub paid_fen: Fen,
    pub refunded_fen: Fen,
    pub claimable_fen: Fen,
    pub version: i64,
}

impl Purchase {
    /// Does it rest on a statement of the metering engine?
    #[must_use]
    pub const fn is_metered(&self) -> bool {
        self.statement_id.is_some()
    }

    /// The number of the statement that it rests on: its order number begins with it.
    #[must_use]
    pub fn statement_number(&self) -> Option<&str> {
        let end = self.order_no.match_indices('-').nth(2).map_or(self.order_no.len(), |(at, _)| at);
        self.order_no.get(..end).filter(|_| self.is_metered())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = purchase)]
pub struct NewPurchase {
    pub provider_id: ProviderId,
    pub enterprise_uscc: String,
    pub order_no: String,
    pub kind: ItemKind,
    pub resource: String,
    pub unit: String,
    pub quantity: String,
    pub unit_price: String,
    pub amount_fen: Fen,
    pub accepted_fen: Fen,
    pub service_from: NaiveDate,
    pub service_to: NaiveDate,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: String,
    pub statement_id: Option<StatementId>,
    pub state: PurchaseState,
    pub prepaid_cash_fen: Fen,
    pub non_cash_fen: Fen,
    pub claimable_fen: Fen,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = provider)]
pub struct Provider {
    pub id: ProviderId,
    pub uscc: String,
    pub name: String,
    pub capacity: String,
}

/// # Errors
/// A [`Fault`]; a unique violation when provider and order number are known already.
pub fn insert(db: &mut Db, new: &NewPurchase) -> Result<PurchaseId, Fault> {
    Ok(diesel::insert_into(purchase::table).values(new).returning(purchase::id).get_result(db)?)
}

/// The purchases that a statement made.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_statement(db: &mut Db, statement: StatementId) -> Result<Vec<Purchase>, Fault> {
    let own = purchase::table.filter(purchase::statement_id.eq(statement)).order(purchase::id);
    Ok(own.select(Purchase::as_select()).load(db)?)
}

/// Saves the money figures of a metered purchase and what follows from them; `false` when somebody
/// was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save_money(db: &mut Db, seen: &Purchase) -> Result<bool, Fault> {
    let row = purchase::table.filter(purchase::id.eq(seen.id).and(purchase::version.eq(seen.version)));
    Ok(diesel::update(row)
        .set((
            purchase::state.eq(seen.state),
            purchase::invoiced_fen.eq(seen.invoiced_fen),
            purchase::red_fen.eq(seen.red_fen),
            purchase::paid_fen.eq(seen.paid_fen),
            purchase::refunded_fen.eq(seen.refunded_fen),
            purchase::claimable_fen.eq(seen.claimable_fen),
            // What the rules may count of it.
            purchase::accepted_fen.eq(seen.claimable_fen),
            purchase::version.eq(seen.version + 1),
        ))
        .execute(db)?
        == 1)
}

/// Fixes a metered purchase as an act saw it. Whoever changes its money at the same moment waits for
/// the act or collides with it; `false` when they were faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn fix(db: &mut Db, seen: &Purchase) -> Result<bool, Fault> {
    let row = purchase::table.filter(purchase::id.eq(seen.id).and(purchase::version.eq(seen.version)));
    Ok(diesel::update(row).set(purchase::version.eq(seen.version + 1)).execute(db)? == 1)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: PurchaseId) -> Result<Option<Purchase>, Fault> {
    Ok(purchase::table.find(id).select(Purchase::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find_order(db: &mut Db, provider_id: ProviderId, order_no: &str) -> Result<Option<Purchase>, Fault> {
    let order = purchase::table.filter(purchase::provider_id.eq(provider_id).and(purchase::order_no.eq(order_no)));
    Ok(order.select(Purchase::as_select()).first(db).optional()?)
}

/// All purchases of an enterprise, newest service first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_enterprise(db: &mut Db, uscc: &str) -> Result<Vec<Purchase>, Fault> {
    let mine = purchase::table.filter(purchase::enterprise_uscc.eq(uscc)).order((purchase::service_to.desc(), purchase::id.desc()));
    Ok(mine.select(Purchase::as_select()).load(db)?)
}

/// Which application holds each of these purchases: (purchase, application number).
///
/// # Errors
/// A [`Fault`] of the database.
pub fn holders(db: &mut Db, purchases: &[PurchaseId]) -> Result<Vec<(PurchaseId, String)>, Fault> {
    Ok(application_item::table
        .inner_join(application::table.on(application::id.eq(application_item::application_id)))
        .filter(application_item::holds_purchase.eq(true).and(application_item::purchase_id.eq_any(purchases.to_vec())))
        .select((application_item::purchase_id, application::number))
        .load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn providers(db: &mut Db) -> Result<Vec<Provider>, Fault> {
    Ok(provider::table.order(provider::id).select(Provider::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn provider(db: &mut Db, id: ProviderId) -> Result<Option<Provider>, Fault> {
    Ok(provider::table.find(id).select(Provider::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn provider_by_uscc(db: &mut Db, uscc: &str) -> Result<Option<Provider>, Fault> {
    Ok(provider::table.filter(provider::uscc.eq(uscc)).select(Provider::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert_provider(db: &mut Db, uscc: &str, name: &str, capacity: &str) -> Result<ProviderId, Fault> {
    Ok(diesel::insert_into(provider::table)
        .values((provider::uscc.eq(uscc), provider::name.eq(name), provider::capacity.eq(capacity)))
        .returning(provider::id)
        .get_result(db)?)
}
