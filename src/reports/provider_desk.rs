//! What a provider sees: its own items of submitted applications and its own purchases, nothing of
//! anybody else.

use diesel::prelude::*;

use super::Db;
use crate::acts::confirm_usage::is_confirmed;
use crate::acts::{ActError, Outcome};
use crate::application::State;
use crate::ids::{ApplicationId, ProviderId};
use crate::store::application::Application;
pub use crate::store::application::Item;
pub use crate::store::purchase::Purchase;
use crate::store::schema::{application, application_item, enterprise, purchase};
use crate::store::{self, Fault};

/// One application with the items of this provider alone.
#[derive(Clone, Debug)]
pub struct ToConfirm {
    pub number: String,
    pub version: i64,
    pub enterprise: String,
    pub uscc: String,
    pub submitted_at: Option<chrono::NaiveDateTime>,
    pub items: Vec<(Item, Purchase)>,
    /// The provider has confirmed; other providers have not.
    pub confirmed: bool,
}

/// Submitted applications with an item of the provider, oldest submission first.
///
/// # Errors
/// A fault of the database.
pub fn to_confirm(db: &mut Db, provider: ProviderId) -> Outcome<Vec<ToConfirm>> {
    let mine = application_item::table
        .inner_join(purchase::table.on(purchase::id.eq(application_item::purchase_id)))
        .filter(purchase::provider_id.eq(provider).and(purchase::statement_id.is_null()))
        .select(application_item::application_id);
    let found: Vec<Application> = application::table
        .filter(application::state.eq(State::Submitted).and(application::id.eq_any(mine)))
        .order((application::submitted_at, application::id))
        .select(Application::as_select())
        .load(db)
        .map_err(Fault::from)?;
    found.into_iter().map(|application| own_part(db, provider, application)).collect()
}

/// One of them by number.
///
/// # Errors
/// `NotFound` when it is not the provider's to confirm.
pub fn one_to_confirm(db: &mut Db, provider: ProviderId, number: &str) -> Outcome<ToConfirm> {
    to_confirm(db, provider)?.into_iter().find(|one| one.number == number).ok_or(ActError::NotFound)
}

fn own_part(db: &mut Db, provider: ProviderId, application: Application) -> Outcome<ToConfirm> {
    let items = own_items(db, provider, application.id)?;
    let enterprise = store::account::enterprise(db, application.enterprise_id)?.ok_or(ActError::NotFound)?;
    Ok(ToConfirm {
        confirmed: items.iter().all(|(item, _)| is_confirmed(&application, item)),
        number: application.number,
        version: application.version,
        enterprise: enterprise.name,
        uscc: enterprise.uscc,
        submitted_at: application.submitted_at,
        items,
    })
}

fn own_items(db: &mut Db, provider: ProviderId, id: ApplicationId) -> Outcome<Vec<(Item, Purchase)>> {
    Ok(application_item::table
        .inner_join(purchase::table.on(purchase::id.eq(application_item::purchase_id)))
        .filter(application_item::application_id.eq(id).and(purchase::provider_id.eq(provider)).and(purchase::statement_id.is_null()))
        .order(application_item::id)
        .select((Item::as_select(), Purchase::as_select()))
        .load(db)
        .map_err(Fault::from)?)
}

/// A page of the provider's purchases, newest first: purchase, buyer's name if registered, number
/// of the application's state it is claimed in.
///
/// # Errors
/// A fault of the database.
pub fn purchases(db: &mut Db, provider: ProviderId, skip: i64, most: i64) -> Outcome<(Vec<(Purchase, Option<String>)>, i64)> {
    let total = purchase::table.filter(purchase::provider_id.eq(provider)).count().get_result(db).map_err(Fault::from)?;
    let found: Vec<(Purchase, Option<String>)> = purchase::table
        .left_join(enterprise::table.on(enterprise::uscc.eq(purchase::enterprise_uscc)))
        .filter(purchase::provider_id.eq(provider))
        .order(purchase::id.desc())
        .limit(most)
        .offset(skip.max(0))
        .select((Purchase::as_select(), enterprise::name.nullable()))
        .load(db)
        .map_err(Fault::from)?;
    Ok((found, total))
}

/// The provider's purchases that rest on statements, newest first.
///
/// # Errors
/// A fault of the database.
pub fn metered_purchases(db: &mut Db, provider: ProviderId) -> Outcome<Vec<Purchase>> {
    let own = purchase::table.filter(purchase::provider_id.eq(provider).and(purchase::statement_id.is_not_null()));
    Ok(own.order(purchase::id.desc()).select(Purchase::as_select()).load(db).map_err(Fault::from)?)
}
