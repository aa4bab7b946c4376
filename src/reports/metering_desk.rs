//! A centre's metering: how its sources are doing, what waits in quarantine, its catalogue, account
//! codes, tariffs and contracts. Nothing of another centre.

use std::collections::BTreeMap;

use super::Db;
use crate::acts::{ActError, Outcome};
use crate::ids::{AccountId, ContractId, ProviderId, TariffVersionId};
use crate::metering::event::{Event, EventCode, EventKey, read_event};
use crate::metering::moment::Moment;
use crate::metering::tariff::{Tariff, read_tariff};
use crate::store;
pub use crate::store::metering::{Contract, Resource, Subject, TariffRow};
pub use crate::store::quarantine::Quarantined;
pub use crate::store::statement::PoolRow;
pub use crate::store::usage::{Ingest, StoredEvent};

/// Most quarantined events listed at a time, the oldest first.
const MOST_LISTED: i64 = 100;

/// What the centre's first page of metering shows.
#[derive(Clone, Debug)]
pub struct MeteringDesk {
    /// Every registered source by name, also one that never sent anything.
    pub sources: Vec<Ingest>,
    pub waiting: i64,
    pub catalogue: Vec<Resource>,
    /// Account codes, each with the name of the enterprise; empty where nobody has told it.
    pub accounts: Vec<(Subject, String)>,
}

/// # Errors
/// A fault of the database.
pub fn desk(db: &mut Db, provider: ProviderId) -> Outcome<MeteringDesk> {
    let mut sources: BTreeMap<String, Ingest> =
        store::usage::ingest_of(db, provider)?.into_iter().map(|source| (source.source.clone(), source)).collect();
    for registered in store::metering::sources_of(db, provider)? {
        sources.entry(registered.uri.clone()).or_insert_with(|| Ingest { source: registered.uri, ..Ingest::default() });
    }
    let mut accounts = Vec::new();
    let names = contract_names(db, provider)?;
    for subject in store::metering::all_subjects(db, provider)? {
        let name = enterprise_name(db, &names, &subject.enterprise_uscc)?;
        accounts.push((subject, name));
    }
    Ok(MeteringDesk {
        sources: sources.into_values().collect(),
        waiting: store::quarantine::count_open(db, provider)?,
        catalogue: store::metering::catalogue(db, provider)?,
        accounts,
    })
}

/// Names of enterprises as the centre's contracts say them, by credit code.
fn contract_names(db: &mut Db, provider: ProviderId) -> Outcome<BTreeMap<String, String>> {
    let contracts = store::metering::contracts_of_provider(db, provider)?;
    Ok(contracts.into_iter().map(|contract| (contract.enterprise_uscc, contract.enterprise_name)).collect())
}

/// The name in the centre's own contracts, else the one registered here; empty when nobody told it.
fn enterprise_name(db: &mut Db, names: &BTreeMap<String, String>, uscc: &str) -> Outcome<String> {
    if let Some(name) = names.get(uscc) {
        return Ok(name.clone());
    }
    Ok(store::account::enterprise_by_uscc(db, uscc)?.map(|enterprise| enterprise.name).unwrap_or_default())
}

/// What the centre meters.
///
/// # Errors
/// A fault of the database.
pub fn catalogue(db: &mut Db, provider: ProviderId) -> Outcome<Vec<Resource>> {
    Ok(store::metering::catalogue(db, provider)?)
}

/// What waits: how many, and the oldest of them.
#[derive(Clone, Debug)]
pub struct WaitingList {
    pub total: i64,
    pub rows: Vec<Quarantined>,
}

/// # Errors
/// A fault of the database.
pub fn waiting(db: &mut Db, provider: ProviderId) -> Outcome<WaitingList> {
    Ok(WaitingList { total: store::quarantine::count_open(db, provider)?, rows: store::quarantine::open_of(db, provider, MOST_LISTED)? })
}

/// One quarantined event with what is known around it.
#[derive(Clone, Debug)]
pub struct WaitingEvent {
    pub kept: Quarantined,
    /// As it reads now; `None` when it cannot be read any more.
    pub event: Option<Event>,
    /// The enterprise behind its account code, if it is assigned: credit code and name.
    pub enterprise: Option<(String, String)>,
    /// The resource in the catalogue.
    pub resource: Option<Resource>,
    /// In a conflict, the fact of the same name that is stored.
    pub stored: Option<StoredEvent>,
}

/// # Errors
/// `NotFound` for an unknown one and for another centre's.
pub fn one_waiting(db: &mut Db, provider: ProviderId, id: i64, now: Moment) -> Outcome<WaitingEvent> {
    let kept = store::quarantine::find(db, id)?.filter(|kept| kept.provider_id == provider).ok_or(ActError::NotFound)?;
    let event = serde_json::from_str(&kept.body).ok().and_then(|json| read_event(&json, now).ok());
    let subject = event.as_ref().map(|event| event.subject.clone()).unwrap_or_default();
    let enterprise = match store::metering::subjects(db, provider, &[subject.as_str()])?.pop() {
        Some(known) => {
            let names = contract_names(db, provider)?;
            let name = enterprise_name(db, &names, &known.enterprise_uscc)?;
            Some((known.enterprise_uscc, name))
        }
        None => None,
    };
    let code = event.as_ref().and_then(|event| event.fact.resource()).unwrap_or_default();
    let resource = store::metering::catalogue(db, provider)?.into_iter().find(|known| known.code == code);
    let stored = if kept.code == EventCode::DigestMismatch.as_str() {
        store::usage::find(db, &EventKey { source: kept.source.clone(), id: kept.event_id.clone() })?
    } else {
        None
    };
    Ok(WaitingEvent { kept, event, enterprise, resource, stored })
}

/// A version of a tariff as stored and as read.
#[derive(Clone, Debug)]
pub struct TariffVersion {
    pub row: TariffRow,
    /// `None` when the stored text is no tariff.
    pub tariff: Option<Tariff>,
}

impl TariffVersion {
    fn of(row: TariffRow) -> TariffVersion {
        let tariff = serde_json::from_str(&row.body).ok().and_then(|json| read_tariff(&json).ok());
        TariffVersion { row, tariff }
    }
}

/// All versions of all tariffs, by code, the newest first.
///
/// # Errors
/// A fault of the database.
pub fn tariffs(db: &mut Db, provider: ProviderId) -> Outcome<Vec<TariffVersion>> {
    let mut versions: Vec<TariffVersion> = store::metering::tariffs(db, provider)?.into_iter().map(TariffVersion::of).collect();
    versions.sort_by(|a, b| a.row.code.cmp(&b.row.code).then(b.row.valid_from.cmp(&a.row.valid_from)));
    Ok(versions)
}

/// One version with its siblings.
#[derive(Clone, Debug)]
pub struct TariffDetail {
    pub version: TariffVersion,
    /// The other versions of the same tariff, the newest first.
    pub others: Vec<TariffVersion>,
    pub catalogue: Vec<Resource>,
    /// Who recorded it; empty for the system.
    pub recorded_by: String,
}

/// # Errors
/// `NotFound` for an unknown version and for another centre's.
pub fn tariff_version(db: &mut Db, provider: ProviderId, id: TariffVersionId) -> Outcome<TariffDetail> {
    let all = tariffs(db, provider)?;
    let version = all.iter().find(|version| version.row.id == id).cloned().ok_or(ActError::NotFound)?;
    let others = all.into_iter().filter(|other| other.row.code == version.row.code && other.row.id != id).collect();
    Ok(TariffDetail {
        others,
        catalogue: store::metering::catalogue(db, provider)?,
        recorded_by: person(db, version.row.recorded_by)?,
        version,
    })
}

fn person(db: &mut Db, id: Option<AccountId>) -> Outcome<String> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(store::account::find(db, id)?.map(|account| account.name).unwrap_or_default())
}

/// What a new version starts from: the newest version of a tariff, and the catalogue for the first.
///
/// # Errors
/// A fault of the database.
pub fn tariff_to_follow(db: &mut Db, provider: ProviderId, code: &str) -> Outcome<(Option<TariffVersion>, Vec<Resource>)> {
    let newest = store::metering::tariff(db, provider, code)?.pop().map(TariffVersion::of);
    Ok((newest, store::metering::catalogue(db, provider)?))
}

/// A contract with its prepaid money.
#[derive(Clone, Debug)]
pub struct ContractRow {
    pub contract: Contract,
    pub pools: Vec<PoolRow>,
}

/// The centre's contracts, the newest first, and the codes of its tariffs.
///
/// # Errors
/// A fault of the database.
pub fn contracts(db: &mut Db, provider: ProviderId) -> Outcome<(Vec<ContractRow>, Vec<String>)> {
    let mut rows = Vec::new();
    for contract in store::metering::contracts_of_provider(db, provider)? {
        rows.push(ContractRow { pools: store::statement::pools(db, contract.id)?, contract });
    }
    let mut codes: Vec<String> = store::metering::tariffs(db, provider)?.into_iter().map(|row| row.code).collect();
    codes.dedup();
    Ok((rows, codes))
}

/// One contract with the account codes of its enterprise.
///
/// # Errors
/// `NotFound` for an unknown one and for another centre's.
pub fn contract(db: &mut Db, provider: ProviderId, id: ContractId) -> Outcome<(ContractRow, Vec<Subject>)> {
    let contract = store::metering::contract(db, id)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
    let mut accounts = store::metering::all_subjects(db, provider)?;
    accounts.retain(|account| account.enterprise_uscc == contract.enterprise_uscc);
    Ok((ContractRow { pools: store::statement::pools(db, contract.id)?, contract }, accounts))
}
