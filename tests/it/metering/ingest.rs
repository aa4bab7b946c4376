//! Events come in through the act: invariants I1 to I3, I6, I7, I9 and I10 of the engine.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::time::Duration;

use serde_json::{Value, json};
use suanquan::acts::assign_subject::assign_subject;
use suanquan::acts::record_usage::EventStatus::{Accepted, Conflict, Duplicate, Quarantined, Rejected};
use suanquan::acts::record_usage::{EventAnswer, Meter, record_usage};
use suanquan::ids::Uscc;
use suanquan::metering::chain::{GENESIS, Hash, link};
use suanquan::metering::event::EventCode;
use suanquan::metering::moment::Moment;
use suanquan::store;

use super::centre::{Centre, SOURCE, fault, incoming, statuses, usage, void};
use crate::accounts::house::USCC;
use crate::harness::db::{on_both, on_both_databases};

fn changed(mut event: Value, field: &str, value: Value) -> Value {
    let mut place = &mut event;
    for step in field.split('.') {
        place = &mut place[step];
    }
    *place = value;
    event
}

#[test]
fn a_batch_sent_again_changes_nothing_and_is_a_success() {
    on_both(|url| {
        let centre = Centre::new(url);
        let batch = [usage("a", "2026-03-01T00:00:00Z", 60, 8), usage("b", "2026-03-01T01:00:00Z", 30, 4)];
        let first = centre.send(&batch);
        assert_eq!(statuses(&first), [Accepted, Accepted]);
        let kept = centre.stored();
        assert_eq!(kept, [("a".into(), 8 * 3_600_000, false), ("b".into(), 4 * 1_800_000, false)]);
        for _ in 0..3 {
            let again = centre.send(&batch);
            assert_eq!(statuses(&again), [Duplicate, Duplicate]);
            assert_eq!(again.iter().map(|one| one.place).collect::<Vec<_>>(), first.iter().map(|one| one.place).collect::<Vec<_>>());
        }
        assert_eq!(centre.stored(), kept);
        let twice = usage("c", "2026-03-01T02:00:00Z", 1, 1);
        assert_eq!(statuses(&centre.send(&[twice.clone(), twice])), [Accepted, Duplicate], "twice in one batch is stored once");
    });
}

#[test]
fn the_same_name_with_another_content_is_a_conflict_that_changes_no_row() {
    on_both(|url| {
        let centre = Centre::new(url);
        let one = usage("a", "2026-03-01T00:00:00Z", 60, 8);
        centre.send(std::slice::from_ref(&one));
        let other = changed(one.clone(), "data.units", json!(9));
        let answers = centre.send(&[other.clone(), usage("b", "2026-03-01T00:00:00Z", 1, 1), other]);
        assert_eq!(statuses(&answers), [Conflict, Accepted, Conflict]);
        assert_eq!(fault(&answers[0]), EventCode::DigestMismatch);
        assert_eq!(centre.stored()[0].1, 8 * 3_600_000);
        let kept = centre.house.store.read(|db| store::quarantine::open_of(db, centre.provider, 10)).unwrap();
        assert_eq!(kept.len(), 1, "the same conflict is kept once");
        assert!(kept[0].body.contains("\"units\":9") && kept[0].code == "digest_mismatch");
    });
}

#[test]
fn a_bad_event_never_changes_the_fate_of_another_unless_asked() {
    on_both(|url| {
        let centre = Centre::new(url);
        let bad = changed(usage("x", "2026-03-01T00:00:00Z", 60, 8), "data.units", json!(-1));
        let batch = [usage("a", "2026-03-01T00:00:00Z", 60, 8), bad, usage("b", "2026-03-01T01:00:00Z", 60, 8)];
        let atomic = centre.send_by(&centre.meter(), &batch, true);
        assert_eq!(statuses(&atomic), [Rejected, Rejected, Rejected]);
        assert_eq!((fault(&atomic[0]), fault(&atomic[1])), (EventCode::NotAtomic, EventCode::UnitsRange));
        assert_eq!(centre.stored().len(), 0);
        assert_eq!(statuses(&centre.send(&batch)), [Accepted, Rejected, Accepted]);
        assert_eq!(centre.stored().len(), 2);
    });
}

#[test]
fn sources_skew_and_history_are_held() {
    on_both(|url| {
        let centre = Centre::new(url);
        let foreign = changed(usage("a", "2026-03-01T00:00:00Z", 60, 8), "source", json!("slurm://other"));
        // The house's clock stands at 2026-03-02T01:00:00Z.
        let ahead = usage("b", "2026-03-02T00:00:00Z", 66, 1);
        let old = usage("c", "2026-01-20T00:00:00Z", 60, 1);
        let answers = centre.send(&[foreign, ahead, old.clone()]);
        assert_eq!(statuses(&answers), [Rejected; 3]);
        let codes: Vec<EventCode> = answers.iter().map(fault).collect();
        assert_eq!(codes, [EventCode::SourceForbidden, EventCode::TimeInFuture, EventCode::BackfillForbidden]);
        let historian = Meter { may_backfill: true, ..centre.meter() };
        assert_eq!(statuses(&centre.send_by(&historian, std::slice::from_ref(&old), false)), [Rejected], "the right alone is not enough");
        let with_reason = Meter { backfill: Some("迁移历史用量".into()), ..historian };
        assert_eq!(statuses(&centre.send_by(&with_reason, &[old], false)), [Accepted]);
    });
}

#[test]
fn an_event_is_taken_out_once_and_a_void_never() {
    on_both(|url| {
        let centre = Centre::new(url);
        let replace = |id: &str, target: &str, units: i64| {
            let mut event = usage(id, "2026-03-01T00:00:00Z", 60, units);
            event["type"] = json!("cn.suanquan.usage.replace.v1");
            event["data"]["target"] = json!({"source": SOURCE, "id": target});
            event["data"]["reason"] = json!("卡数更正");
            event
        };
        let answers = centre.send(&[
            usage("a", "2026-03-01T00:00:00Z", 60, 8),
            replace("a2", "a", 6),
            void("v", "a2"),
            void("vv", "v"),
            void("v2", "a2"),
            replace("a3", "a", 5),
            replace("self", "self", 5),
        ]);
        assert_eq!(statuses(&answers), [Accepted, Accepted, Accepted, Rejected, Rejected, Rejected, Quarantined]);
        let codes: Vec<EventCode> = answers[3..].iter().map(fault).collect();
        assert_eq!(codes, [EventCode::UnknownTarget, EventCode::AlreadyVoided, EventCode::AlreadyVoided, EventCode::UnknownTarget]);
        // The same, told in a batch of its own each time.
        assert_eq!(statuses(&centre.send(&[void("v3", "a")])), [Rejected]);
        assert_eq!(statuses(&centre.send(&[void("v4", "v")])), [Rejected]);
    });
}

/// Two batches of one centre in two chains, at the same moment.
fn in_two_chains(centre: &Centre, batches: [&Value; 2]) -> [EventAnswer; 2] {
    let start = Barrier::new(2);
    let write = |shard: i64, event: &Value| {
        start.wait();
        let done = centre.house.act(|act| {
            let told = incoming(event, Moment::at(act.now));
            let answers = record_usage(act, &centre.meter(), shard, vec![told], false)?;
            std::thread::sleep(Duration::from_millis(150));
            Ok(answers)
        });
        done.unwrap().pop().unwrap()
    };
    std::thread::scope(|scope| {
        let write = &write;
        let threads = [(0, batches[0]), (1, batches[1])].map(|(shard, event)| scope.spawn(move || write(shard, event)));
        threads.map(|thread| thread.join().unwrap())
    })
}

#[test]
fn two_chains_that_are_told_of_one_run_at_the_same_moment_count_it_once() {
    on_both(|url| {
        let centre = Centre::new(url);
        let of_run = |id: &str| {
            let mut event = usage(id, "2026-03-01T00:00:00Z", 60, 8);
            event["data"]["instance"] = json!("job-7/0");
            event
        };
        let mut told = in_two_chains(&centre, [&of_run("x"), &of_run("y")]).map(|answer| answer.status);
        told.sort_unstable();
        assert_eq!(told, [Accepted, Quarantined]);
    });
}

#[test]
fn a_void_that_comes_with_its_target_takes_it_out() {
    on_both(|url| {
        let centre = Centre::new(url);
        in_two_chains(&centre, [&usage("a", "2026-03-01T00:00:00Z", 60, 8), &void("v", "a")]);
        let voids = centre.house.store.read(store::usage::voids).unwrap();
        assert_eq!(voids.len(), 1, "whichever of them came first");
    });
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    on_both(|url| {
        let mut seen = BTreeSet::new();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let place = crate::harness::db::TestDb::sqlite();
            let centre = Centre::new(if order == [0, 1, 2, 3] { url } else { place.url() });
            let events =
                [usage("a", "2026-03-01T00:00:00Z", 60, 8), usage("b", "2026-03-01T02:00:00Z", 60, 4), void("va", "a"), void("vz", "z")];
            for at in order {
                centre.send(std::slice::from_ref(&events[at]));
            }
            centre.send(&[usage("z", "2026-03-01T03:00:00Z", 60, 2)]);
            let living: BTreeSet<(String, i64)> = centre
                .house
                .store
                .read(|db| {
                    let mut living = BTreeSet::new();
                    for event in store::usage::chain_after(db, 0, 0, 100)? {
                        if event.quantity_ms.get() > 0 && !store::usage::is_voided(db, 0, event.seq)? {
                            living.insert((event.event_id, event.quantity_ms.get()));
                        }
                    }
                    Ok::<_, store::Fault>(living)
                })
                .unwrap();
            seen.insert(living);
        }
        assert_eq!(seen, BTreeSet::from([BTreeSet::from([("b".to_owned(), 4 * 3_600_000)])]));
    });
}

#[test]
fn an_unknown_account_waits_and_is_read_again_when_it_is_assigned() {
    on_both(|url| {
        let centre = Centre::new(url);
        let stranger = changed(usage("a", "2026-03-01T00:00:00Z", 60, 8), "subject", json!("wh-neu"));
        let odd = changed(usage("b", "2026-03-01T00:00:00Z", 60, 8), "data.resource", json!("h100"));
        let outside = usage("c", "2025-12-31T15:00:00Z", 120, 1);
        let historian = Meter { backfill: Some("x".into()), may_backfill: true, ..centre.meter() };
        let answers = centre.send_by(&historian, &[stranger.clone(), odd, outside], false);
        assert_eq!(statuses(&answers), [Quarantined; 3]);
        let codes: Vec<EventCode> = answers.iter().map(fault).collect();
        assert_eq!(codes, [EventCode::UnknownSubject, EventCode::UnknownResource, EventCode::NoContract]);
        let replayed = centre.house.act(|act| assign_subject(act, centre.provider, "wh-neu", &Uscc::parse(USCC).unwrap())).unwrap();
        assert_eq!(replayed, 1);
        assert_eq!(centre.stored(), [("a".into(), 8 * 3_600_000, false)]);
        assert_eq!(statuses(&centre.send(&[stranger])), [Duplicate]);
        assert_eq!(centre.house.store.read(|db| store::quarantine::count_open(db, centre.provider)).unwrap(), 2);
    });
}

#[test]
fn two_intervals_of_one_run_never_overlap() {
    on_both(|url| {
        let centre = Centre::new(url);
        let run = |id: &str, start: &str, minutes| changed(usage(id, start, minutes, 8), "data.instance", json!("job-7"));
        let answers = centre.send(&[run("a", "2026-03-01T00:00:00Z", 60), run("b", "2026-03-01T00:59:59.999Z", 60)]);
        assert_eq!(statuses(&answers), [Accepted, Quarantined]);
        assert_eq!(fault(&answers[1]), EventCode::Overlap);
        assert_eq!(statuses(&centre.send(&[run("c", "2026-03-01T01:00:00Z", 60)])), [Accepted], "they may touch");
        assert_eq!(statuses(&centre.send(&[run("d", "2026-03-01T01:30:00Z", 1)])), [Quarantined], "also against what is stored");
    });
}

#[test]
fn the_chain_binds_every_event_and_its_tables_cannot_be_rewritten() {
    on_both_databases(|db| {
        let centre = Centre::new(db.url());
        let batch: Vec<Value> = (0..25).map(|n| usage(&format!("e{n}"), "2026-03-01T00:00:00Z", 1 + n, 1 + n)).collect();
        centre.send(&batch[..10]);
        centre.send(&batch);
        centre.send(&[void("v", "e3")]);
        let events = centre.house.store.read(|db| store::usage::chain_after(db, 0, 0, 100)).unwrap();
        let mut before: Hash = GENESIS;
        for (at, event) in events.iter().enumerate() {
            assert_eq!(event.seq, i64::try_from(at).unwrap() + 1, "no gaps");
            before = link(&before, &event.as_link());
            assert_eq!(event.hash, before);
        }
        let end = centre.house.store.read(store::usage::chain_ends).unwrap();
        assert_eq!((end[0].last_seq, end[0].last_hash.as_slice()), (26, before.as_slice()));
        for sql in
            ["UPDATE usage_event SET units = 9", "DELETE FROM usage_event", "DELETE FROM usage_void", "UPDATE tariff_version SET body = ''"]
        {
            let tampered = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| db.run_sql(sql)));
            assert!(tampered.is_err(), "{sql}");
        }
    });
}
