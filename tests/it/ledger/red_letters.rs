//! Red letters that come after the final review: before payment they hold the payout, afterwards they
//! ask for what the rules take back. On both databases.

use suanquan::acts::approve_batch::approve_batch;
use suanquan::acts::draw_up_batch::draw_up_batch;
use suanquan::acts::enter_red_letter::{EnteredLetter, enter_red_letter};
use suanquan::acts::open_clawback::{NewClawback, open_clawback};
use suanquan::acts::record_papers::{InvoiceEntry, record_tax_invoice};
use suanquan::acts::recover_clawback::recover_clawback;
use suanquan::acts::settle_lines::{BankAnswer, settle_lines};
use suanquan::acts::settle_recovery::{Settlement, settle_recovery};
use suanquan::application::State;
use suanquan::code::Tier;
use suanquan::ids::{EnterpriseId, MaterialId, ProviderId, Uscc};
use suanquan::money::Fen;
use suanquan::party::{Actor, Duty, Standing};
use suanquan::payout::Cause;
use suanquan::payout::recovery::{Bringer, TaskState};
use suanquan::reports::recoveries::{RecoveryRow, recoveries};
use suanquan::store;

use super::town::{Town, day, refusal, staff};
use crate::harness::db::on_both_databases;

const CASE: &str = "A-2026-0001";
const INVOICE: &str = "26420000000000000001";

fn letter(number: &str, yuan: i64) -> EnteredLetter {
    EnteredLetter {
        invoice: MaterialId::new(2),
        code: String::new(),
        number: number.into(),
        amount: Fen::yuan(yuan),
        dated_on: day(2026, 3, 9),
        file: None,
        named: String::new(),
    }
}

fn firm() -> Actor {
    Actor {
        account: Some(suanquan::ids::AccountId::new(4)), name: "企业人员".into(), standing: Standing::Enterprise(EnterpriseId::new(1))
    }
}

fn task_force() -> Actor {
    staff(1, Duty::TaskForce)
}

fn rows(town: &Town) -> Vec<RecoveryRow> {
    town.store.read(|db| recoveries(db, &town.house, &task_force())).unwrap()
}

fn past_notice(town: &Town) {
    town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
    assert_eq!(town.submit(1), Fen::yuan(30_000));
    town.pass_notice(1);
}

fn paid(town: &Town) {
    past_notice(town);
    let batch = town.ordered(&[CASE.to_owned()]);
    let answer = BankAnswer { lines: town.lines(&batch), on: town.today(), failure: None };
    let version = town.batch(&batch).version;
    town.act(&town.maker, |act| settle_lines(act, &batch, version, &answer)).unwrap();
    assert_eq!(town.state(1), State::Paid);
}

#[test]
fn a_red_letter_before_payment_holds_the_payout_until_somebody_has_decided() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        past_notice(&town);
        let drawn = town.act(&town.maker, |act| draw_up_batch(act, &[CASE.to_owned()])).unwrap();
        town.act(&task_force(), |act| enter_red_letter(act, CASE, &letter("26420000000000009001", 25_000))).unwrap();
        assert_eq!(refusal(town.act(&town.checker, |act| approve_batch(act, &drawn, 1))), "red_letter");
        town.act(&town.maker, |act| suanquan::acts::cancel_batch::cancel_batch(act, &drawn, 1, "收到红字发票")).unwrap();
        assert_eq!(refusal(town.act(&town.maker, |act| draw_up_batch(act, &[CASE.to_owned()]))), "cannot_be_paid");
        let found = rows(&town);
        assert_eq!(found[0].back.as_deref(), Some([(Tier::Province, 2026, Fen::yuan(7_500))].as_slice()));

        let id = found[0].task.id;
        let decide = |state, note: &str| {
            let settled = Settlement { state, note: note.into() };
            town.act(&task_force(), |act| settle_recovery(act, id, &settled))
        };
        assert_eq!(refusal(decide(TaskState::Open, "与本发票无关")), "no_outcome");
        assert_eq!(refusal(decide(TaskState::Dismissed, "无关")), "no_note");
        decide(TaskState::Dismissed, "红字冲的是另一张发票").unwrap();
        assert_eq!(refusal(decide(TaskState::Dismissed, "红字冲的是另一张发票")), "settled_already");
        town.ordered(&[CASE.to_owned()]);
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn a_red_letter_after_payment_asks_for_what_the_rules_take_back_and_the_same_letter_asks_once() {
    on_both_databases(|db| {
        let town = Town::new(db, 1);
        paid(&town);
        town.act(&firm(), |act| enter_red_letter(act, CASE, &letter("26420000000000009001", 25_000))).unwrap();
        for who in [&firm(), &task_force()] {
            let again = town.act(who, |act| enter_red_letter(act, CASE, &letter("26420000000000009001", 25_000)));
            assert_eq!(refusal(again), "letter_known");
        }
        let found = rows(&town);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].back.as_deref(), Some([(Tier::Province, 2026, Fen::yuan(7_500))].as_slice()));
        let told = town.store.read(|db| store::letter::newest(db, None, 50)).unwrap();
        let to: Vec<&str> = told.iter().filter(|letter| letter.kind == "red_letter").map(|letter| letter.to_email.as_str()).collect();
        assert!(to.contains(&"e1@x.cn"), "{to:?}");

        let new = NewClawback {
            tier: Tier::Province,
            year: 2026,
            amount: Fen::yuan(7_500),
            cause: Cause::CreditNote,
            reason: "拨付后发票冲红".into(),
            fine_note: String::new(),
        };
        let claim = town.act(&town.auditor, |act| open_clawback(act, CASE, None, &new)).unwrap();
        assert_eq!(rows(&town)[0].back, Some(Vec::new()), "all of it is demanded");
        assert_eq!(rows(&town)[0].demanded, std::slice::from_ref(&claim));
        town.act(&town.maker, |act| recover_clawback(act, &claim, town.today())).unwrap();
        town.act(&firm(), |act| enter_red_letter(act, CASE, &letter("26420000000000009002", 10_000))).unwrap();
        assert_eq!(
            rows(&town)[1].back.as_deref(),
            Some([(Tier::Province, 2026, Fen::yuan(3_000))].as_slice()),
            "with the letter before it"
        );
        let too_much = town.act(&firm(), |act| enter_red_letter(act, CASE, &letter("26420000000000009003", 65_001)));
        assert_eq!(refusal(too_much), "bad_amount");
        assert_eq!(town.findings(), Vec::<String>::new());
    });
}

#[test]
fn a_red_letter_that_the_centre_enters_reaches_the_application_of_its_invoice() {
    on_both_databases(|db| {
        let town = Town::new(db, 2);
        paid(&town);
        let centre = Actor {
            account: Some(suanquan::ids::AccountId::new(1)),
            name: "中心".into(),
            standing: Standing::Provider(ProviderId::new(1)),
        };
        let blue = InvoiceEntry {
            code: String::new(),
            number: INVOICE.into(),
            buyer: Uscc::from_body("91420100MA4K00001").unwrap(),
            total: Fen::yuan(100_000),
            tax: Fen::ZERO,
            issued_on: day(2026, 2, 1),
            red_of: None,
        };
        town.act(&centre, |act| record_tax_invoice(act, ProviderId::new(1), &blue)).unwrap();
        let red = InvoiceEntry {
            number: "26420000000000009001".into(),
            total: Fen::yuan(25_000),
            issued_on: day(2026, 3, 9),
            red_of: Some((String::new(), INVOICE.into())),
            ..blue
        };
        town.act(&centre, |act| record_tax_invoice(act, ProviderId::new(1), &red)).unwrap();
        let found = rows(&town);
        assert_eq!(found.iter().map(|row| (row.application.as_str(), row.task.source)).collect::<Vec<_>>(), [(CASE, Bringer::Centre)]);
        let again = town.act(&firm(), |act| enter_red_letter(act, CASE, &letter("26420000000000009001", 25_000)));
        assert_eq!(refusal(again), "letter_known", "whoever brings it, it is one letter");
    });
}

#[test]
fn a_red_letter_is_entered_only_after_the_final_review_and_by_nobody_else() {
    on_both_databases(|db| {
        let town = Town::new(db, 2);
        town.appropriate("鄂财〔2026〕1号", Fen::yuan(100_000));
        town.submit(1);
        let enter = |who: &Actor, entered: &EnteredLetter| town.act(who, |act| enter_red_letter(act, CASE, entered));
        assert_eq!(refusal(enter(&firm(), &letter("26420000000000009001", 1))), "not_granted_yet");
        town.pass_notice(1);
        let stranger = Actor { standing: Standing::Enterprise(EnterpriseId::new(2)), ..firm() };
        assert!(matches!(enter(&stranger, &letter("26420000000000009001", 1)), Err(suanquan::acts::ActError::NotFound)));
        assert!(matches!(enter(&town.maker, &letter("26420000000000009001", 1)), Err(suanquan::acts::ActError::NotAllowed)));
        for (entered, code) in [
            (letter("123", 1), "bad_number"),
            (letter(INVOICE, 1), "itself"),
            (EnteredLetter { invoice: MaterialId::new(1), ..letter("26420000000000009001", 1) }, "no_invoice"),
            (EnteredLetter { dated_on: day(2026, 3, 11), ..letter("26420000000000009001", 1) }, "future_day"),
            (EnteredLetter { named: "26420000000000000002".into(), ..letter("26420000000000009001", 1) }, "other_invoice"),
            (letter("26420000000000009001", 0), "bad_amount"),
        ] {
            assert_eq!(refusal(enter(&firm(), &entered)), code);
        }
    });
}
