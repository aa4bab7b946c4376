//! The administrator adds a provider of compute.

use super::{Act, Line, Outcome, no_longer_than, refuse_field};
use crate::ids::{ProviderId, Uscc};
use crate::party::Role;
use crate::store;

/// # Errors
/// A refusal when the code belongs to a provider already.
pub fn add_provider(act: &mut Act<'_>, uscc: &Uscc, name: &str, capacity: &str) -> Outcome<ProviderId> {
    act.must_hold(Role::Administrator)?;
    if let Some(known) = store::purchase::provider_by_uscc(act.db, uscc.as_str())? {
        return refuse_field(
            "provider_known",
            "uscc",
            format!("这个代码已登记为「{}」。", known.name),
            format!("This code belongs to {} already.", known.name),
        );
    }
    no_longer_than(200, "capacity", capacity)?;
    let id = store::purchase::insert_provider(act.db, uscc.as_str(), name, capacity)?;
    act.write_line(&Line { act: "add_provider", subject: uscc.as_str(), detail: name, ..Line::default() })?;
    Ok(id)
}
