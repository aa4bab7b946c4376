//! What an application is promised per level and year, and the evaluations behind it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{application, evaluation, subsidy};
use super::{Db, Fault};
use crate::code::Tier;
use crate::ids::ApplicationId;
use crate::money::Fen;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = subsidy)]
pub struct Subsidy {
    pub id: i64,
    pub application_id: ApplicationId,
    pub tier: Tier,
    pub year: i64,
    pub base_fen: Fen,
    pub raw_fen: Fen,
    pub amount_fen: Fen,
    /// What is held in the books now: equal to the amount while reserved, ordered or paid.
    pub held_fen: Fen,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = evaluation)]
pub struct KeptEvaluation {
    pub id: i64,
    pub application_id: ApplicationId,
    pub made_at: NaiveDateTime,
    pub occasion: String,
    pub pack_id: String,
    pub pack_version: String,
    pub pack_sha256: String,
    pub case_json: String,
    pub result_json: String,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = evaluation)]
pub struct NewEvaluation<'a> {
    pub application_id: ApplicationId,
    pub made_at: NaiveDateTime,
    pub occasion: &'a str,
    pub pack_id: &'a str,
    pub pack_version: &'a str,
    pub pack_sha256: &'a str,
    pub case_json: &'a str,
    pub result_json: &'a str,
}

/// The rows of an application in the order of levels.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_application(db: &mut Db, id: ApplicationId) -> Result<Vec<Subsidy>, Fault> {
    let mut rows: Vec<Subsidy> = subsidy::table.filter(subsidy::application_id.eq(id)).select(Subsidy::as_select()).load(db)?;
    rows.sort_by_key(|row| (row.tier, row.year));
    Ok(rows)
}

/// Replaces one row's figures; what it holds is moved separately.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn put(db: &mut Db, id: ApplicationId, tier: Tier, year: i64, (base, raw, amount): (Fen, Fen, Fen)) -> Result<(), Fault> {
    let row = subsidy::table.filter(subsidy::application_id.eq(id).and(subsidy::tier.eq(tier)).and(subsidy::year.eq(year)));
    let changed =
        diesel::update(row).set((subsidy::base_fen.eq(base), subsidy::raw_fen.eq(raw), subsidy::amount_fen.eq(amount))).execute(db)?;
    if changed == 0 {
        diesel::insert_into(subsidy::table)
            .values((
                subsidy::application_id.eq(id),
                subsidy::tier.eq(tier),
                subsidy::year.eq(year),
                subsidy::base_fen.eq(base),
                subsidy::raw_fen.eq(raw),
                subsidy::amount_fen.eq(amount),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_held(db: &mut Db, row: i64, held: Fen) -> Result<(), Fault> {
    diesel::update(subsidy::table.find(row)).set(subsidy::held_fen.eq(held)).execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn keep_evaluation(db: &mut Db, new: &NewEvaluation<'_>) -> Result<(), Fault> {
    diesel::insert_into(evaluation::table).values(new).execute(db)?;
    Ok(())
}

/// The newest evaluation that counted.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn latest_evaluation(db: &mut Db, id: ApplicationId) -> Result<Option<KeptEvaluation>, Fault> {
    let newest = evaluation::table.filter(evaluation::application_id.eq(id)).order(evaluation::id.desc());
    Ok(newest.select(KeptEvaluation::as_select()).first(db).optional()?)
}

/// Every row with the number of its application.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<(Subsidy, String)>, Fault> {
    Ok(subsidy::table
        .inner_join(application::table.on(application::id.eq(subsidy::application_id)))
        .order(subsidy::id)
        .select((Subsidy::as_select(), application::number))
        .load(db)?)
}
