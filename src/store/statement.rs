//! Statements: what was issued never changes; where it stands is a row of its own.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::schema::{
    application, application_item, prepaid_move, prepaid_pool, purchase, signing_key, statement, statement_line, statement_state,
};
use super::{Db, Fault};
use crate::ids::{AccountId, ContractId, StatementId};
use crate::metering::canonical::digest;
use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::{LineKind, RatedLine};
use crate::metering::statement::{LineClass, LineName, Pool, StatementLine};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;

/// An issued statement, or the credit statement that takes one back.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = statement)]
pub struct Statement {
    pub id: StatementId,
    pub number: String,
    pub contract_id: ContractId,
    pub period: String,
    pub version: i64,
    pub kind: String,
    pub reverses_id: Option<StatementId>,
    pub cutoff: String,
    #[serde(with = "crate::money::signed")]
    pub usage_fen: Fen,
    #[serde(with = "crate::money::signed")]
    pub adjustment_fen: Fen,
    #[serde(with = "crate::money::signed")]
    pub total_fen: Fen,
    #[serde(with = "crate::money::signed")]
    pub credit_brought_fen: Fen,
    #[serde(with = "crate::money::signed")]
    pub prepaid_cash_fen: Fen,
    #[serde(with = "crate::money::signed")]
    pub non_cash_fen: Fen,
    #[serde(with = "crate::money::signed")]
    pub payable_fen: Fen,
    #[serde(with = "crate::money::signed")]
    pub credit_left_fen: Fen,
    pub event_root: String,
    pub lines_digest: String,
    pub digest: String,
    pub key_id: String,
    pub signature: String,
    pub issued_by: Option<AccountId>,
    pub issued_at: NaiveDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = statement)]
pub struct NewStatement {
    pub number: String,
    pub contract_id: ContractId,
    pub period: String,
    pub version: i64,
    pub kind: String,
    pub reverses_id: Option<StatementId>,
    pub cutoff: String,
    pub usage_fen: Fen,
    pub adjustment_fen: Fen,
    pub total_fen: Fen,
    pub credit_brought_fen: Fen,
    pub prepaid_cash_fen: Fen,
    pub non_cash_fen: Fen,
    pub payable_fen: Fen,
    pub credit_left_fen: Fen,
    pub event_root: String,
    pub lines_digest: String,
    pub digest: String,
    pub key_id: String,
    pub signature: String,
    pub issued_by: Option<AccountId>,
    pub issued_at: NaiveDateTime,
}

impl NewStatement {
    /// SHA-256 over everything that the statement says: what is signed.
    #[must_use]
    pub fn said(&self) -> [u8; 32] {
        let numbers = [
            self.version,
            self.reverses_id.map_or(0, StatementId::get),
            self.contract_id.get(),
            self.usage_fen.get(),
            self.adjustment_fen.get(),
            self.total_fen.get(),
            self.credit_brought_fen.get(),
            self.prepaid_cash_fen.get(),
            self.non_cash_fen.get(),
            self.payable_fen.get(),
            self.credit_left_fen.get(),
            self.issued_by.map_or(0, AccountId::get),
            self.issued_at.and_utc().timestamp_micros(),
        ];
        let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        let texts = [&self.number, &self.period, &self.kind, &self.cutoff, &self.event_root, &self.lines_digest];
        let mut parts: Vec<&[u8]> = texts.into_iter().map(String::as_bytes).collect();
        parts.push(&numbers);
        digest(&parts)
    }
}

impl Statement {
    /// The statement as it was before it was stored; its digest and signature can be made again.
    #[must_use]
    pub fn as_new(&self) -> NewStatement {
        NewStatement {
            number: self.number.clone(),
            contract_id: self.contract_id,
            period: self.period.clone(),
            version: self.version,
            kind: self.kind.clone(),
            reverses_id: self.reverses_id,
            cutoff: self.cutoff.clone(),
            usage_fen: self.usage_fen,
            adjustment_fen: self.adjustment_fen,
            total_fen: self.total_fen,
            credit_brought_fen: self.credit_brought_fen,
            prepaid_cash_fen: self.prepaid_cash_fen,
            non_cash_fen: self.non_cash_fen,
            payable_fen: self.payable_fen,
            credit_left_fen: self.credit_left_fen,
            event_root: self.event_root.clone(),
            lines_digest: self.lines_digest.clone(),
            digest: self.digest.clone(),
            key_id: self.key_id.clone(),
            signature: self.signature.clone(),
            issued_by: self.issued_by,
            issued_at: self.issued_at,
        }
    }
}

/// Where a statement stands.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = statement_state)]
pub struct Standing {
    pub statement_id: StatementId,
    pub contract_id: ContractId,
    pub period: String,
    /// A code of `StatementState`, or `credit` for a credit statement, which has no life of its own.
    pub state: String,
    pub reason: String,
    pub answer: String,
    pub changed_by: Option<AccountId>,
    pub changed_at: NaiveDateTime,
    pub version: i64,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = statement_line)]
pub(super) struct LineRow {
    statement_id: StatementId,
    position: i64,
    class: String,
    month: String,
    kind: String,
    resource: String,
    partition_name: String,
    qos: String,
    tariff_version: i64,
    tier: i64,
    quantity_ms: UnitMillis,
    price_micro: i64,
    amount_num: String,
    amount_den: i64,
    #[serde(with = "crate::money::signed")]
    amount_fen: Fen,
    corrects_statement: String,
    corrects_position: i64,
}

impl LineRow {
    fn of(statement: StatementId, position: i64, line: &StatementLine) -> LineRow {
        let rated = &line.line;
        LineRow {
            statement_id: statement,
            position,
            class: line.class.as_str().to_owned(),
            month: line.month.to_string(),
            kind: rated.kind.as_str().to_owned(),
            resource: rated.resource.clone(),
            partition_name: rated.partition.clone(),
            qos: rated.qos.clone(),
            tariff_version: rated.tariff_version,
            tier: rated.tier,
            quantity_ms: rated.quantity,
            price_micro: rated.price_micro,
            amount_num: rated.amount_num.to_string(),
            amount_den: i64::try_from(rated.amount_den).unwrap_or(i64::MAX),
            amount_fen: rated.amount,
            corrects_statement: line.corrects.as_ref().map(|name| name.statement.clone()).unwrap_or_default(),
            corrects_position: line.corrects.as_ref().map_or(0, |name| name.line),
        }
    }

    fn read(self) -> Result<StatementLine, Fault> {
        let id = format!("{}/{}", self.statement_id, self.position);
        let bad = |what: &str| Fault::BadRow { table: "statement_line", id: id.clone(), what: what.to_owned() };
        let line = RatedLine {
            kind: LineKind::parse(&self.kind).ok_or_else(|| bad("kind"))?,
            resource: self.resource,
            partition: self.partition_name,
            qos: self.qos,
            tariff_version: self.tariff_version,
            tier: self.tier,
            quantity: self.quantity_ms,
            price_micro: self.price_micro,
            amount_num: self.amount_num.parse().map_err(|_| bad("amount_num"))?,
            amount_den: i128::from(self.amount_den),
            amount: self.amount_fen,
        };
        let corrects = (!self.corrects_statement.is_empty())
            .then(|| LineName { statement: self.corrects_statement.clone(), line: self.corrects_position });
        Ok(StatementLine {
            class: LineClass::parse(&self.class).ok_or_else(|| bad("class"))?,
            month: Month::parse(&self.month).ok_or_else(|| bad("month"))?,
            line,
            corrects,
        })
    }
}

/// Stores a statement with its lines and where it stands.
///
/// # Errors
/// A unique violation when the month is billed or the original reversed already; a [`Fault`]
/// otherwise.
pub fn insert(
    db: &mut Db,
    new: &NewStatement,
    lines: &[StatementLine],
    state: &str,
    by: Option<AccountId>,
    at: NaiveDateTime,
) -> Result<StatementId, Fault> {
    let id: StatementId = diesel::insert_into(statement::table).values(new).returning(statement::id).get_result(db)?;
    for (position, line) in (1_i64..).zip(lines) {
        diesel::insert_into(statement_line::table).values(LineRow::of(id, position, line)).execute(db)?;
    }
    let standing = Standing {
        statement_id: id,
        contract_id: new.contract_id,
        period: new.period.clone(),
        state: state.to_owned(),
        reason: String::new(),
        answer: String::new(),
        changed_by: by,
        changed_at: at,
        version: 1,
    };
    diesel::insert_into(statement_state::table).values(&standing).execute(db)?;
    Ok(id)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: StatementId) -> Result<Option<Statement>, Fault> {
    Ok(statement::table.find(id).select(Statement::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub(super) fn find_by_number(db: &mut Db, number: &str) -> Result<Option<Statement>, Fault> {
    Ok(statement::table.filter(statement::number.eq(number)).select(Statement::as_select()).first(db).optional()?)
}

/// Does an application that was submitted rest on a statement of this contract?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn contract_is_applied_for(db: &mut Db, contract: ContractId) -> Result<bool, Fault> {
    let items = application_item::table
        .inner_join(purchase::table.on(purchase::id.eq(application_item::purchase_id)))
        .inner_join(statement::table.on(statement::id.nullable().eq(purchase::statement_id)))
        .inner_join(application::table.on(application::id.eq(application_item::application_id)));
    let found: Option<StatementId> = items
        .filter(statement::contract_id.eq(contract).and(application::first_submitted_at.is_not_null()))
        .select(statement::id)
        .first(db)
        .optional()?;
    Ok(found.is_some())
}

/// A contract's statements in the order of their issue, each with where it stands.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_contract(db: &mut Db, contract: ContractId) -> Result<Vec<(Statement, Standing)>, Fault> {
    Ok(statement::table
        .inner_join(statement_state::table.on(statement_state::statement_id.eq(statement::id)))
        .filter(statement::contract_id.eq(contract))
        .order(statement::id)
        .select((Statement::as_select(), Standing::as_select()))
        .load(db)?)
}

/// Lines with their places, from 1.
///
/// # Errors
/// A [`Fault`] of the database; a row that cannot be read.
pub fn lines(db: &mut Db, statement: StatementId) -> Result<Vec<StatementLine>, Fault> {
    let own = statement_line::table.filter(statement_line::statement_id.eq(statement)).order(statement_line::position);
    let rows: Vec<LineRow> = own.select(LineRow::as_select()).load(db)?;
    rows.into_iter().map(LineRow::read).collect()
}

/// # Errors
/// A [`Fault`] of the database.
pub fn standing(db: &mut Db, id: StatementId) -> Result<Option<Standing>, Fault> {
    Ok(statement_state::table.find(id).select(Standing::as_select()).first(db).optional()?)
}

/// Moves a statement on from the version that was seen; `false` when somebody was faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save_standing(db: &mut Db, seen: &Standing) -> Result<bool, Fault> {
    let row =
        statement_state::table.filter(statement_state::statement_id.eq(seen.statement_id).and(statement_state::version.eq(seen.version)));
    Ok(diesel::update(row)
        .set((
            statement_state::state.eq(&seen.state),
            statement_state::reason.eq(&seen.reason),
            statement_state::answer.eq(&seen.answer),
            statement_state::changed_by.eq(seen.changed_by),
            statement_state::changed_at.eq(seen.changed_at),
            statement_state::version.eq(seen.version + 1),
        ))
        .execute(db)?
        == 1)
}

/// How often the month of a contract was billed so far, reversed statements among them.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn last_version(db: &mut Db, contract: ContractId, period: &str) -> Result<i64, Fault> {
    let last: Option<i64> = statement::table
        .filter(statement::contract_id.eq(contract).and(statement::period.eq(period)))
        .select(diesel::dsl::max(statement::version))
        .first(db)?;
    Ok(last.unwrap_or(0))
}

/// Remembers the public half of a key that signs.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn keep_key(db: &mut Db, key_id: &str, public_key: &str, at: NaiveDateTime) -> Result<(), Fault> {
    let known: Option<String> = signing_key::table.find(key_id).select(signing_key::public_key).first(db).optional()?;
    if known.is_none() {
        diesel::insert_into(signing_key::table)
            .values((signing_key::key_id.eq(key_id), signing_key::public_key.eq(public_key), signing_key::first_used_at.eq(at)))
            .execute(db)?;
    }
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn public_key(db: &mut Db, key_id: &str) -> Result<Option<String>, Fault> {
    Ok(signing_key::table.find(key_id).select(signing_key::public_key).first(db).optional()?)
}

/// Every key that ever signed, by its name, both in hexadecimal.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn public_keys(db: &mut Db) -> Result<BTreeMap<String, String>, Fault> {
    let rows: Vec<(String, String)> = signing_key::table.select((signing_key::key_id, signing_key::public_key)).load(db)?;
    Ok(rows.into_iter().collect())
}

/// A pool of prepaid money as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = prepaid_pool)]
pub struct PoolRow {
    pub id: i64,
    pub contract_id: ContractId,
    pub kind: PoolKind,
    pub granted_fen: Fen,
    pub drawn_fen: Fen,
    pub expires_on: Option<chrono::NaiveDate>,
    pub reference: String,
    pub recorded_at: NaiveDateTime,
}

impl PoolRow {
    #[must_use]
    pub fn pool(&self) -> Pool {
        Pool { id: self.id, kind: self.kind, remaining: self.granted_fen - self.drawn_fen, expires: self.expires_on }
    }
}

/// # Errors
/// A [`Fault`] of the database.
pub fn pools(db: &mut Db, contract: ContractId) -> Result<Vec<PoolRow>, Fault> {
    let own = prepaid_pool::table.filter(prepaid_pool::contract_id.eq(contract)).order(prepaid_pool::id);
    Ok(own.select(PoolRow::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert_pool(
    db: &mut Db,
    contract: ContractId,
    (kind, granted): (PoolKind, Fen),
    expires: Option<chrono::NaiveDate>,
    reference: &str,
    by: Option<AccountId>,
    at: NaiveDateTime,
) -> Result<i64, Fault> {
    Ok(diesel::insert_into(prepaid_pool::table)
        .values((
            prepaid_pool::contract_id.eq(contract),
            prepaid_pool::kind.eq(kind),
            prepaid_pool::granted_fen.eq(granted),
            prepaid_pool::expires_on.eq(expires),
            prepaid_pool::reference.eq(reference),
            prepaid_pool::recorded_by.eq(by),
            prepaid_pool::recorded_at.eq(at),
        ))
        .returning(prepaid_pool::id)
        .get_result(db)?)
}

/// Draws from a pool, or gives back (`amount < 0`); `false` when the pool has not that much.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn draw(db: &mut Db, pool: i64, statement: StatementId, amount: Fen) -> Result<bool, Fault> {
    let row = prepaid_pool::table.find(pool).filter(
        (prepaid_pool::drawn_fen + amount.get()).le(prepaid_pool::granted_fen).and((prepaid_pool::drawn_fen + amount.get()).ge(0_i64)),
    );
    if diesel::update(row).set(prepaid_pool::drawn_fen.eq(prepaid_pool::drawn_fen + amount.get())).execute(db)? == 0 {
        return Ok(false);
    }
    diesel::insert_into(prepaid_move::table)
        .values((prepaid_move::pool_id.eq(pool), prepaid_move::statement_id.eq(statement), prepaid_move::amount_fen.eq(amount)))
        .execute(db)?;
    Ok(true)
}

/// What a statement drew from which pool.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn moves(db: &mut Db, statement: StatementId) -> Result<Vec<(i64, Fen)>, Fault> {
    let own = prepaid_move::table.filter(prepaid_move::statement_id.eq(statement)).order(prepaid_move::id);
    Ok(own.select((prepaid_move::pool_id, prepaid_move::amount_fen)).load(db)?)
}
