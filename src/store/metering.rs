//! What the meters' events are read against: sources, account codes, contracts, the catalogue of
//! resources, the versions of tariffs.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::schema::{compute_contract, resource_spec, service_token, tariff_version, token_source, usage_source, usage_subject};
use super::{Db, Fault};
use crate::ids::{AccountId, ContractId, ProviderId, TariffVersionId};
use crate::metering::quantity::Unit;
use crate::money::Fen;
use crate::policy::case::ItemKind;

/// A place that events come from; it belongs to one provider.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = usage_source)]
pub struct Source {
    pub id: i64,
    pub uri: String,
    pub provider_id: ProviderId,
    pub registered_at: NaiveDateTime,
}

/// An account code of a centre and the enterprise behind it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = usage_subject)]
pub struct Subject {
    pub provider_id: ProviderId,
    pub code: String,
    pub enterprise_uscc: String,
    pub assigned_at: NaiveDateTime,
}

/// A centre's contract with an enterprise.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = compute_contract)]
pub struct Contract {
    pub id: ContractId,
    pub provider_id: ProviderId,
    pub enterprise_uscc: String,
    pub enterprise_name: String,
    pub number: String,
    pub signed_on: NaiveDate,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub utc_offset_minutes: i32,
    pub cap_fen: Option<Fen>,
    pub tariff_code: String,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = compute_contract)]
pub struct NewContract {
    pub provider_id: ProviderId,
    pub enterprise_uscc: String,
    pub enterprise_name: String,
    pub number: String,
    pub signed_on: NaiveDate,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub utc_offset_minutes: i32,
    pub cap_fen: Option<Fen>,
    pub tariff_code: String,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

/// A resource of a centre's catalogue, in one version.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = resource_spec)]
pub struct Resource {
    pub provider_id: ProviderId,
    pub code: String,
    pub version: i64,
    pub name_zh: String,
    pub name_en: String,
    pub kind: ItemKind,
    pub unit: Unit,
    pub vendor: String,
    pub model: String,
    /// GFLOPS of one unit at the precision named; none for storage.
    pub gflops: Option<i64>,
    pub precision_name: String,
    pub valid_from: NaiveDate,
}

/// A version of a tariff; its body is canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = tariff_version)]
pub struct TariffRow {
    pub id: TariffVersionId,
    pub provider_id: ProviderId,
    pub code: String,
    pub version: i64,
    pub valid_from: NaiveDate,
    pub body: String,
    pub digest: String,
    pub reason: String,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = tariff_version)]
pub struct NewTariff {
    pub provider_id: ProviderId,
    pub code: String,
    pub version: i64,
    pub valid_from: NaiveDate,
    pub body: String,
    pub digest: String,
    pub reason: String,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: NaiveDateTime,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn source_by_uri(db: &mut Db, uri: &str) -> Result<Option<Source>, Fault> {
    Ok(usage_source::table.filter(usage_source::uri.eq(uri)).select(Source::as_select()).first(db).optional()?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn sources_of(db: &mut Db, provider: ProviderId) -> Result<Vec<Source>, Fault> {
    let own = usage_source::table.filter(usage_source::provider_id.eq(provider)).order(usage_source::uri);
    Ok(own.select(Source::as_select()).load(db)?)
}

/// # Errors
/// A unique violation when somebody registered it first; a [`Fault`] otherwise.
pub fn register_source(db: &mut Db, uri: &str, provider: ProviderId, at: NaiveDateTime) -> Result<i64, Fault> {
    Ok(diesel::insert_into(usage_source::table)
        .values((usage_source::uri.eq(uri), usage_source::provider_id.eq(provider), usage_source::registered_at.eq(at)))
        .returning(usage_source::id)
        .get_result(db)?)
}

/// Lets a token write a source.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open_source_to(db: &mut Db, token: i64, source: i64) -> Result<(), Fault> {
    diesel::insert_into(token_source::table).values((token_source::token_id.eq(token), token_source::source_id.eq(source))).execute(db)?;
    Ok(())
}

/// The sources that a living token may write, and whether it may file history.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn rights_of_token(db: &mut Db, token_hash: &str) -> Result<(Vec<String>, bool), Fault> {
    let token = service_token::table.filter(service_token::token_hash.eq(token_hash).and(service_token::revoked_at.is_null()));
    let found: Option<(i64, bool)> = token.select((service_token::id, service_token::may_backfill)).first(db).optional()?;
    let Some((id, may_backfill)) = found else { return Ok((Vec::new(), false)) };
    Ok((sources_of_token(db, id)?, may_backfill))
}

/// # Errors
/// A [`Fault`] of the database.
pub fn sources_of_token(db: &mut Db, token: i64) -> Result<Vec<String>, Fault> {
    Ok(token_source::table
        .inner_join(usage_source::table.on(usage_source::id.eq(token_source::source_id)))
        .filter(token_source::token_id.eq(token))
        .order(usage_source::uri)
        .select(usage_source::uri)
        .load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn set_backfill(db: &mut Db, token: i64, may: bool) -> Result<(), Fault> {
    diesel::update(service_token::table.find(token)).set(service_token::may_backfill.eq(may)).execute(db)?;
    Ok(())
}

/// The enterprises behind account codes.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn subjects(db: &mut Db, provider: ProviderId, codes: &[&str]) -> Result<Vec<Subject>, Fault> {
    let named = usage_subject::table.filter(usage_subject::provider_id.eq(provider).and(usage_subject::code.eq_any(codes.to_vec())));
    Ok(named.select(Subject::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn all_subjects(db: &mut Db, provider: ProviderId) -> Result<Vec<Subject>, Fault> {
    let own = usage_subject::table.filter(usage_subject::provider_id.eq(provider)).order(usage_subject::code);
    Ok(own.select(Subject::as_select()).load(db)?)
}

/// # Errors
/// A unique violation when the code is assigned already; a [`Fault`] otherwise.
pub fn assign_subject(db: &mut Db, subject: &Subject) -> Result<(), Fault> {
    diesel::insert_into(usage_subject::table)
        .values((
            usage_subject::provider_id.eq(subject.provider_id),
            usage_subject::code.eq(&subject.code),
            usage_subject::enterprise_uscc.eq(&subject.enterprise_uscc),
            usage_subject::assigned_at.eq(subject.assigned_at),
        ))
        .execute(db)?;
    Ok(())
}

/// # Errors
/// A unique violation when the provider has a contract of this number; a [`Fault`] otherwise.
pub fn insert_contract(db: &mut Db, new: &NewContract) -> Result<ContractId, Fault> {
    Ok(diesel::insert_into(compute_contract::table).values(new).returning(compute_contract::id).get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn contract(db: &mut Db, id: ContractId) -> Result<Option<Contract>, Fault> {
    Ok(compute_contract::table.find(id).select(Contract::as_select()).first(db).optional()?)
}

/// The provider's contracts with the enterprises named, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn contracts_with(db: &mut Db, provider: ProviderId, usccs: &[&str]) -> Result<Vec<Contract>, Fault> {
    let with = compute_contract::table
        .filter(compute_contract::provider_id.eq(provider).and(compute_contract::enterprise_uscc.eq_any(usccs.to_vec())))
        .order((compute_contract::valid_from, compute_contract::id));
    Ok(with.select(Contract::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn contracts_of_provider(db: &mut Db, provider: ProviderId) -> Result<Vec<Contract>, Fault> {
    let own = compute_contract::table
        .filter(compute_contract::provider_id.eq(provider))
        .order((compute_contract::valid_from.desc(), compute_contract::id.desc()));
    Ok(own.select(Contract::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn contracts_of_enterprise(db: &mut Db, uscc: &str) -> Result<Vec<Contract>, Fault> {
    let own = compute_contract::table
        .filter(compute_contract::enterprise_uscc.eq(uscc))
        .order((compute_contract::valid_from.desc(), compute_contract::id.desc()));
    Ok(own.select(Contract::as_select()).load(db)?)
}

/// # Errors
/// A unique violation when the version is known; a [`Fault`] otherwise.
pub fn insert_resource(db: &mut Db, new: &Resource) -> Result<(), Fault> {
    diesel::insert_into(resource_spec::table).values(new).execute(db)?;
    Ok(())
}

/// A provider's catalogue: every resource in its newest version.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn catalogue(db: &mut Db, provider: ProviderId) -> Result<Vec<Resource>, Fault> {
    let all: Vec<Resource> = resource_spec::table
        .filter(resource_spec::provider_id.eq(provider))
        .order((resource_spec::code, resource_spec::version.desc()))
        .select(Resource::as_select())
        .load(db)?;
    let mut newest: Vec<Resource> = Vec::new();
    for spec in all {
        if newest.last().is_none_or(|last| last.code != spec.code) {
            newest.push(spec);
        }
    }
    Ok(newest)
}

/// # Errors
/// A unique violation when the version or its first day is taken; a [`Fault`] otherwise.
pub fn insert_tariff(db: &mut Db, new: &NewTariff) -> Result<TariffVersionId, Fault> {
    Ok(diesel::insert_into(tariff_version::table).values(new).returning(tariff_version::id).get_result(db)?)
}

/// All versions of a tariff, the first day of effect first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn tariff(db: &mut Db, provider: ProviderId, code: &str) -> Result<Vec<TariffRow>, Fault> {
    let versions = tariff_version::table
        .filter(tariff_version::provider_id.eq(provider).and(tariff_version::code.eq(code)))
        .order(tariff_version::valid_from);
    Ok(versions.select(TariffRow::as_select()).load(db)?)
}

/// All versions of all tariffs of a provider, by code and first day.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn tariffs(db: &mut Db, provider: ProviderId) -> Result<Vec<TariffRow>, Fault> {
    let own =
        tariff_version::table.filter(tariff_version::provider_id.eq(provider)).order((tariff_version::code, tariff_version::valid_from));
    Ok(own.select(TariffRow::as_select()).load(db)?)
}
