//! The centre's papers: the invoices it issued, the money it received, which part of them stands
//! for which purchase, its own bills, and the differences that people close.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};
use serde::{Deserialize, Serialize};

use super::schema::{bank_receipt, provider_bill, purchase_allocation, reconciliation_case, tax_invoice};
use super::{Db, Fault};
use crate::ids::{AccountId, ContractId, ProviderId, PurchaseId};
use crate::metering::quantity::UnitMillis;
use crate::metering::reconcile::Difference;
use crate::money::Fen;

/// A tax invoice of the centre; a red letter names the invoice that it takes back.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = tax_invoice)]
pub struct TaxInvoice {
    pub id: i64,
    pub provider_id: ProviderId,
    pub code: String,
    pub number: String,
    pub buyer_uscc: String,
    pub total_fen: Fen,
    pub tax_fen: Fen,
    pub issued_on: NaiveDate,
    pub red_of: Option<i64>,
    pub allocated_fen: Fen,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = tax_invoice)]
pub struct NewTaxInvoice {
    pub provider_id: ProviderId,
    pub code: String,
    pub number: String,
    pub buyer_uscc: String,
    pub total_fen: Fen,
    pub tax_fen: Fen,
    pub issued_on: NaiveDate,
    pub red_of: Option<i64>,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

/// Money that the centre received; a refund names the receipt that it gives back.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = bank_receipt)]
pub struct BankReceipt {
    pub id: i64,
    pub provider_id: ProviderId,
    pub bank_reference: String,
    pub payer_name: String,
    pub payer_account: String,
    pub enterprise_uscc: String,
    pub amount_fen: Fen,
    pub paid_on: NaiveDate,
    pub refund_of: Option<i64>,
    pub allocated_fen: Fen,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = bank_receipt)]
pub struct NewBankReceipt {
    pub provider_id: ProviderId,
    pub bank_reference: String,
    pub payer_name: String,
    pub payer_account: String,
    pub enterprise_uscc: String,
    pub amount_fen: Fen,
    pub paid_on: NaiveDate,
    pub refund_of: Option<i64>,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

/// A paper and the part of it that stands for a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    Invoice(i64),
    Receipt(i64),
}

/// A difference that a person closes with a reason.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = reconciliation_case)]
pub struct Case {
    pub id: i64,
    pub provider_id: ProviderId,
    pub purchase_id: PurchaseId,
    pub kind: String,
    pub about: String,
    pub expected: String,
    pub found: String,
    pub tolerance: String,
    pub state: String,
    pub reason: String,
    pub opened_at: NaiveDateTime,
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<NaiveDateTime>,
}

/// What the centre's own billing says of a resource and month.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = provider_bill)]
pub struct ProviderBill {
    pub id: i64,
    pub contract_id: ContractId,
    pub period: String,
    pub resource: String,
    pub quantity_ms: Option<UnitMillis>,
    pub amount_fen: Option<Fen>,
    pub non_cash_fen: Fen,
    pub provisional: bool,
    pub import_id: Option<i64>,
    pub recorded_at: NaiveDateTime,
}

/// # Errors
/// A unique violation when the invoice is known; a [`Fault`] otherwise.
pub fn insert_invoice(db: &mut Db, new: &NewTaxInvoice) -> Result<i64, Fault> {
    Ok(diesel::insert_into(tax_invoice::table).values(new).returning(tax_invoice::id).get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn invoice(db: &mut Db, id: i64) -> Result<Option<TaxInvoice>, Fault> {
    Ok(tax_invoice::table.find(id).select(TaxInvoice::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn invoice_by_number(db: &mut Db, code: &str, number: &str) -> Result<Option<TaxInvoice>, Fault> {
    let named = tax_invoice::table.filter(tax_invoice::code.eq(code).and(tax_invoice::number.eq(number)));
    Ok(named.select(TaxInvoice::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn invoices_of(db: &mut Db, provider: ProviderId) -> Result<Vec<TaxInvoice>, Fault> {
    let own = tax_invoice::table.filter(tax_invoice::provider_id.eq(provider)).order(tax_invoice::id.desc());
    Ok(own.select(TaxInvoice::as_select()).load(db)?)
}

/// The red letters against an invoice.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn red_letters_of(db: &mut Db, invoice: i64) -> Result<Vec<TaxInvoice>, Fault> {
    Ok(tax_invoice::table.filter(tax_invoice::red_of.eq(invoice)).select(TaxInvoice::as_select()).load(db)?)
}

/// # Errors
/// A unique violation when the bank's reference is known; a [`Fault`] otherwise.
pub fn insert_receipt(db: &mut Db, new: &NewBankReceipt) -> Result<i64, Fault> {
    Ok(diesel::insert_into(bank_receipt::table).values(new).returning(bank_receipt::id).get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn receipt(db: &mut Db, id: i64) -> Result<Option<BankReceipt>, Fault> {
    Ok(bank_receipt::table.find(id).select(BankReceipt::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn receipts_of(db: &mut Db, provider: ProviderId) -> Result<Vec<BankReceipt>, Fault> {
    let own = bank_receipt::table.filter(bank_receipt::provider_id.eq(provider)).order(bank_receipt::id.desc());
    Ok(own.select(BankReceipt::as_select()).load(db)?)
}

/// Refunds of a receipt.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn refunds_of(db: &mut Db, receipt: i64) -> Result<Vec<BankReceipt>, Fault> {
    Ok(bank_receipt::table.filter(bank_receipt::refund_of.eq(receipt)).select(BankReceipt::as_select()).load(db)?)
}

/// Takes a paper's row until the transaction ends, so that two red letters or refunds that come at
/// the same moment are counted one after the other, and no part of it is allocated meanwhile.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock(db: &mut Db, paper: Paper) -> Result<(), Fault> {
    match paper {
        Paper::Invoice(id) => {
            diesel::update(tax_invoice::table.find(id)).set(tax_invoice::allocated_fen.eq(tax_invoice::allocated_fen)).execute(db)?
        }
        Paper::Receipt(id) => {
            diesel::update(bank_receipt::table.find(id)).set(bank_receipt::allocated_fen.eq(bank_receipt::allocated_fen)).execute(db)?
        }
    };
    Ok(())
}

/// Lets a part of a paper stand for a purchase. `false` when the paper has not that much left.
///
/// # Errors
/// A unique violation when it stands for the purchase already; a [`Fault`] otherwise.
pub fn allocate(db: &mut Db, purchase: PurchaseId, paper: Paper, amount: Fen, at: NaiveDateTime) -> Result<bool, Fault> {
    let part = amount.get();
    let taken = match paper {
        Paper::Invoice(id) => {
            diesel::update(tax_invoice::table.find(id).filter((tax_invoice::allocated_fen + part).le(tax_invoice::total_fen)))
                .set(tax_invoice::allocated_fen.eq(tax_invoice::allocated_fen + part))
                .execute(db)?
        }
        Paper::Receipt(id) => {
            diesel::update(bank_receipt::table.find(id).filter((bank_receipt::allocated_fen + part).le(bank_receipt::amount_fen)))
                .set(bank_receipt::allocated_fen.eq(bank_receipt::allocated_fen + part))
                .execute(db)?
        }
    };
    if taken == 0 {
        return Ok(false);
    }
    let (invoice, receipt) = match paper {
        Paper::Invoice(id) => (Some(id), None),
        Paper::Receipt(id) => (None, Some(id)),
    };
    diesel::insert_into(purchase_allocation::table)
        .values((
            purchase_allocation::purchase_id.eq(purchase),
            purchase_allocation::invoice_id.eq(invoice),
            purchase_allocation::receipt_id.eq(receipt),
            purchase_allocation::amount_fen.eq(amount),
            purchase_allocation::recorded_at.eq(at),
        ))
        .execute(db)?;
    Ok(true)
}

/// The parts of papers that stand for a purchase, in the order in which they were entered.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn allocations_of(db: &mut Db, purchase: PurchaseId) -> Result<Vec<(Paper, Fen)>, Fault> {
    let rows: Vec<(Option<i64>, Option<i64>, Fen)> = purchase_allocation::table
        .filter(purchase_allocation::purchase_id.eq(purchase))
        .order(purchase_allocation::id)
        .select((purchase_allocation::invoice_id, purchase_allocation::receipt_id, purchase_allocation::amount_fen))
        .load(db)?;
    let paper = |(invoice, receipt, part): (Option<i64>, Option<i64>, Fen)| {
        invoice.map(Paper::Invoice).or(receipt.map(Paper::Receipt)).map(|paper| (paper, part))
    };
    Ok(rows.into_iter().filter_map(paper).collect())
}

/// The purchases that a paper stands for.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn purchases_of(db: &mut Db, paper: Paper) -> Result<Vec<PurchaseId>, Fault> {
    let query = purchase_allocation::table.select(purchase_allocation::purchase_id).order(purchase_allocation::id);
    Ok(match paper {
        Paper::Invoice(id) => query.filter(purchase_allocation::invoice_id.eq(id)).load(db)?,
        Paper::Receipt(id) => query.filter(purchase_allocation::receipt_id.eq(id)).load(db)?,
    })
}

/// Opens a case; the same difference is opened once, also when it was closed before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open_case(
    db: &mut Db,
    (provider, purchase): (ProviderId, PurchaseId),
    difference: &Difference,
    at: NaiveDateTime,
) -> Result<(), Fault> {
    diesel::sql_query(
        "INSERT INTO reconciliation_case (provider_id, purchase_id, kind, about, expected, found, tolerance, opened_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind::<BigInt, _>(provider)
    .bind::<BigInt, _>(purchase)
    .bind::<Text, _>(difference.kind.as_str())
    .bind::<Text, _>(&difference.about)
    .bind::<Text, _>(difference.expected.to_string())
    .bind::<Text, _>(difference.found.to_string())
    .bind::<Text, _>(difference.tolerance.to_string())
    .bind::<Timestamp, _>(at)
    .execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn case(db: &mut Db, id: i64) -> Result<Option<Case>, Fault> {
    Ok(reconciliation_case::table.find(id).select(Case::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn cases_of_purchase(db: &mut Db, purchase: PurchaseId) -> Result<Vec<Case>, Fault> {
    let own = reconciliation_case::table.filter(reconciliation_case::purchase_id.eq(purchase)).order(reconciliation_case::id);
    Ok(own.select(Case::as_select()).load(db)?)
}

/// A provider's cases, the open ones first, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn cases_of_provider(db: &mut Db, provider: ProviderId) -> Result<Vec<Case>, Fault> {
    let own = reconciliation_case::table.filter(reconciliation_case::provider_id.eq(provider)).order(reconciliation_case::id.desc());
    let mut cases: Vec<Case> = own.select(Case::as_select()).load(db)?;
    cases.sort_by_key(|case| case.state != "open");
    Ok(cases)
}

/// Closes an open case as `explained` (a person accepts the difference) or `fixed` (it is gone).
///
/// # Errors
/// A [`Fault`] of the database.
pub fn close_case(db: &mut Db, id: i64, state: &str, reason: &str, by: Option<AccountId>, at: NaiveDateTime) -> Result<bool, Fault> {
    let open = reconciliation_case::table.filter(reconciliation_case::id.eq(id).and(reconciliation_case::state.eq("open")));
    Ok(diesel::update(open)
        .set((
            reconciliation_case::state.eq(state),
            reconciliation_case::reason.eq(reason),
            reconciliation_case::closed_by.eq(by),
            reconciliation_case::closed_at.eq(at),
        ))
        .execute(db)?
        == 1)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn bills_of(db: &mut Db, contract: ContractId, period: &str) -> Result<Vec<ProviderBill>, Fault> {
    let own = provider_bill::table.filter(provider_bill::contract_id.eq(contract).and(provider_bill::period.eq(period)));
    Ok(own.order(provider_bill::resource).select(ProviderBill::as_select()).load(db)?)
}

/// A month of the centre's own bill as read from a file; a newer file takes the place of an older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillRow<'a> {
    pub contract: ContractId,
    pub period: &'a str,
    pub resource: &'a str,
    pub quantity_ms: Option<i64>,
    pub amount: Option<Fen>,
    pub non_cash: Fen,
    pub provisional: bool,
    pub import: Option<i64>,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn keep_bill(db: &mut Db, row: &BillRow<'_>, at: NaiveDateTime) -> Result<(), Fault> {
    let known = provider_bill::table.filter(
        provider_bill::contract_id.eq(row.contract).and(provider_bill::period.eq(row.period)).and(provider_bill::resource.eq(row.resource)),
    );
    let values = (
        provider_bill::quantity_ms.eq(row.quantity_ms),
        provider_bill::amount_fen.eq(row.amount),
        provider_bill::non_cash_fen.eq(row.non_cash),
        provider_bill::provisional.eq(row.provisional),
        provider_bill::import_id.eq(row.import),
        provider_bill::recorded_at.eq(at),
    );
    if diesel::update(known).set(values).execute(db)? == 0 {
        let name =
            (provider_bill::contract_id.eq(row.contract), provider_bill::period.eq(row.period), provider_bill::resource.eq(row.resource));
        diesel::insert_into(provider_bill::table).values((name, values)).execute(db)?;
    }
    Ok(())
}
