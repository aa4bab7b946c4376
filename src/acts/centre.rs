//! Whose metering an act is about: a centre's staff and programs write their own centre's only,
//! the system (the command line, the demo) any centre's.

use super::{Act, ActError, Outcome};
use crate::ids::ProviderId;
use crate::party::Standing;
use crate::store;

/// # Errors
/// `NotAllowed` for other roles, `NotFound` for another centre.
pub fn must_run(act: &mut Act<'_>, provider: ProviderId) -> Outcome<store::purchase::Provider> {
    match act.actor.standing {
        Standing::Provider(own) | Standing::Service(own) if own == provider => {}
        Standing::System => {}
        Standing::Provider(_) | Standing::Service(_) => return Err(ActError::NotFound),
        Standing::Enterprise(_) | Standing::Staff(_) => return Err(ActError::NotAllowed),
    }
    store::purchase::provider(act.db, provider)?.ok_or(ActError::NotFound)
}
