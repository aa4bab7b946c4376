//! The trail's proof over the demo's data, on both databases: sealing, verifying, tampering, replay.

mod browser;
mod stamps;
mod tampering;

use std::sync::Barrier;

use chrono::TimeDelta;
use suanquan::acts::Line;
use suanquan::acts::seal_trail::{Round, seal_trail, seal_within};
use suanquan::reports::trail_check::{Anchor, Broken, Checked, Finding, Given, check, check_within, read_anchors};
use suanquan::store::audit_seal::{self, KeptCheckpoint};
use suanquan::store::{self, Db, Fault, Store};
use suanquan::web::site::Site;

use crate::accounts::house::TestHouse;
use crate::harness::db::{TestDb, on_both, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::run;
use crate::metering::demo::filled;

/// The demo's town with everything sealed.
fn sealed(url: &str, folder: &Folder) -> Site {
    let site = filled(url, folder);
    seal_trail(&site.store, &site.house, site.clock.now()).unwrap();
    site
}

fn found(answer: Result<Checked, Broken>) -> Result<Checked, Finding> {
    match answer {
        Ok(checked) => Ok(checked),
        Err(Broken::Found(finding)) => Err(finding),
        Err(other) => panic!("{other}"),
    }
}

fn counts(store: &Store) -> audit_seal::Counts {
    store.read(audit_seal::counts).unwrap()
}

fn checkpoints(store: &Store) -> Vec<KeptCheckpoint> {
    store.read(audit_seal::checkpoints).unwrap()
}

#[test]
fn every_line_of_the_demo_is_sealed_and_the_trail_agrees_with_the_applications() {
    on_both_databases(|db| {
        let folder = Folder::new("audit");
        let site = sealed(db.url(), &folder);
        let now = counts(&site.store);
        assert!(now.entries > 500, "{now:?}");
        assert_eq!((now.seals, now.waiting, now.size), (now.entries, 0, now.entries));
        let checked = found(check(&site.store, &Given::default())).unwrap();
        assert_eq!((checked.lines, checked.waiting), (now.size, 0));
        assert!(checked.applications >= 20 && checked.papers >= 2 && checked.checkpoints >= 3, "{checked:?}");
        assert_eq!(site.store.read(|db| check_within(db, &Given::default())).unwrap(), checked, "on one connection as on many");

        // A checkpoint covers what is printed at once.
        let kept = checkpoints(&site.store);
        let place = site.store.read(|db| audit_seal::place_of(db, "publish_notice", "GS-2026-0001")).unwrap().unwrap();
        let covering = site.store.read(|db| audit_seal::checkpoint_covering(db, place)).unwrap().unwrap();
        assert!(kept.iter().any(|one| one.size == covering.size), "{covering:?}");

        let told = run(&["audit", "verify", "--json", "--database", db.url()], &[]);
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!((&told["ok"], &told["checked"]["root"]), (&true.into(), &checked.root.as_str().into()), "{told}");
    });
}

#[test]
fn replaying_the_demo_gives_the_same_fen_and_digest_and_a_changed_evaluation_is_named() {
    on_both_databases(|db| {
        let folder = Folder::new("replay");
        let site = filled(db.url(), &folder);
        let replay = || run(&["audit", "replay", "--database", db.url()], &[]);
        let first = replay();
        assert!(first.status.success(), "{first:?}");
        let told: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
        assert!(told["evaluations"].as_i64().unwrap() >= 20 && told["statements"].as_i64().unwrap() >= 10, "{told}");
        assert_eq!(told["differences"], 0);
        assert_eq!(replay().stdout, first.stdout, "as often as one likes");

        unlocked(db, &["evaluation"]);
        db.run_sql("UPDATE evaluation SET result_json = replace(result_json, '\"zh\":\"', '\"zh\":\"改') WHERE id = 2");
        let changed = replay();
        assert_eq!(changed.status.code(), Some(1), "{changed:?}");
        let text = String::from_utf8(changed.stdout).unwrap();
        let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(line["decision"], "evaluation 2");
        assert!(line["application"].as_str().unwrap().starts_with("A-2026-"), "{line}");
        let rule = line["rule"].as_str().unwrap();
        assert!(rule.contains('.') && !rule.starts_with('/'), "the rule of the step, not its place: {line}");
        drop(site);
    });
}

/// Takes the triggers off, as somebody who owns the database can.
fn unlocked(db: &TestDb, tables: &[&str]) {
    for table in tables {
        if db.is_sqlite() {
            db.run_sql(&format!("DROP TRIGGER IF EXISTS {table}_is_never_changed; DROP TRIGGER IF EXISTS {table}_is_never_deleted"));
        } else {
            db.run_sql(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"));
        }
    }
}

#[test]
fn two_sealers_at_once_make_one_chain() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.registered("office@firm.test");
        let line = |number: i64| {
            let line = Line { act: "test", subject: &number.to_string(), ..Line::default() };
            house.act(|act| act.write_line(&line)).unwrap();
        };
        let start = Barrier::new(3);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    start.wait();
                    for _ in 0..20 {
                        match seal_trail(&house.store, house.rules(), house.now()) {
                            Ok(_) => {}
                            Err(fault) => assert!(fault.is_passing() || fault.is_unique_violation(), "{fault:?}"),
                        }
                    }
                });
            }
            start.wait();
            (0..60).for_each(line);
        });
        seal_trail(&house.store, house.rules(), house.now()).unwrap();
        let now = counts(&house.store);
        assert_eq!((now.seals, now.waiting), (now.entries, 0), "{now:?}");
        found(check(&house.store, &Given::default())).unwrap();
    });
}

#[test]
fn what_was_sealed_cannot_be_changed_through_the_program() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.registered("office@firm.test");
        seal_trail(&house.store, house.rules(), house.now()).unwrap();
        for sql in [
            "UPDATE audit_seal SET seq = seq + 100",
            "DELETE FROM audit_seal",
            "UPDATE audit_checkpoint SET root = ''",
            "DELETE FROM audit_checkpoint",
            "DELETE FROM audit_head",
        ] {
            use diesel::RunQueryDsl as _;
            let changed = house.store.write(|db| diesel::sql_query(sql).execute(db).map_err(Fault::from));
            assert!(changed.is_err(), "{sql}");
        }
    });
}

#[test]
fn a_checkpoint_is_kept_every_ten_minutes_if_something_happened_and_each_follows_the_one_before() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        let seal = |house: &TestHouse| seal_trail(&house.store, house.rules(), house.now()).unwrap();
        house.registered("office@firm.test");
        assert!(seal(&house).kept, "the first one");
        house.wait(TimeDelta::minutes(11));
        assert_eq!(seal(&house), Round::default(), "nothing happened");
        house.act(|act| act.write_line(&Line { act: "test", ..Line::default() })).unwrap();
        assert!(seal(&house).kept);
        house.act(|act| act.write_line(&Line { act: "test", ..Line::default() })).unwrap();
        assert_eq!(seal(&house), Round { lines: 1, kept: false }, "too soon");
        house.wait(TimeDelta::minutes(10));
        assert!(seal(&house).kept, "it waited long enough, without a new line");
        house.act(|act| act.write_line(&Line { act: "publish_notice", subject: "GS-1", ..Line::default() })).unwrap();
        assert!(seal(&house).kept, "a notice is printed with it");
        let kept = checkpoints(&house.store);
        let sizes: Vec<i64> = kept.iter().map(|one| one.size).collect();
        let after: Vec<i64> = kept.iter().map(|one| one.after_size).collect();
        assert_eq!((after[0], &after[1..]), (0, &sizes[..sizes.len() - 1]));
        // The clock is set back: the trail's time is not.
        house.wait(TimeDelta::minutes(-9));
        house.act(|act| act.write_line(&Line { act: "test", ..Line::default() })).unwrap();
        assert_eq!(seal(&house).lines, 1);
        found(check(&house.store, &Given::default())).unwrap();
    });
}

#[test]
fn a_clock_that_was_set_back_by_an_hour_an_older_database_and_nothing_at_all_each_have_their_answer() {
    on_both_databases(|db| {
        let empty = run(&["audit", "verify", "--database", db.url()], &[]);
        assert_eq!(empty.status.code(), Some(2), "{empty:?}");
        let mut house = TestHouse::new(db.url());
        let empty = run(&["audit", "verify", "--database", db.url()], &[]);
        assert_eq!(empty.status.code(), Some(2), "{empty:?}");
        house.registered("office@firm.test");
        seal_trail(&house.store, house.rules(), house.now()).unwrap();
        let early = checkpoints(&house.store).pop().unwrap();
        house.wait(TimeDelta::hours(-1));
        house.act(|act| act.write_line(&Line { act: "test", ..Line::default() })).unwrap();
        seal_trail(&house.store, house.rules(), house.now()).unwrap();
        let told = found(check(&house.store, &Given::default())).unwrap_err();
        assert_eq!((told.first_seq, told.last_seq), (early.size + 1, early.size + 1), "{told}");
        assert!(told.what.contains("clock"), "{told}");

        let folder = Folder::new("anchors");
        let file = folder.file("kept.txt");
        let said = early.said().unwrap();
        std::fs::write(&file, format!("# from a notice\n{} {}\n", said.size, said.short_root())).unwrap();
        let anchors = read_anchors(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(anchors, [Anchor { size: said.size, root: said.root[..8].to_vec() }]);
        std::fs::write(&file, format!("{} {}\n", said.size + 500, said.short_root())).unwrap();
        let older = run(&["audit", "verify", "--database", db.url(), "--from", &file], &[]);
        assert_eq!(older.status.code(), Some(1), "{older:?}");
        std::fs::write(&file, "what is this").unwrap();
        let unreadable = run(&["audit", "verify", "--database", db.url(), "--from", &file], &[]);
        assert_eq!(unreadable.status.code(), Some(2), "{unreadable:?}");
    });
}

/// One round, for tests that tamper within a transaction.
fn seal_now(db: &mut Db, site: &Site) {
    seal_within(db, &site.house, site.clock.now().naive_utc()).unwrap();
}

fn head(db: &mut Db) -> store::audit_seal::Head {
    audit_seal::head(db).unwrap().unwrap()
}
