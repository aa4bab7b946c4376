//! Filing, describing and removing papers, and what is known of an invoice.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::application::Material;
use super::schema::{allocation, application, application_item, invoice_use, material, paper_fact, provider, purchase};
use super::{Db, Fault};
use crate::application::State;
use crate::ids::{AccountId, ApplicationId, EnterpriseId, MaterialId, StoredFileId};
use crate::money::Fen;
use crate::paper::{PaperField, PaperKind};

/// What is registered of an invoice.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = invoice_use)]
pub struct InvoiceUse {
    pub invoice_key: String,
    pub enterprise_id: EnterpriseId,
    pub total_fen: Fen,
    pub used_fen: Fen,
}

/// A paper before anything was read from it.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = material)]
pub struct NewMaterial<'a> {
    pub application_id: ApplicationId,
    pub kind: &'a str,
    pub file_id: StoredFileId,
    pub file_name: &'a str,
    pub added_by: AccountId,
    pub added_at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert(db: &mut Db, new: &NewMaterial<'_>) -> Result<MaterialId, Fault> {
    Ok(diesel::insert_into(material::table).values(new).returning(material::id).get_result(db)?)
}

/// Writes what was read from a paper, and whether a remark on it is still open.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save(db: &mut Db, changed: &Material) -> Result<(), Fault> {
    diesel::update(material::table.find(changed.id))
        .set((
            material::code.eq(&changed.code),
            material::number.eq(&changed.number),
            material::amount_fen.eq(changed.amount_fen),
            material::tax_fen.eq(changed.tax_fen),
            material::minus_fen.eq(changed.minus_fen),
            material::dated_on.eq(changed.dated_on),
            material::remark_open.eq(changed.remark_open),
        ))
        .execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_kind(db: &mut Db, id: MaterialId, kind: PaperKind) -> Result<(), Fault> {
    diesel::update(material::table.find(id)).set(material::kind.eq(kind)).execute(db)?;
    Ok(())
}

/// Takes a paper out of its application; the row stays, so that a trail can name it.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn remove(db: &mut Db, id: MaterialId, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::update(material::table.find(id)).set(material::removed_at.eq(at)).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn invoice_use(db: &mut Db, key: &str) -> Result<Option<InvoiceUse>, Fault> {
    Ok(invoice_use::table.find(key).select(InvoiceUse::as_select()).first(db).optional()?)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    places: i64,
}

/// How many papers of an application give more than they hold, and how many purchases get more than
/// they cost from the papers of a kind, but for what was taken back of these. None ever does; the
/// submission asks all the same.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn overfilled(db: &mut Db, application: ApplicationId) -> Result<i64, Fault> {
    const LIVING: &str = "FROM allocation a JOIN material m ON m.id = a.material_id AND m.removed_at IS NULL";
    let sql = format!(
        "SELECT COUNT(*) AS places FROM (SELECT m.id {LIVING} WHERE m.application_id = $1 \
         GROUP BY m.id, m.amount_fen HAVING SUM(a.amount_fen) > m.amount_fen \
         UNION ALL SELECT i.id {LIVING} JOIN application_item i ON i.id = a.item_id JOIN purchase p ON p.id = i.purchase_id \
         WHERE m.application_id = $1 \
         GROUP BY i.id, m.kind, p.amount_fen HAVING SUM(a.amount_fen) > p.amount_fen + SUM(m.minus_fen)) AS over_its_amount"
    );
    let counted: Counted = diesel::sql_query(sql).bind::<BigInt, _>(application.get()).get_result(db)?;
    Ok(counted.places)
}

/// The numbers of an enterprise's other applications that file the same invoice.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn others_with_invoice(
    db: &mut Db,
    enterprise: EnterpriseId,
    but: ApplicationId,
    code: &str,
    number: &str,
) -> Result<Vec<String>, Fault> {
    let gone = [State::Draft, State::Returned, State::Rejected, State::Withdrawn];
    Ok(material::table
        .inner_join(application::table.on(application::id.eq(material::application_id)))
        .filter(material::kind.eq("invoice").and(material::code.eq(code)).and(material::number.eq(number)))
        .filter(material::removed_at.is_null().and(application::enterprise_id.eq(enterprise)).and(application::id.ne(but)))
        .filter(application::state.ne_all(gone))
        .select(application::number)
        .order(application::number)
        .load(db)?)
}

/// Where else a paper of this kind, code and number is filed: the application's number, whose it
/// is, its state, and the paper there.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn same_paper_elsewhere(db: &mut Db, paper: &Material) -> Result<Vec<(String, EnterpriseId, State, MaterialId)>, Fault> {
    Ok(material::table
        .inner_join(application::table.on(application::id.eq(material::application_id)))
        .filter(material::kind.eq(&paper.kind).and(material::code.eq(&paper.code)).and(material::number.eq(&paper.number)))
        .filter(material::removed_at.is_null().and(material::application_id.ne(paper.application_id)))
        .order(material::id)
        .select((application::number, application::enterprise_id, application::state, material::id))
        .load(db)?)
}

/// Where else the payment of a slip is filed: the same file, or the bank's serial number with amount and
/// day. The application's number, whose it is, its state, and the paper there.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn same_payment_elsewhere(db: &mut Db, slip: &Material, serial: &str) -> Result<Vec<(String, EnterpriseId, State, MaterialId)>, Fault> {
    let columns = (application::number, application::enterprise_id, application::state, material::id);
    let others = || {
        material::table
            .inner_join(application::table.on(application::id.eq(material::application_id)))
            .filter(material::kind.eq("payment").and(material::removed_at.is_null()).and(material::application_id.ne(slip.application_id)))
    };
    let mut found: Vec<(String, EnterpriseId, State, MaterialId)> =
        others().filter(material::file_id.eq(slip.file_id)).order(material::id).select(columns).load(db)?;
    if let Some(day) = slip.dated_on.filter(|_| !serial.is_empty()) {
        let says = paper_fact::table
            .filter(paper_fact::field.eq(PaperField::BankSerial).and(paper_fact::value.eq(serial)))
            .select(paper_fact::material_id);
        let same = others().filter(material::id.eq_any(says).and(material::amount_fen.eq(slip.amount_fen)));
        let same = same.filter(material::dated_on.eq(day));
        found.extend(same.order(material::id).select(columns).load::<(String, EnterpriseId, State, MaterialId)>(db)?);
    }
    found.sort_by_key(|(_, _, _, id)| *id);
    found.dedup_by_key(|(_, _, _, id)| *id);
    Ok(found)
}

/// An invoice of an enterprise with who sold what it stands for.
#[derive(Clone, Debug, Queryable)]
pub struct FiledInvoice {
    pub code: String,
    pub number: String,
    pub dated_on: Option<NaiveDate>,
    pub amount_fen: Fen,
    pub tax_fen: Fen,
    pub state: State,
    pub provider: String,
}

/// The invoices of all applications of an enterprise; one that stands for several purchases comes
/// once for each.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn invoices_of(db: &mut Db, enterprise: EnterpriseId) -> Result<Vec<FiledInvoice>, Fault> {
    Ok(material::table
        .inner_join(application::table.on(application::id.eq(material::application_id)))
        .inner_join(allocation::table.on(allocation::material_id.eq(material::id)))
        .inner_join(application_item::table.on(application_item::id.eq(allocation::item_id)))
        .inner_join(purchase::table.on(purchase::id.eq(application_item::purchase_id)))
        .inner_join(provider::table.on(provider::id.eq(purchase::provider_id)))
        .filter(material::kind.eq("invoice").and(material::removed_at.is_null()).and(application::enterprise_id.eq(enterprise)))
        .order(material::id)
        .select((
            material::code,
            material::number,
            material::dated_on,
            material::amount_fen,
            material::tax_fen,
            application::state,
            provider::name,
        ))
        .load(db)?)
}
