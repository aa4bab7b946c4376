//! Who stands before an application in the line for budget. Money that becomes free belongs to the
//! waiting list first, oldest submission first: until a job has funded it, every newer application
//! is evaluated as if it had been (docs/concepts/subsidy-rules.md).

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::assessment::{assess_under, facts_of_submission};
use super::case_facts::{Dossier, Trust};
use super::{ActError, Db, House, Outcome};
use crate::application::State;
use crate::code::Tier;
use crate::ids::{ApplicationId, EnterpriseId};
use crate::money::Fen;
use crate::store;
use crate::store::application::Application;

/// What older applications on the waiting list would get now, though nothing holds it yet.
#[derive(Clone, Debug, Default)]
pub struct SpokenFor {
    budgets: BTreeMap<(Tier, i64), Fen>,
    caps: BTreeMap<(EnterpriseId, Tier, i64), Fen>,
    /// Whose turn it is: numbers of the applications that would get something, in order.
    pub numbers: Vec<String>,
}

impl SpokenFor {
    /// What the whole waiting list would get. Writes nothing.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn by_everybody(db: &mut Db, house: &House) -> Outcome<SpokenFor> {
        SpokenFor::walk(db, house, None)
    }

    /// What those would get who submitted before this moment; the id decides between two of the
    /// same moment. Writes nothing.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn before(db: &mut Db, house: &House, submitted_at: NaiveDateTime, id: ApplicationId) -> Outcome<SpokenFor> {
        SpokenFor::walk(db, house, Some((submitted_at, id)))
    }

    fn walk(db: &mut Db, house: &House, end: Option<(NaiveDateTime, ApplicationId)>) -> Outcome<SpokenFor> {
        let mut spoken = SpokenFor::default();
        let line = store::application::in_states(db, &[State::Waitlisted])?;
        let stands_before =
            |other: &Application| end.is_none_or(|end| other.submitted_at.is_some_and(|submitted_at| (submitted_at, other.id) < end));
        let line: Vec<Application> = line.into_iter().take_while(stands_before).collect();
        if line.is_empty() || !store::budget::all(db)?.iter().any(|budget| budget.available().is_positive()) {
            return Ok(spoken);
        }
        for application in line {
            let number = application.number.clone();
            match spoken.serve(db, house, application) {
                Ok(total) if total.is_zero() => {}
                Ok(_) => spoken.numbers.push(number),
                Err(ActError::Fault(fault)) => return Err(fault.into()),
                Err(why) => tracing::debug!(number, ?why, "stands in the line and cannot be evaluated"),
            }
        }
        Ok(spoken)
    }

    /// The next one in the line takes its part of what those before it leave.
    fn serve(&mut self, db: &mut Db, house: &House, application: Application) -> Outcome<Fen> {
        let pack = house.pack(&application.pack_id)?;
        let facts = facts_of_submission(db, &application, Trust::EnteredOrAccepted)?;
        let enterprise = application.enterprise_id;
        let dossier = Dossier::load(db, application)?;
        let assessment = assess_under(db, &dossier, pack, &facts, self)?;
        let result = assessment.result()?;
        for grant in &result.grants {
            let year = i64::from(grant.year);
            *self.budgets.entry((grant.tier, year)).or_default() += grant.amount;
            *self.caps.entry((enterprise, grant.tier, year)).or_default() += grant.amount;
        }
        Ok(result.total)
    }

    /// The part of a budget that is spoken for.
    #[must_use]
    pub fn of_budget(&self, tier: Tier, year: i64) -> Fen {
        self.budgets.get(&(tier, year)).copied().unwrap_or_default()
    }

    /// The part of an enterprise's yearly cap that its own older applications will use.
    #[must_use]
    pub fn of_cap(&self, enterprise: EnterpriseId, tier: Tier, year: i64) -> Fen {
        self.caps.get(&(enterprise, tier, year)).copied().unwrap_or_default()
    }
}
