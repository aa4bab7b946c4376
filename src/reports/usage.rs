//! What an enterprise used in a month: by day, by resource, by project.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::Db;
use super::statement::months;
use crate::acts::billing::used_by;
use crate::acts::{ActError, Outcome};
use crate::ids::EnterpriseId;
use crate::metering::moment::{Moment, Month};
use crate::metering::quantity::{Unit, UnitMillis};
use crate::store;
pub use crate::store::metering::Resource;
use crate::store::used::Cutoff;

/// A resource of a centre and what was used of it.
#[derive(Clone, Debug)]
pub struct ResourceUse {
    pub provider: String,
    pub resource: Resource,
    pub quantity: UnitMillis,
}

/// What a project used of a resource.
#[derive(Clone, Debug)]
pub struct ProjectUse {
    /// Empty when the meter named none.
    pub project: String,
    pub resource: Resource,
    pub quantity: UnitMillis,
}

/// The month of an enterprise.
#[derive(Clone, Debug)]
pub struct MonthUse {
    pub month: Month,
    /// Months to choose from, the newest first; empty without a contract.
    pub months: Vec<Month>,
    /// Every day of the month for each unit that was used.
    pub days: BTreeMap<Unit, Vec<(NaiveDate, UnitMillis)>>,
    pub resources: Vec<ResourceUse>,
    pub projects: Vec<ProjectUse>,
}

/// The events stored so far, billed or not.
///
/// # Errors
/// A fault of the database.
pub fn month_of(db: &mut Db, enterprise: EnterpriseId, month: Month, now: DateTime<Utc>, today: NaiveDate) -> Outcome<MonthUse> {
    let firm = store::account::enterprise(db, enterprise)?.ok_or(ActError::NotFound)?;
    let contracts = store::metering::contracts_of_enterprise(db, &firm.uscc)?;
    let cutoff = Cutoff::at(&store::usage::chain_ends(db)?);
    let first = contracts.iter().map(|contract| contract.valid_from).min();
    let mut of_month = MonthUse {
        month,
        months: first.map(|first| months(first, today)).unwrap_or_default(),
        days: BTreeMap::new(),
        resources: Vec::new(),
        projects: Vec::new(),
    };
    for contract in contracts.iter().filter(|one| one.valid_from <= month.last_day() && one.valid_to >= month.first_day()) {
        let catalogue = store::metering::catalogue(db, contract.provider_id)?;
        let provider = store::purchase::provider(db, contract.provider_id)?.map(|provider| provider.name).unwrap_or_default();
        for one in used_by(db, contract, &cutoff, Moment::at(now))? {
            let resource = catalogue.iter().find(|resource| resource.code == one.used.resource);
            if let (Some(resource), true) = (resource, Month::of(one.used.day) == month) {
                of_month.add(&provider, resource, one.used.day, &one.project, one.used.quantity);
            }
        }
    }
    of_month.resources.sort_by(|one, other| (&one.provider, &one.resource.code).cmp(&(&other.provider, &other.resource.code)));
    of_month.projects.sort_by(|one, other| (&one.project, &one.resource.code).cmp(&(&other.project, &other.resource.code)));
    Ok(of_month)
}

impl MonthUse {
    fn add(&mut self, provider: &str, resource: &Resource, day: NaiveDate, project: &str, quantity: UnitMillis) {
        let month = self.month;
        let every_day =
            || month.first_day().iter_days().take_while(|day| Month::of(*day) == month).map(|day| (day, UnitMillis::ZERO)).collect();
        let days = self.days.entry(resource.unit).or_insert_with(every_day);
        if let Some((_, sum)) = days.iter_mut().find(|(known, _)| *known == day) {
            *sum += quantity;
        }
        let same = |other: &Resource| (other.provider_id, &other.code) == (resource.provider_id, &resource.code);
        match self.resources.iter_mut().find(|known| same(&known.resource)) {
            Some(known) => known.quantity += quantity,
            None => self.resources.push(ResourceUse { provider: provider.to_owned(), resource: resource.clone(), quantity }),
        }
        match self.projects.iter_mut().find(|known| known.project == project && same(&known.resource)) {
            Some(known) => known.quantity += quantity,
            None => self.projects.push(ProjectUse { project: project.to_owned(), resource: resource.clone(), quantity }),
        }
    }
}
