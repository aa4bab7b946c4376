//! Payout batches as finance sees them: the pipeline, what is ready, one batch with its lines.

use chrono::{NaiveDate, NaiveDateTime};

use super::Db;
use super::names::Names;
use crate::acts::draw_up_batch::payable;
use crate::acts::hold_payouts::held;
use crate::acts::letters::{Tell, case_letter};
use crate::acts::{ActError, House, Outcome};
use crate::application::letters::Letter;
use crate::application::{ActKind, State};
use crate::code::Tier;
use crate::hidden::tells;
use crate::ids::AccountId;
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::party::Actor;
use crate::payout::{BatchState, LineState, lines_of};
use crate::store;
use crate::store::payout::Batch;

/// An application whose notice has passed or whose transfer failed.
#[derive(Clone, Debug)]
pub struct Ready {
    pub number: String,
    pub enterprise: String,
    pub state: State,
    pub since: NaiveDateTime,
    /// What a batch drawn up today would pay.
    pub amount: Fen,
    /// Tier and amount of every line.
    pub lines: Vec<(Tier, Fen)>,
    /// Why it cannot be picked today; `None` when it can.
    pub obstacle: Option<Text>,
}

/// One batch in the list.
#[derive(Clone, Debug)]
pub struct BatchRow {
    pub number: String,
    pub state: BatchState,
    pub maker: String,
    pub approver: String,
    pub drawn_up_at: NaiveDateTime,
    pub total: Fen,
    pub lines: usize,
    pub open: usize,
    pub failed: usize,
}

/// The page of all batches.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub ready: Vec<Ready>,
    pub batches: Vec<BatchRow>,
}

/// One line of a batch.
#[derive(Clone)]
pub struct BatchLine {
    pub id: i64,
    pub application: String,
    pub enterprise: String,
    pub tier: Tier,
    pub year: i64,
    pub amount: Fen,
    pub account_name: String,
    pub bank_name: String,
    pub account_no: String,
    pub cnaps: String,
    pub state: LineState,
    pub failure: String,
    pub settled_on: Option<NaiveDate>,
}

tells! { BatchLine { id, application, state } }

/// One batch with everything on it.
#[derive(Clone, Debug)]
pub struct BatchDetail {
    pub number: String,
    pub state: BatchState,
    pub version: i64,
    pub maker_id: AccountId,
    pub maker: String,
    pub approver: String,
    pub drawn_up_at: NaiveDateTime,
    pub approved_at: Option<NaiveDateTime>,
    pub settled_at: Option<NaiveDateTime>,
    pub total: Fen,
    pub lines: Vec<BatchLine>,
    /// Numbers of the notices the payees stood on, and documents of the appropriations.
    pub notices: Vec<String>,
    pub documents: Vec<String>,
}

/// # Errors
/// A fault of the database.
pub fn pipeline(db: &mut Db, today: NaiveDate) -> Outcome<Pipeline> {
    let mut names = Names::default();
    let mut ready = Vec::new();
    for application in store::application::in_states(db, &[State::NoticePassed, State::PaymentFailed])? {
        let candidate = payable(db, &application)?;
        let (lines, obstacle) = match lines_of(&candidate, today) {
            Ok(lines) => (lines.iter().map(|line| (line.tier, line.amount)).collect(), None),
            Err(obstacle) => (Vec::new(), Some(obstacle.text(&application.number))),
        };
        let amount = if obstacle.is_none() { lines.iter().map(|(_, amount): &(Tier, Fen)| *amount).sum() } else { application.total_fen };
        ready.push(Ready {
            enterprise: names.enterprise(db, application.enterprise_id)?,
            number: application.number,
            state: application.state,
            since: application.state_since,
            amount,
            lines,
            obstacle,
        });
    }
    let mut batches = Vec::new();
    for batch in store::payout::all(db)? {
        let lines = store::payout::lines(db, batch.id)?;
        let in_state = |state: LineState| lines.iter().filter(|line| line.state == state).count();
        batches.push(BatchRow {
            maker: names.person(db, Some(batch.drawn_up_by))?,
            approver: names.person(db, batch.approved_by)?,
            drawn_up_at: batch.drawn_up_at,
            total: batch.total_fen,
            open: in_state(LineState::Ordered),
            failed: in_state(LineState::Failed),
            lines: lines.len(),
            state: batch.state,
            number: batch.number,
        });
    }
    Ok(Pipeline { ready, batches })
}

/// A batch whose papers may leave the house.
///
/// # Errors
/// As [`batch_detail`]; `payouts_held` for a batch that the bank has not answered while payouts rest.
pub fn payable_batch(db: &mut Db, number: &str) -> Outcome<BatchDetail> {
    let batch = batch_detail(db, number)?;
    let waits = matches!(batch.state, BatchState::DrawnUp | BatchState::Approved);
    match store::payout_hold::open(db)? {
        Some(hold) if waits => Err(held(hold.jump_seconds)),
        _ => Ok(batch),
    }
}

/// # Errors
/// `NotFound` for an unknown number; a fault of the database.
pub fn batch_detail(db: &mut Db, number: &str) -> Outcome<BatchDetail> {
    let batch = store::payout::find_by_number(db, number)?.ok_or(ActError::NotFound)?;
    let mut names = Names::default();
    let mut lines = Vec::new();
    let mut notices = Vec::new();
    for row in store::payout::lines(db, batch.id)? {
        let (application, enterprise) = names.case(db, row.application_id)?;
        if let Some(id) = names.application(db, row.application_id)?.and_then(|application| application.notice_id)
            && let Some((notice, _)) = store::payout::notice_end(db, id)?
            && !notices.contains(&notice)
        {
            notices.push(notice);
        }
        lines.push(BatchLine {
            id: row.id,
            application,
            enterprise,
            tier: row.tier,
            year: row.year,
            amount: row.amount_fen,
            account_name: row.account_name,
            bank_name: row.bank_name,
            account_no: row.account_no,
            cnaps: row.cnaps,
            state: row.state,
            failure: row.failure,
            settled_on: row.settled_on,
        });
    }
    let documents = documents(db, &lines)?;
    detail(db, &mut names, batch, lines, notices, documents)
}

/// The documents of the appropriations that fund these lines.
fn documents(db: &mut Db, lines: &[BatchLine]) -> Outcome<Vec<String>> {
    let rows = store::budget::appropriations(db)?;
    let funds = |tier: Tier, year: i64| lines.iter().any(|line| (line.tier, line.year) == (tier, year));
    Ok(rows.into_iter().rev().filter(|row| row.amount_fen.is_positive() && funds(row.tier, row.year)).map(|row| row.document_no).collect())
}

fn detail(
    db: &mut Db,
    names: &mut Names,
    batch: Batch,
    lines: Vec<BatchLine>,
    notices: Vec<String>,
    documents: Vec<String>,
) -> Outcome<BatchDetail> {
    Ok(BatchDetail {
        maker: names.person(db, Some(batch.drawn_up_by))?,
        approver: names.person(db, batch.approved_by)?,
        number: batch.number,
        state: batch.state,
        version: batch.version,
        maker_id: batch.drawn_up_by,
        drawn_up_at: batch.drawn_up_at,
        approved_at: batch.approved_at,
        settled_at: batch.settled_at,
        total: batch.total_fen,
        lines,
        notices,
        documents,
    })
}

/// The letter that an act on the batch sends, as the first enterprise of it would get it, with the
/// enterprise's name; the others get the same with their own number and amount.
///
/// # Errors
/// A fault of the database.
pub fn first_letter(
    db: &mut Db,
    house: &House,
    actor: &Actor,
    batch: &BatchDetail,
    act: ActKind,
    lang: Lang,
) -> Outcome<Option<(String, Letter)>> {
    let Some(first) = batch.lines.first() else { return Ok(None) };
    let Some(application) = store::known::application(db, actor, &first.application)? else { return Ok(None) };
    let amount = batch.lines.iter().filter(|line| line.application == first.application).map(|line| line.amount).sum();
    let tell = Tell { amount: Some(amount), ..Tell::default() };
    let letter = case_letter(house, &application, &first.enterprise, act, &tell, lang);
    Ok(letter.map(|letter| (first.enterprise.clone(), letter)))
}
