//! What the competent authority checks: applications that passed the final review or are held, with
//! what the registers say; and the registers themselves.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Db;
use crate::acts::{ActError, Outcome};
use crate::application::State;
use crate::ids::ProviderId;
use crate::store::application::Application;
use crate::store::credit::CreditCheck;
pub use crate::store::qualification::DishonestyRecord as Record;
use crate::store::schema::{dishonesty_record, enterprise, provider, related_party};
use crate::store::{self, Fault};

/// One case that waits for its credit check.
#[derive(Clone, Debug)]
pub struct ToCheck {
    pub application: Application,
    pub enterprise: String,
    pub uscc: String,
    pub checks: Vec<CreditCheck>,
    /// All records of the register under the enterprise's code.
    pub records: Vec<Record>,
    /// One of them is in force today.
    pub listed: bool,
    pub objection_open: bool,
}

/// Cases that passed the final review and cases on hold, longest waiting first.
///
/// # Errors
/// A fault of the database.
pub fn to_check(db: &mut Db, today: NaiveDate) -> Outcome<Vec<ToCheck>> {
    let mut found = Vec::new();
    for application in store::application::in_states(db, &[State::FinalPassed, State::ObjectionHold])? {
        let enterprise = store::account::enterprise(db, application.enterprise_id)?.ok_or(ActError::NotFound)?;
        let records = store::qualification::dishonesty_of(db, &enterprise.uscc)?;
        found.push(ToCheck {
            checks: store::credit::checks_of(db, application.id)?,
            listed: records.iter().any(|record| record.from_day <= today && record.to_day.is_none_or(|to| today <= to)),
            objection_open: store::notice::open_objections_of(db, application.id)? > 0,
            records,
            enterprise: enterprise.name,
            uscc: enterprise.uscc,
            application,
        });
    }
    found.sort_by_key(|one| (one.application.state_since, one.application.id));
    Ok(found)
}

/// The two registers.
#[derive(Clone, Debug, Default)]
pub struct Registers {
    /// Records with the enterprise's name where it is registered here, newest first.
    pub dishonesty: Vec<(Record, Option<String>)>,
    /// Enterprise, its code, provider, relation.
    pub related: Vec<(String, String, String, String)>,
    pub providers: Vec<(ProviderId, String)>,
}

/// # Errors
/// A fault of the database.
pub fn registers(db: &mut Db) -> Outcome<Registers> {
    let dishonesty = dishonesty_record::table
        .left_join(enterprise::table.on(enterprise::uscc.eq(dishonesty_record::uscc)))
        .order(dishonesty_record::id.desc())
        .limit(200)
        .select((Record::as_select(), enterprise::name.nullable()))
        .load(db)
        .map_err(Fault::from)?;
    let related = related_party::table
        .inner_join(enterprise::table.on(enterprise::id.eq(related_party::enterprise_id)))
        .inner_join(provider::table.on(provider::id.eq(related_party::provider_id)))
        .order(related_party::id.desc())
        .limit(200)
        .select((enterprise::name, enterprise::uscc, provider::name, related_party::relation))
        .load(db)
        .map_err(Fault::from)?;
    let providers = store::purchase::providers(db)?.into_iter().map(|provider| (provider.id, provider.name)).collect();
    Ok(Registers { dishonesty, related, providers })
}
