//! From usage to claimable money: statements are frozen, late events become adjustments, only what
//! was really paid is claimable, and nothing is claimed twice (I16, I18, I20 to I26).

use suanquan::acts::answer_statement::answer_statement;
use suanquan::acts::billing::{clock, drafted, rated, tariffs, used_by};
use suanquan::acts::close_case::close_case;
use suanquan::acts::issue_statement::issue_statement;
use suanquan::acts::record_papers::{InvoiceEntry, ReceiptEntry, allocate_paper, record_receipt, record_tax_invoice};
use suanquan::acts::record_usage::{EventStatus, Meter};
use suanquan::acts::reverse_statement::reverse_statement;
use suanquan::acts::top_up_pool::top_up_pool;
use suanquan::acts::{ActError, Outcome};
use suanquan::ids::Uscc;
use suanquan::metering::moment::{Moment, Month};
use suanquan::metering::statement::{PurchaseState, StatementAct};
use suanquan::metering::tariff::PoolKind;
use suanquan::money::Fen;
use suanquan::party::Actor;
use suanquan::secret::signing::verify;
use suanquan::store;
use suanquan::store::paper_trail::Paper;
use suanquan::store::purchase::Purchase;
use suanquan::store::statement::{Standing, Statement};

use super::centre::{Centre, day, statuses, usage, void};
use crate::accounts::house::{NAME, USCC, refusal};
use crate::harness::db::{on_both, on_both_databases};

const INVOICE: &str = "26422000000000000017";

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

struct Scene {
    centre: Centre,
    enterprise: Actor,
    /// Two people of the centre.
    issuer: Actor,
    other: Actor,
}

impl Scene {
    /// February has 100 card-hours on the 10th: 1,250.00 yuan.
    fn new(url: &str) -> Scene {
        let centre = Centre::new(url);
        let enterprise = centre.house.registered("li@firm.example");
        let issuer = centre.person("chen@centre.example");
        let other = centre.person("wu@centre.example");
        let scene = Scene { centre, enterprise, issuer, other };
        scene.centre.send(&[usage("feb", "2026-02-10T00:00:00Z", 600, 10)]);
        scene
    }

    fn issue(&self, period: &str) -> Outcome<String> {
        let (provider, contract) = (self.centre.provider, self.centre.contract);
        self.centre.house.act_as(&self.issuer, |act| issue_statement(act, provider, contract, month(period)))
    }

    fn answer(&self, actor: &Actor, number: &str, kind: StatementAct, reason: &str) -> Outcome<()> {
        let version = self.standing(number).version;
        self.centre.house.act_as(actor, |act| answer_statement(act, number, version, kind, reason))
    }

    fn reverse(&self, actor: &Actor, number: &str) -> Outcome<String> {
        let version = self.standing(number).version;
        self.centre.house.act_as(actor, |act| reverse_statement(act, number, version, "单价有误"))
    }

    fn statement(&self, number: &str) -> Statement {
        self.centre.house.store.read(|db| store::known::statement(db, &Actor::system(), number)).unwrap().unwrap().0
    }

    fn standing(&self, number: &str) -> Standing {
        let id = self.statement(number).id;
        self.centre.house.store.read(|db| store::statement::standing(db, id)).unwrap().unwrap()
    }

    /// The only purchase of a statement.
    fn purchase(&self, number: &str) -> Purchase {
        let id = self.statement(number).id;
        let mut made = self.centre.house.store.read(|db| store::purchase::of_statement(db, id)).unwrap();
        assert_eq!(made.len(), 1);
        made.remove(0)
    }

    /// Amounts of the lines, as (class, month, fen).
    fn lines(&self, number: &str) -> Vec<(String, String, i64)> {
        let id = self.statement(number).id;
        let lines = self.centre.house.store.read(|db| store::statement::lines(db, id)).unwrap();
        lines.into_iter().map(|line| (line.class.to_string(), line.month.to_string(), line.line.amount.get())).collect()
    }

    fn invoice(&self, number: &str, total: i64, red_of: Option<&str>) -> i64 {
        let entry = InvoiceEntry {
            code: String::new(),
            number: number.into(),
            buyer: Uscc::parse(USCC).unwrap(),
            total: Fen::new(total),
            tax: Fen::ZERO,
            issued_on: day("2026-03-01"),
            red_of: red_of.map(|of| (String::new(), of.to_owned())),
        };
        let provider = self.centre.provider;
        self.centre.house.act_as(&self.issuer, |act| record_tax_invoice(act, provider, &entry)).unwrap()
    }

    fn receipt(&self, reference: &str, payer: &str, amount: i64, refund_of: Option<&str>) -> i64 {
        let entry = ReceiptEntry {
            bank_reference: reference.into(),
            payer_name: payer.into(),
            payer_account: "4200001".into(),
            enterprise: Uscc::parse(USCC).unwrap(),
            amount: Fen::new(amount),
            paid_on: day("2026-03-01"),
            refund_of: refund_of.map(ToOwned::to_owned),
        };
        let provider = self.centre.provider;
        self.centre.house.act_as(&self.issuer, |act| record_receipt(act, provider, &entry)).unwrap()
    }

    fn allocate(&self, number: &str, paper: Paper, amount: i64) -> Outcome<()> {
        let (provider, purchase) = (self.centre.provider, self.purchase(number).id);
        self.centre.house.act_as(&self.issuer, |act| allocate_paper(act, provider, purchase, paper, Fen::new(amount)))
    }

    /// Confirmed, invoiced and paid in full.
    fn paid(&self, number: &str) {
        let amount = self.purchase(number).amount_fen.get();
        self.answer(&self.enterprise, number, StatementAct::Confirm, "").unwrap();
        let invoice = self.invoice(INVOICE, amount, None);
        self.allocate(number, Paper::Invoice(invoice), amount).unwrap();
        let receipt = self.receipt("ICBC-1", NAME, amount, None);
        self.allocate(number, Paper::Receipt(receipt), amount).unwrap();
    }
}

#[test]
fn a_month_is_billed_once_signed_and_never_changes() {
    on_both_databases(|db| {
        let scene = Scene::new(db.url());
        let number = scene.issue("2026-02").unwrap();
        let statement = scene.statement(&number);
        assert_eq!((statement.total_fen, scene.purchase(&number).amount_fen), (Fen::new(125_000), Fen::new(125_000)));
        let key = scene.centre.house.store.read(|db| store::statement::public_key(db, &statement.key_id)).unwrap().unwrap();
        assert_eq!(hex::encode(statement.as_new().said()), statement.digest);
        assert!(verify(&key, &statement.as_new().said(), &statement.signature));
        assert_eq!(refusal(scene.issue("2026-02")).code, "month_billed");
        assert_eq!(refusal(scene.issue("2026-03")).code, "month_not_over");
        assert_eq!(refusal(scene.issue("2027-01")).code, "month_not_over");
        for sql in ["UPDATE statement SET total_fen = 1", "DELETE FROM statement_line", "UPDATE statement_line SET amount_fen = 1"] {
            let tampered = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| db.run_sql(sql)));
            assert!(tampered.is_err(), "{sql}");
        }
        let letters = scene.centre.house.letters_to("li@firm.example");
        assert!(letters[0].body.contains(&number) && letters[0].body.contains("¥1,250.00"), "{}", letters[0].body);
    });
}

#[test]
fn late_events_become_adjustments_and_both_together_are_a_fresh_rating() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let february = scene.issue("2026-02").unwrap();
        let late = usage("late", "2026-02-11T00:00:00Z", 60, 4);
        let answers = scene.centre.send(&[late, usage("mar", "2026-03-01T18:00:00Z", 60, 2), void("v", "feb")]);
        assert_eq!(answers.iter().map(|one| one.late).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(scene.statement(&february).total_fen, Fen::new(125_000), "the issued one stays as it is");
        scene.centre.house.wait(chrono::TimeDelta::days(31));
        let march = scene.issue("2026-03").unwrap();
        // Two card-hours of March; February is 4 card-hours instead of 100.
        let lines = [("regular", "2026-03", 2500), ("reversal", "2026-02", -125_000), ("corrected", "2026-02", 5000)];
        assert_eq!(scene.lines(&march), lines.map(|(class, month, fen)| (class.to_owned(), month.to_owned(), fen)));
        let statement = scene.statement(&march);
        assert_eq!((statement.total_fen, statement.credit_left_fen), (Fen::new(-117_500), Fen::new(117_500)));
        let fresh: i64 = scene
            .centre
            .house
            .store
            .read(|db| {
                let contract = store::metering::contract(db, scene.centre.contract)?.unwrap();
                let ends = store::usage::chain_ends(db)?;
                let used = used_by(db, &contract, &store::used::Cutoff::at(&ends), Moment::at(scene.centre.house.now()))?;
                let months = rated(&contract, &tariffs(db, &contract)?, &used, month("2026-03"))?;
                assert_eq!(clock(&contract).minutes(), 480);
                Ok::<_, ActError>(months.iter().map(|month| month.total().get()).sum())
            })
            .unwrap();
        assert_eq!(fresh, scene.statement(&february).total_fen.get() + statement.total_fen.get());
        let made = scene.centre.house.store.read(|db| store::purchase::of_statement(db, statement.id)).unwrap();
        assert!(made.is_empty(), "a credit is no purchase");
    });
}

#[test]
fn lines_come_to_their_statement_and_statements_to_their_purchases() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let mut numbers = vec![scene.issue("2026-01").unwrap_or_default(), scene.issue("2026-02").unwrap()];
        scene.centre.house.wait(chrono::TimeDelta::days(31));
        scene.centre.send(&[usage("late", "2026-02-11T00:00:00Z", 90, 7), void("v", "feb"), usage("mar", "2026-03-05T15:30:00Z", 61, 5)]);
        numbers.push(scene.issue("2026-03").unwrap());
        scene.centre.house.wait(chrono::TimeDelta::days(31));
        let historian = Meter { backfill: Some("更正".into()), may_backfill: true, ..scene.centre.meter() };
        assert_eq!(statuses(&scene.centre.send_by(&historian, &[void("v2", "mar")], false)), [EventStatus::Accepted]);
        numbers.push(scene.issue("2026-04").unwrap());
        for number in numbers.iter().filter(|number| !number.is_empty()) {
            let (statement, lines) = (scene.statement(number), scene.lines(number));
            assert_eq!(lines.iter().map(|(.., amount)| *amount).sum::<i64>(), statement.total_fen.get(), "{number}: {lines:?}");
            assert_eq!(statement.usage_fen + statement.adjustment_fen, statement.total_fen);
            let store = &scene.centre.house.store;
            let made = store.read(|db| store::purchase::of_statement(db, statement.id)).unwrap();
            let bought: Fen = made.iter().map(|purchase| purchase.amount_fen).sum();
            assert_eq!(bought, statement.total_fen.or_zero(), "{number}: what is owed to the enterprise is credit, no purchase");
        }
    });
}

#[test]
fn only_confirmed_invoiced_and_really_paid_money_is_claimable() {
    on_both(|url| {
        let scene = Scene::new(url);
        let number = scene.issue("2026-02").unwrap();
        let at = |state, claimable| {
            let purchase = scene.purchase(&number);
            assert_eq!((purchase.state, purchase.claimable_fen, purchase.accepted_fen), (state, Fen::new(claimable), Fen::new(claimable)));
        };
        at(PurchaseState::Issued, 0);
        let invoice = scene.invoice(INVOICE, 200_000, None);
        scene.allocate(&number, Paper::Invoice(invoice), 125_000).unwrap();
        let first = scene.receipt("ICBC-1", NAME, 100_000, None);
        scene.allocate(&number, Paper::Receipt(first), 100_000).unwrap();
        at(PurchaseState::PartiallyPaid, 0);
        let second = scene.receipt("ICBC-2", NAME, 25_000, None);
        assert_eq!(refusal(scene.allocate(&number, Paper::Receipt(second), 25_001)).code, "paper_used_up");
        scene.allocate(&number, Paper::Receipt(second), 25_000).unwrap();
        at(PurchaseState::Paid, 0);
        scene.answer(&scene.enterprise, &number, StatementAct::Confirm, "").unwrap();
        at(PurchaseState::Claimable, 125_000);
        assert_eq!(refusal(scene.allocate(&number, Paper::Receipt(second), 1)).code, "paper_used_up", "no fen stands for two");
        // A refund takes it below the payable sum again.
        scene.receipt("ICBC-2R", NAME, 5_000, Some("ICBC-2"));
        at(PurchaseState::PartiallyPaid, 0);
    });
}

#[test]
fn a_red_letter_is_a_difference_that_a_person_closes() {
    on_both(|url| {
        let scene = Scene::new(url);
        let number = scene.issue("2026-02").unwrap();
        scene.paid(&number);
        assert_eq!(scene.purchase(&number).claimable_fen, Fen::new(125_000));
        scene.invoice("26422000000000000018", 25_000, Some(INVOICE));
        let purchase = scene.purchase(&number);
        assert_eq!((purchase.state, purchase.claimable_fen), (PurchaseState::Blocked, Fen::ZERO));
        let open = |scene: &Scene| -> Vec<i64> {
            let cases = scene.centre.house.store.read(|db| store::paper_trail::cases_of_purchase(db, purchase.id)).unwrap();
            cases.iter().filter(|case| case.state == "open").map(|case| case.id).collect()
        };
        let provider = scene.centre.provider;
        for case in open(&scene) {
            let silent = scene.centre.house.act_as(&scene.issuer, |act| close_case(act, provider, case, " "));
            assert_eq!(refusal(silent).code, "reason_missing");
            scene.centre.house.act_as(&scene.issuer, |act| close_case(act, provider, case, "折让")).unwrap();
        }
        let purchase = scene.purchase(&number);
        assert_eq!((purchase.state, purchase.claimable_fen), (PurchaseState::Claimable, Fen::new(100_000)), "never more than was invoiced");
    });
}

#[test]
fn bonus_and_coupons_are_never_claimable() {
    on_both(|url| {
        let scene = Scene::new(url);
        let (provider, contract) = (scene.centre.provider, scene.centre.contract);
        for (kind, amount, reference) in [(PoolKind::Cash, 60_000, "ICBC-9"), (PoolKind::Bonus, 30_000, ""), (PoolKind::Coupon, 10_000, "")]
        {
            let pool = (kind, Fen::new(amount));
            scene.centre.house.act_as(&scene.issuer, |act| top_up_pool(act, provider, contract, pool, None, reference)).unwrap();
        }
        let number = scene.issue("2026-02").unwrap();
        let statement = scene.statement(&number);
        assert_eq!(
            (statement.non_cash_fen, statement.prepaid_cash_fen, statement.payable_fen),
            (Fen::new(40_000), Fen::new(60_000), Fen::new(25_000))
        );
        scene.answer(&scene.enterprise, &number, StatementAct::Confirm, "").unwrap();
        let invoice = scene.invoice(INVOICE, 85_000, None);
        scene.allocate(&number, Paper::Invoice(invoice), 85_000).unwrap();
        let receipt = scene.receipt("ICBC-10", NAME, 25_000, None);
        scene.allocate(&number, Paper::Receipt(receipt), 25_000).unwrap();
        let purchase = scene.purchase(&number);
        assert_eq!((purchase.state, purchase.claimable_fen), (PurchaseState::Claimable, Fen::new(85_000)));
        // Taken back whole: the pools have their money again.
        scene.reverse(&scene.other, &number).unwrap();
        let pools = scene.centre.house.store.read(|db| store::statement::pools(db, contract)).unwrap();
        assert!(pools.iter().all(|pool| pool.drawn_fen.is_zero()));
    });
}

#[test]
fn disputes_are_answered_and_a_reversal_needs_another_person() {
    on_both(|url| {
        let scene = Scene::new(url);
        let number = scene.issue("2026-02").unwrap();
        assert_eq!(refusal(scene.answer(&scene.enterprise, &number, StatementAct::Dispute, "")).code, "reason_missing");
        scene.answer(&scene.enterprise, &number, StatementAct::Dispute, "2 月 10 日没有用满").unwrap();
        assert_eq!(refusal(scene.answer(&scene.enterprise, &number, StatementAct::Confirm, "")).code, "wrong_state");
        scene.answer(&scene.issuer, &number, StatementAct::Resolve, "已核对日志").unwrap();
        assert!(matches!(scene.answer(&scene.issuer, &number, StatementAct::Confirm, ""), Err(ActError::NotAllowed)));
        assert_eq!(refusal(scene.reverse(&scene.issuer, &number)).code, "same_person");
        let credit = scene.reverse(&scene.other, &number).unwrap();
        assert_eq!(scene.statement(&credit).total_fen + scene.statement(&number).total_fen, Fen::ZERO);
        assert_eq!(scene.lines(&credit), [("reversal".to_owned(), "2026-02".to_owned(), -125_000)]);
        assert_eq!(scene.purchase(&number).state, PurchaseState::Reversed);
        let again = scene.issue("2026-02").unwrap();
        assert_eq!(scene.statement(&again).total_fen, Fen::new(125_000), "the month is billed anew");
        let strangers = scene.centre.house.act(|act| answer_statement(act, &again, 1, StatementAct::Confirm, ""));
        assert!(matches!(strangers, Err(ActError::NotFound)));
    });
}

#[test]
fn voiding_and_adding_again_changes_nothing_and_the_same_inputs_give_the_same_digest() {
    on_both(|url| {
        let scene = Scene::new(url);
        let draft = || {
            scene
                .centre
                .house
                .store
                .read(|db| {
                    let contract = store::metering::contract(db, scene.centre.contract)?.unwrap();
                    let ends = store::usage::chain_ends(db)?;
                    drafted(db, &contract, month("2026-02"), &store::used::Cutoff::at(&ends), Moment::at(scene.centre.house.now()))
                })
                .unwrap()
        };
        let before = draft();
        assert_eq!(draft().digest(), before.digest());
        scene.centre.send(&[void("v", "feb")]);
        assert!(draft().lines.is_empty(), "without the event nothing is left of the month");
        scene.centre.send(&[usage("feb-again", "2026-02-10T00:00:00Z", 600, 10)]);
        assert_eq!(draft().digest(), before.digest());
    });
}

#[test]
fn both_databases_give_the_same_statement_byte_by_byte() {
    let seen = std::sync::Mutex::new(Vec::new());
    on_both(|url| {
        let scene = Scene::new(url);
        scene.centre.send(&(0..40).map(|n| usage(&format!("x{n}"), "2026-02-03T15:59:30Z", 7 + n, 3)).collect::<Vec<_>>());
        let number = scene.issue("2026-02").unwrap();
        let statement = scene.statement(&number);
        seen.lock().unwrap().push((statement.number, statement.lines_digest, statement.event_root, statement.total_fen));
    });
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn two_people_that_issue_the_same_month_at_the_same_moment_make_one_statement() {
    on_both(|url| {
        let scene = Scene::new(url);
        let outcomes: Vec<bool> = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..4).map(|_| scope.spawn(|| scene.issue("2026-02").is_ok())).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|done| **done).count(), 1);
    });
}
