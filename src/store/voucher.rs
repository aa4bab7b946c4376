//! Vouchers: one per enterprise and year, with the quotas of its levels.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{application, subsidy, voucher, voucher_quota};
use super::{Db, Fault};
use crate::application::State;
use crate::code::Tier;
use crate::ids::EnterpriseId;
use crate::money::Fen;
use crate::voucher::VoucherState;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = voucher)]
pub struct Voucher {
    pub id: i64,
    pub number: String,
    pub enterprise_id: EnterpriseId,
    pub year: i64,
    pub claimed_on: NaiveDate,
    pub claimed_at: NaiveDateTime,
    pub state: VoucherState,
    pub version: i64,
    /// The pack that its quotas come from.
    pub pack_id: String,
    /// Days before its end that the last letter spoke of.
    pub warned_days: Option<i64>,
    /// Why it was revoked.
    pub reason: String,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = voucher)]
pub struct NewVoucher<'a> {
    pub number: &'a str,
    pub enterprise_id: EnterpriseId,
    pub year: i64,
    pub claimed_on: NaiveDate,
    pub claimed_at: NaiveDateTime,
    pub pack_id: &'a str,
}

/// Most that one level pays on a voucher; a level without a cap has no row.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = voucher_quota)]
pub struct Quota {
    pub tier: Tier,
    pub quota_fen: Fen,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: i64) -> Result<Option<Voucher>, Fault> {
    Ok(voucher::table.find(id).select(Voucher::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find_by_number(db: &mut Db, number: &str) -> Result<Option<Voucher>, Fault> {
    Ok(voucher::table.filter(voucher::number.eq(number)).select(Voucher::as_select()).first(db).optional()?)
}

/// The voucher of an enterprise and year.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_year(db: &mut Db, enterprise: EnterpriseId, year: i64) -> Result<Option<Voucher>, Fault> {
    let mine = voucher::table.filter(voucher::enterprise_id.eq(enterprise).and(voucher::year.eq(year)));
    Ok(mine.select(Voucher::as_select()).first(db).optional()?)
}

/// All of an enterprise, newest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_enterprise(db: &mut Db, enterprise: EnterpriseId) -> Result<Vec<Voucher>, Fault> {
    let mine = voucher::table.filter(voucher::enterprise_id.eq(enterprise)).order(voucher::year.desc());
    Ok(mine.select(Voucher::as_select()).load(db)?)
}

/// Those that something is left of, of years up to this one; for the jobs that warn and let lapse.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn at_rest(db: &mut Db, up_to_year: i64) -> Result<Vec<Voucher>, Fault> {
    let states: Vec<VoucherState> = VoucherState::ALL.iter().copied().filter(|state| state.may_lapse()).collect();
    let left = voucher::table.filter(voucher::state.eq_any(states).and(voucher::year.le(up_to_year))).order(voucher::id);
    Ok(left.select(Voucher::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`]; a unique violation when the year's voucher was claimed at the same moment.
pub fn insert(db: &mut Db, new: &NewVoucher<'_>, quotas: &[Quota]) -> Result<i64, Fault> {
    let id: i64 = diesel::insert_into(voucher::table).values(new).returning(voucher::id).get_result(db)?;
    for quota in quotas {
        diesel::insert_into(voucher_quota::table)
            .values((voucher_quota::voucher_id.eq(id), voucher_quota::tier.eq(quota.tier), voucher_quota::quota_fen.eq(quota.quota_fen)))
            .execute(db)?;
    }
    Ok(id)
}

/// The quotas of a voucher in the order of levels.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn quotas(db: &mut Db, id: i64) -> Result<Vec<Quota>, Fault> {
    let mut rows: Vec<Quota> = voucher_quota::table.filter(voucher_quota::voucher_id.eq(id)).select(Quota::as_select()).load(db)?;
    rows.sort_by_key(|quota| quota.tier);
    Ok(rows)
}

/// Locks a voucher for this transaction and reads it: whoever comes second waits, and then sees
/// what the first one did.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock(db: &mut Db, id: i64) -> Result<Option<Voucher>, Fault> {
    diesel::update(voucher::table.find(id)).set(voucher::version.eq(voucher::version + 1)).execute(db)?;
    find(db, id)
}

/// Saves state, reason and the last warning of a locked voucher.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn save(db: &mut Db, changed: &Voucher) -> Result<(), Fault> {
    diesel::update(voucher::table.find(changed.id))
        .set((voucher::state.eq(changed.state), voucher::reason.eq(&changed.reason), voucher::warned_days.eq(changed.warned_days)))
        .execute(db)?;
    Ok(())
}

/// The applications that rest on a voucher: number and state.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn applications(db: &mut Db, id: i64) -> Result<Vec<(String, State)>, Fault> {
    let resting = application::table.filter(application::voucher_id.eq(id)).order(application::id);
    Ok(resting.select((application::number, application::state)).load(db)?)
}

/// What its applications hold, by level and year.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn held(db: &mut Db, id: i64) -> Result<Vec<(State, Tier, i64, Fen)>, Fault> {
    let rows = subsidy::table.inner_join(application::table.on(application::id.eq(subsidy::application_id)));
    let mine = rows.filter(application::voucher_id.eq(id).and(subsidy::held_fen.gt(Fen::ZERO))).order(subsidy::id);
    Ok(mine.select((application::state, subsidy::tier, subsidy::year, subsidy::held_fen)).load(db)?)
}
