//! Of several instances one runs a job, and one that was stopped stores nothing after it was replaced.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use suanquan::acts::job_lease::{TERM, give_back, take};
use suanquan::store::letter::{self, NewLetter};
use suanquan::store::{Fault, Store, migrations, setting};

use crate::harness::db::on_both;

const JOB: &str = "close_notices";

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 4, 0, 0).unwrap()
}

fn opened(url: &str) -> Store {
    let store = Store::create(url).unwrap();
    migrations::run(&store).unwrap();
    store
}

#[test]
fn one_instance_holds_a_job_until_it_is_silent_for_a_term() {
    on_both(|url| {
        let (store, at) = (opened(url), noon());
        let first = take(&store, &[JOB], "first", at).unwrap()[JOB].clone();
        assert_eq!(first.epoch, 1);
        assert!(take(&store, &[JOB], "second", at + TERM - TimeDelta::seconds(1)).unwrap().is_empty());
        let renewed = take(&store, &[JOB], "first", at + TimeDelta::seconds(20)).unwrap()[JOB].clone();
        assert_eq!(renewed, first, "the same hands, the same epoch");
        assert!(take(&store, &[JOB], "second", at + TERM).unwrap().is_empty(), "renewed meanwhile");
        let second = take(&store, &[JOB], "second", at + TERM + TimeDelta::seconds(20)).unwrap()[JOB].clone();
        assert_eq!(second.epoch, 2);
        assert!(take(&store, &[JOB], "first", at + TERM + TimeDelta::seconds(21)).unwrap().is_empty());
    });
}

#[test]
fn what_a_replaced_instance_still_wants_to_store_is_refused() {
    on_both(|url| {
        let (store, at) = (opened(url), noon());
        let first = take(&store, &[JOB], "first", at).unwrap()[JOB].clone();
        let late = store.fenced(first);
        late.write(|db| setting::set(db, "by", "first")).unwrap();
        let second = take(&store, &[JOB], "second", at + TERM).unwrap()[JOB].clone();
        let refused = late.write(|db| setting::set(db, "by", "first, too late"));
        assert!(matches!(refused, Err(Fault::LeaseLost(kind)) if kind == JOB));
        store.fenced(second).write(|db| setting::set(db, "and", "second")).unwrap();
        store.write(|db| setting::set(db, "nobody", "asks for a lease")).unwrap();
        let kept = |key| store.read(|db| setting::get(db, key)).unwrap();
        assert_eq!((kept("by").as_deref(), kept("and").as_deref()), (Some("first"), Some("second")));
    });
}

#[test]
fn an_orderly_stop_and_a_clock_that_was_put_back_hold_nobody_up() {
    on_both(|url| {
        let (store, at) = (opened(url), noon());
        take(&store, &[JOB], "first", at).unwrap();
        give_back(&store, "first", at + TimeDelta::seconds(1)).unwrap();
        assert_eq!(take(&store, &[JOB], "second", at + TimeDelta::seconds(1)).unwrap()[JOB].epoch, 2);
        let before = at - TimeDelta::days(30);
        assert_eq!(take(&store, &[JOB], "third", before).unwrap()[JOB].epoch, 3, "no lease lasts a month");
    });
}

#[test]
fn a_letter_belongs_to_the_try_that_took_it_last() {
    on_both(|url| {
        let (store, at) = (opened(url), noon().naive_utc());
        let new = NewLetter {
            kind: "test",
            to_email: "a@firm.test",
            to_name: "a",
            subject: "s",
            body: "b",
            application_id: None,
            next_attempt_at: at,
            queued_at: at,
        };
        store.write(|db| letter::enqueue(db, &new)).unwrap();
        let seen = store.read(|db| letter::due(db, at, 9)).unwrap().remove(0);
        let lease = at + TimeDelta::minutes(2);
        assert!(store.write(|db| letter::take(db, &seen, lease)).unwrap());
        assert!(!store.write(|db| letter::take(db, &seen, lease)).unwrap(), "another instance saw it too");
        assert!(store.read(|db| letter::due(db, at, 9)).unwrap().is_empty());
        // The first one stands still; after its lease another sends the letter.
        let again = store.read(|db| letter::due(db, lease, 9)).unwrap().remove(0);
        assert!(store.write(|db| letter::take(db, &again, lease + TimeDelta::minutes(2))).unwrap());
        assert!(!store.write(|db| letter::mark_failed(db, seen.id, seen.attempts + 1, "woke up", at)).unwrap());
        assert!(store.write(|db| letter::mark_sent(db, again.id, again.attempts + 1, "b", lease)).unwrap());
        assert!(!store.write(|db| letter::mark_dead(db, seen.id, seen.attempts + 1, "woke up", "b")).unwrap());
        assert_eq!(store.read(|db| letter::find(db, seen.id)).unwrap().unwrap().state, "sent");
    });
}
