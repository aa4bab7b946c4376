//! What belongs to an enterprise or a centre, found by a word from outside: a number in an address, an id
//! in a form. Every function takes the actor and finds nothing that the actor may not know of, so that
//! foreign and missing are one answer (OWASP ASVS 5.0, 8.2.2). No act and no report has another way from
//! such a word to a row: the finders by number are closed to them.

use super::application::Application;
use super::clawback::Clawback;
use super::metering::Contract;
use super::purchase::Purchase;
use super::statement::Statement;
use super::{
    Db, Fault, account, application as applications, clawback as clawbacks, metering, purchase as purchases, statement as statements,
};
use crate::application::State;
use crate::ids::{ApplicationId, PurchaseId};
use crate::party::{Actor, Role, Standing};

/// Staff who may read statements: whoever reads the application that rests on them.
pub const STATEMENT_READERS: &[Role] = &[Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Auditor];

/// Of these, who may read any statement: the others read what a submitted application rests on.
const STATEMENT_OVERSEERS: &[Role] = &[Role::CompetentAuthority, Role::Auditor];

/// May the actor know that this application exists?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn knows(db: &mut Db, actor: &Actor, application: &Application) -> Result<bool, Fault> {
    Ok(match &actor.standing {
        Standing::Enterprise(id) => *id == application.enterprise_id,
        Standing::Provider(id) | Standing::Service(id) => {
            let mut mine = false;
            for item in applications::items(db, application.id)? {
                mine |= purchases::find(db, item.purchase_id)?.is_some_and(|purchase| purchase.provider_id == *id);
            }
            mine && application.state != State::Draft
        }
        Standing::Staff(_) if actor.holds(Role::Finance) => application.state.has_passed_notice(),
        Standing::Staff(_) => !actor.administers(),
        Standing::System => true,
    })
}

fn if_known(db: &mut Db, actor: &Actor, found: Option<Application>) -> Result<Option<Application>, Fault> {
    Ok(match found {
        Some(found) if knows(db, actor, &found)? => Some(found),
        Some(_) | None => None,
    })
}

/// An application by its number.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn application(db: &mut Db, actor: &Actor, number: &str) -> Result<Option<Application>, Fault> {
    let found = applications::find_by_number(db, number)?;
    if_known(db, actor, found)
}

/// The application that something named from outside belongs to, such as the file of a paper.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn application_of(db: &mut Db, actor: &Actor, id: ApplicationId) -> Result<Option<Application>, Fault> {
    let found = applications::find(db, id)?;
    if_known(db, actor, found)
}

/// A clawback by its number, for whoever knows its application.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn clawback(db: &mut Db, actor: &Actor, number: &str) -> Result<Option<Clawback>, Fault> {
    let Some(found) = clawbacks::find_by_number(db, number)? else { return Ok(None) };
    Ok(application_of(db, actor, found.application_id)?.map(|_| found))
}

/// A statement by its number, with its contract.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn statement(db: &mut Db, actor: &Actor, number: &str) -> Result<Option<(Statement, Contract)>, Fault> {
    let Some(found) = statements::find_by_number(db, number)? else { return Ok(None) };
    let Some(contract) = metering::contract(db, found.contract_id)? else { return Ok(None) };
    let theirs = match &actor.standing {
        Standing::Enterprise(id) => account::enterprise(db, *id)?.is_some_and(|firm| firm.uscc == contract.enterprise_uscc),
        Standing::Provider(id) | Standing::Service(id) => *id == contract.provider_id,
        // A correction leads to other statements of its contract, so the contract decides.
        Standing::Staff(_) if STATEMENT_OVERSEERS.iter().any(|role| actor.holds(*role)) => true,
        Standing::Staff(_) => {
            STATEMENT_READERS.iter().any(|role| actor.holds(*role)) && statements::contract_is_applied_for(db, contract.id)?
        }
        Standing::System => true,
    };
    Ok(theirs.then_some((found, contract)))
}

/// A purchase by its id, for the two sides that deal with purchases one by one.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn purchase(db: &mut Db, actor: &Actor, id: PurchaseId) -> Result<Option<Purchase>, Fault> {
    let Some(found) = purchases::find(db, id)? else { return Ok(None) };
    let theirs = match &actor.standing {
        Standing::Enterprise(id) => account::enterprise(db, *id)?.is_some_and(|firm| firm.uscc == found.enterprise_uscc),
        Standing::Provider(id) | Standing::Service(id) => *id == found.provider_id,
        Standing::Staff(_) => false,
        Standing::System => true,
    };
    Ok(theirs.then_some(found))
}
