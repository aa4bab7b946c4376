//! What an application gets, and holding that money: the shared steps of submission, review and
//! return. Evaluation is the pure function of the rules; holding moves budget, yearly cap, ledger
//! and subsidy rows together inside the act's transaction.

use chrono::Datelike;

use super::case_facts::{CaseFacts, Dossier, Trust};
use super::waiting_line::SpokenFor;
use super::{Act, ActError, House, Outcome, pack_in_force, refuse};
use crate::code::{CutCode, Tier};
use crate::ledger::{Movement, Occasion};
use crate::money::Fen;
use crate::policy::case::Case;
use crate::policy::pack::Pack;
use crate::policy::{ApplicationResult, Evaluation, evaluate};
use crate::store::application::Application;
use crate::store::subsidy::{NewEvaluation, Subsidy};
use crate::store::{self, Db};
use crate::voucher::counted_as_submitted;

/// A case with its answer.
#[derive(Clone, Debug)]
pub struct Assessment {
    pub pack: Pack,
    pub case: Case,
    pub evaluation: Evaluation,
}

impl Assessment {
    /// The result of the one application of the case.
    ///
    /// # Errors
    /// Never for a case of ours; a missing result is a bug reported as not found.
    pub fn result(&self) -> Outcome<&ApplicationResult> {
        self.evaluation.applications.first().ok_or(ActError::NotFound)
    }

    /// Was money refused for want of budget, and nothing else granted?
    ///
    /// # Errors
    /// As [`Assessment::result`].
    pub fn waits_for_budget(&self) -> Outcome<bool> {
        let result = self.result()?;
        let starved = result.grants.iter().any(|grant| grant.cuts.iter().any(|cut| cut.code == CutCode::BudgetExhausted));
        Ok(result.total.is_zero() && starved)
    }
}

/// Evaluates an application under a pack as things stand. For a preview, `facts` speaks of now.
///
/// # Errors
/// Faults of the database.
pub fn assess_under(db: &mut Db, dossier: &Dossier, pack: &Pack, facts: &CaseFacts, spoken_for: &SpokenFor) -> Outcome<Assessment> {
    let case = dossier.case(db, facts, spoken_for)?;
    let evaluation = evaluate(pack, &case);
    Ok(Assessment { pack: pack.clone(), case, evaluation })
}

/// The facts of a submission at this moment: the year's voucher counts from the day it was
/// claimed, or from today when this would be the first submission of the year. What was submitted
/// before keeps its voucher.
///
/// # Errors
/// Faults of the database.
pub fn facts_now(db: &mut Db, dossier: &Dossier, now: chrono::DateTime<chrono::Utc>, trust: Trust) -> Outcome<CaseFacts> {
    if let (Some(id), Some(first)) = (dossier.application.voucher_id, dossier.application.first_submitted_at) {
        let voucher = store::voucher::find(db, id)?.ok_or(ActError::NotFound)?;
        let submitted_at = counted_as_submitted(voucher.year, first.and_utc(), now);
        return Ok(CaseFacts { submitted_at, claimed_on: voucher.claimed_on, trust, budget_year: voucher.year });
    }
    let today = crate::calendar::beijing_date(now);
    let year = i64::from(today.year());
    let voucher = store::voucher::of_year(db, dossier.application.enterprise_id, year)?;
    let claimed_on = voucher.map_or(today, |voucher| voucher.claimed_on);
    Ok(CaseFacts { submitted_at: now, claimed_on, trust, budget_year: year })
}

/// The facts of an application that was submitted: time and voucher are those of its submission. A
/// correction after the voucher's year counts as in time when the first submission was.
///
/// # Errors
/// Faults of the database; `NotFound` for one never submitted.
pub fn facts_of_submission(db: &mut Db, application: &Application, trust: Trust) -> Outcome<CaseFacts> {
    let last = application.submitted_at.ok_or(ActError::NotFound)?.and_utc();
    let first = application.first_submitted_at.map_or(last, |at| at.and_utc());
    let voucher_id = application.voucher_id.ok_or(ActError::NotFound)?;
    let voucher = store::voucher::find(db, voucher_id)?.ok_or(ActError::NotFound)?;
    let submitted_at = counted_as_submitted(voucher.year, first, last);
    Ok(CaseFacts { submitted_at, claimed_on: voucher.claimed_on, trust, budget_year: voucher.year })
}

/// A preview for the enterprise or a reviewer: nothing is written.
///
/// # Errors
/// Faults of the database.
pub fn preview(db: &mut Db, house: &House, dossier: &Dossier, now: chrono::DateTime<chrono::Utc>) -> Outcome<Assessment> {
    let facts = facts_now(db, dossier, now, Trust::EnteredOrAccepted)?;
    let spoken_for = SpokenFor::before(db, house, now.naive_utc(), dossier.application.id)?;
    let pack = pack_in_force(db, house)?;
    assess_under(db, dossier, pack, &facts, &spoken_for)
}

impl Act<'_> {
    /// Evaluates for good, under the application's own pack, keeps the evaluation and holds the
    /// money it grants: what was held before is given back or topped up, level by level.
    ///
    /// The locks of budgets and caps are taken first, in a fixed order, so that the evaluation
    /// sees what it will hold.
    ///
    /// # Errors
    /// A refusal when budget or cap changed under a grant for another year than the application's;
    /// faults of the database.
    pub fn assess_and_hold(&mut self, application: &mut Application, facts: &CaseFacts, occasion: &'static str) -> Outcome<Assessment> {
        let pack = self.house.pack(&application.pack_id)?;
        let caps = cap_rows(pack, facts.budget_year);
        store::budget::lock(self.db, application.enterprise_id, &caps)?;
        let dossier = Dossier::load(self.db, application.clone())?;
        // The place in the waiting line is that of the last complete submission, whatever the rules count.
        let place = application.submitted_at.unwrap_or_else(|| facts.submitted_at.naive_utc());
        let spoken_for = SpokenFor::before(self.db, self.house, place, application.id)?;
        let assessment = assess_under(self.db, &dossier, pack, facts, &spoken_for)?;
        self.keep(application, &assessment, occasion)?;
        self.hold(application, &assessment)?;
        let result = assessment.result()?;
        application.total_fen = result.total;
        application.base_fen = result.total + result.own_share;
        Ok(assessment)
    }

    fn keep(&mut self, application: &Application, assessment: &Assessment, occasion: &str) -> Outcome<()> {
        let stamp = &assessment.evaluation.pack;
        let result = serde_json::to_string(&assessment.evaluation).map_err(|why| unreadable(application, &why.to_string()))?;
        Ok(store::subsidy::keep_evaluation(
            self.db,
            &NewEvaluation {
                application_id: application.id,
                made_at: self.stamp(),
                occasion,
                pack_id: &stamp.id,
                pack_version: &stamp.version,
                pack_sha256: &stamp.sha256,
                case_json: &assessment.case.to_json().to_string(),
                result_json: &result,
            },
        )?)
    }

    fn hold(&mut self, application: &Application, assessment: &Assessment) -> Outcome<()> {
        let result = assessment.result()?;
        let mut before = store::subsidy::of_application(self.db, application.id)?;
        for grant in &result.grants {
            let year = i64::from(grant.year);
            store::subsidy::put(self.db, application.id, grant.tier, year, (grant.base, grant.raw, grant.amount))?;
            before.retain(|row| (row.tier, row.year) != (grant.tier, year));
        }
        for gone in &before {
            store::subsidy::put(self.db, application.id, gone.tier, gone.year, (Fen::ZERO, Fen::ZERO, Fen::ZERO))?;
        }
        for row in store::subsidy::of_application(self.db, application.id)? {
            self.move_hold(application, &row, row.amount_fen)?;
        }
        Ok(())
    }

    /// Brings what a subsidy row holds to `target`: reserves the missing part, releases the rest.
    fn move_hold(&mut self, application: &Application, row: &Subsidy, target: Fen) -> Outcome<()> {
        let delta = target - row.held_fen;
        if delta.is_zero() {
            return Ok(());
        }
        let (occasion, amount) = if delta.is_positive() { (Occasion::Reserve, delta) } else { (Occasion::Release, -delta) };
        if !store::budget::use_cap(self.db, application.enterprise_id, row.tier, row.year, delta)? {
            return refuse(
                "cap_changed",
                "这一级的年度额度刚刚有变化，请重新查看补贴测算后再提交。",
                "The room under this level's yearly cap has just changed. Look at the calculation again, then submit.",
            );
        }
        self.post(application, row, occasion, amount)?;
        Ok(store::subsidy::set_held(self.db, row.id, target)?)
    }

    /// Moves money of a subsidy row between books.
    ///
    /// # Errors
    /// A refusal when the budget does not suffice; faults of the database.
    pub fn post(&mut self, application: &Application, row: &Subsidy, occasion: Occasion, amount: Fen) -> Outcome<()> {
        let movement = Movement {
            occasion,
            tier: row.tier,
            year: row.year,
            application: Some(application.id),
            amount,
            note: application.number.clone(),
        };
        if store::budget::post(self.db, &movement, self.actor.account, self.now.naive_utc())? {
            return Ok(());
        }
        refuse(
            "budget_changed",
            "这一级的预算刚刚被别的申请用去一部分，请重新查看补贴测算后再提交。",
            "Part of this level's budget has just been taken by another application. Look at the calculation again, then submit.",
        )
    }

    /// Gives everything back that an application holds: at return, rejection, withdrawal, an
    /// upheld objection. Invoices become free too.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn release(&mut self, application: &mut Application) -> Outcome<()> {
        let rows = store::subsidy::of_application(self.db, application.id)?;
        let budgets: Vec<(Tier, i64)> = rows.iter().filter(|row| !row.held_fen.is_zero()).map(|row| (row.tier, row.year)).collect();
        store::budget::lock_budgets(self.db, &budgets)?;
        for row in rows {
            self.move_hold(application, &row, Fen::ZERO)?;
        }
        Ok(())
    }
}

/// The budgets and caps that an application of this year may touch, in the fixed order of locks:
/// the voucher's year, and the year before for levels whose year is that of the service.
fn cap_rows(pack: &Pack, year: i64) -> Vec<(Tier, i64, Fen)> {
    let mut rows = Vec::new();
    for tier in Tier::ALL {
        if let Some(rules) = pack.tier(tier) {
            let cap = rules.cap.as_ref().map_or(Fen::new(Fen::MAX_ABS), |cap| cap.value);
            rows.push((tier, year - 1, cap));
            rows.push((tier, year, cap));
        }
    }
    rows
}

fn unreadable(application: &Application, what: &str) -> ActError {
    ActError::Fault(store::Fault::BadRow { table: "evaluation", id: application.number.clone(), what: what.to_owned() })
}
