//! Money through the acts, on both databases: appropriation, holding, batches with four eyes,
//! payment, failure, clawback, the waiting list, and what `ledger check` says of it all.

mod red_letters;
mod town;

use std::sync::Barrier;

use suanquan::acts::approve_batch::approve_batch;
use suanquan::acts::cancel_batch::cancel_batch;
use suanquan::acts::draw_up_batch::draw_up_batch;
use suanquan::acts::fund_waitlist::fund_all;
use suanquan::acts::open_clawback::{NewClawback, open_clawback};
use suanquan::acts::recover_clawback::recover_clawback;
use suanquan::acts::settle_lines::{BankAnswer, settle_lines};
use suanquan::application::State;
use suanquan::code::Tier;
use suanquan::money::Fen;
use suanquan::payout::{BatchState, Cause, LineState};
use suanquan::reports::credit_note::{Note, suggest};
use suanquan::reports::kept_evaluation::{Recomputed, find, recompute, rows};
use suanquan::reports::ledger::check;
use suanquan::reports::payout_report::payout_figures;

use crate::harness::db::on_both_databases;
use town::{Town, day, refusal};

const GRANT: Fen = Fen::yuan(30_000);

#[test]
fn money_walks_from_the_appropriation_to_the_bank_and_back_and_the_books_stay_clean() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
        town.submit(1);
        assert_eq!(town.budget(), (Fen::yuan(70_000), GRANT, Fen::ZERO, Fen::ZERO));
        town.pass_notice(1);
        let batch = town.act(&town.maker, |act| draw_up_batch(act, &["A-2026-0001".into()])).unwrap();
        assert_eq!(batch, "P-2026-0001");
        town.act(&town.checker, |act| approve_batch(act, &batch, 1)).unwrap();
        assert_eq!(town.budget(), (Fen::yuan(70_000), Fen::ZERO, GRANT, Fen::ZERO));
        let paid = BankAnswer { lines: town.lines(&batch), on: town.today(), failure: None };
        town.act(&town.maker, |act| settle_lines(act, &batch, 2, &paid)).unwrap();
        assert_eq!(town.state(1), State::Paid);
        assert_eq!(town.budget(), (Fen::yuan(70_000), Fen::ZERO, Fen::ZERO, GRANT));
        assert_eq!(town.batch(&batch).state, BatchState::Settled);
        assert_eq!(town.findings(), Vec::<String>::new());

        let demand = demand(Fen::yuan(7_500));
        let number = town.act(&town.auditor, |act| open_clawback(act, "A-2026-0001", None, &demand)).unwrap();
        assert_eq!((number.as_str(), town.state(1)), ("C-2026-0001", State::ClawbackDue));
        town.act(&town.maker, |act| recover_clawback(act, &number, town.today())).unwrap();
        assert_eq!(town.state(1), State::ClawedBack);
        assert_eq!(town.budget(), (Fen::yuan(77_500), Fen::ZERO, Fen::ZERO, Fen::yuan(22_500)));
        assert_eq!(town.cap_used(1), Fen::yuan(22_500));
        assert_eq!(town.findings(), Vec::<String>::new());
        // The report nets by the day the money moved, and every view says the same.
        let house = &town.house;
        let figures = town.store.read(|db| payout_figures(db, house, day(2026, 3, 1), day(2026, 3, 31), None)).unwrap();
        assert_eq!((figures.paid, figures.recovered), (GRANT, Fen::yuan(7_500)));
        for view in [&figures.by_month, &figures.by_tier, &figures.by_enterprise, &figures.by_centre] {
            assert_eq!(view.iter().map(|row| (row.payments, row.paid, row.recovered)).collect::<Vec<_>>(), [(1, GRANT, Fen::yuan(7_500))]);
        }
        let again = refusal(town.act(&town.auditor, |act| open_clawback(act, "A-2026-0001", None, &self::demand(Fen::yuan(22_501)))));
        assert_eq!(again, "more_than_paid");
    });
}

fn demand(amount: Fen) -> NewClawback {
    NewClawback {
        tier: Tier::Province,
        year: 2026,
        amount,
        cause: Cause::CreditNote,
        reason: "红字发票 25,000 元".into(),
        fine_note: String::new(),
    }
}

#[test]
fn a_batch_needs_two_people_and_a_cancelled_one_frees_its_applications() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
        town.submit(1);
        town.pass_notice(1);
        let numbers = ["A-2026-0001".to_owned()];
        let batch = town.act(&town.maker, |act| draw_up_batch(act, &numbers)).unwrap();
        assert_eq!(refusal(town.act(&town.maker, |act| approve_batch(act, &batch, 1))), "four_eyes");
        assert_eq!(refusal(town.act(&town.checker, |act| draw_up_batch(act, &numbers))), "cannot_be_paid");
        assert_eq!(refusal(town.act(&town.checker, |act| approve_batch(act, &batch, 7))), "stale_batch");
        town.act(&town.maker, |act| cancel_batch(act, &batch, 1, "账户有误")).unwrap();
        assert_eq!(refusal(town.act(&town.checker, |act| approve_batch(act, &batch, 2))), "wrong_batch_state");
        let next = town.act(&town.checker, |act| draw_up_batch(act, &numbers)).unwrap();
        assert_eq!(next, "P-2026-0002");
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn nobody_is_paid_before_the_day_after_the_notice() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
        town.submit(1);
        town.pass_notice(1);
        let early = town.act_on(&town.maker, day(2026, 3, 9), |act| draw_up_batch(act, &["A-2026-0001".into()]));
        assert_eq!(refusal(early), "cannot_be_paid");
        assert!(town.act_on(&town.maker, day(2026, 3, 10), |act| draw_up_batch(act, &["A-2026-0001".into()])).is_ok());
    });
}

#[test]
fn a_failed_transfer_is_reserved_again_ordered_again_and_paid() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
        town.submit(1);
        town.pass_notice(1);
        let first = town.ordered(&["A-2026-0001".into()]);
        let failed = BankAnswer { lines: town.lines(&first), on: town.today(), failure: Some("账号户名不符".into()) };
        let future = BankAnswer { on: day(2026, 12, 31), ..failed.clone() };
        assert_eq!(refusal(town.act(&town.maker, |act| settle_lines(act, &first, 2, &future))), "future_day");
        town.act(&town.maker, |act| settle_lines(act, &first, 2, &failed)).unwrap();
        assert_eq!(town.state(1), State::PaymentFailed);
        assert_eq!(town.budget(), (Fen::yuan(70_000), GRANT, Fen::ZERO, Fen::ZERO));
        let second = town.ordered(&["A-2026-0001".into()]);
        let paid = BankAnswer { lines: town.lines(&second), on: town.today(), failure: None };
        town.act(&town.checker, |act| settle_lines(act, &second, 2, &paid)).unwrap();
        assert_eq!(town.state(1), State::Paid);
        assert_eq!(town.line_states(1), [LineState::Failed, LineState::Paid]);
        assert_eq!(town.findings(), Vec::<String>::new());
        let house = &town.house;
        let figures = town.store.read(|db| payout_figures(db, house, day(2026, 1, 1), day(2026, 12, 31), None)).unwrap();
        assert_eq!((figures.payments, figures.paid, figures.by_centre[0].paid), (1, GRANT, GRANT));
        assert_eq!(figures.by_tier[0].accepted, Fen::yuan(100_000));
    });
}

#[test]
fn a_changed_posting_is_found_and_its_row_is_named() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
        town.submit(1);
        assert_eq!(town.findings(), Vec::<String>::new());
        db.run_sql(if db.is_sqlite() {
            "DROP TRIGGER posting_is_never_changed; UPDATE posting SET amount_fen = amount_fen + 1 WHERE id = 4"
        } else {
            "ALTER TABLE posting DISABLE TRIGGER USER; UPDATE posting SET amount_fen = amount_fen + 1 WHERE id = 4"
        });
        let findings = town.findings();
        assert!(findings.iter().any(|finding| finding.contains("posting 4") && finding.contains("ledger_entry 2")), "{findings:?}");
        assert!(findings.iter().any(|finding| finding.contains("A-2026-0001")), "{findings:?}");
    });
}

#[test]
fn two_people_who_race_for_the_last_yuan_cannot_both_win() {
    on_both_databases(|db| {
        let town = Town::new(db, 2);
        town.appropriate("鄂财〔2026〕1号", GRANT);
        let start = Barrier::new(2);
        let totals: Vec<Fen> = std::thread::scope(|scope| {
            let race = |k| {
                let (town, start) = (&town, &start);
                scope.spawn(move || {
                    start.wait();
                    town.submit(k)
                })
            };
            [race(1), race(2)].into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(totals.iter().copied().sum::<Fen>(), GRANT, "{totals:?}");
        assert_eq!(town.budget(), (Fen::ZERO, GRANT, Fen::ZERO, Fen::ZERO));
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn the_waiting_list_goes_on_in_the_order_of_submission() {
    on_both_databases(|db| {
        let town = Town::new(db, 3);
        town.appropriate("鄂财〔2026〕1号", GRANT);
        for k in 1..=3 {
            town.submit(k);
        }
        assert_eq!([1, 2, 3].map(|k| town.state(k)), [State::Submitted, State::Waitlisted, State::Waitlisted]);
        assert_eq!(fund_all(&town.store, &town.house, town.now()).unwrap(), 0);
        assert_eq!(town.evaluations(2), 1, "a round without money writes nothing");
        town.appropriate("鄂财〔2026〕2号", GRANT);
        assert_eq!(fund_all(&town.store, &town.house, town.now()).unwrap(), 1);
        assert_eq!([1, 2, 3].map(|k| town.state(k)), [State::Submitted, State::Submitted, State::Waitlisted]);
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn a_newer_submission_never_overtakes_the_waiting_list_when_money_becomes_free() {
    on_both_databases(|db| {
        let town = Town::new(db, 4);
        town.appropriate("鄂财〔2026〕1号", GRANT);
        assert_eq!([town.submit(1), town.submit(2)], [GRANT, Fen::ZERO]);
        town.withdraw(1);
        assert_eq!(town.budget(), (GRANT, Fen::ZERO, Fen::ZERO, Fen::ZERO));
        // No job has run since: the free money is the second's, so the third queues behind it.
        assert_eq!(town.submit(3), Fen::ZERO);
        assert_eq!([2, 3].map(|k| town.state(k)), [State::Waitlisted, State::Waitlisted]);
        // Half as much again is the third's, who is older than the fourth.
        town.appropriate("鄂财〔2026〕2号", Fen::yuan(15_000));
        assert_eq!(town.submit(4), Fen::ZERO);
        assert_eq!(fund_all(&town.store, &town.house, town.now()).unwrap(), 2);
        assert_eq!([2, 3, 4].map(|k| town.state(k)), [State::Submitted, State::Submitted, State::Waitlisted]);
        assert_eq!([2, 3].map(|k| town.cap_used(k)), [GRANT, Fen::yuan(15_000)]);
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn what_the_waiting_list_leaves_goes_to_the_newer_submission_at_once() {
    on_both_databases(|db| {
        let town = Town::new(db, 3);
        town.appropriate("鄂财〔2026〕1号", GRANT);
        assert_eq!([town.submit(1), town.submit(2)], [GRANT, Fen::ZERO]);
        town.appropriate("鄂财〔2026〕2号", Fen::yuan(45_000));
        assert_eq!(town.submit(3), Fen::yuan(15_000));
        assert_eq!(fund_all(&town.store, &town.house, town.now()).unwrap(), 1);
        assert_eq!(town.cap_used(2), GRANT);
        assert_eq!(town.budget(), (Fen::ZERO, Fen::yuan(75_000), Fen::ZERO, Fen::ZERO));
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn a_withdrawn_appropriation_never_takes_what_is_promised() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(50_000));
        town.submit(1);
        assert_eq!(town.try_appropriate("鄂财〔2026〕2号", -Fen::yuan(20_001)), Err("budget_too_small"));
        assert_eq!(town.try_appropriate("鄂财〔2026〕1号", Fen::yuan(1)), Err("document_known"));
        assert_eq!(town.try_appropriate("鄂财〔2026〕2号", -Fen::yuan(20_000)), Ok(()));
        assert_eq!(town.budget(), (Fen::ZERO, GRANT, Fen::ZERO, Fen::ZERO));
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn the_rules_suggest_what_a_later_credit_note_takes_back_and_evaluations_reproduce() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
        town.submit(1);
        let (house, auditor) = (&town.house, &town.auditor);
        let note = Note { item: "00000001".into(), on: day(2026, 6, 1), red_letter: Fen::yuan(25_000), refunded: Fen::ZERO };
        let found = town.store.read(|db| suggest(db, house, auditor, "A-2026-0001", std::slice::from_ref(&note))).unwrap();
        assert_eq!(found.back, [(Tier::Province, 2026, Fen::yuan(7_500))]);
        let id = town.id(1);
        let again = town.store.read(|db| {
            let first = rows(db, id)?[0].id;
            Ok::<_, suanquan::acts::ActError>(recompute(house, &find(db, id, first)?))
        });
        assert_eq!(again.unwrap(), Recomputed::Identical);
        assert!(town.store.read(check).unwrap().is_empty());
    });
}
