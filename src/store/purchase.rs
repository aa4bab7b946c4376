//! Purchases: what a provider's meter (for now: its file or program) says an enterprise bought.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{application, application_item, provider, purchase};
use super::{Db, Fault};
use crate::ids::{ProviderId, PurchaseId};
use crate::money::Fen;
use crate::policy::case::ItemKind;

#[derive(Clone, Debug, Queryable, Selectable)]
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
}

#[derive(Clone, Debug, Queryable, Selectable)]
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
