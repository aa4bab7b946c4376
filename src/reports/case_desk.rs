//! The review page: the application in full, its checks, and the people who may take it.

use chrono::NaiveDate;

use super::Db;
use super::application_detail::{self, ApplicationDetail};
use super::own_enterprise::{Structure, structures};
use super::task_force::{Member, members};
use crate::acts::case_checks::{Check, Looked, Verdict, checks};
use crate::acts::{House, Outcome};
use crate::party::Actor;
use crate::policy::Pack;
use crate::store;

/// Everything the review page shows.
#[derive(Clone, Debug)]
pub struct CaseDesk {
    pub detail: ApplicationDetail,
    pub checks: Vec<Check>,
    pub members: Vec<Member>,
    /// The side of the case the reader stands on.
    pub own_side: Option<String>,
    /// Who gets the letters: name and address.
    pub recipients: Vec<(String, String)>,
    /// Qualifications of the enterprise that wait for a decision.
    pub undecided: usize,
    /// What the enterprise declared of who stands behind it, the newest first.
    pub structures: Vec<Structure>,
}

/// # Errors
/// `NotFound` for an unknown number; faults of the database.
pub fn load(db: &mut Db, house: &House, actor: &Actor, number: &str, today: NaiveDate) -> Outcome<CaseDesk> {
    let detail = application_detail::load(db, house, actor, number)?;
    let application = detail.application();
    let (id, enterprise) = (application.id, application.enterprise_id);
    let case = detail.assessment.as_ref().map(|assessment| &assessment.case);
    let related_share = house.packs.get(&application.pack_id).and_then(Pack::related_share);
    let looked = Looked { dossier: &detail.dossier, case, voucher: detail.voucher.as_ref(), bank: detail.bank.as_ref(), related_share };
    let checks = checks(db, looked, today)?;
    let own_side = match actor.account {
        Some(account) => store::application::side_of(db, id, account)?,
        None => None,
    };
    let people = store::account::of_enterprise(db, enterprise)?;
    let undecided = detail.dossier.qualifications.iter().filter(|entry| entry.state == "entered").count();
    Ok(CaseDesk {
        checks,
        members: members(db, id)?,
        own_side,
        recipients: people.into_iter().map(|person| (person.name, person.email)).collect(),
        undecided,
        structures: structures(db, enterprise)?,
        detail,
    })
}

impl CaseDesk {
    /// The checks that somebody must explain before the case passes its final review.
    pub fn to_explain(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Explain)
    }
}
