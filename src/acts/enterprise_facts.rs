//! An enterprise's facts on a day as the self-check and the claim of a voucher look at them: what
//! was checked, and beside it what was entered and not checked yet.

use chrono::NaiveDate;

use super::case_facts::{held_qualification, place_on, stored_uscc};
use super::{ActError, Outcome};
use crate::ids::EnterpriseId;
use crate::party::EntryKind;
use crate::policy::case::{Dishonesty, Enterprise as CaseEnterprise};
use crate::policy::eligibility::Finding;
use crate::policy::eligibility::tree::Known;
use crate::store::account::Enterprise;
use crate::store::qualification::Qualification;
use crate::store::{self, Db};

/// An enterprise with what is known of it on a day.
#[derive(Clone, Debug)]
pub struct EnterpriseFacts {
    pub enterprise: Enterprise,
    pub known: Known,
    /// The qualifications as findings count them: the accepted ones first.
    entries: Vec<Qualification>,
    /// The places of registration that hold on the day, the accepted ones first.
    places: Vec<Qualification>,
}

impl EnterpriseFacts {
    /// # Errors
    /// `NotFound` for an enterprise that is gone; faults of the database.
    pub fn load(db: &mut Db, id: EnterpriseId, day: NaiveDate) -> Outcome<EnterpriseFacts> {
        let enterprise = store::account::enterprise(db, id)?.ok_or(ActError::NotFound)?;
        let all = store::qualification::of_enterprise(db, id)?;
        let of = |state: &str| all.iter().filter(|entry| entry.state == state).cloned().collect::<Vec<_>>();
        let (accepted, entered) = (of("accepted"), of("entered"));
        let places = |entries: &[Qualification]| -> Vec<String> {
            place_on(entries.iter(), day).registered_in().iter().map(|&code| code.to_owned()).collect()
        };
        let dishonesty = store::qualification::dishonesty_of(db, &enterprise.uscc)?;
        let related = store::qualification::related_usccs(db, id)?;
        let known = Known {
            checked: CaseEnterprise {
                uscc: stored_uscc("enterprise", &enterprise.uscc)?,
                registered_in: places(&accepted),
                qualifications: accepted.iter().filter_map(held_qualification).collect(),
                dishonesty: dishonesty.iter().map(|record| Dishonesty { from: record.from_day, to: record.to_day }).collect(),
                related_parties: related.iter().map(|code| stored_uscc("provider", code)).collect::<Outcome<_>>()?,
            },
            claimed_places: places(&entered),
            claimed: entered.iter().filter_map(held_qualification).collect(),
        };
        let both = || accepted.iter().chain(&entered);
        let is_place = |entry: &&Qualification| entry.kind == EntryKind::RegistrationPlace;
        let holds = |entry: &&Qualification| entry.valid_from <= day && day <= entry.valid_to;
        Ok(EnterpriseFacts {
            entries: both().filter(|entry| !is_place(entry)).cloned().collect(),
            places: both().filter(is_place).filter(holds).cloned().collect(),
            enterprise,
            known,
        })
    }

    /// The entry behind a finding.
    #[must_use]
    pub fn behind(&self, finding: &Finding) -> Option<&Qualification> {
        match finding.asked? {
            EntryKind::RegistrationPlace => self.places.first(),
            _ => self.entries.get(finding.decided_by?),
        }
    }
}
