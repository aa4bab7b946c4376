//! Qualifications of enterprises, the dishonesty register and declared relations to providers.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{dishonesty_record, provider, qualification, related_party};
use super::{Db, Fault};
use crate::ids::{AccountId, EnterpriseId, ProviderId, QualificationId, StoredFileId};
use crate::money::Fen;
use crate::party::{CarrierKind, CarrierLevel, EntryKind, Place};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = qualification)]
pub struct Qualification {
    pub id: QualificationId,
    pub enterprise_id: EnterpriseId,
    pub kind: EntryKind,
    pub number: String,
    pub place: Option<Place>,
    pub carrier_kind: Option<CarrierKind>,
    pub carrier_level: Option<CarrierLevel>,
    pub prior_year_sales_fen: Option<Fen>,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub file_id: Option<StoredFileId>,
    pub file_name: String,
    pub state: String,
    pub reason: String,
    pub entered_by: AccountId,
    pub entered_at: NaiveDateTime,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<NaiveDateTime>,
    /// The row of a registry's list that it was made of.
    pub registry_row_id: Option<i64>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = qualification)]
pub struct NewQualification {
    pub enterprise_id: EnterpriseId,
    pub kind: EntryKind,
    pub number: String,
    pub place: Option<Place>,
    pub carrier_kind: Option<CarrierKind>,
    pub carrier_level: Option<CarrierLevel>,
    pub prior_year_sales_fen: Option<Fen>,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub file_id: Option<StoredFileId>,
    pub file_name: String,
    pub entered_by: AccountId,
    pub entered_at: NaiveDateTime,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = dishonesty_record)]
pub struct DishonestyRecord {
    pub id: i64,
    pub uscc: String,
    pub from_day: NaiveDate,
    pub to_day: Option<NaiveDate>,
    pub source: String,
    pub recorded_by: AccountId,
    pub recorded_at: NaiveDateTime,
    pub registry_row_id: Option<i64>,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn insert(db: &mut Db, new: &NewQualification) -> Result<QualificationId, Fault> {
    Ok(diesel::insert_into(qualification::table).values(new).returning(qualification::id).get_result(db)?)
}

/// All of an enterprise that were not removed, by kind and date.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn of_enterprise(db: &mut Db, id: EnterpriseId) -> Result<Vec<Qualification>, Fault> {
    Ok(qualification::table
        .filter(qualification::enterprise_id.eq(id).and(qualification::state.ne("removed")))
        .order((qualification::kind, qualification::valid_from, qualification::id))
        .select(Qualification::as_select())
        .load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, id: QualificationId) -> Result<Option<Qualification>, Fault> {
    Ok(qualification::table.find(id).select(Qualification::as_select()).first(db).optional()?)
}

/// Accepts, refuses or removes; guarded by the state it was seen in.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn decide(
    db: &mut Db,
    id: QualificationId,
    seen_state: &str,
    state: &str,
    reason: &str,
    by: Option<AccountId>,
    at: NaiveDateTime,
) -> Result<bool, Fault> {
    let changed = diesel::update(qualification::table.filter(qualification::id.eq(id).and(qualification::state.eq(seen_state))))
        .set((
            qualification::state.eq(state),
            qualification::reason.eq(reason),
            qualification::decided_by.eq(by),
            qualification::decided_at.eq(at),
        ))
        .execute(db)?;
    Ok(changed == 1)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn dishonesty_of(db: &mut Db, uscc: &str) -> Result<Vec<DishonestyRecord>, Fault> {
    let records = dishonesty_record::table.filter(dishonesty_record::uscc.eq(uscc)).order(dishonesty_record::from_day);
    Ok(records.select(DishonestyRecord::as_select()).load(db)?)
}

/// The codes of the providers an enterprise is related to.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn related_usccs(db: &mut Db, id: EnterpriseId) -> Result<Vec<String>, Fault> {
    let ids = related_party::table.filter(related_party::enterprise_id.eq(id)).select(related_party::provider_id);
    Ok(provider::table.filter(provider::id.eq_any(ids)).select(provider::uscc).order(provider::uscc).load(db)?)
}

/// Records a time on the list of dishonest subjects; `to` is empty while it lasts.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn record_dishonesty(
    db: &mut Db,
    uscc: &str,
    (from, to): (NaiveDate, Option<NaiveDate>),
    source: &str,
    by: AccountId,
    at: NaiveDateTime,
) -> Result<(), Fault> {
    diesel::insert_into(dishonesty_record::table)
        .values((
            dishonesty_record::uscc.eq(uscc),
            dishonesty_record::from_day.eq(from),
            dishonesty_record::to_day.eq(to),
            dishonesty_record::source.eq(source),
            dishonesty_record::recorded_by.eq(by),
            dishonesty_record::recorded_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}

/// Records that an enterprise is tied to a provider.
///
/// # Errors
/// A [`Fault`]; a unique violation when it is known already.
pub fn record_related_party(
    db: &mut Db,
    enterprise: EnterpriseId,
    to: ProviderId,
    relation: &str,
    by: AccountId,
    at: NaiveDateTime,
) -> Result<(), Fault> {
    diesel::insert_into(related_party::table)
        .values((
            related_party::enterprise_id.eq(enterprise),
            related_party::provider_id.eq(to),
            related_party::relation.eq(relation),
            related_party::recorded_by.eq(by),
            related_party::recorded_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}
