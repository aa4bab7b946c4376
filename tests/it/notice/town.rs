//! A small town: an authority, a reviewer, an auditor, and enterprises whose cases have passed the
//! credit check with 30,000.00 of the province's money reserved.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use suanquan::acts::edit_notice::edit_notice;
use suanquan::acts::notice_content::words_of;
use suanquan::acts::publish_notice::publish_notice;
use suanquan::acts::{Act, ActError, Outcome, perform};
use suanquan::application::State;
use suanquan::clock::Clock;
use suanquan::code::Tier;
use suanquan::config::Config;
use suanquan::files::Files;
use suanquan::ids::{ProviderId, Uscc};
use suanquan::ledger::{Movement, Occasion};
use suanquan::metering::statement::PurchaseState;
use suanquan::money::Fen;
use suanquan::notice::content::NoticeWords;
use suanquan::party::{AccountKind, Actor, Duty};
use suanquan::policy::case::ItemKind;
use suanquan::reading::Reader;
use suanquan::reports;
use suanquan::startup::house;
use suanquan::store::account::NewAccount;
use suanquan::store::application::Application;
use suanquan::store::notice::Notice;
use suanquan::store::purchase::NewPurchase;
use suanquan::store::{self, Db, Fault, Store, migrations};
use suanquan::web::doorkeeper::Doorkeeper;
use suanquan::web::site::Site;

use crate::harness::folder::Folder;

pub struct Town {
    pub site: Site,
    pub authority: Actor,
    pub reviewer: Actor,
    pub auditor: Actor,
    provider: ProviderId,
    _folder: Folder,
}

/// The code of the first refusal.
pub fn refusal_code(error: &ActError) -> &'static str {
    match error {
        ActError::Refused(refusals) => refusals[0].code,
        other => panic!("{other:?} is no refusal"),
    }
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl Town {
    pub fn new(url: &str, at: &str) -> Town {
        let store = Store::create(url).unwrap();
        migrations::run(&store).unwrap();
        let (config, folder) = (Config::default(), Folder::new("notice"));
        let now = time(at);
        let site = Site {
            house: Arc::new(house(&config, "http://town.test")),
            clock: Clock::settable(now),
            files: Files::new(folder.file("files").into()),
            doorkeeper: Arc::new(Doorkeeper::new(config.tries_per_minute)),
            config: Arc::new(config),
            demo: false,
            ingest: Site::turns(),
            turn: Arc::default(),
            reader: Reader::new(env!("CARGO_BIN_EXE_suanquan").into()),
            scanner: None,
            openid: None,
            authority: None,
            store: store.clone(),
        };
        let staff = |email: &str, duty: Duty| {
            store
                .write(|db| {
                    let new = account(email, AccountKind::Staff, now);
                    let id = store::account::insert(db, &new)?;
                    store::account::set_duties(db, id, &BTreeSet::from([duty]))?;
                    let account = store::account::find(db, id)?.unwrap();
                    store::account::actor(db, &account)
                })
                .unwrap()
        };
        let authority = staff("authority@town.test", Duty::CompetentAuthority);
        let by = authority.account;
        let provider = store
            .write(|db| {
                let movement = Movement {
                    occasion: Occasion::Appropriate,
                    tier: Tier::Province,
                    year: 2026,
                    application: None,
                    amount: Fen::yuan(1_000_000),
                    note: String::new(),
                };
                assert!(store::budget::post(db, &movement, by, now.naive_utc())?);
                store::purchase::insert_provider(db, Uscc::from_body("91420100MA4F0AAA1").unwrap().as_str(), "武汉人工智能计算中心", "")
            })
            .unwrap();
        Town {
            reviewer: staff("reviewer@town.test", Duty::TaskForce),
            auditor: staff("audit@town.test", Duty::Auditor),
            authority,
            provider,
            site,
            _folder: folder,
        }
    }

    pub fn act<T>(&self, actor: &Actor, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> Outcome<T> {
        perform(&self.site.store, &self.site.house, actor, self.site.clock.now(), act)
    }

    pub fn read<T>(&self, ask: impl FnOnce(&mut Db) -> Outcome<T>) -> Outcome<T> {
        self.site.store.read(ask)
    }

    pub fn set_clock(&self, at: &str) {
        assert!(self.site.clock.set(time(at)));
    }

    /// One enterprise with one case; answers its number.
    pub fn case(&self, index: usize) -> String {
        let now = self.site.clock.now();
        let number = format!("A-2026-{:04}", index + 1);
        let uscc = Uscc::from_body(&format!("91420100MA4TE5T{index:02}")).unwrap();
        let done = self.site.store.write(|db| -> Result<(), Fault> {
            let at = now.naive_utc();
            let enterprise = store::account::insert_enterprise(db, uscc.as_str(), &format!("武汉示例{index}号科技有限公司"), "", at)?;
            let email = format!("office{index}@firm.test");
            let person = NewAccount { enterprise_id: Some(enterprise), ..account(&email, AccountKind::Enterprise, now) };
            let by = store::account::insert(db, &person)?;
            let purchase = store::purchase::insert(db, &self.purchase(uscc.as_str(), index, at))?;
            let id = store::application::insert_draft(db, &number, enterprise, "wuhan-2022", by, at)?;
            store::application::insert_item(db, id, purchase)?;
            let amount = Fen::yuan(30_000);
            store::subsidy::put(db, id, Tier::Province, 2026, (Fen::yuan(100_000), amount, amount))?;
            store::budget::lock(db, enterprise, &[(Tier::Province, 2026, Fen::yuan(200_000))])?;
            assert!(store::budget::use_cap(db, enterprise, Tier::Province, 2026, amount)?);
            let movement = Movement {
                occasion: Occasion::Reserve,
                tier: Tier::Province,
                year: 2026,
                application: Some(id),
                amount,
                note: String::new(),
            };
            assert!(store::budget::post(db, &movement, Some(by), at)?);
            let row = store::subsidy::of_application(db, id)?.remove(0);
            store::subsidy::set_held(db, row.id, amount)?;
            let application = Application {
                state: State::CreditChecked,
                submitted_at: Some(at),
                first_submitted_at: Some(at),
                total_fen: amount,
                base_fen: Fen::yuan(100_000),
                ..store::application::find(db, id)?.unwrap()
            };
            assert!(store::application::save(db, &application)?);
            Ok(())
        });
        done.unwrap();
        number
    }

    fn purchase(&self, uscc: &str, index: usize, at: chrono::NaiveDateTime) -> NewPurchase {
        NewPurchase {
            provider_id: self.provider,
            enterprise_uscc: uscc.to_owned(),
            order_no: format!("O-{index}"),
            kind: ItemKind::Compute,
            resource: "昇腾910B".into(),
            unit: "card_hour".into(),
            quantity: "10000".into(),
            unit_price: "10".into(),
            amount_fen: Fen::yuan(100_000),
            accepted_fen: Fen::yuan(100_000),
            service_from: "2026-01-05".parse().unwrap(),
            service_to: "2026-01-31".parse().unwrap(),
            recorded_at: at,
            recorded_by: "test".into(),
            statement_id: None,
            state: PurchaseState::Claimable,
            prepaid_cash_fen: Fen::ZERO,
            non_cash_fen: Fen::ZERO,
            claimable_fen: Fen::ZERO,
        }
    }

    /// Writes what a draft still lacks.
    pub fn fill_contacts(&self, number: &str, cases: &[String]) {
        let notice = self.notice(number);
        let words = NoticeWords {
            issuer: "武汉市科学技术局".into(),
            contact_phone: "027-65690001".into(),
            supervision_phone: "027-65690002".into(),
            address: "武汉市江汉区发展大道164号".into(),
            ..words_of(&notice)
        };
        self.act(&self.authority, |act| edit_notice(act, number, notice.version, &words, cases)).unwrap();
    }

    pub fn publish(&self, number: &str) -> Outcome<()> {
        let version = self.notice(number).version;
        self.act(&self.authority, |act| publish_notice(act, number, version))
    }

    pub fn notice(&self, number: &str) -> Notice {
        self.read(|db| Ok(store::notice::find_by_number(db, number)?)).unwrap().unwrap()
    }

    fn application(&self, number: &str) -> Application {
        self.read(|db| Ok(store::known::application(db, &Actor::system(), number)?)).unwrap().unwrap()
    }

    pub fn state(&self, number: &str) -> State {
        self.application(number).state
    }

    pub fn states(&self, numbers: &[String]) -> Vec<State> {
        numbers.iter().map(|number| self.state(number)).collect()
    }

    pub fn version(&self, number: &str) -> i64 {
        self.application(number).version
    }

    pub fn letters(&self, number: &str) -> Vec<String> {
        let id = self.application(number).id;
        let letters = self.read(|db| Ok(store::letter::of_application(db, id)?)).unwrap();
        letters.into_iter().map(|letter| format!("{}\n{}", letter.subject, letter.body)).collect()
    }

    /// Every word of the case's trail.
    pub fn trail(&self, number: &str) -> Vec<String> {
        let id = self.application(number).id;
        let lines = self.read(|db| Ok(store::audit::of_application(db, id)?)).unwrap();
        lines.into_iter().map(|line| format!("{} {} {} {}", line.act, line.subject, line.reason, line.detail)).collect()
    }

    pub fn reserved(&self, tier: Tier) -> Fen {
        self.read(|db| Ok(store::budget::find(db, tier, 2026)?)).unwrap().unwrap().reserved_fen
    }

    pub fn cap_used(&self, number: &str) -> Fen {
        let id = self.application(number).enterprise_id;
        self.read(|db| Ok(store::budget::caps_of(db, id)?)).unwrap().iter().map(|cap| cap.used_fen).sum()
    }

    pub fn holds_purchase(&self, number: &str) -> bool {
        let id = self.application(number).id;
        self.read(|db| Ok(store::application::items(db, id)?)).unwrap().iter().any(|item| item.holds_purchase)
    }

    pub fn list_as_dishonest(&self, number: &str, from: &str, to: Option<&str>) {
        let application = self.application(number);
        let by = self.authority.account.unwrap();
        let (from, to) = (from.parse().unwrap(), to.map(|to| to.parse().unwrap()));
        let at = self.site.clock.now().naive_utc();
        self.site
            .store
            .write(|db| -> Result<(), Fault> {
                let uscc = store::account::enterprise(db, application.enterprise_id)?.unwrap().uscc;
                store::qualification::record_dishonesty(db, &uscc, (from, to), "严重失信主体名单", by, at)
            })
            .unwrap();
    }

    pub fn ledger_findings(&self) -> Vec<String> {
        let findings = self.site.store.read(reports::ledger::check).unwrap();
        findings.iter().map(|finding| format!("{finding:?}")).collect()
    }
}

fn account(email: &str, kind: AccountKind, now: DateTime<Utc>) -> NewAccount<'_> {
    NewAccount {
        email,
        name: "张三",
        password_hash: None,
        kind,
        enterprise_id: None,
        provider_id: None,
        language: "zh-CN",
        created_at: now.naive_utc(),
        confirmed_at: Some(now.naive_utc()),
    }
}
