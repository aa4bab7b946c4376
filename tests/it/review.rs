//! The review through its acts: four eyes, stale pages, correction and resubmission, what a provider
//! may touch. On both databases.

mod cross_checks;
mod explaining;
mod marking;
mod metered;
mod reading;
mod registers;
mod remarks;
mod ties;
mod vouchers;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use suanquan::acts::confirm_usage::{Confirmed, confirm_usage};
use suanquan::acts::describe_material::{PaperFacts, describe_material};
use suanquan::acts::file_material::{FiledFile, file_material};
use suanquan::acts::record_appropriation::{NewAppropriation, record_appropriation};
use suanquan::acts::return_for_correction::{Wanted, return_for_correction};
use suanquan::acts::{Act, ActError, House, Outcome, perform};
use suanquan::acts::{
    add_remark::add_remark, assign_application::assign_application, choose_tier::choose_tier, decide_qualification::decide_qualification,
    declare::declare, lapse_correction::lapse_correction, pass_final::pass_final, pass_preliminary::pass_preliminary,
    precheck_application::precheck_application, reject_application::reject_application, start_application::start_application,
    submit_application::submit_application,
};
use suanquan::application::{ActKind, State, TierChoice};
use suanquan::ids::{MaterialId, PurchaseId, Uscc};
use suanquan::metering::statement::PurchaseState;
use suanquan::party::{AccountKind, Actor, Duty, EntryKind, Place};
use suanquan::reports::{desk_queue, provider_desk};
use suanquan::store::{
    self, Db, Fault, Store, account::NewAccount, application::Application, bank::NewBankAccount, migrations, purchase::NewPurchase,
    qualification::NewQualification,
};
use suanquan::{code::Tier, config::Config, money::Fen, policy::case::ItemKind};

use crate::harness::db::on_both;

/// Two providers, one enterprise with a purchase of 100,000.00 at each, and the people.
struct Scene {
    store: Store,
    house: House,
    now: DateTime<Utc>,
    applicant: Actor,
    centres: [Actor; 2],
    one: Actor,
    two: Actor,
    three: Actor,
    authority: Actor,
    purchases: [PurchaseId; 2],
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn person(db: &mut Db, name: &str, kind: AccountKind, house: i64, duties: &[Duty]) -> Actor {
    let at = DateTime::UNIX_EPOCH.naive_utc();
    let id = store::account::insert(
        db,
        &NewAccount {
            email: &format!("{name}@example.test"),
            name,
            password_hash: None,
            kind,
            enterprise_id: (kind == AccountKind::Enterprise).then(|| suanquan::ids::EnterpriseId::new(house)),
            provider_id: (kind == AccountKind::Provider).then(|| suanquan::ids::ProviderId::new(house)),
            language: "zh-CN",
            created_at: at,
            confirmed_at: Some(at),
        },
    )
    .unwrap();
    store::account::set_duties(db, id, &duties.iter().copied().collect()).unwrap();
    let account = store::account::find(db, id).unwrap().unwrap();
    store::account::actor(db, &account).unwrap()
}

fn purchase(db: &mut Db, provider: i64, buyer: &str, order_no: &str, now: DateTime<Utc>) -> PurchaseId {
    let new = NewPurchase {
        provider_id: suanquan::ids::ProviderId::new(provider),
        enterprise_uscc: buyer.to_owned(),
        order_no: order_no.to_owned(),
        kind: ItemKind::Compute,
        resource: "昇腾910B".into(),
        unit: "card_hour".into(),
        quantity: "10000".into(),
        unit_price: "10".into(),
        amount_fen: Fen::yuan(100_000),
        accepted_fen: Fen::yuan(100_000),
        service_from: day("2026-01-05"),
        service_to: day("2026-02-05"),
        recorded_at: now.naive_utc(),
        recorded_by: "test".into(),
        statement_id: None,
        state: PurchaseState::Claimable,
        prepaid_cash_fen: Fen::ZERO,
        non_cash_fen: Fen::ZERO,
        claimable_fen: Fen::ZERO,
    };
    store::purchase::insert(db, &new).unwrap()
}

impl Scene {
    fn new(url: &str) -> Scene {
        let store = Store::create(url).unwrap();
        migrations::run(&store).unwrap();
        let now: DateTime<Utc> = "2026-03-02T01:00:00Z".parse().unwrap();
        let house = suanquan::startup::house(&Config::default(), "http://suanquan.test");
        let mut scene = store.write(|db| Ok::<_, Fault>(Scene::people(db, store.clone(), house, now))).unwrap();
        let finance = scene.store.write(|db| Ok::<_, Fault>(person(db, "finance", AccountKind::Staff, 0, &[Duty::Finance]))).unwrap();
        let budget = NewAppropriation {
            tier: Tier::Province,
            year: 2026,
            amount: Fen::yuan(1_000_000),
            document_no: "文1".into(),
            note: String::new(),
        };
        scene.act(&finance, |act| record_appropriation(act, &budget)).unwrap();
        scene
    }

    fn people(db: &mut Db, store: Store, house: House, now: DateTime<Utc>) -> Scene {
        let at = now.naive_utc();
        let uscc = Uscc::from_body("91420100MA4TE5T13").unwrap();
        let enterprise = store::account::insert_enterprise(db, uscc.as_str(), "示例智能", "示例智能", at).unwrap();
        let mut centres = Vec::new();
        for (body, name) in [("91420100MA4AAAA11", "甲中心"), ("91420100MA4BBBB22", "乙中心")] {
            let code = Uscc::from_body(body).unwrap();
            let id = store::purchase::insert_provider(db, code.as_str(), name, "").unwrap();
            centres.push(person(db, name, AccountKind::Provider, id.get(), &[]));
        }
        let applicant = person(db, "applicant", AccountKind::Enterprise, enterprise.get(), &[]);
        let by = applicant.account.unwrap();
        for (kind, place) in [(EntryKind::RegistrationPlace, Some(Place::Hubei)), (EntryKind::TechSme, None)] {
            let new = NewQualification {
                enterprise_id: enterprise,
                kind,
                number: "202642010000000001".into(),
                place,
                carrier_kind: None,
                carrier_level: None,
                prior_year_sales_fen: None,
                valid_from: day("2026-01-01"),
                valid_to: day("2026-12-31"),
                file_id: None,
                file_name: String::new(),
                entered_by: by,
                entered_at: at,
            };
            store::qualification::insert(db, &new).unwrap();
        }
        let bank = NewBankAccount {
            enterprise_id: enterprise,
            account_name: "示例智能",
            bank_name: "工商银行",
            account_no: "420000000000031",
            cnaps: "",
            state: "active",
            created_by: by,
            created_at: at,
            confirmed_at: Some(at),
        };
        store::bank::insert(db, &bank).unwrap();
        let reviewer = [Duty::TaskForce, Duty::FinalReviewer];
        let providers: Vec<i64> = centres.iter().map(|centre| centre.provider().unwrap().get()).collect();
        Scene {
            store,
            house,
            now,
            one: person(db, "one", AccountKind::Staff, 0, &reviewer),
            two: person(db, "two", AccountKind::Staff, 0, &reviewer),
            three: person(db, "three", AccountKind::Staff, 0, &[Duty::TaskForce]),
            authority: person(db, "authority", AccountKind::Staff, 0, &[Duty::CompetentAuthority]),
            applicant,
            purchases: [purchase(db, providers[0], uscc.as_str(), "P-1", now), purchase(db, providers[1], uscc.as_str(), "P-2", now)],
            centres: centres.try_into().unwrap(),
        }
    }

    fn act<T>(&mut self, actor: &Actor, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> Outcome<T> {
        self.now += TimeDelta::seconds(60);
        perform(&self.store, &self.house, actor, self.now, act)
    }

    fn case(&self, number: &str) -> Application {
        self.store.read(|db| store::known::application(db, &Actor::system(), number)).unwrap().unwrap()
    }

    /// Runs an act on the application as it is now.
    fn step(&mut self, actor: &Actor, number: &str, act: impl FnOnce(&mut Act<'_>, &str, i64) -> Outcome<()>) -> Outcome<()> {
        let version = self.case(number).version;
        self.act(&actor.clone(), |doing| act(doing, number, version))
    }

    fn submit(&mut self, number: &str) {
        let applicant = self.applicant.clone();
        self.step(&applicant, number, submit_application).unwrap();
    }

    /// A draft with papers for all purchases, submitted.
    fn submitted(&mut self, purchases: &[PurchaseId]) -> String {
        let number = self.complete(purchases);
        self.submit(&number);
        number
    }

    /// A draft with papers for all purchases; nothing is missing.
    fn complete(&mut self, purchases: &[PurchaseId]) -> String {
        let applicant = self.applicant.clone();
        let number = self.act(&applicant, |act| start_application(act, purchases)).unwrap();
        let id = self.case(&number).id;
        let covers: Vec<_> = self.store.read(|db| store::application::items(db, id)).unwrap().iter().map(|item| item.id).collect();
        let amount = Fen::yuan(100_000 * i64::try_from(purchases.len()).unwrap());
        for (kind, paper_no) in [("contract", "C-1"), ("invoice", "26422000000045508821"), ("payment", "B-1")] {
            let file = FiledFile {
                kind: kind.into(),
                name: format!("{kind}.pdf"),
                sha256: format!("{kind}-{number}"),
                size_bytes: 10,
                media_type: "application/pdf",
                reading: None,
                scanned: false,
            };
            let paper = self.act(&applicant, |act| file_material(act, &number, &[file])).unwrap()[0];
            let facts = PaperFacts {
                number: paper_no.into(),
                amount,
                dated_on: Some(day("2026-02-10")),
                covers: covers.clone(),
                ..PaperFacts::default()
            };
            self.act(&applicant, |act| describe_material(act, &number, paper, &facts)).unwrap();
        }
        self.step(&applicant, &number, |act, case, version| choose_tier(act, case, version, TierChoice::Best)).unwrap();
        self.step(&applicant, &number, |act, case, version| declare(act, case, version, true)).unwrap();
        number
    }

    fn confirm(&mut self, centre: usize, number: &str) -> Outcome<bool> {
        let actor = self.centres[centre].clone();
        let provider = actor.provider().unwrap();
        let mine = self.store.read(|db| provider_desk::one_to_confirm(db, provider, number))?;
        let words: Vec<Confirmed> =
            mine.items.iter().map(|(item, _)| Confirmed { item: item.id, accepted: None, note: String::new() }).collect();
        self.act(&actor, |act| confirm_usage(act, number, mine.version, &words))
    }

    fn accept_qualifications(&mut self) {
        let one = self.one.clone();
        let enterprise = self.applicant.enterprise().unwrap();
        for entry in self.store.read(|db| store::qualification::of_enterprise(db, enterprise)).unwrap() {
            if entry.state == "entered" {
                self.act(&one, |act| decide_qualification(act, entry.id, true, "")).unwrap();
            }
        }
    }

    /// Submitted, confirmed and prechecked by `one`, preliminarily reviewed by `three`.
    fn up_to_final(&mut self) -> String {
        let purchase = self.purchases[0];
        let number = self.submitted(&[purchase]);
        assert!(self.confirm(0, &number).unwrap());
        self.accept_qualifications();
        let (one, three) = (self.one.clone(), self.three.clone());
        self.step(&one, &number, precheck_application).unwrap();
        self.step(&three, &number, |act, case, version| pass_preliminary(act, case, version, "")).unwrap();
        number
    }

    fn paper(&self, number: &str, kind: &str) -> MaterialId {
        let id = self.case(number).id;
        let papers = self.store.read(|db| store::application::materials(db, id)).unwrap();
        papers.iter().find(|paper| paper.kind == kind).unwrap().id
    }

    fn reserved(&self) -> Fen {
        self.store.read(|db| store::budget::find(db, Tier::Province, 2026)).unwrap().unwrap().reserved_fen
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    match outcome {
        Err(ActError::Refused(refusals)) => refusals[0].code,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn review_by_four_eyes_whoever_prepared_a_case_cannot_do_its_final_review() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.up_to_final();
        assert_eq!(scene.case(&number).total_fen, Fen::yuan(30_000));
        let (one, two, three) = (scene.one.clone(), scene.two.clone(), scene.three.clone());
        // `one` prechecked and has the right to final reviews, but not to this one.
        assert_eq!(refused(scene.step(&one, &number, |act, case, version| pass_final(act, case, version, ""))), "four_eyes");
        assert_eq!(
            refused(scene.step(&one, &number, |act, case, version| reject_application(act, case, version, "材料与合同明显不符合要求"))),
            "four_eyes"
        );
        // `three` has no such right at all.
        assert!(matches!(scene.step(&three, &number, |act, case, version| pass_final(act, case, version, "")), Err(ActError::NotAllowed)));
        scene.step(&two, &number, |act, case, version| pass_final(act, case, version, "")).unwrap();
        assert_eq!(scene.case(&number).state, State::FinalPassed);
    });
}

#[test]
fn review_a_final_reviewer_who_returned_a_case_cannot_prepare_it_afterwards() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.up_to_final();
        let two = scene.two.clone();
        let wanted = Wanted { papers: vec![(scene.paper(&number, "invoice"), "缺购买方税号".into())], other: String::new() };
        scene.step(&two, &number, |act, case, version| return_for_correction(act, case, version, &wanted)).unwrap();
        correct(&mut scene, &number);
        scene.submit(&number);
        assert!(scene.confirm(0, &number).unwrap());
        assert_eq!(refused(scene.step(&two, &number, precheck_application)), "four_eyes");
    });
}

/// The enterprise deals with the remark on its invoice.
fn correct(scene: &mut Scene, number: &str) {
    let applicant = scene.applicant.clone();
    let paper = scene.paper(number, "invoice");
    let id = scene.case(number).id;
    let covers = scene.store.read(|db| store::application::items(db, id)).unwrap().iter().map(|item| item.id).collect();
    let facts = PaperFacts {
        number: "26422000000045508822".into(),
        amount: Fen::yuan(100_000),
        dated_on: Some(day("2026-02-11")),
        covers,
        ..PaperFacts::default()
    };
    scene.act(&applicant, |act| describe_material(act, number, paper, &facts)).unwrap();
    // A changed paper changes the calculation: it is looked at again.
    scene.step(&applicant, number, |act, case, version| choose_tier(act, case, version, TierChoice::Best)).unwrap();
}

#[test]
fn review_on_a_stale_page_is_refused_and_says_who_was_faster() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        scene.confirm(0, &number).unwrap();
        let (one, three) = (scene.one.clone(), scene.three.clone());
        let seen = scene.case(&number).version;
        let to = three.account.unwrap();
        scene.act(&one, |act| assign_application(act, &number, seen, to)).unwrap();
        let Err(ActError::Stale(stale)) = scene.act(&three, |act| precheck_application(act, &number, seen)) else { panic!("not stale") };
        assert_eq!((stale.who.as_str(), stale.act, stale.state), ("one", Some(ActKind::Assign), State::ProviderConfirmed));
        let ask = desk_queue::QueueAsk {
            tab: desk_queue::Tab::Mine,
            search: "示例".into(),
            state: None,
            tier: Some(Tier::Province),
            provider: scene.centres[0].provider(),
            sort: desk_queue::Sort::Due,
            descending: true,
            page: 0,
        };
        let queue = scene.store.read(|db| desk_queue::page(db, three.account, &ask)).unwrap();
        assert_eq!(queue.rows.iter().map(|row| row.number.as_str()).collect::<Vec<_>>(), [number.as_str()]);
        assert_eq!(scene.store.read(|db| desk_queue::page(db, one.account, &ask)).unwrap().total, 0);
    });
}

#[test]
fn review_return_gives_the_money_back_and_resubmission_takes_it_again() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        scene.confirm(0, &number).unwrap();
        assert_eq!(scene.reserved(), Fen::yuan(30_000));
        let three = scene.three.clone();
        let nothing = Wanted::default();
        assert_eq!(
            refused(scene.step(&three, &number, |act, case, version| return_for_correction(act, case, version, &nothing))),
            "reason_missing"
        );
        let invoice = scene.paper(&number, "invoice");
        scene.step(&three, &number, |act, case, version| add_remark(act, case, version, invoice, "缺税号")).unwrap();
        let wanted = Wanted { papers: vec![(invoice, "缺购买方税号，请换开".into())], other: String::new() };
        scene.step(&three, &number, |act, case, version| return_for_correction(act, case, version, &wanted)).unwrap();
        let case = scene.case(&number);
        // Five working days after Monday, 2 March.
        assert_eq!((case.state, case.correction_due), (State::Returned, Some(day("2026-03-09"))));
        assert_eq!(scene.reserved(), Fen::ZERO);
        let letters = scene.store.read(|db| store::letter::of_application(db, case.id)).unwrap();
        assert!(letters.iter().any(|letter| letter.body.contains("缺购买方税号，请换开") && letter.body.contains("3月9日")));
        correct(&mut scene, &number);
        scene.submit(&number);
        assert_eq!((scene.case(&number).state, scene.reserved()), (State::Submitted, Fen::yuan(30_000)));
        // The provider's word on the first submission does not stand for the second.
        assert!(scene.confirm(0, &number).unwrap());
    });
}

#[test]
fn review_a_correction_that_does_not_come_lapses_once_after_its_day() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        let three = scene.three.clone();
        let wanted = Wanted { papers: Vec::new(), other: "请补充合同附件".into() };
        scene.step(&three, &number, |act, case, version| return_for_correction(act, case, version, &wanted)).unwrap();
        scene.now = "2026-03-09T12:00:00Z".parse().unwrap();
        assert!(!scene.act(&Actor::system(), |act| lapse_correction(act, &number)).unwrap());
        scene.now = "2026-03-10T01:00:00Z".parse().unwrap();
        assert!(scene.act(&Actor::system(), |act| lapse_correction(act, &number)).unwrap());
        assert!(!scene.act(&Actor::system(), |act| lapse_correction(act, &number)).unwrap());
        assert_eq!(scene.case(&number).state, State::Withdrawn);
        let applicant = scene.applicant.clone();
        scene.act(&applicant, |act| start_application(act, &[purchase])).unwrap();
    });
}

#[test]
fn review_a_provider_sees_and_confirms_only_its_own_items() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let alone = scene.submitted(&[scene.purchases[0]]);
        let second = scene.centres[1].clone();
        assert!(matches!(scene.confirm(1, &alone), Err(ActError::NotFound)));
        let version = scene.case(&alone).version;
        assert!(matches!(scene.act(&second, |act| confirm_usage(act, &alone, version, &[])), Err(ActError::NotFound)));
        let seen = scene.store.read(|db| provider_desk::to_confirm(db, second.provider().unwrap())).unwrap();
        assert!(seen.is_empty());
        let (bought, total) = scene.store.read(|db| provider_desk::purchases(db, second.provider().unwrap(), 0, 50)).unwrap();
        assert_eq!((bought[0].0.order_no.as_str(), total), ("P-2", 1));
    });
}

#[test]
fn review_goes_on_when_every_provider_has_confirmed_and_less_usage_means_less_money() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let both = scene.purchases;
        let number = scene.submitted(&both);
        assert_eq!(scene.case(&number).total_fen, Fen::yuan(60_000));
        let first = scene.centres[0].clone();
        let mine = scene.store.read(|db| provider_desk::one_to_confirm(db, first.provider().unwrap(), &number)).unwrap();
        assert_eq!(mine.items.len(), 1);
        let word = |accepted| vec![Confirmed { item: mine.items[0].0.id, accepted: Some(accepted), note: "停机".into() }];
        let above = scene.act(&first, |act| confirm_usage(act, &number, mine.version, &word(Fen::yuan(100_001))));
        assert_eq!(refused(above), "above_purchase");
        assert!(!scene.act(&first, |act| confirm_usage(act, &number, mine.version, &word(Fen::yuan(80_000)))).unwrap());
        let case = scene.case(&number);
        assert_eq!((case.state, case.total_fen, scene.reserved()), (State::Submitted, Fen::yuan(54_000), Fen::yuan(54_000)));
        assert!(scene.confirm(1, &number).unwrap());
        assert_eq!(scene.case(&number).state, State::ProviderConfirmed);
    });
}

#[test]
fn review_precheck_waits_for_qualifications_and_refuses_when_nothing_is_left() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        scene.confirm(0, &number).unwrap();
        let one = scene.one.clone();
        assert_eq!(refused(scene.step(&one, &number, precheck_application)), "qualifications_open");
        let enterprise = scene.applicant.enterprise().unwrap();
        for entry in scene.store.read(|db| store::qualification::of_enterprise(db, enterprise)).unwrap() {
            let accept = entry.kind == EntryKind::RegistrationPlace;
            assert_eq!(refused(scene.act(&one, |act| decide_qualification(act, entry.id, false, " "))), "reason_missing");
            scene.act(&one, |act| decide_qualification(act, entry.id, accept, "编号查不到")).unwrap();
        }
        assert_eq!(refused(scene.step(&one, &number, precheck_application)), "nothing_to_grant");
        // The refusal left everything as it was: state, money, sides.
        assert_eq!((scene.case(&number).state, scene.reserved()), (State::ProviderConfirmed, Fen::yuan(30_000)));
        let short = scene.step(&one, &number, |act, case, version| reject_application(act, case, version, "不符合"));
        assert_eq!(refused(short), "reason_too_short");
        scene.step(&one, &number, |act, case, version| reject_application(act, case, version, "资质编号在名录中查不到")).unwrap();
        assert_eq!((scene.case(&number).state, scene.reserved()), (State::Rejected, Fen::ZERO));
    });
}
