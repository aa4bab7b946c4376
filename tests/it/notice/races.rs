//! An objection beside the answer to another one: money never goes on while one is open, and nothing is held for ever.

use std::sync::Barrier;
use std::time::Duration;

use suanquan::acts::decide_objection::decide_objection;
use suanquan::acts::record_objection::record_objection;
use suanquan::acts::{Act, ActError, Outcome};
use suanquan::application::State;
use suanquan::ids::ObjectionId;
use suanquan::notice::objection::Verdict;

use super::town::Town;
use super::{published, written};
use crate::harness::db::on_both;

/// Does `second` while `first` is done and not yet committed.
fn beside<A: Send, B>(
    town: &Town,
    first: impl FnOnce(&mut Act<'_>) -> Outcome<A> + Send,
    second: impl FnOnce(&mut Act<'_>) -> Outcome<B>,
) -> (A, Outcome<B>) {
    let done = Barrier::new(2);
    std::thread::scope(|both| {
        let one = both.spawn(|| {
            town.act(&town.authority, |act| {
                let made = first(act)?;
                done.wait();
                std::thread::sleep(Duration::from_millis(300));
                Ok(made)
            })
        });
        done.wait();
        let other = town.act(&town.authority, second);
        (one.join().unwrap().unwrap(), other)
    })
}

const ANSWER: &str = "经核查，材料真实，异议不成立。";

/// A town with a line that one objection holds.
fn held(url: &str) -> (Town, String, ObjectionId, i64) {
    let (town, cases, _) = published(url, "2026-03-02T01:00:00Z");
    let case = cases[0].clone();
    let version = town.version(&case);
    let id = town.act(&town.authority, |act| record_objection(act, &case, version, &written("2026-03-02"))).unwrap();
    let version = town.version(&case);
    (town, case, id, version)
}

#[test]
fn an_objection_that_comes_while_another_is_dismissed_is_told_to_come_again() {
    on_both(|url| {
        let (town, case, id, version) = held(url);
        let dismiss = |act: &mut Act<'_>| decide_objection(act, id, version, Verdict::Dismissed, ANSWER);
        let ((), further) = beside(&town, dismiss, |act| record_objection(act, &case, version, &written("2026-03-02")));
        assert!(matches!(further, Err(ActError::Stale(_))), "{further:?}");
        assert_eq!(town.state(&case), State::InPublicNotice);
        let version = town.version(&case);
        town.act(&town.authority, |act| record_objection(act, &case, version, &written("2026-03-02"))).unwrap();
        assert_eq!(town.state(&case), State::ObjectionHold);
    });
}

#[test]
fn a_line_stays_held_by_an_objection_that_comes_just_before_the_answer_to_another() {
    on_both(|url| {
        let (town, case, id, version) = held(url);
        let object = |act: &mut Act<'_>| record_objection(act, &case, version, &written("2026-03-02"));
        let (_, dismissed) = beside(&town, object, |act| decide_objection(act, id, version, Verdict::Dismissed, ANSWER));
        dismissed.unwrap();
        assert_eq!(town.state(&case), State::ObjectionHold);
    });
}

#[test]
fn of_two_objections_that_are_dismissed_at_once_the_second_lets_the_line_go_on() {
    on_both(|url| {
        let (town, case, one, version) = held(url);
        let other = town.act(&town.authority, |act| record_objection(act, &case, version, &written("2026-03-02"))).unwrap();
        let first = |act: &mut Act<'_>| decide_objection(act, one, version, Verdict::Dismissed, ANSWER);
        let ((), second) = beside(&town, first, |act| decide_objection(act, other, version, Verdict::Dismissed, ANSWER));
        second.unwrap();
        assert_eq!(town.state(&case), State::InPublicNotice);
    });
}
