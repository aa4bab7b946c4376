//! Payout batches and their lines. A unique index sees to it that a grant has at most one living
//! line; saving a batch is guarded by the version that was read.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{disbursement, notice, payout_batch};
use super::{Db, Fault};
use crate::code::Tier;
use crate::hidden::tells;
use crate::ids::{AccountId, ApplicationId, BatchId, NoticeId};
use crate::metering::canonical::digest;
use crate::money::Fen;
use crate::payout::{BatchState, Line, LineState};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payout_batch)]
pub struct Batch {
    pub id: BatchId,
    pub number: String,
    pub state: BatchState,
    pub drawn_up_by: AccountId,
    pub drawn_up_at: NaiveDateTime,
    pub approved_by: Option<AccountId>,
    pub approved_at: Option<NaiveDateTime>,
    pub settled_at: Option<NaiveDateTime>,
    pub total_fen: Fen,
    pub version: i64,
}

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = disbursement)]
pub struct Disbursement {
    pub id: i64,
    pub batch_id: BatchId,
    pub application_id: ApplicationId,
    pub tier: Tier,
    pub year: i64,
    pub amount_fen: Fen,
    pub account_name: String,
    pub bank_name: String,
    pub account_no: String,
    pub cnaps: String,
    pub state: LineState,
    pub failure: String,
    pub settled_by: Option<AccountId>,
    pub settled_on: Option<NaiveDate>,
}

tells! { Disbursement { id, application_id, state } }

/// # Errors
/// A [`Fault`] of the database.
pub fn insert_batch(db: &mut Db, number: &str, total: Fen, by: AccountId, at: NaiveDateTime) -> Result<BatchId, Fault> {
    Ok(diesel::insert_into(payout_batch::table)
        .values((
            payout_batch::number.eq(number),
            payout_batch::state.eq(BatchState::DrawnUp),
            payout_batch::drawn_up_by.eq(by),
            payout_batch::drawn_up_at.eq(at),
            payout_batch::total_fen.eq(total),
        ))
        .returning(payout_batch::id)
        .get_result(db)?)
}

/// # Errors
/// A [`Fault`]; a unique violation when the grant has a living line already.
pub fn insert_line(db: &mut Db, batch: BatchId, line: &Line) -> Result<(), Fault> {
    diesel::insert_into(disbursement::table)
        .values((
            disbursement::batch_id.eq(batch),
            disbursement::application_id.eq(line.application),
            disbursement::tier.eq(line.tier),
            disbursement::year.eq(line.year),
            disbursement::amount_fen.eq(line.amount),
            disbursement::account_name.eq(&line.account.name),
            disbursement::bank_name.eq(&line.account.bank),
            disbursement::account_no.eq(&line.account.number),
            disbursement::cnaps.eq(&line.account.cnaps),
            disbursement::state.eq(LineState::DrawnUp),
        ))
        .execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find_by_number(db: &mut Db, number: &str) -> Result<Option<Batch>, Fault> {
    Ok(payout_batch::table.filter(payout_batch::number.eq(number)).select(Batch::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: BatchId) -> Result<Option<Batch>, Fault> {
    Ok(payout_batch::table.find(id).select(Batch::as_select()).first(db).optional()?)
}

/// All batches, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<Batch>, Fault> {
    Ok(payout_batch::table.order(payout_batch::id.desc()).select(Batch::as_select()).load(db)?)
}

/// Writes state, approval and settlement, and raises the version. `false` when somebody else was
/// faster.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save(db: &mut Db, changed: &Batch) -> Result<bool, Fault> {
    let seen = payout_batch::table.filter(payout_batch::id.eq(changed.id).and(payout_batch::version.eq(changed.version)));
    let rows = diesel::update(seen)
        .set((
            payout_batch::state.eq(changed.state),
            payout_batch::approved_by.eq(changed.approved_by),
            payout_batch::approved_at.eq(changed.approved_at),
            payout_batch::settled_at.eq(changed.settled_at),
            payout_batch::version.eq(payout_batch::version + 1),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// The lines of a batch in the order they were drawn up.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lines(db: &mut Db, batch: BatchId) -> Result<Vec<Disbursement>, Fault> {
    let own = disbursement::table.filter(disbursement::batch_id.eq(batch)).order(disbursement::id);
    Ok(own.select(Disbursement::as_select()).load(db)?)
}

/// SHA-256 over what a batch orders to be paid, in hexadecimal: its number and total, and of each line
/// the application, level, year, amount and account. What becomes of a line later is not in it.
#[must_use]
pub fn content_digest(batch: &Batch, lines: &[Disbursement]) -> String {
    let total = batch.total_fen.get().to_be_bytes();
    let numbers: Vec<[u8; 24]> = lines.iter().map(numbers_of).collect();
    let mut parts: Vec<&[u8]> = vec![b"payout_batch", batch.number.as_bytes(), &total];
    for (line, numbers) in lines.iter().zip(&numbers) {
        parts.push(numbers);
        for text in [line.tier.code(), line.account_name.as_str(), &line.bank_name, &line.account_no, &line.cnaps] {
            parts.push(text.as_bytes());
        }
    }
    hex::encode(digest(&parts))
}

fn numbers_of(line: &Disbursement) -> [u8; 24] {
    let mut bytes = [0; 24];
    let numbers = [line.application_id.get(), line.year, line.amount_fen.get()];
    for (place, byte) in bytes.iter_mut().zip(numbers.iter().flat_map(|number| number.to_be_bytes())) {
        *place = byte;
    }
    bytes
}

/// Every line an application ever had, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lines_of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<Disbursement>, Fault> {
    let own = disbursement::table.filter(disbursement::application_id.eq(id)).order(disbursement::id);
    Ok(own.select(Disbursement::as_select()).load(db)?)
}

/// Every line that was paid from one day to another, both included, in the order of payment.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn paid_between(db: &mut Db, from: NaiveDate, to: NaiveDate) -> Result<Vec<Disbursement>, Fault> {
    Ok(disbursement::table
        .filter(disbursement::state.eq(LineState::Paid).and(disbursement::settled_on.between(from, to)))
        .order((disbursement::settled_on, disbursement::id))
        .select(Disbursement::as_select())
        .load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_line_state(db: &mut Db, line: i64, state: LineState) -> Result<(), Fault> {
    diesel::update(disbursement::table.find(line)).set(disbursement::state.eq(state)).execute(db)?;
    Ok(())
}

/// Records what the bank did with a line. `failure` is empty for a paid one.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn settle_line(db: &mut Db, line: i64, state: LineState, failure: &str, by: AccountId, on: NaiveDate) -> Result<(), Fault> {
    diesel::update(disbursement::table.find(line))
        .set((
            disbursement::state.eq(state),
            disbursement::failure.eq(failure),
            disbursement::settled_by.eq(by),
            disbursement::settled_on.eq(on),
        ))
        .execute(db)?;
    Ok(())
}

/// Number and last day of a notice that was published.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn notice_end(db: &mut Db, id: NoticeId) -> Result<Option<(String, NaiveDate)>, Fault> {
    let row: Option<(String, Option<NaiveDate>)> =
        notice::table.find(id).select((notice::number, notice::last_day)).first(db).optional()?;
    Ok(row.and_then(|(number, last_day)| Some((number, last_day?))))
}
