//! A small town of enterprises with one purchase of 100,000.00 each, filed and ready to submit;
//! everything after that goes through the acts and the workflow table.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use suanquan::acts::approve_batch::approve_batch;
use suanquan::acts::assessment::facts_of_submission;
use suanquan::acts::case_facts::Trust;
use suanquan::acts::draw_up_batch::draw_up_batch;
use suanquan::acts::record_appropriation::{NewAppropriation, record_appropriation};
use suanquan::acts::withdraw_application::withdraw_application;
use suanquan::acts::{Act, ActError, House, Outcome, Store, perform};
use suanquan::application::{ActKind, State};
use suanquan::calendar::start_of_day;
use suanquan::code::Tier;
use suanquan::config::Config;
use suanquan::ids::{AccountId, ApplicationId, EnterpriseId, ProviderId, Uscc};
use suanquan::money::Fen;
use suanquan::party::{Actor, Duty, Standing};
use suanquan::payout::LineState;
use suanquan::reports::ledger::check;
use suanquan::startup::house;
use suanquan::store::{self, migrations};

use crate::harness::db::TestDb;

pub struct Town {
    pub store: Store,
    pub house: House,
    pub maker: Actor,
    pub checker: Actor,
    pub auditor: Actor,
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The code of the only refusal.
pub fn refusal<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    match outcome {
        Err(ActError::Refused(refusals)) => refusals[0].code,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

pub fn staff(account: i64, duty: Duty) -> Actor {
    Actor { account: Some(AccountId::new(account)), name: format!("staff {account}"), standing: Standing::Staff(BTreeSet::from([duty])) }
}

fn applicant(k: i64) -> Actor {
    Actor { account: Some(AccountId::new(3 + k)), name: "企业人员".into(), standing: Standing::Enterprise(EnterpriseId::new(k)) }
}

impl Town {
    /// A fresh database with this many enterprises.
    pub fn new(db: &TestDb, enterprises: i64) -> Town {
        let store = Store::create(db.url()).unwrap();
        migrations::run(&store).unwrap();
        let provider = Uscc::from_body("12420100MA4K99999").unwrap();
        let mut sql = format!(
            "INSERT INTO account (email, name, kind, created_at, confirmed_at) VALUES \
             ('a@x.cn', '甲', 'staff', '2026-01-01 00:00:00', '2026-01-01 00:00:00'), ('b@x.cn', '乙', 'staff', '2026-01-01 00:00:00', '2026-01-01 00:00:00'), \
             ('c@x.cn', '丙', 'staff', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
             INSERT INTO provider (uscc, name) VALUES ('{provider}', '武汉人工智能计算中心');
             INSERT INTO stored_file (sha256, size_bytes, media_type, stored_at) VALUES ('00', 1, 'application/pdf', '2026-01-01 00:00:00');
             INSERT INTO notice (number, title_zh, title_en, basis_zh, basis_en, contact_phone, supervision_phone, address, issuer, state, working_days, \
             first_day, last_day, drafted_by, drafted_at) VALUES ('N-2026-0001', '公示', 'Notice', '', '', '', '', '', '', 'closed', 5, '2026-03-03', \
             '2026-03-09', 1, '2026-03-02 01:00:00');"
        );
        for k in 1..=enterprises {
            sql.push_str(&Town::enterprise_sql(k));
        }
        db.run_sql(&sql);
        Town {
            store,
            house: house(&Config::default(), "http://town.example"),
            maker: staff(1, Duty::Finance),
            checker: staff(2, Duty::Finance),
            auditor: staff(3, Duty::Auditor),
        }
    }

    fn enterprise_sql(k: i64) -> String {
        let uscc = Uscc::from_body(&format!("91420100MA4K{k:05}")).unwrap();
        let user = 3 + k;
        let (at, minute) = ("2026-03-02 01:00:00", format!("2026-03-02 01:{k:02}:00"));
        let paper = |kind: &str, number: &str| {
            format!(
                "INSERT INTO material (application_id, kind, file_id, file_name, number, amount_fen, dated_on, added_by, added_at) VALUES ({k}, '{kind}', 1, \
                 '{kind}.pdf', '{number}', 10000000, '2026-02-01', {user}, '{at}');"
            )
        };
        let allocations: String =
            (1..=3).map(|one| format!("INSERT INTO allocation VALUES ({}, {k}, 10000000);", (k - 1) * 3 + one)).collect();
        [
            format!("INSERT INTO enterprise (uscc, name, name_folded, created_at) VALUES ('{uscc}', '企业{k}', '企业{k}', '{at}');"),
            format!(
                "INSERT INTO account (email, name, kind, enterprise_id, created_at, confirmed_at) VALUES ('e{k}@x.cn', '企业人员', 'enterprise', {k}, '{at}', '{at}');"
            ),
            format!(
                "INSERT INTO bank_account (enterprise_id, account_name, bank_name, account_no, state, created_by, created_at) VALUES ({k}, '企业{k}', \
                 '示例银行', '4200123456{k:05}', 'active', {user}, '{at}');"
            ),
            format!(
                "INSERT INTO qualification (enterprise_id, kind, number, valid_from, valid_to, state, entered_by, entered_at) VALUES ({k}, 'tech_sme', \
                 '2026420100A{k:08}', '2026-01-01', '2026-12-31', 'accepted', {user}, '{at}');"
            ),
            format!(
                "INSERT INTO qualification (enterprise_id, kind, place, valid_from, valid_to, state, entered_by, entered_at) VALUES ({k}, \
                 'registration_place', 'wuhan', '2020-01-01', '2099-12-31', 'accepted', {user}, '{at}');"
            ),
            format!(
                "INSERT INTO purchase (provider_id, enterprise_uscc, order_no, resource, unit, quantity, unit_price, amount_fen, accepted_fen, service_from, \
                 service_to, recorded_at, recorded_by) VALUES (1, '{uscc}', 'O-{k}', '昇腾910B', 'card_hour', '10000', '10', 10000000, 10000000, '2026-01-05', \
                 '2026-01-31', '{at}', 'test');"
            ),
            format!(
                "INSERT INTO voucher (number, enterprise_id, year, claimed_on, claimed_at) VALUES ('V-2026-{k:04}', {k}, 2026, '2026-01-02', '{at}');"
            ),
            format!(
                "INSERT INTO application (number, enterprise_id, state, state_since, tier_choice, pack_id, voucher_id, created_by, created_at, saved_at, \
                 submitted_at, notice_id) VALUES ('A-2026-{k:04}', {k}, 'draft', '{at}', 'province', 'wuhan-2022', {k}, {user}, '{at}', '{at}', '{minute}', 1);"
            ),
            format!("INSERT INTO application_item (application_id, purchase_id) VALUES ({k}, {k});"),
            paper("contract", "HT-1"),
            paper("invoice", &format!("2642000000000000{k:04}")),
            paper("payment", "B-1"),
            allocations,
        ]
        .concat()
    }

    pub fn today(&self) -> NaiveDate {
        day(2026, 3, 10)
    }

    pub fn now(&self) -> DateTime<Utc> {
        start_of_day(self.today()) + TimeDelta::hours(9)
    }

    pub fn act<T>(&self, who: &Actor, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> Outcome<T> {
        perform(&self.store, &self.house, who, self.now(), act)
    }

    pub fn act_on<T>(&self, who: &Actor, on: NaiveDate, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> Outcome<T> {
        perform(&self.store, &self.house, who, start_of_day(on) + TimeDelta::hours(9), act)
    }

    pub fn try_appropriate(&self, document: &str, amount: Fen) -> Result<(), &'static str> {
        let new = NewAppropriation { tier: Tier::Province, year: 2026, amount, document_no: document.into(), note: String::new() };
        match self.act(&self.maker, |act| record_appropriation(act, &new)) {
            Ok(()) => Ok(()),
            refused => Err(refusal(refused)),
        }
    }

    pub fn appropriate(&self, document: &str, amount: Fen) {
        self.try_appropriate(document, amount).unwrap();
    }

    /// Submits the application of an enterprise, or puts it on the waiting list, and gives what it
    /// was granted.
    pub fn submit(&self, k: i64) -> Fen {
        let assessment = self.act(&applicant(k), |act| {
            let mut application = act.application(&format!("A-2026-{k:04}"), None)?;
            let facts = facts_of_submission(act.db, &application, Trust::EnteredOrAccepted)?;
            let assessment = act.assess_and_hold(&mut application, &facts, "submit")?;
            act.advance(&mut application, ActKind::Submit, "", "")?;
            Ok(assessment)
        });
        let assessment = assessment.unwrap();
        if assessment.waits_for_budget().unwrap() {
            self.advance(k, &Actor::system(), ActKind::Waitlist);
        }
        assessment.result().unwrap().total
    }

    /// The enterprise takes its application back; the money is free again.
    pub fn withdraw(&self, k: i64) {
        let number = format!("A-2026-{k:04}");
        let taken_back = self.act(&applicant(k), |act| {
            let version = act.application(&number, None)?.version;
            withdraw_application(act, &number, version, "项目取消")
        });
        taken_back.unwrap();
    }

    fn advance(&self, k: i64, who: &Actor, kind: ActKind) {
        let moved = self.act(who, |act| {
            let mut application = act.application(&format!("A-2026-{k:04}"), None)?;
            act.advance(&mut application, kind, "", "")
        });
        moved.unwrap();
    }

    /// Everything between submission and the end of the notice.
    pub fn pass_notice(&self, k: i64) {
        let provider = Actor { account: None, name: "中心".into(), standing: Standing::Provider(ProviderId::new(1)) };
        let task_force = staff(1, Duty::TaskForce);
        let final_reviewer = staff(2, Duty::FinalReviewer);
        let authority = staff(3, Duty::CompetentAuthority);
        for (who, kind) in [
            (&provider, ActKind::ConfirmUsage),
            (&task_force, ActKind::Precheck),
            (&task_force, ActKind::PassPreliminary),
            (&final_reviewer, ActKind::PassFinal),
            (&authority, ActKind::PassCredit),
            (&authority, ActKind::Publish),
            (&Actor::system(), ActKind::CloseNotice),
        ] {
            self.advance(k, who, kind);
        }
    }

    /// A batch that was drawn up by the maker and approved by the checker.
    pub fn ordered(&self, numbers: &[String]) -> String {
        let batch = self.act(&self.maker, |act| draw_up_batch(act, numbers)).unwrap();
        self.act(&self.checker, |act| approve_batch(act, &batch, 1)).unwrap();
        batch
    }

    pub fn batch(&self, number: &str) -> store::payout::Batch {
        self.store.read(|db| store::payout::find_by_number(db, number)).unwrap().unwrap()
    }

    /// The rows of a batch's lines.
    pub fn lines(&self, number: &str) -> Vec<i64> {
        let id = self.batch(number).id;
        self.store.read(|db| store::payout::lines(db, id)).unwrap().iter().map(|line| line.id).collect()
    }

    pub fn line_states(&self, k: i64) -> Vec<LineState> {
        let lines = self.store.read(|db| store::payout::lines_of_application(db, ApplicationId::new(k)));
        lines.unwrap().iter().map(|line| line.state).collect()
    }

    pub fn id(&self, k: i64) -> ApplicationId {
        ApplicationId::new(k)
    }

    pub fn state(&self, k: i64) -> State {
        self.store.read(|db| store::application::find(db, ApplicationId::new(k))).unwrap().unwrap().state
    }

    pub fn evaluations(&self, k: i64) -> usize {
        self.store.read(|db| suanquan::reports::kept_evaluation::rows(db, ApplicationId::new(k))).unwrap().len()
    }

    /// Available, reserved, ordered and paid of the province's budget.
    pub fn budget(&self) -> (Fen, Fen, Fen, Fen) {
        let row = self.store.read(|db| store::budget::find(db, Tier::Province, 2026)).unwrap().unwrap();
        (row.available(), row.reserved_fen, row.ordered_fen, row.paid_fen)
    }

    pub fn cap_used(&self, k: i64) -> Fen {
        let caps = self.store.read(|db| store::budget::caps_of(db, EnterpriseId::new(k))).unwrap();
        caps.iter().find(|cap| (cap.tier, cap.year) == (Tier::Province, 2026)).unwrap().used_fen
    }

    pub fn findings(&self) -> Vec<String> {
        self.store.read(check).unwrap().into_iter().map(|finding| finding.0).collect()
    }
}
