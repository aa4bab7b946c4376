//! Read-only views: one question of a page, file or document becomes one struct that many
//! renderings share. Reports never write.

pub mod administration;
pub mod application_detail;
pub mod audit_trail;
pub mod budget_position;
pub mod case_desk;
pub mod clawbacks;
pub mod coaching_desk;
pub mod corrections;
pub mod credit_desk;
pub mod credit_note;
pub mod decision_replay;
pub mod desk_queue;
pub mod eligibility;
pub mod kept_evaluation;
pub mod ledger;
pub mod letters;
pub mod links;
pub mod metering_desk;
pub mod my_overview;
pub mod names;
pub mod notice;
pub mod notice_desk;
pub mod own_enterprise;
pub mod passed_cases;
pub mod payout_batch;
pub mod payout_report;
pub mod people;
pub mod progress;
pub mod proofs;
pub mod provider_desk;
pub mod public_home;
pub mod purchase_file;
pub mod qualification_desk;
pub mod readings;
pub mod recoveries;
pub mod registry;
pub mod sample;
pub mod stamps;
pub mod statement;
pub mod statement_events;
pub mod task_force;
pub mod trail;
pub mod trail_check;
pub mod usage;
pub mod usage_check;
pub mod usage_imports;
pub mod usage_list;
pub mod usage_proof;
pub mod usage_rights;
pub mod vouchers;
pub mod what_if;

pub use crate::store::Db;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::acts::Outcome;
use crate::hidden::Personal;
use crate::ids::AccountId;
use crate::party::Actor;
use crate::store;
pub use crate::store::session::Stage;

/// Somebody who is signed in, with the name of the house they belong to.
#[derive(Clone, Debug)]
pub struct Signed {
    pub actor: Actor,
    pub email: Personal<String>,
    /// Name of the enterprise or provider; empty for staff.
    pub house_name: String,
}

/// Somebody whose password was right and whose sign-in is not whole yet: they may do nothing else.
#[derive(Clone, Debug)]
pub struct HalfWay {
    pub account: AccountId,
    pub email: Personal<String>,
    /// A code is due, or a second factor has to be set up.
    pub stage: Stage,
}

/// What a living session says of whoever sits there.
#[derive(Clone, Debug)]
pub enum Sitting {
    Signed {
        signed: Signed,
        /// When they last proved who they are.
        confirmed_at: Option<NaiveDateTime>,
        seen_at: NaiveDateTime,
    },
    HalfWay(HalfWay),
}

/// The person behind a session, if it lives, however far the sign-in has come.
///
/// # Errors
/// A fault of the database.
pub fn sitting(db: &mut Db, token_hash: &str, now: DateTime<Utc>) -> Outcome<Option<Sitting>> {
    let Some((session, account)) = store::session::find(db, token_hash, now.naive_utc())? else { return Ok(None) };
    if session.stage != Stage::Whole {
        return Ok(Some(Sitting::HalfWay(HalfWay { account: account.id, email: account.email.into(), stage: session.stage })));
    }
    let actor = store::account::actor(db, &account)?;
    let house_name = match (account.enterprise_id, account.provider_id) {
        (Some(id), _) => store::account::enterprise(db, id)?.map(|enterprise| enterprise.name),
        (None, Some(id)) => store::purchase::provider(db, id)?.map(|provider| provider.name),
        (None, None) => None,
    };
    let signed = Signed { actor, email: account.email.into(), house_name: house_name.unwrap_or_default() };
    Ok(Some(Sitting::Signed { signed, confirmed_at: session.confirmed_at, seen_at: session.seen_at }))
}

/// The person behind a session whose sign-in is whole.
///
/// # Errors
/// A fault of the database.
pub fn signed_in(db: &mut Db, token_hash: &str, now: DateTime<Utc>) -> Outcome<Option<Signed>> {
    Ok(match sitting(db, token_hash, now)? {
        Some(Sitting::Signed { signed, .. }) => Some(signed),
        Some(Sitting::HalfWay(_)) | None => None,
    })
}

/// The program behind a service token that was not revoked.
///
/// # Errors
/// A fault of the database.
pub fn service_actor(db: &mut Db, token_hash: &str) -> Outcome<Option<Actor>> {
    let Some((name, provider)) = store::account::service_token(db, token_hash)? else { return Ok(None) };
    Ok(Some(Actor { account: None, name, standing: crate::party::Standing::Service(provider) }))
}
