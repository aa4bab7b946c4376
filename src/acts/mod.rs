//! Everything that changes something: one act, one file, one transaction, one audit line.
//!
//! An act is a function that takes `&mut Act`. Only [`perform`], [`perform_once`] and
//! [`rehearse`](rehearse::rehearse) make an [`Act`], and only inside a transaction, so no act can run
//! half. What an act needs from outside (time, packs, calendar) comes in as fields; what it tells
//! people leaves as rows of the outbox.

pub mod accept_invitation;
pub mod access_rules;
pub mod account_letters;
pub mod activate_pack;
pub mod add_contract;
pub mod add_provider;
pub mod add_remark;
pub mod add_resource;
pub mod answer_statement;
pub mod approve_batch;
pub mod ask_coaching;
pub mod assessment;
pub mod assign_application;
pub mod assign_subject;
pub mod billing;
pub mod cancel_batch;
pub mod case_checks;
pub mod case_facts;
pub mod centre;
pub mod change_paper_kind;
pub mod change_password;
pub mod check_credit;
pub mod check_registry_list;
pub mod checkpoint_usage;
pub mod choose_purchases;
pub mod choose_tier;
pub mod close_account;
pub mod close_case;
pub mod close_notice;
pub mod close_quarantined;
pub mod coach;
pub mod completeness;
pub mod confirm_bank_account;
pub mod confirm_by_statements;
pub mod confirm_columns;
pub mod confirm_email;
pub mod confirm_papers;
pub mod confirm_usage;
pub mod create_staff;
pub mod decide_objection;
pub mod decide_qualification;
pub mod declare;
pub mod declare_structure;
pub mod demo_clock;
pub mod describe_material;
mod draft;
pub mod draft_notice;
pub mod draw_up_batch;
pub mod edit_notice;
pub mod end_sessions;
pub mod enter_bank_account;
pub mod enter_qualification;
pub mod enter_red_letter;
pub mod enterprise_facts;
pub mod extend_correction;
pub mod file_material;
mod fix_purchases;
pub mod four_eyes;
pub mod fund_waitlist;
pub mod give_rights;
pub mod hold_payouts;
pub mod import_purchases;
pub mod import_registry_list;
pub mod import_usage;
pub mod invite_colleague;
pub mod issue_statement;
pub mod job_lease;
pub mod keep_stamp;
pub mod lapse_correction;
pub mod letters;
pub mod links;
pub mod listings;
pub mod mark_item;
pub mod notice_content;
pub mod open_clawback;
pub mod openid_refusals;
pub mod openid_sign_in;
pub mod outbox;
pub mod paper_faults;
mod paper_places;
pub mod pass_final;
pub mod pass_preliminary;
mod payout_batch;
pub mod precheck_application;
pub mod publish_notice;
pub mod reconcile_purchase;
pub mod record_appropriation;
pub mod record_dishonesty;
pub mod record_objection;
pub mod record_papers;
pub mod record_related_party;
pub mod record_scan;
pub mod record_tariff;
pub mod record_usage;
pub mod recover_clawback;
mod red_letter;
mod refusal;
pub mod register_checks;
pub mod register_enterprise;
pub mod rehearse;
pub mod reject_application;
pub mod release;
pub mod remove_material;
pub mod remove_qualification;
pub mod reset_password;
pub mod retry_letter;
pub mod return_for_correction;
pub mod reverse_statement;
pub mod save_account;
pub mod save_enterprise;
pub mod seal_trail;
pub mod second_factor;
pub mod service_tokens;
pub mod settle_lines;
pub mod settle_recovery;
pub mod settle_withdrawal;
pub mod sign_in;
pub mod start_application;
pub mod submit_application;
mod suggest_covers;
pub mod sum_usage;
mod tell_of_correction;
pub mod top_up_pool;
pub mod voucher;
pub mod waiting_line;
pub mod withdraw_application;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sha2::{Digest, Sha256};

use crate::application::{ActKind, Refusal as WorkflowRefusal, State, apply};
use crate::calendar::{Calendar, beijing_date};
use crate::ids::{AccountId, ApplicationId, EnterpriseId};
use crate::party::{Actor, Role};
use crate::policy::Pack;
use crate::secret::signing::Signer;
use crate::store;
use crate::store::application::{Application, save};
use crate::store::audit::{Entry, NewEntry};
pub use crate::store::{Db, Fault, Store};
pub use refusal::{ActError, Outcome, Refusal, Stale, no_longer_than, refuse, refuse_field};

/// What the house knows by itself: policy packs, the official calendar, how it is reached.
#[derive(Clone, Debug)]
pub struct House {
    pub packs: Arc<BTreeMap<String, Pack>>,
    pub default_pack: String,
    pub calendar: &'static Calendar,
    /// Where people reach the site, without a slash at the end; for links in letters.
    pub base_url: String,
    /// Working days a notice lasts, a correction may take, an objection may be examined.
    pub notice_working_days: u32,
    pub correction_working_days: u32,
    pub objection_working_days: u32,
    /// Signs statements and checkpoints.
    pub signer: Arc<Signer>,
    /// Who answers for registers, and how long an answer is good for.
    pub registers: register_checks::RegisterRules,
    /// How people prove who they are.
    pub access: access_rules::AccessRules,
}

/// An act under way: the transaction, who acts, when, and what the house knows.
#[expect(missing_debug_implementations, reason = "holds a connection")]
pub struct Act<'a> {
    pub db: &'a mut Db,
    pub actor: &'a Actor,
    pub now: DateTime<Utc>,
    pub house: &'a House,
}

/// A client-made key: the same key with the same body is answered once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Whose key it is, and for which form or call: two people never share keys.
    pub scope: String,
    pub key: String,
    pub body_sha256: String,
}

impl RequestKey {
    #[must_use]
    pub fn new(scope: impl Into<String>, key: impl Into<String>, body: &[u8]) -> RequestKey {
        RequestKey { scope: scope.into(), key: key.into(), body_sha256: hex::encode(Sha256::digest(body)) }
    }
}

/// Runs one act in one transaction.
///
/// # Errors
/// What the act answers; everything is rolled back then.
pub fn perform<T>(
    store: &Store,
    house: &House,
    actor: &Actor,
    now: DateTime<Utc>,
    act: impl FnOnce(&mut Act<'_>) -> Outcome<T>,
) -> Outcome<T> {
    store.write(|db| act(&mut Act { db, actor, now, house }))
}

/// Runs one act once per key. A repeated request with the same body gets the first answer; with
/// another body it is refused.
///
/// # Errors
/// What the act answers; everything is rolled back then, the key too, so the client may retry.
pub fn perform_once(
    store: &Store,
    house: &House,
    actor: &Actor,
    now: DateTime<Utc>,
    key: &RequestKey,
    act: impl FnOnce(&mut Act<'_>) -> Outcome<String>,
) -> Outcome<String> {
    let run = |db: &mut Db| {
        store::idempotency::wait_for_turn(db, &key.scope, &key.key)?;
        if let Some(kept) = store::idempotency::find(db, &key.scope, &key.key)? {
            return if kept.body_sha256 == key.body_sha256 { Ok(kept.answer) } else { Err(ActError::KeyReused) };
        }
        let answer = act(&mut Act { db, actor, now, house })?;
        store::idempotency::keep(db, &key.scope, &key.key, &key.body_sha256, &answer, now.naive_utc())?;
        Ok(answer)
    };
    match store.write(run) {
        // Another request took the same code, address or number.
        Err(ActError::Fault(fault)) if fault.is_unique_violation() => {
            tracing::info!(%fault, "two requests wanted the same at one moment");
            refuse(
                "done_at_the_same_moment",
                "别人在同一时刻做了同样的事，这一步没有保存。请刷新页面，看过最新情况后再办理。",
                "Somebody did the same at the same moment, so this step was not saved. Reload the page and look again.",
            )
        }
        // The connection broke at the commit: it is stored or it is not, once the database has ended that transaction.
        Err(ActError::Fault(Fault::OutcomeUnknown)) => {
            let ended = store.write(|db| {
                store::idempotency::wait_for_turn(db, &key.scope, &key.key)?;
                answer_under(db, key)
            });
            match ended {
                Ok(Some(answer)) => Ok(answer),
                Ok(None) | Err(Fault::Query(_) | Fault::Connect(_)) => Err(Fault::OutcomeUnknown.into()),
                Err(other) => Err(other.into()),
            }
        }
        other => other,
    }
}

/// The answer that was given under this key to the same request.
///
/// # Errors
/// A fault of the database.
pub fn given_before(store: &Store, key: &RequestKey) -> Result<Option<String>, Fault> {
    store.read(|db| answer_under(db, key))
}

fn answer_under(db: &mut Db, key: &RequestKey) -> Result<Option<String>, Fault> {
    let kept = store::idempotency::find(db, &key.scope, &key.key)?;
    Ok(kept.filter(|kept| kept.body_sha256 == key.body_sha256).map(|kept| kept.answer))
}

/// One line of the trail.
#[derive(Clone, Debug, Default)]
pub struct Line<'a> {
    pub act: &'a str,
    pub enterprise: Option<EnterpriseId>,
    pub application: Option<ApplicationId>,
    /// What it was done to, when it is no application: a notice number, an e-mail address.
    pub subject: &'a str,
    pub from_state: Option<State>,
    pub to_state: Option<State>,
    pub reason: &'a str,
    pub detail: &'a str,
}

impl Act<'_> {
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        beijing_date(self.now)
    }

    #[must_use]
    pub fn stamp(&self) -> NaiveDateTime {
        self.now.naive_utc()
    }

    /// The account behind the actor.
    ///
    /// # Errors
    /// `NotAllowed` for jobs and programs.
    pub fn account(&self) -> Outcome<AccountId> {
        self.actor.account.ok_or(ActError::NotAllowed)
    }

    /// The enterprise the actor belongs to.
    ///
    /// # Errors
    /// `NotAllowed` for everybody else.
    pub fn own_enterprise(&self) -> Outcome<EnterpriseId> {
        self.actor.enterprise().ok_or(ActError::NotAllowed)
    }

    /// # Errors
    /// `NotAllowed` without the role.
    pub fn must_hold(&self, role: Role) -> Outcome<()> {
        if self.actor.holds(role) { Ok(()) } else { Err(ActError::NotAllowed) }
    }

    /// An application by number, as far as the actor may know of it. With `seen_version` the act
    /// is refused when somebody changed it since.
    ///
    /// # Errors
    /// `NotFound` for another enterprise's, a provider without an item in it, an unknown number;
    /// `Stale` with what changed.
    pub fn application(&mut self, number: &str, seen_version: Option<i64>) -> Outcome<Application> {
        let found = store::known::application(self.db, self.actor, number)?.ok_or(ActError::NotFound)?;
        match seen_version {
            Some(version) if version != found.version => self.stale(&found),
            _ => Ok(found),
        }
    }

    fn stale<T>(&mut self, found: &Application) -> Outcome<T> {
        let last = store::audit::last_of_application(self.db, found.id)?;
        Err(ActError::Stale(Stale {
            who: last.as_ref().map_or_else(String::new, |entry: &Entry| entry.actor_name.clone()),
            at: last.as_ref().map(|entry| entry.at),
            act: last.and_then(|entry| ActKind::parse(&entry.act)),
            state: found.state,
        }))
    }

    /// The state after `act`, by the workflow table and the actor's roles.
    ///
    /// # Errors
    /// `NotAllowed` when the role forbids it, a refusal that names the state otherwise.
    pub fn next_state(&self, application: &Application, act: ActKind) -> Outcome<State> {
        match apply(application.state, act, &self.actor.roles()) {
            Ok(next) => Ok(next),
            Err(WorkflowRefusal::WrongRole { .. }) => Err(ActError::NotAllowed),
            Err(WorkflowRefusal::WrongState { act, state }) => wrong_state(act, state),
        }
    }

    /// Moves the application by the table, saves it and writes the audit line. The caller has set
    /// whatever else changes.
    ///
    /// # Errors
    /// As [`Act::next_state`]; `Stale` when somebody was faster.
    pub fn advance(&mut self, application: &mut Application, act: ActKind, reason: &str, detail: &str) -> Outcome<()> {
        let before = application.state;
        let next = self.next_state(application, act)?;
        if next != before {
            application.state = next;
            application.state_since = self.stamp();
        }
        if !save(self.db, application)? {
            let id = application.id;
            let current = store::application::find(self.db, id)?.ok_or(ActError::NotFound)?;
            return self.stale(&current);
        }
        application.version += 1;
        self.follow_voucher(application, before)?;
        self.write_line(&Line {
            act: act.as_str(),
            enterprise: Some(application.enterprise_id),
            application: Some(application.id),
            subject: &application.number,
            from_state: Some(before),
            to_state: Some(next),
            reason,
            detail,
        })
    }

    /// Keeps an application in its state until the transaction ends. Whoever counts what hangs on it, such as open
    /// objections, keeps it first: nothing is added meanwhile.
    ///
    /// # Errors
    /// `Stale` for one that has gone on meanwhile; a fault of the database.
    pub fn keep_in(&mut self, id: ApplicationId, state: State) -> Outcome<()> {
        if store::application::hold_state(self.db, id)? == Some(state) {
            return Ok(());
        }
        let current = store::application::find(self.db, id)?.ok_or(ActError::NotFound)?;
        self.stale(&current)
    }

    /// Writes one line of the trail. One that says that an application stays in its state holds it there until the
    /// transaction ends: otherwise somebody who moves it on meanwhile would stand before this line in the trail.
    ///
    /// # Errors
    /// `Stale` for an application that has gone on meanwhile; a fault of the database.
    pub fn write_line(&mut self, line: &Line<'_>) -> Outcome<()> {
        if let (Some(id), Some(state)) = (line.application, line.from_state.filter(|_| line.from_state == line.to_state)) {
            self.keep_in(id, state)?;
        }
        let code = |state: Option<State>| state.map_or("", State::as_str);
        let entry = NewEntry {
            at: self.stamp(),
            actor_id: self.actor.account,
            actor_name: &self.actor.name,
            actor_role: role_for_trail(self.actor),
            act: line.act,
            enterprise_id: line.enterprise,
            application_id: line.application,
            subject: line.subject,
            from_state: code(line.from_state),
            to_state: code(line.to_state),
            reason: line.reason,
            detail: line.detail,
        };
        Ok(store::audit::write(self.db, &entry)?)
    }

    /// The pack in force now.
    ///
    /// # Errors
    /// A fault when the database names a pack that this program does not have.
    pub fn pack_in_force(&mut self) -> Outcome<&Pack> {
        let house = self.house;
        pack_in_force(self.db, house)
    }
}

/// The pack in force: the administrator's newest choice, else the program's default.
///
/// # Errors
/// A fault when the database names a pack that this program does not have.
pub fn pack_in_force<'a>(db: &mut Db, house: &'a House) -> Outcome<&'a Pack> {
    let id = store::pack::in_force(db)?.unwrap_or_else(|| house.default_pack.clone());
    house.pack(&id)
}

impl House {
    /// # Errors
    /// A fault that names the pack.
    pub fn pack(&self, id: &str) -> Outcome<&Pack> {
        let unknown = || Fault::BadRow { table: "pack_activation", id: id.to_owned(), what: "this program has no such pack".into() };
        self.packs.get(id).ok_or_else(|| ActError::Fault(unknown()))
    }
}

fn wrong_state<T>(act: ActKind, state: State) -> Outcome<T> {
    use crate::lang::Lang;
    refuse(
        "wrong_state",
        format!("申请现在是「{}」，不能{}。", state.staff_label(Lang::Zh), act.label(Lang::Zh)),
        format!("The application is now \"{}\"; this act is not open: {}.", state.staff_label(Lang::En), act.label(Lang::En)),
    )
}

/// The capacity shown in the trail: the first role held, in the order of the list.
fn role_for_trail(actor: &Actor) -> &'static str {
    actor.roles().first().map_or("", |role| role.as_str())
}
