//! The people of the task force, how much each has open, and who might take a case.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Db;
use super::desk_queue::UNDER_REVIEW;
use crate::acts::Outcome;
use crate::acts::four_eyes::Side;
use crate::application::State;
use crate::ids::{AccountId, ApplicationId};
use crate::party::Duty;
use crate::store::schema::application;
use crate::store::{self, Fault};

/// One member as seen from a case.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: AccountId,
    pub name: String,
    /// Cases under review that are assigned to the member.
    pub open: i64,
    pub final_reviewer: bool,
    /// The side of the case the member stands on.
    pub side: Option<String>,
}

impl Member {
    /// May the member do the next step of a case in this state?
    #[must_use]
    pub fn may_go_on(&self, state: State) -> bool {
        let side = Side::deciding(state);
        let free = self.side.as_deref().is_none_or(|stands| stands == side.as_str());
        free && (side == Side::Preparer || self.final_reviewer)
    }
}

/// Everybody of the task force, by account.
///
/// # Errors
/// A fault of the database.
pub fn members(db: &mut Db, case: ApplicationId) -> Outcome<Vec<Member>> {
    let finals: Vec<AccountId> = store::account::with_duty(db, Duty::FinalReviewer)?.into_iter().map(|account| account.id).collect();
    let sides: BTreeMap<AccountId, String> = store::application::sides(db, case)?.into_iter().collect();
    let mut members = Vec::new();
    for account in store::account::with_duty(db, Duty::TaskForce)? {
        let theirs = application::table
            .filter(application::assigned_to.eq(account.id).and(application::state.eq_any(UNDER_REVIEW.to_vec())))
            .count()
            .get_result(db)
            .map_err(Fault::from)?;
        members.push(Member {
            id: account.id,
            name: account.name,
            open: theirs,
            final_reviewer: finals.contains(&account.id),
            side: sides.get(&account.id).cloned(),
        });
    }
    Ok(members)
}

/// Who has the fewest open cases among those who may do the next step.
#[must_use]
pub fn suggested(members: &[Member], state: State) -> Option<&Member> {
    members.iter().filter(|member| member.may_go_on(state)).min_by_key(|member| (member.open, member.id))
}
