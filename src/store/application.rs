//! Applications with their items, papers and allocations. Saving is guarded by the version that
//! was read, so that nobody writes over a change they have not seen.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::schema::{allocation, application, application_item, case_side, credit_check, invoice_use, material, stored_file};
use super::{Db, Fault, dialect};
use crate::application::{State, TierChoice};
use crate::ids::{AccountId, ApplicationId, BankAccountId, EnterpriseId, ItemId, MaterialId, NoticeId, PurchaseId, StoredFileId};
use crate::money::Fen;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = application)]
pub struct Application {
    pub id: ApplicationId,
    pub number: String,
    pub enterprise_id: EnterpriseId,
    pub state: State,
    pub state_since: NaiveDateTime,
    pub version: i64,
    pub tier_choice: TierChoice,
    pub pack_id: String,
    pub voucher_id: Option<i64>,
    pub bank_account_id: Option<BankAccountId>,
    pub declared_by: Option<AccountId>,
    pub declared_at: Option<NaiveDateTime>,
    pub previewed_at: Option<NaiveDateTime>,
    pub created_by: AccountId,
    pub created_at: NaiveDateTime,
    pub saved_at: NaiveDateTime,
    pub first_submitted_at: Option<NaiveDateTime>,
    pub submitted_at: Option<NaiveDateTime>,
    pub assigned_to: Option<AccountId>,
    pub correction_due: Option<NaiveDate>,
    pub correction_extended: bool,
    pub notice_id: Option<NoticeId>,
    pub base_fen: Fen,
    pub total_fen: Fen,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = application_item)]
pub struct Item {
    pub id: ItemId,
    pub application_id: ApplicationId,
    pub purchase_id: PurchaseId,
    pub holds_purchase: bool,
    pub asked_fen: Option<Fen>,
    pub statutory_test: bool,
    pub provincial_project: bool,
    pub provider_confirmed_by: Option<AccountId>,
    pub provider_confirmed_at: Option<NaiveDateTime>,
    pub provider_accepted_fen: Option<Fen>,
    pub provider_note: String,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = material)]
pub struct Material {
    pub id: MaterialId,
    pub application_id: ApplicationId,
    pub kind: String,
    pub file_id: StoredFileId,
    pub file_name: String,
    pub code: String,
    pub number: String,
    pub amount_fen: Fen,
    pub tax_fen: Fen,
    pub minus_fen: Fen,
    pub dated_on: Option<NaiveDate>,
    pub remark: String,
    pub remark_open: bool,
    pub added_by: AccountId,
    pub added_at: NaiveDateTime,
    pub removed_at: Option<NaiveDateTime>,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = allocation)]
pub struct Allocation {
    pub material_id: MaterialId,
    pub item_id: ItemId,
    pub amount_fen: Fen,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = stored_file)]
pub struct StoredFile {
    pub id: StoredFileId,
    pub sha256: String,
    pub size_bytes: i64,
    pub media_type: String,
    pub stored_at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert_draft(
    db: &mut Db,
    number: &str,
    enterprise: EnterpriseId,
    pack_id: &str,
    by: AccountId,
    at: NaiveDateTime,
) -> Result<ApplicationId, Fault> {
    Ok(diesel::insert_into(application::table)
        .values((
            application::number.eq(number),
            application::enterprise_id.eq(enterprise),
            application::state.eq(State::Draft),
            application::state_since.eq(at),
            application::pack_id.eq(pack_id),
            application::created_by.eq(by),
            application::created_at.eq(at),
            application::saved_at.eq(at),
        ))
        .returning(application::id)
        .get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: ApplicationId) -> Result<Option<Application>, Fault> {
    Ok(application::table.find(id).select(Application::as_select()).first(db).optional()?)
}

/// The state in which it stays until the transaction ends: whoever changes it waits.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn hold_state(db: &mut Db, id: ApplicationId) -> Result<Option<State>, Fault> {
    dialect::lock_application(db, id)?;
    Ok(application::table.find(id).select(application::state).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub(super) fn find_by_number(db: &mut Db, number: &str) -> Result<Option<Application>, Fault> {
    Ok(application::table.filter(application::number.eq(number)).select(Application::as_select()).first(db).optional()?)
}

/// All applications of an enterprise, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_enterprise(db: &mut Db, id: EnterpriseId) -> Result<Vec<Application>, Fault> {
    let mine = application::table.filter(application::enterprise_id.eq(id)).order(application::id.desc());
    Ok(mine.select(Application::as_select()).load(db)?)
}

/// All applications in any of these states, oldest submission first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn in_states(db: &mut Db, states: &[State]) -> Result<Vec<Application>, Fault> {
    Ok(application::table
        .filter(application::state.eq_any(states.to_vec()))
        .order((application::submitted_at, application::id))
        .select(Application::as_select())
        .load(db)?)
}

/// Writes every field of the row that changes after creation and raises the version. `false` when
/// somebody else was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save(db: &mut Db, changed: &Application) -> Result<bool, Fault> {
    let seen = application::table.filter(application::id.eq(changed.id).and(application::version.eq(changed.version)));
    let rows = diesel::update(seen)
        .set((
            (
                application::state.eq(changed.state),
                application::state_since.eq(changed.state_since),
                application::version.eq(application::version + 1),
                application::tier_choice.eq(changed.tier_choice),
                application::pack_id.eq(&changed.pack_id),
                application::voucher_id.eq(changed.voucher_id),
                application::bank_account_id.eq(changed.bank_account_id),
                application::declared_by.eq(changed.declared_by),
                application::declared_at.eq(changed.declared_at),
                application::previewed_at.eq(changed.previewed_at),
            ),
            (
                application::saved_at.eq(changed.saved_at),
                application::first_submitted_at.eq(changed.first_submitted_at),
                application::submitted_at.eq(changed.submitted_at),
                application::assigned_to.eq(changed.assigned_to),
                application::correction_due.eq(changed.correction_due),
                application::correction_extended.eq(changed.correction_extended),
                application::notice_id.eq(changed.notice_id),
                application::base_fen.eq(changed.base_fen),
                application::total_fen.eq(changed.total_fen),
            ),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// The items in the order of their ids.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn items(db: &mut Db, id: ApplicationId) -> Result<Vec<Item>, Fault> {
    let mine = application_item::table.filter(application_item::application_id.eq(id)).order(application_item::id);
    Ok(mine.select(Item::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`]; a unique violation when another living application holds the purchase.
pub fn insert_item(db: &mut Db, id: ApplicationId, purchase: PurchaseId) -> Result<ItemId, Fault> {
    Ok(diesel::insert_into(application_item::table)
        .values((application_item::application_id.eq(id), application_item::purchase_id.eq(purchase)))
        .returning(application_item::id)
        .get_result(db)?)
}

/// Removes an item of a draft, with its allocations.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn remove_item(db: &mut Db, id: ItemId) -> Result<(), Fault> {
    diesel::delete(allocation::table.filter(allocation::item_id.eq(id))).execute(db)?;
    diesel::delete(application_item::table.find(id)).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn save_item(db: &mut Db, changed: &Item) -> Result<(), Fault> {
    diesel::update(application_item::table.find(changed.id))
        .set((
            application_item::asked_fen.eq(changed.asked_fen),
            application_item::statutory_test.eq(changed.statutory_test),
            application_item::provincial_project.eq(changed.provincial_project),
            application_item::provider_confirmed_by.eq(changed.provider_confirmed_by),
            application_item::provider_confirmed_at.eq(changed.provider_confirmed_at),
            application_item::provider_accepted_fen.eq(changed.provider_accepted_fen),
            application_item::provider_note.eq(&changed.provider_note),
        ))
        .execute(db)?;
    Ok(())
}

/// Lets go of the purchases of a rejected or withdrawn application.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn free_purchases(db: &mut Db, id: ApplicationId) -> Result<(), Fault> {
    diesel::update(application_item::table.filter(application_item::application_id.eq(id)))
        .set(application_item::holds_purchase.eq(false))
        .execute(db)?;
    Ok(())
}

/// Papers that were not removed, in the order they came.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn materials(db: &mut Db, id: ApplicationId) -> Result<Vec<Material>, Fault> {
    let mine = material::table.filter(material::application_id.eq(id).and(material::removed_at.is_null())).order(material::id);
    Ok(mine.select(Material::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn material(db: &mut Db, id: MaterialId) -> Result<Option<Material>, Fault> {
    Ok(material::table.find(id).select(Material::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn allocations(db: &mut Db, materials: &[MaterialId]) -> Result<Vec<Allocation>, Fault> {
    let theirs = allocation::table.filter(allocation::material_id.eq_any(materials.to_vec()));
    Ok(theirs.order((allocation::material_id, allocation::item_id)).select(Allocation::as_select()).load(db)?)
}

/// Replaces what a paper stands for.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn allocate(db: &mut Db, id: MaterialId, parts: &[(ItemId, Fen)]) -> Result<(), Fault> {
    diesel::delete(allocation::table.filter(allocation::material_id.eq(id))).execute(db)?;
    for (item_id, amount_fen) in parts.iter().copied() {
        diesel::insert_into(allocation::table).values(Allocation { material_id: id, item_id, amount_fen }).execute(db)?;
    }
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn file(db: &mut Db, id: StoredFileId) -> Result<Option<StoredFile>, Fault> {
    Ok(stored_file::table.find(id).select(StoredFile::as_select()).first(db).optional()?)
}

/// Records a file by its hash; the same content is one row.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn record_file(db: &mut Db, sha256: &str, size_bytes: i64, media_type: &str, at: NaiveDateTime) -> Result<StoredFileId, Fault> {
    if let Some(known) = stored_file::table.filter(stored_file::sha256.eq(sha256)).select(stored_file::id).first(db).optional()? {
        return Ok(known);
    }
    Ok(diesel::insert_into(stored_file::table)
        .values((
            stored_file::sha256.eq(sha256),
            stored_file::size_bytes.eq(size_bytes),
            stored_file::media_type.eq(media_type),
            stored_file::stored_at.eq(at),
        ))
        .returning(stored_file::id)
        .get_result(db)?)
}

/// Which side of a case somebody stands on.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn side_of(db: &mut Db, id: ApplicationId, who: AccountId) -> Result<Option<String>, Fault> {
    Ok(case_side::table.find((id, who)).select(case_side::side).first(db).optional()?)
}

/// Everybody who has touched a case, with the side.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn sides(db: &mut Db, id: ApplicationId) -> Result<Vec<(AccountId, String)>, Fault> {
    Ok(case_side::table.filter(case_side::application_id.eq(id)).select((case_side::account_id, case_side::side)).load(db)?)
}

/// Puts somebody on a side of a case; the primary key refuses the other side for ever.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn take_side(db: &mut Db, id: ApplicationId, who: AccountId, side: &str) -> Result<(), Fault> {
    if side_of(db, id, who)?.as_deref() == Some(side) {
        return Ok(());
    }
    diesel::insert_into(case_side::table)
        .values((case_side::application_id.eq(id), case_side::account_id.eq(who), case_side::side.eq(side)))
        .execute(db)?;
    Ok(())
}

/// Takes part of an invoice for an enterprise. `false` when the rest does not suffice or another
/// enterprise filed the invoice. Two writers that take it first at the same moment queue here: the
/// second one finds what the first has left.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn use_invoice(db: &mut Db, key: &str, enterprise: EnterpriseId, total: Fen, part: Fen) -> Result<bool, Fault> {
    diesel::sql_query(
        "INSERT INTO invoice_use (invoice_key, enterprise_id, total_fen, used_fen) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING",
    )
    .bind::<Text, _>(key)
    .bind::<BigInt, _>(enterprise.get())
    .bind::<BigInt, _>(total.get())
    .execute(db)?;
    let room = invoice_use::table.filter(
        invoice_use::invoice_key
            .eq(key)
            .and(invoice_use::enterprise_id.eq(enterprise))
            .and(invoice_use::total_fen.eq(total))
            .and((invoice_use::used_fen + part.get()).le(invoice_use::total_fen)),
    );
    Ok(diesel::update(room).set(invoice_use::used_fen.eq(invoice_use::used_fen + part.get())).execute(db)? == 1)
}

/// Gives back part of an invoice after a return, rejection or withdrawal.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn free_invoice(db: &mut Db, key: &str, part: Fen) -> Result<(), Fault> {
    diesel::update(invoice_use::table.find(key)).set(invoice_use::used_fen.eq(invoice_use::used_fen - part.get())).execute(db)?;
    diesel::delete(invoice_use::table.filter(invoice_use::invoice_key.eq(key).and(invoice_use::used_fen.eq(0_i64)))).execute(db)?;
    Ok(())
}

/// Records a credit check.
///
/// # Errors
/// A [`Fault`] of the database.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub fn record_credit_check(
    db: &mut Db,
    id: ApplicationId,
    occasion: &str,
    checked_on: NaiveDate,
    source: &str,
    clean: bool,
    note: &str,
    by: Option<AccountId>,
    at: NaiveDateTime,
) -> Result<(), Fault> {
    diesel::insert_into(credit_check::table)
        .values((
            credit_check::application_id.eq(id),
            credit_check::occasion.eq(occasion),
            credit_check::checked_on.eq(checked_on),
            credit_check::source.eq(source),
            credit_check::clean.eq(clean),
            credit_check::note.eq(note),
            credit_check::checked_by.eq(by),
            credit_check::checked_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}
