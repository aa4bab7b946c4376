//! Public notice from draft to its end, through the acts and the job, on both databases.

mod races;
pub mod town;

use chrono::NaiveDate;
use suanquan::acts::check_credit::{Finding, check_credit};
use suanquan::acts::decide_objection::decide_objection;
use suanquan::acts::draft_notice::draft_notice;
use suanquan::acts::edit_notice::{cancel_notice, edit_notice};
use suanquan::acts::notice_content::words_of;
use suanquan::acts::publish_notice::publish_notice;
use suanquan::acts::record_objection::record_objection;
use suanquan::acts::{ActError, Outcome};
use suanquan::application::State;
use suanquan::code::Tier;
use suanquan::jobs::close_notices;
use suanquan::money::Fen;
use suanquan::notice::objection::{ObjectorKind, Verdict, Written};
use suanquan::reports::notice::{Mark, Standing, public_notice};
use suanquan::store;

use crate::harness::db::{on_both, on_both_databases};
use town::{Town, refusal_code};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn written(received_on: &str) -> Written {
    Written {
        kind: ObjectorKind::Person,
        name: "钱多多".into(),
        contact: "13912345678".into(),
        facts: "该企业所列发票对应的算力服务并未实际发生，附对账单复印件为证。".into(),
        received_on: day(received_on),
    }
}

/// A town on a day with three cases of 30,000.00 that passed the credit check, drafted.
fn drafted(url: &str, at: &str) -> (Town, Vec<String>, String) {
    let town = Town::new(url, at);
    let cases: Vec<String> = (0..3).map(|index| town.case(index)).collect();
    let number = town.act(&town.authority, |act| draft_notice(act, &cases)).unwrap();
    town.fill_contacts(&number, &cases);
    (town, cases, number)
}

fn published(url: &str, at: &str) -> (Town, Vec<String>, String) {
    let (town, cases, number) = drafted(url, at);
    town.publish(&number).unwrap();
    (town, cases, number)
}

#[test]
fn over_spring_festival_the_period_ends_on_the_fifth_official_working_day_and_everybody_is_told() {
    on_both(|url| {
        let (town, cases, number) = published(url, "2026-02-11T01:00:00Z");
        assert_eq!(number, "GS-2026-0001");
        let found = town.read(|db| public_notice(db, &town.site.house, &number, day("2026-02-11"))).unwrap().unwrap();
        assert_eq!((found.content.first_day, found.content.last_day), (day("2026-02-11"), day("2026-02-24")));
        assert_eq!(found.content.counted_days.len(), 5);
        assert!(found.content.counted_days.contains(&day("2026-02-14")), "the make-up Saturday counts");
        assert_eq!(found.content.total(), Fen::yuan(90_000));
        assert!(found.content.basis.zh.contains("鄂科技规〔2022〕3号"));
        assert_eq!(found.standing, Standing::Open { days_left: Some(5) });
        for case in &cases {
            assert_eq!(town.state(case), State::InPublicNotice);
            let letters = town.letters(case);
            assert!(letters.iter().any(|body| body.contains("2026年2月11日") && body.contains("2026年2月24日")), "{letters:?}");
        }
        let public = found.json.clone();
        assert!(cases.iter().all(|case| !public.contains(case.as_str())), "no application number is public");
        assert_eq!(found.sha256.len(), 64);
    });
}

#[test]
fn a_notice_into_a_year_without_a_calendar_is_refused_and_nothing_moves() {
    on_both(|url| {
        let (town, cases, number) = drafted(url, "2026-12-28T01:00:00Z");
        let error = town.publish(&number).unwrap_err();
        assert_eq!(refusal_code(&error), "no_official_calendar");
        let ActError::Refused(refusals) = error else { panic!() };
        assert!(refusals[0].text.zh.contains("2027年") && refusals[0].text.en.contains("2027"));
        assert_eq!(town.state(&cases[0]), State::CreditChecked);
        assert!(town.read(|db| public_notice(db, &town.site.house, &number, day("2026-12-28"))).unwrap().is_none());
    });
}

#[test]
fn a_draft_without_contacts_cannot_be_published_and_a_case_stands_in_one_draft_only() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        let case = town.case(0);
        let number = town.act(&town.authority, |act| draft_notice(act, std::slice::from_ref(&case))).unwrap();
        assert_eq!(refusal_code(&town.publish(&number).unwrap_err()), "words_missing");
        let again = town.act(&town.authority, |act| draft_notice(act, std::slice::from_ref(&case))).unwrap_err();
        assert_eq!(refusal_code(&again), "in_other_notice");
        let version = town.notice(&number).version;
        town.act(&town.authority, |act| cancel_notice(act, &number, version)).unwrap();
        let next = town.act(&town.authority, |act| draft_notice(act, std::slice::from_ref(&case))).unwrap();
        assert_eq!(next, "GS-2026-0002");
        let words = words_of(&town.notice(&next));
        let stale = town.act(&town.authority, |act| edit_notice(act, &next, 99, &words, std::slice::from_ref(&case))).unwrap_err();
        assert_eq!(refusal_code(&stale), "notice_changed");
    });
}

#[test]
fn only_the_competent_authority_drafts_publishes_and_decides() {
    on_both(|url| {
        let (town, cases, number) = drafted(url, "2026-03-02T01:00:00Z");
        for other in [&town.reviewer, &town.auditor] {
            assert!(matches!(town.act(other, |act| draft_notice(act, &cases)), Err(ActError::NotAllowed)));
            assert!(matches!(town.act(other, |act| publish_notice(act, &number, 2)), Err(ActError::NotAllowed)));
            assert!(matches!(
                town.act(other, |act| record_objection(act, &cases[0], 1, &written("2026-03-02"))),
                Err(ActError::NotAllowed)
            ));
        }
    });
}

#[test]
fn an_anonymous_or_late_objection_is_refused() {
    on_both(|url| {
        let (town, cases, _) = published(url, "2026-03-02T01:00:00Z");
        let version = town.version(&cases[0]);
        let attempt = |written: Written| town.act(&town.authority, |act| record_objection(act, &cases[0], version, &written)).unwrap_err();
        assert_eq!(refusal_code(&attempt(Written { name: "匿名".into(), ..written("2026-03-02") })), "anonymous");
        assert_eq!(refusal_code(&attempt(Written { facts: "不公平".into(), ..written("2026-03-02") })), "no_facts");
        assert_eq!(refusal_code(&attempt(written("2026-03-09"))), "outside_period");
        assert_eq!(town.state(&cases[0]), State::InPublicNotice);
    });
}

#[test]
fn an_objection_holds_its_own_line_only_and_names_nobody() {
    on_both_databases(|db| {
        let (town, cases, number) = published(db.url(), "2026-03-02T01:00:00Z");
        let version = town.version(&cases[1]);
        let id = town.act(&town.authority, |act| record_objection(act, &cases[1], version, &written("2026-03-02"))).unwrap();
        assert_eq!(town.state(&cases[1]), State::ObjectionHold);
        let objection = town.read(|db| Ok(store::notice::objection(db, id)?)).unwrap().unwrap();
        assert_eq!(objection.answer_due, day("2026-03-23"), "15 working days, the day of receipt not counted");
        town.set_clock("2026-03-09T00:30:00Z");
        close_notices::run(&town.site).unwrap();
        assert_eq!(town.states(&cases), [State::NoticePassed, State::ObjectionHold, State::NoticePassed]);
        assert_eq!(town.notice(&number).state, "published", "a held line keeps the notice open");
        let public = town.read(|db| public_notice(db, &town.site.house, &number, day("2026-03-09"))).unwrap().unwrap();
        assert_eq!(public.marks.into_iter().collect::<Vec<_>>(), [(2, Mark::Held)]);
        assert_eq!(public.standing, Standing::Deciding);
        for text in town.trail(&cases[1]).into_iter().chain(town.letters(&cases[1])).chain([public.json]) {
            assert!(!text.contains("钱多多") && !text.contains("13912345678"), "{text}");
        }
    });
}

#[test]
fn an_upheld_objection_gives_back_money_and_purchases_and_the_notice_closes() {
    on_both(|url| {
        let (town, cases, number) = published(url, "2026-03-02T01:00:00Z");
        assert_eq!(town.reserved(Tier::Province), Fen::yuan(90_000));
        let version = town.version(&cases[1]);
        let id = town.act(&town.authority, |act| record_objection(act, &cases[1], version, &written("2026-03-03"))).unwrap_err();
        assert_eq!(refusal_code(&id), "in_future");
        let id = town.act(&town.authority, |act| record_objection(act, &cases[1], version, &written("2026-03-02"))).unwrap();
        let version = town.version(&cases[1]);
        let decide = |verdict, answer: &str| town.act(&town.authority, |act| decide_objection(act, id, version, verdict, answer));
        assert_eq!(refusal_code(&decide(Verdict::Upheld, "属实").unwrap_err()), "answer_missing");
        assert_eq!(refusal_code(&decide(Verdict::Upheld, "经钱多多反映并核查，服务未实际发生。").unwrap_err()), "names_the_objector");
        decide(Verdict::Upheld, "经核查，所列服务未实际发生，不予兑付。").unwrap();
        assert_eq!(town.state(&cases[1]), State::Rejected);
        assert_eq!(town.reserved(Tier::Province), Fen::yuan(60_000));
        assert_eq!(town.cap_used(&cases[1]), Fen::ZERO);
        assert!(!town.holds_purchase(&cases[1]), "its purchase can go into another application");
        town.set_clock("2026-03-07T01:00:00Z");
        close_notices::run(&town.site).unwrap();
        assert_eq!(town.states(&cases), [State::NoticePassed, State::Rejected, State::NoticePassed]);
        assert_eq!(town.notice(&number).state, "closed");
        assert!(town.ledger_findings().is_empty(), "{:?}", town.ledger_findings());
    });
}

#[test]
fn nothing_passes_before_the_last_day_is_over_and_the_job_may_run_twice() {
    on_both(|url| {
        let (town, cases, number) = published(url, "2026-03-02T01:00:00Z");
        // 23:59 in Beijing on Friday 6 March, the last day.
        town.set_clock("2026-03-06T15:59:00Z");
        close_notices::run(&town.site).unwrap();
        assert_eq!(town.states(&cases), [State::InPublicNotice; 3]);
        town.set_clock("2026-03-06T16:00:00Z");
        close_notices::run(&town.site).unwrap();
        assert_eq!(town.states(&cases), [State::NoticePassed; 3]);
        assert_eq!(town.notice(&number).state, "closed");
        let (lines, letters) = (town.trail(&cases[0]).len(), town.letters(&cases[0]).len());
        close_notices::run(&town.site).unwrap();
        assert_eq!((town.trail(&cases[0]).len(), town.letters(&cases[0]).len()), (lines, letters));
    });
}

#[test]
fn an_enterprise_on_the_register_on_the_last_day_is_held_until_the_authority_clears_it() {
    on_both(|url| {
        let (town, cases, number) = published(url, "2026-03-02T01:00:00Z");
        town.list_as_dishonest(&cases[0], "2026-03-06", None);
        // Off the register before the last day: no obstacle.
        town.list_as_dishonest(&cases[1], "2026-01-01", Some("2026-03-05"));
        town.set_clock("2026-03-07T01:00:00Z");
        close_notices::run(&town.site).unwrap();
        assert_eq!(town.states(&cases), [State::ObjectionHold, State::NoticePassed, State::NoticePassed]);
        assert_eq!(town.reserved(Tier::Province), Fen::yuan(90_000), "held money stays reserved");
        let version = town.version(&cases[0]);
        let finding = Finding {
            source: "信用中国".into(), clean: true, note: "该记录已于当日撤销，决定书附后，核实无误。".into()
        };
        town.act(&town.authority, |act| check_credit(act, &cases[0], version, &finding)).unwrap();
        assert_eq!(town.state(&cases[0]), State::InPublicNotice);
        close_notices::run(&town.site).unwrap();
        assert_eq!(town.state(&cases[0]), State::NoticePassed, "cleared by a person, the register does not hold it again");
        assert_eq!(town.notice(&number).state, "closed");
    });
}

#[test]
fn an_objection_dismissed_after_the_end_lets_the_next_run_close_the_line() {
    on_both(|url| {
        let (town, cases, _) = published(url, "2026-03-02T01:00:00Z");
        let object =
            |version| -> Outcome<_> { town.act(&town.authority, |act| record_objection(act, &cases[2], version, &written("2026-03-02"))) };
        let first = object(town.version(&cases[2])).unwrap();
        let second = object(town.version(&cases[2])).unwrap();
        town.set_clock("2026-03-10T01:00:00Z");
        close_notices::run(&town.site).unwrap();
        let dismiss = |id| {
            let version = town.version(&cases[2]);
            town.act(&town.authority, |act| decide_objection(act, id, version, Verdict::Dismissed, "经核查，材料真实，异议不成立。"))
                .unwrap();
        };
        dismiss(first);
        assert_eq!(town.state(&cases[2]), State::ObjectionHold, "the second objection still holds it");
        dismiss(second);
        assert_eq!(town.state(&cases[2]), State::InPublicNotice);
        close_notices::run(&town.site).unwrap();
        assert_eq!(town.state(&cases[2]), State::NoticePassed);
    });
}
