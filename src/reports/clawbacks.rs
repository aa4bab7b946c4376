//! Clawbacks as finance and the auditor see them.

use chrono::{NaiveDate, NaiveDateTime};

use super::Db;
use super::names::Names;
use crate::acts::letters::{Tell, case_letter};
use crate::acts::open_clawback::left_to_claim;
use crate::acts::{ActError, House, Outcome};
use crate::application::letters::Letter;
use crate::application::{ActKind, State};
use crate::code::Tier;
use crate::lang::Lang;
use crate::money::Fen;
use crate::party::Actor;
use crate::payout::{Cause, ClawbackState};
use crate::store;
use crate::store::clawback::Clawback;

#[derive(Clone, Debug)]
pub struct ClawbackRow {
    pub number: String,
    pub application: String,
    pub enterprise: String,
    pub tier: Tier,
    pub year: i64,
    pub amount: Fen,
    pub cause: Cause,
    pub reason: String,
    pub fine_note: String,
    pub state: ClawbackState,
    pub opened_by: String,
    pub opened_at: NaiveDateTime,
    pub recovered_by: String,
    pub recovered_on: Option<NaiveDate>,
    /// The letter that goes out when it is recovered; only while it is due.
    pub letter: Option<Letter>,
}

/// All clawbacks, newest first.
///
/// # Errors
/// A fault of the database.
pub fn clawbacks(db: &mut Db, house: &House, lang: Lang) -> Outcome<Vec<ClawbackRow>> {
    let found = store::clawback::all(db)?;
    rows_of(db, house, lang, found)
}

fn rows_of(db: &mut Db, house: &House, lang: Lang, found: Vec<Clawback>) -> Outcome<Vec<ClawbackRow>> {
    let mut names = Names::default();
    let mut rows = Vec::new();
    for row in found {
        let (application, enterprise) = names.case(db, row.application_id)?;
        let due = names.application(db, row.application_id)?.filter(|_| row.state == ClawbackState::Due);
        let tell = Tell { amount: Some(row.amount_fen), ..Tell::default() };
        let letter = due.and_then(|case| case_letter(house, &case, &enterprise, ActKind::Recover, &tell, lang));
        rows.push(ClawbackRow {
            number: row.number,
            application,
            enterprise,
            tier: row.tier,
            year: row.year,
            amount: row.amount_fen,
            cause: row.cause,
            reason: row.reason,
            fine_note: row.fine_note,
            state: row.state,
            opened_by: names.person(db, Some(row.opened_by))?,
            opened_at: row.opened_at,
            recovered_by: names.person(db, row.recovered_by)?,
            recovered_on: row.recovered_on,
            letter,
        });
    }
    Ok(rows)
}

/// A grant of an application that can be claimed back.
#[derive(Clone, Debug)]
pub struct PaidGrant {
    pub tier: Tier,
    pub year: i64,
    /// Paid, and not yet claimed back.
    pub left: Fen,
}

/// One purchase of the application, to name the credit note's item by.
#[derive(Clone, Debug)]
pub struct PaidItem {
    /// The id the rules know it by.
    pub id: String,
    pub order_no: String,
    pub provider: String,
}

/// What the form for a clawback needs.
#[derive(Clone, Debug)]
pub struct ClawbackCase {
    pub number: String,
    pub enterprise: String,
    pub state: State,
    pub version: i64,
    pub grants: Vec<PaidGrant>,
    pub items: Vec<PaidItem>,
    pub earlier: Vec<ClawbackRow>,
    /// The letter that the demand sends; amount and reason are what the form says.
    pub letter: Option<Letter>,
}

/// # Errors
/// `NotFound` for a case that the actor may not know of.
pub fn clawback_case(db: &mut Db, house: &House, actor: &Actor, number: &str, lang: Lang) -> Outcome<ClawbackCase> {
    let application = store::known::application(db, actor, number)?.ok_or(ActError::NotFound)?;
    let mut names = Names::default();
    let mut grants = Vec::new();
    for row in store::subsidy::of_application(db, application.id)? {
        let left = left_to_claim(db, application.id, row.tier, row.year)?;
        if left.is_positive() {
            grants.push(PaidGrant { tier: row.tier, year: row.year, left });
        }
    }
    let mut items = Vec::new();
    for item in store::application::items(db, application.id)? {
        if let Some(purchase) = store::purchase::find(db, item.purchase_id)? {
            let provider = store::purchase::provider(db, purchase.provider_id)?.map(|one| one.name).unwrap_or_default();
            items.push(PaidItem { id: format!("{:08}", item.id.get()), order_no: purchase.order_no, provider });
        }
    }
    let earlier = store::clawback::of_application(db, application.id)?;
    let enterprise = names.enterprise(db, application.enterprise_id)?;
    let most = grants.first().map(|grant| grant.left);
    let words = lang.pick("（您填写的事实与依据）", "(the facts and grounds you enter)");
    let tell = Tell { words, amount: most, ..Tell::default() };
    let letter = case_letter(house, &application, &enterprise, ActKind::OpenClawback, &tell, lang);
    Ok(ClawbackCase {
        enterprise,
        letter,
        number: application.number,
        state: application.state,
        version: application.version,
        grants,
        items,
        earlier: rows_of(db, house, lang, earlier)?,
    })
}
