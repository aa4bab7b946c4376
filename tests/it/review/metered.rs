//! Applications whose purchases rest on statements: the provider's step passes by itself, and what
//! is not claimable cannot be chosen.

use std::sync::Barrier;
use std::time::Duration;

use suanquan::acts::choose_purchases::choose_purchases;
use suanquan::acts::confirm_usage::{Confirmed, confirm_usage};
use suanquan::acts::pass_final::pass_final;
use suanquan::acts::pass_preliminary::pass_preliminary;
use suanquan::acts::precheck_application::precheck_application;
use suanquan::acts::record_papers::{InvoiceEntry, allocate_paper, record_tax_invoice};
use suanquan::acts::start_application::start_application;
use suanquan::acts::submit_application::submit_application;
use suanquan::acts::{ActError, Outcome, perform};
use suanquan::application::State;
use suanquan::ids::{PurchaseId, Uscc};
use suanquan::metering::statement::PurchaseState;
use suanquan::money::Fen;
use suanquan::party::Actor;
use suanquan::reports::provider_desk;
use suanquan::reports::statement::statement_detail;
use suanquan::store::metering::NewContract;
use suanquan::store::paper_trail::Paper;
use suanquan::store::statement::NewStatement;
use suanquan::store::{self, Fault};

use super::{Scene, day, refused};
use crate::harness::db::on_both;

impl Scene {
    /// A purchase of 100,000.00 at the first centre that rests on a confirmed statement.
    fn metered(&mut self, number: &str, state: PurchaseState) -> PurchaseId {
        let at = self.now.naive_utc();
        let model = self.purchases[0];
        let claimable = if state == PurchaseState::Claimable { Fen::yuan(100_000) } else { Fen::ZERO };
        self.store
            .write(|db| {
                let known = store::purchase::find(db, model)?.unwrap();
                let contract = NewContract {
                    provider_id: known.provider_id,
                    enterprise_uscc: known.enterprise_uscc.clone(),
                    enterprise_name: "示例智能".into(),
                    number: format!("HT-{number}"),
                    signed_on: day("2025-12-01"),
                    valid_from: day("2026-01-01"),
                    valid_to: day("2026-12-31"),
                    utc_offset_minutes: 480,
                    cap_fen: None,
                    tariff_code: "standard".into(),
                    recorded_by: None,
                    recorded_at: at,
                };
                let contract = store::metering::insert_contract(db, &contract)?;
                store::statement::keep_key(db, "key", "00", at)?;
                let statement = NewStatement {
                    number: number.into(),
                    contract_id: contract,
                    period: "2026-01".into(),
                    version: 1,
                    kind: "usage".into(),
                    reverses_id: None,
                    cutoff: "0:1".into(),
                    usage_fen: Fen::yuan(100_000),
                    adjustment_fen: Fen::ZERO,
                    total_fen: Fen::yuan(100_000),
                    credit_brought_fen: Fen::ZERO,
                    prepaid_cash_fen: Fen::ZERO,
                    non_cash_fen: Fen::ZERO,
                    payable_fen: Fen::yuan(100_000),
                    credit_left_fen: Fen::ZERO,
                    event_root: String::new(),
                    lines_digest: String::new(),
                    digest: String::new(),
                    key_id: "key".into(),
                    signature: String::new(),
                    issued_by: None,
                    issued_at: at,
                };
                let statement = store::statement::insert(db, &statement, &[], "confirmed", None, at)?;
                let new = store::purchase::NewPurchase {
                    provider_id: known.provider_id,
                    enterprise_uscc: known.enterprise_uscc,
                    order_no: number.into(),
                    kind: known.kind,
                    resource: known.resource,
                    unit: known.unit,
                    quantity: known.quantity,
                    unit_price: String::new(),
                    amount_fen: Fen::yuan(100_000),
                    accepted_fen: claimable,
                    service_from: known.service_from,
                    service_to: known.service_to,
                    recorded_at: at,
                    recorded_by: "statement".into(),
                    statement_id: Some(statement),
                    state,
                    prepaid_cash_fen: Fen::ZERO,
                    non_cash_fen: Fen::ZERO,
                    claimable_fen: claimable,
                };
                store::purchase::insert(db, &new)
            })
            .unwrap()
    }
}

#[test]
fn an_application_on_statements_alone_passes_the_providers_step_by_itself() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let number = scene.submitted(&[metered]);
        let case = scene.case(&number);
        assert_eq!((case.state, case.total_fen), (State::ProviderConfirmed, Fen::yuan(30_000)));
        let trail = scene.store.read(|db| store::audit::of_application(db, case.id)).unwrap();
        let passed = trail.iter().find(|line| line.act == "confirm_usage").unwrap();
        assert!(passed.reason.contains("对账单") && passed.actor_role == "system", "{passed:?}");
        let centre = scene.centres[0].provider().unwrap();
        let waiting = scene.store.read(|db| provider_desk::to_confirm(db, centre)).unwrap();
        assert!(waiting.is_empty());
    });
}

#[test]
fn beside_a_reported_purchase_only_that_one_is_confirmed() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let reported = scene.purchases[1];
        let number = scene.submitted(&[metered, reported]);
        assert_eq!(scene.case(&number).state, State::Submitted);
        let centres = scene.centres.clone();
        let waiting = |scene: &Scene, at: usize| {
            let provider = scene.centres[at].provider().unwrap();
            scene.store.read(|db| provider_desk::to_confirm(db, provider)).unwrap()
        };
        assert!(waiting(&scene, 0).is_empty());
        let item = waiting(&scene, 1)[0].items[0].0.id;
        let words = [Confirmed { item, accepted: None, note: String::new() }];
        scene.step(&centres[1], &number, |act, number, version| confirm_usage(act, number, version, &words).map(drop)).unwrap();
        assert_eq!(scene.case(&number).state, State::ProviderConfirmed);
    });
}

#[test]
fn what_is_not_paid_yet_cannot_be_chosen() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let applicant = scene.applicant.clone();
        for (number, state) in [
            ("S-2026-0001", PurchaseState::Issued),
            ("S-2026-0002", PurchaseState::PartiallyPaid),
            ("S-2026-0003", PurchaseState::Paid),
            ("S-2026-0004", PurchaseState::Blocked),
            ("S-2026-0005", PurchaseState::Reversed),
        ] {
            let purchase = scene.metered(number, state);
            let refused = scene.act(&applicant, |act| start_application(act, &[purchase]));
            let Err(ActError::Refused(why)) = refused else { panic!("{state}: {refused:?}") };
            assert_eq!(why[0].code, "not_claimable", "{state}");
        }
        let good = scene.purchases[0];
        let draft = scene.act(&applicant, |act| start_application(act, &[good])).unwrap();
        let late = scene.metered("S-2026-0006", PurchaseState::Claimable);
        scene.step(&applicant, &draft, |act, number, version| choose_purchases(act, number, version, &[good, late])).unwrap();
        // It is reversed while it waits in the draft: the gap is named at submission.
        let spoil = |db: &mut store::Db| {
            let mut purchase = store::purchase::find(db, late)?.unwrap();
            (purchase.state, purchase.claimable_fen) = (PurchaseState::Reversed, Fen::ZERO);
            store::purchase::save_money(db, &purchase).map(|saved| assert!(saved))
        };
        scene.store.write::<_, Fault>(spoil).unwrap();
        let refused = scene.step(&applicant, &draft, submit_application);
        let Err(ActError::Refused(why)) = refused else { panic!("{refused:?}") };
        assert!(why.iter().any(|refusal| refusal.text.zh.contains("S-2026-0006") && refusal.text.zh.contains("已冲销")), "{why:?}");
    });
}

/// Does something while the refund of a purchase is written and not yet committed.
fn while_money_goes<T: Send>(scene: &Scene, purchase: PurchaseId, doing: impl Fn(&Scene) -> T) -> T {
    let written = Barrier::new(2);
    std::thread::scope(|both| {
        let refund = both.spawn(|| {
            scene.store.write::<_, Fault>(|db| {
                let mut purchase = store::purchase::find(db, purchase)?.unwrap();
                (purchase.state, purchase.claimable_fen) = (PurchaseState::PartiallyPaid, Fen::ZERO);
                assert!(store::purchase::save_money(db, &purchase)?);
                written.wait();
                std::thread::sleep(Duration::from_millis(300));
                Ok(())
            })
        });
        written.wait();
        let done = doing(scene);
        refund.join().unwrap().unwrap();
        done
    })
}

#[test]
fn money_that_goes_back_during_the_final_review_is_seen_by_it() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let number = scene.submitted(&[metered]);
        scene.accept_qualifications();
        let (one, three) = (scene.one.clone(), scene.three.clone());
        scene.step(&one, &number, precheck_application).unwrap();
        scene.step(&three, &number, |act, case, version| pass_preliminary(act, case, version, "")).unwrap();
        let version = scene.case(&number).version;
        let passed = while_money_goes(&scene, metered, |scene| {
            perform(&scene.store, &scene.house, &scene.two, scene.now, |act| pass_final(act, &number, version, ""))
        });
        assert!(matches!(refused(passed), "purchase_changed" | "explanation_missing"));
        assert_eq!(scene.case(&number).state, State::PreliminaryPassed);
    });
}

#[test]
fn money_that_goes_back_while_an_application_is_submitted_is_not_granted() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let draft = scene.complete(&[metered]);
        let version = scene.case(&draft).version;
        let submitted = while_money_goes(&scene, metered, |scene| {
            perform(&scene.store, &scene.house, &scene.applicant, scene.now, |act| submit_application(act, &draft, version))
        });
        assert!(matches!(refused(submitted), "purchase_changed" | "incomplete"));
        assert_eq!((scene.case(&draft).state, scene.reserved()), (State::Draft, Fen::ZERO));
    });
}

#[test]
fn two_applications_that_take_one_purchase_at_the_same_moment_do_not_both_get_it() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let (start, scene) = (Barrier::new(4), &scene);
        let taken = std::thread::scope(|all| {
            let race = || {
                all.spawn(|| {
                    start.wait();
                    perform(&scene.store, &scene.house, &scene.applicant, scene.now, |act| start_application(act, &[metered])).is_ok()
                })
            };
            [race(), race(), race(), race()].map(|one| one.join().unwrap())
        });
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{taken:?}");
        let holders = scene.store.read(|db| store::purchase::holders(db, &[metered])).unwrap();
        assert_eq!(holders.len(), 1);
    });
}

#[test]
fn the_task_force_reads_the_statements_of_submitted_applications_only() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        scene.metered("S-2026-0002", PurchaseState::Claimable);
        let draft = scene.complete(&[metered]);
        let reads = |scene: &Scene, actor: &Actor, number: &str| match scene.store.read(|db| statement_detail(db, actor, number)) {
            Ok(_) => true,
            Err(ActError::NotFound) => false,
            Err(other) => panic!("{other:?}"),
        };
        let (one, authority) = (scene.one.clone(), scene.authority.clone());
        assert!(!reads(&scene, &one, "S-2026-0001"));
        scene.submit(&draft);
        assert!(reads(&scene, &one, "S-2026-0001"));
        assert!(!reads(&scene, &one, "S-2026-0002"));
        assert!(reads(&scene, &authority, "S-2026-0002"), "who oversees the programme reads them all");
    });
}

impl Scene {
    /// An invoice of the first centre for the applicant, or a red letter to one.
    fn invoice(&mut self, number: &str, total: Fen, red_of: Option<&str>) -> Outcome<i64> {
        let centre = self.centres[0].clone();
        let entry = InvoiceEntry {
            code: String::new(),
            number: number.into(),
            buyer: Uscc::from_body("91420100MA4TE5T13").unwrap(),
            total,
            tax: Fen::ZERO,
            issued_on: day("2026-03-01"),
            red_of: red_of.map(|of| (String::new(), of.to_owned())),
        };
        self.act(&centre, |act| record_tax_invoice(act, centre.provider().unwrap(), &entry))
    }

    /// Subjects and bodies of the letters about corrections of an application's purchases.
    fn alarms(&self, number: &str) -> Vec<(String, String)> {
        let id = self.case(number).id;
        let letters = self.store.read(|db| store::letter::of_application(db, id)).unwrap();
        letters.into_iter().filter(|letter| letter.kind == "purchase_corrected").map(|letter| (letter.to_email, letter.body)).collect()
    }
}

#[test]
fn a_red_letter_after_the_final_review_is_told_to_those_who_may_demand_money_back() {
    const INVOICE: &str = "26422000000000000001";
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let number = scene.submitted(&[metered]);
        scene.accept_qualifications();
        let (centre, one, two, three) = (scene.centres[0].clone(), scene.one.clone(), scene.two.clone(), scene.three.clone());
        scene.step(&one, &number, precheck_application).unwrap();
        scene.step(&three, &number, |act, case, version| pass_preliminary(act, case, version, "")).unwrap();
        scene.step(&two, &number, |act, case, version| pass_final(act, case, version, "")).unwrap();

        let invoice = scene.invoice(INVOICE, Fen::yuan(100_000), None).unwrap();
        let provider = centre.provider().unwrap();
        scene.act(&centre, |act| allocate_paper(act, provider, metered, Paper::Invoice(invoice), Fen::yuan(100_000))).unwrap();
        assert!(scene.alarms(&number).is_empty());
        scene.invoice("26422000000000000002", Fen::yuan(20_000), Some(INVOICE)).unwrap();
        let alarms = scene.alarms(&number);
        let (to, body) = &alarms[0];
        assert_eq!((alarms.len(), to.as_str()), (1, "authority@example.test"));
        let item = scene.store.read(|db| store::application::items(db, scene.case(&number).id)).unwrap()[0].id.get();
        let link = format!("/audit/applications/{number}/clawback?item={item:08}&on=2026-03-01&red_letter=20000.00&refunded=0.00");
        assert!(body.contains(&link), "{body}");
        let trail = scene.store.read(|db| store::audit::of_application(db, scene.case(&number).id)).unwrap();
        assert!(trail.iter().any(|line| line.act == "purchase_corrected" && line.detail.contains("20,000.00")));
    });
}

#[test]
fn parts_of_one_paper_that_are_allocated_at_the_same_moment_never_exceed_it() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchases = ["S-2026-0001", "S-2026-0002", "S-2026-0003"].map(|number| scene.metered(number, PurchaseState::Issued));
        let invoice = scene.invoice("26422000000000000001", Fen::yuan(100_000), None).unwrap();
        let (start, scene) = (Barrier::new(3), &scene);
        let taken = std::thread::scope(|all| {
            let race = |purchase: PurchaseId| {
                let (start, centre) = (&start, &scene.centres[0]);
                all.spawn(move || {
                    start.wait();
                    let provider = centre.provider().unwrap();
                    perform(&scene.store, &scene.house, centre, scene.now, |act| {
                        allocate_paper(act, provider, purchase, Paper::Invoice(invoice), Fen::yuan(60_000))
                    })
                    .is_ok()
                })
            };
            purchases.map(race).map(|one| one.join().unwrap())
        });
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{taken:?}");
        let kept = scene.store.read(|db| store::paper_trail::invoice(db, invoice)).unwrap().unwrap();
        assert_eq!(kept.allocated_fen, Fen::yuan(60_000));
    });
}

#[test]
fn red_letters_that_come_at_the_same_moment_never_exceed_the_invoice() {
    const INVOICE: &str = "26422000000000000001";
    on_both(|url| {
        let mut scene = Scene::new(url);
        scene.invoice(INVOICE, Fen::yuan(100), None).unwrap();
        let (start, scene) = (Barrier::new(3), &scene);
        let taken = std::thread::scope(|all| {
            let race = |number: &'static str| {
                let (start, centre) = (&start, &scene.centres[0]);
                all.spawn(move || {
                    let entry = InvoiceEntry {
                        code: String::new(),
                        number: number.into(),
                        buyer: Uscc::from_body("91420100MA4TE5T13").unwrap(),
                        total: Fen::yuan(60),
                        tax: Fen::ZERO,
                        issued_on: day("2026-03-01"),
                        red_of: Some((String::new(), INVOICE.to_owned())),
                    };
                    start.wait();
                    perform(&scene.store, &scene.house, centre, scene.now, |act| {
                        record_tax_invoice(act, centre.provider().unwrap(), &entry)
                    })
                    .is_ok()
                })
            };
            ["26422000000000000002", "26422000000000000003", "26422000000000000004"].map(race).map(|one| one.join().unwrap())
        });
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{taken:?}");
    });
}
