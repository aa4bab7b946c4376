//! The applications that finance may see: those whose notice has passed.

use chrono::NaiveDateTime;

use super::Db;
use super::names::Names;
use crate::acts::Outcome;
use crate::application::State;
use crate::money::Fen;
use crate::store;

#[derive(Clone, Debug)]
pub struct PassedCase {
    pub number: String,
    pub enterprise: String,
    pub state: State,
    pub since: NaiveDateTime,
    pub total: Fen,
}

/// Oldest submission first.
///
/// # Errors
/// A fault of the database.
pub fn passed_cases(db: &mut Db, state: Option<State>) -> Outcome<Vec<PassedCase>> {
    let states: Vec<State> =
        State::ALL.iter().copied().filter(|one| one.has_passed_notice() && state.is_none_or(|only| only == *one)).collect();
    let mut names = Names::default();
    let mut cases = Vec::new();
    for application in store::application::in_states(db, &states)? {
        cases.push(PassedCase {
            enterprise: names.enterprise(db, application.enterprise_id)?,
            number: application.number,
            state: application.state,
            since: application.state_since,
            total: application.total_fen,
        });
    }
    Ok(cases)
}
