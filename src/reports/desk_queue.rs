//! The desk's queue: who works on what, what waits, for how long.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Db;
use crate::acts::Outcome;
use crate::application::State;
use crate::code::Tier;
use crate::codes::codes;
use crate::ids::{AccountId, EnterpriseId, NoticeId, ProviderId, folded_name, normal_code};
use crate::money::Fen;
use crate::store::Fault;
use crate::store::application::Application;
use crate::store::schema::{account, application, application_item, enterprise, notice, purchase, subsidy};

/// Rows of a page.
pub const PER_PAGE: i64 = 50;
/// Each step of the task force is promised within so many working days (a choice of the house).
pub const PROMISED_WORKING_DAYS: u32 = 5;

codes! {
    /// The lists of the desk.
    Tab { Mine = "mine", Unassigned = "unassigned", Correcting = "correcting", InNotice = "in_notice", All = "all" }
}

codes! {
    /// What the table is sorted by.
    Sort { Number = "number", Amount = "amount", State = "state", Since = "since", Due = "due" }
}

/// States in which the task force has the next move.
pub const UNDER_REVIEW: [State; 4] = [State::Submitted, State::ProviderConfirmed, State::Prechecked, State::PreliminaryPassed];

/// What somebody wants to see.
#[derive(Clone, Debug)]
pub struct QueueAsk {
    pub tab: Tab,
    /// Number, name or code of the enterprise, or a part of them.
    pub search: String,
    pub state: Option<State>,
    pub tier: Option<Tier>,
    pub provider: Option<ProviderId>,
    pub sort: Sort,
    pub descending: bool,
    /// Counted from 0.
    pub page: i64,
}

/// One application of the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    pub number: String,
    pub enterprise: String,
    pub uscc: String,
    pub amount: Fen,
    pub state: State,
    pub since: NaiveDateTime,
    pub assigned: Option<String>,
    /// Last day of the correction or of the notice.
    pub last_day: Option<NaiveDate>,
}

/// A page of the queue with the counts of every list.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pub rows: Vec<QueueRow>,
    pub total: i64,
    pub providers: Vec<(ProviderId, String)>,
}

type Question<'a> = application::BoxedQuery<'a, <Db as Connection>::Backend>;

/// How much each list holds, in the order of the lists.
///
/// # Errors
/// A fault of the database.
pub fn counts(db: &mut Db, who: Option<AccountId>) -> Outcome<Vec<(Tab, i64)>> {
    let mut counts = Vec::new();
    for tab in Tab::ALL {
        counts.push((*tab, of_tab(*tab, who).count().get_result(db).map_err(Fault::from)?));
    }
    Ok(counts)
}

/// One page of a list.
///
/// # Errors
/// A fault of the database.
pub fn page(db: &mut Db, who: Option<AccountId>, ask: &QueueAsk) -> Outcome<Queue> {
    let total = filtered(who, ask).count().get_result(db).map_err(Fault::from)?;
    let sorted = sorted(filtered(who, ask), ask.sort, ask.descending);
    let found: Vec<Application> =
        sorted.limit(PER_PAGE).offset(ask.page.max(0) * PER_PAGE).select(Application::as_select()).load(db).map_err(Fault::from)?;
    let rows = rows(db, found)?;
    let providers = crate::store::purchase::providers(db)?.into_iter().map(|provider| (provider.id, provider.name)).collect();
    Ok(Queue { rows, total, providers })
}

fn of_tab<'a>(tab: Tab, who: Option<AccountId>) -> Question<'a> {
    let all = application::table.filter(application::state.ne(State::Draft)).into_boxed();
    match tab {
        Tab::Mine => all
            .filter(application::state.eq_any(UNDER_REVIEW.to_vec()))
            .filter(application::assigned_to.eq(who.unwrap_or(AccountId::new(0)))),
        Tab::Unassigned => all.filter(application::state.eq_any(UNDER_REVIEW.to_vec())).filter(application::assigned_to.is_null()),
        Tab::Correcting => all.filter(application::state.eq(State::Returned)),
        Tab::InNotice => all.filter(application::state.eq_any(vec![State::InPublicNotice, State::ObjectionHold])),
        Tab::All => all,
    }
}

fn filtered<'a>(who: Option<AccountId>, ask: &QueueAsk) -> Question<'a> {
    let mut question = of_tab(ask.tab, who);
    if let Some(state) = ask.state {
        question = question.filter(application::state.eq(state));
    }
    if let Some(tier) = ask.tier {
        let granted = subsidy::table.filter(subsidy::tier.eq(tier).and(subsidy::amount_fen.gt(0_i64))).select(subsidy::application_id);
        question = question.filter(application::id.eq_any(granted));
    }
    if let Some(provider) = ask.provider {
        let theirs = application_item::table
            .inner_join(purchase::table.on(purchase::id.eq(application_item::purchase_id)))
            .filter(purchase::provider_id.eq(provider))
            .select(application_item::application_id);
        question = question.filter(application::id.eq_any(theirs));
    }
    // A wildcard that was typed is no wildcard.
    let plain = |text: String| text.replace(['%', '_', '\\'], "");
    let code = plain(normal_code(&ask.search).to_uppercase());
    if !code.is_empty() {
        let named = enterprise::table
            .filter(
                enterprise::name_folded
                    .like(format!("%{}%", plain(folded_name(&ask.search))))
                    .or(enterprise::uscc.like(format!("%{code}%"))),
            )
            .select(enterprise::id);
        question = question.filter(application::number.like(format!("%{code}%")).or(application::enterprise_id.eq_any(named)));
    }
    question
}

fn sorted(question: Question<'_>, sort: Sort, descending: bool) -> Question<'_> {
    let question = match (sort, descending) {
        (Sort::Number, false) => question.order(application::number.asc()),
        (Sort::Number, true) => question.order(application::number.desc()),
        (Sort::Amount, false) => question.order(application::total_fen.asc()),
        (Sort::Amount, true) => question.order(application::total_fen.desc()),
        (Sort::State, false) => question.order(application::state.asc()),
        (Sort::State, true) => question.order(application::state.desc()),
        (Sort::Since, false) => question.order(application::state_since.asc()),
        (Sort::Since, true) => question.order(application::state_since.desc()),
        (Sort::Due, false) => question.order((application::correction_due.is_null().asc(), application::correction_due.asc())),
        (Sort::Due, true) => question.order((application::correction_due.is_null().asc(), application::correction_due.desc())),
    };
    question.then_order_by(application::id.asc())
}

fn rows(db: &mut Db, found: Vec<Application>) -> Outcome<Vec<QueueRow>> {
    let houses: Vec<EnterpriseId> = found.iter().map(|row| row.enterprise_id).collect();
    let people: Vec<AccountId> = found.iter().filter_map(|row| row.assigned_to).collect();
    let notices: Vec<NoticeId> = found.iter().filter_map(|row| row.notice_id).collect();
    let names: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(houses))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(db)
        .map_err(Fault::from)?;
    let assigned: Vec<(AccountId, String)> =
        account::table.filter(account::id.eq_any(people)).select((account::id, account::name)).load(db).map_err(Fault::from)?;
    let ends: Vec<(NoticeId, Option<NaiveDate>)> =
        notice::table.filter(notice::id.eq_any(notices)).select((notice::id, notice::last_day)).load(db).map_err(Fault::from)?;
    let names: BTreeMap<_, _> = names.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let assigned: BTreeMap<_, _> = assigned.into_iter().collect();
    let ends: BTreeMap<_, _> = ends.into_iter().collect();
    let row = |row: Application| {
        let (enterprise, uscc) = names.get(&row.enterprise_id).cloned().unwrap_or_default();
        let notice_end = row.notice_id.and_then(|notice| ends.get(&notice).copied().flatten());
        QueueRow {
            enterprise,
            uscc,
            amount: row.total_fen,
            since: row.state_since,
            assigned: row.assigned_to.and_then(|who| assigned.get(&who).cloned()),
            last_day: match row.state {
                State::Returned => row.correction_due,
                State::InPublicNotice | State::ObjectionHold => notice_end,
                _ => None,
            },
            state: row.state,
            number: row.number,
        }
    };
    Ok(found.into_iter().map(row).collect())
}

/// What waits behind the links of the rail.
#[derive(Clone, Debug, Default)]
pub struct Rail {
    pub tabs: Vec<(Tab, i64)>,
    pub qualifications: i64,
    /// Listings that ended, with grants to review.
    pub withdrawals: i64,
    /// Red letters to invoices that were granted.
    pub recoveries: i64,
    pub coaching: i64,
}

/// # Errors
/// A fault of the database.
pub fn rail(db: &mut Db, who: Option<AccountId>) -> Outcome<Rail> {
    Ok(Rail {
        tabs: counts(db, who)?,
        qualifications: super::qualification_desk::count(db)?,
        withdrawals: super::registry::to_review(db)?,
        recoveries: super::recoveries::count(db)?,
        coaching: super::coaching_desk::count(db)?,
    })
}
