//! The metering of an instance as rows of JSON, table by table in the order of their references: what
//! another instance needs to work every hash, root and amount out again. The people who recorded
//! something come along by name only, without a way to sign in.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::metering::{Contract, Resource, Source, Subject, TariffRow};
use super::paper_trail::{BankReceipt, Case, ProviderBill, TaxInvoice};
use super::purchase::{Provider, Purchase};
use super::schema::{
    account, bank_receipt, compute_contract, number_series, prepaid_move, prepaid_pool, provider, provider_bill, purchase,
    purchase_allocation, reconciliation_case, resource_spec, signing_key, statement, statement_line, statement_state, tariff_version,
    tax_invoice, usage_checkpoint, usage_event, usage_shard, usage_source, usage_subject, usage_void,
};
use super::statement::{LineRow, PoolRow, Standing, Statement};
use super::usage::{Shard, StoredEvent, VoidedEvent, chain_after};
use super::{Db, Fault, dialect};
use crate::ids::{PurchaseId, StatementId};
use crate::money::Fen;

/// Somebody who recorded something.
#[derive(Clone, Debug, QueryableByName, Serialize, Deserialize)]
struct Person {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = signing_key)]
struct Key {
    key_id: String,
    public_key: String,
    first_used_at: NaiveDateTime,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = prepaid_move)]
struct Move {
    id: i64,
    pool_id: i64,
    statement_id: StatementId,
    #[serde(with = "crate::money::signed")]
    amount_fen: Fen,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = purchase_allocation)]
struct Part {
    id: i64,
    purchase_id: PurchaseId,
    invoice_id: Option<i64>,
    receipt_id: Option<i64>,
    amount_fen: Fen,
    recorded_at: NaiveDateTime,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = number_series)]
struct Series {
    name: String,
    last_number: i64,
}

/// Why a row could not be restored.
#[derive(Debug, thiserror::Error)]
pub enum RowFault {
    #[error("the table {0:?} is none of an archive")]
    NoTable(String),
    #[error("a row of {table} cannot be read: {why}")]
    Unreadable { table: String, why: serde_json::Error },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<diesel::result::Error> for RowFault {
    fn from(error: diesel::result::Error) -> RowFault {
        RowFault::Fault(error.into())
    }
}

/// Tables that are read whole, in the order in which their rows can be restored, and those that are
/// read apart.
macro_rules! tables {
    (whole { $($table:ident: $row:ty, by ($($order:ident),+);)+ } apart { $($other:ident: $other_row:ty;)+ }) => {
        fn whole(db: &mut Db, table: &str) -> Result<Vec<Value>, Fault> {
            match table {
                $(stringify!($table) => {
                    let rows: Vec<$row> = $table::table.order(($($table::$order,)+)).select(<$row>::as_select()).load(db)?;
                    Ok(rows.iter().map(json_of).collect())
                })+
                _ => Ok(Vec::new()),
            }
        }

        fn insert(db: &mut Db, table: &str, row: Value) -> Result<(), RowFault> {
            match table {
                $(stringify!($table) => {
                    let row: $row = read(table, row)?;
                    diesel::insert_into($table::table).values(row).execute(db)?;
                    Ok(())
                })+
                $(stringify!($other) => {
                    let row: $other_row = read(table, row)?;
                    diesel::insert_into($other::table).values(row).execute(db)?;
                    Ok(())
                })+
                other => Err(RowFault::NoTable(other.to_owned())),
            }
        }

        const WHOLE: &[&str] = &[$(stringify!($table)),+];
    };
}

tables! {
    whole {
        provider: Provider, by (id);
        usage_source: Source, by (id);
        resource_spec: Resource, by (id);
        usage_subject: Subject, by (provider_id, code);
        tariff_version: TariffRow, by (id);
        compute_contract: Contract, by (id);
        prepaid_pool: PoolRow, by (id);
        usage_shard: Shard, by (shard);
        usage_void: VoidedEvent, by (by_shard, by_seq);
        signing_key: Key, by (key_id);
        usage_checkpoint: Checkpoint, by (shard, to_seq);
        statement: Statement, by (id);
        statement_line: LineRow, by (statement_id, position);
        statement_state: Standing, by (statement_id);
        prepaid_move: Move, by (id);
        purchase: Purchase, by (id);
        tax_invoice: TaxInvoice, by (id);
        bank_receipt: BankReceipt, by (id);
        purchase_allocation: Part, by (id);
        reconciliation_case: Case, by (id);
    }
    apart {
        usage_event: StoredEvent;
        provider_bill: ProviderBill;
        number_series: Series;
    }
}

/// Tables whose rows are restored with their numbers, so that new ones go on after the last.
const NUMBERED: &[&str] = &[
    "account",
    "provider",
    "usage_source",
    "tariff_version",
    "compute_contract",
    "prepaid_pool",
    "statement",
    "prepaid_move",
    "purchase",
    "tax_invoice",
    "bank_receipt",
    "purchase_allocation",
    "reconciliation_case",
    "provider_bill",
];

const PEOPLE: &str = "account";
const EVENTS: &str = "usage_event";
const BILLS: &str = "provider_bill";
const SERIES: &str = "number_series";
/// Events read at a time.
const PAGE: i64 = 10_000;

/// Rows of texts and numbers always have a form in JSON.
fn json_of(row: &impl Serialize) -> Value {
    serde_json::to_value(row).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned>(table: &str, row: Value) -> Result<T, RowFault> {
    serde_json::from_value(row).map_err(|why| RowFault::Unreadable { table: table.to_owned(), why })
}

/// Gives every row with the name of its table. `each` may stop by an error of its own.
///
/// # Errors
/// Faults of the database; what `each` answers.
pub fn rows<E: From<Fault>>(db: &mut Db, mut each: impl FnMut(&str, &Value) -> Result<(), E>) -> Result<(), E> {
    for person in people(db)? {
        each(PEOPLE, &json_of(&person))?;
    }
    for table in WHOLE {
        for row in whole(db, table)? {
            each(table, &row)?;
        }
    }
    for end in super::usage::chain_ends(db)? {
        let mut seq = 0;
        loop {
            let page = chain_after(db, end.shard, seq, PAGE)?;
            let Some(last) = page.last() else { break };
            seq = last.seq;
            for event in &page {
                each(EVENTS, &json_of(event))?;
            }
        }
    }
    let bills: Vec<ProviderBill> =
        provider_bill::table.order(provider_bill::id).select(ProviderBill::as_select()).load(db).map_err(Fault::from)?;
    for bill in bills {
        // The file that it came in stays behind.
        each(BILLS, &json_of(&ProviderBill { import_id: None, ..bill }))?;
    }
    let series: Vec<Series> = number_series::table
        .filter(number_series::name.like("S-%"))
        .order(number_series::name)
        .select(Series::as_select())
        .load(db)
        .map_err(Fault::from)?;
    for one in series {
        each(SERIES, &json_of(&one))?;
    }
    Ok(())
}

/// Everybody whom a row names.
fn people(db: &mut Db) -> Result<Vec<Person>, Fault> {
    Ok(diesel::sql_query(
        "SELECT id, name FROM account WHERE id IN (SELECT recorded_by FROM compute_contract UNION SELECT recorded_by FROM tariff_version \
         UNION SELECT issued_by FROM statement UNION SELECT changed_by FROM statement_state UNION SELECT recorded_by FROM tax_invoice \
         UNION SELECT recorded_by FROM bank_receipt UNION SELECT closed_by FROM reconciliation_case) ORDER BY id",
    )
    .load(db)?)
}

/// Is there nothing that a restored row could stand beside?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn is_empty(db: &mut Db) -> Result<bool, Fault> {
    let people: i64 = account::table.count().get_result(db)?;
    let providers: i64 = provider::table.count().get_result(db)?;
    Ok(people + providers == 0)
}

/// Puts a row into its table.
///
/// # Errors
/// A row of no such table or that cannot be read; a [`Fault`] of the database.
pub fn restore(db: &mut Db, table: &str, row: Value, at: NaiveDateTime) -> Result<(), RowFault> {
    if table != PEOPLE {
        return insert(db, table, row);
    }
    let person: Person = read(table, row)?;
    let values = (
        account::id.eq(person.id),
        account::email.eq(format!("archived-{}@suanquan.invalid", person.id)),
        account::name.eq(person.name),
        account::kind.eq("staff"),
        account::created_at.eq(at),
        account::disabled_at.eq(at),
    );
    diesel::insert_into(account::table).values(values).execute(db)?;
    Ok(())
}

/// After the last row: numbers go on where the restored ones end.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn close(db: &mut Db) -> Result<(), Fault> {
    for table in NUMBERED {
        dialect::go_on_after_last(db, table)?;
    }
    Ok(())
}
