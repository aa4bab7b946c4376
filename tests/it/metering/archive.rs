//! The metering of an instance goes into an empty one of either database, which works everything in
//! it out again (I28, I29): digests, totals and roots are the same, and what was changed on the way
//! is found.

use std::process::Output;

use sha2::{Digest, Sha256};
use suanquan::acts::issue_statement::issue_statement;
use suanquan::acts::reverse_statement::reverse_statement;
use suanquan::metering::moment::Month;
use suanquan::store::{self, Store};

use super::centre::{Centre, usage, void};
use super::files::{full, unlock};

use crate::accounts::house::USCC;
use crate::harness::db::{TestDb, on_both, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::run;

/// Beside February: a late event, its adjustment in March, a reversal, a gauge.
fn lived(url: &str) -> Centre {
    let mut centre = full(url);
    centre.house.wait(chrono::TimeDelta::days(33));
    centre.send(&[usage("late", "2026-03-10T00:00:00Z", 60, 4), usage("march", "2026-03-11T15:30:00Z", 90, 7), void("v3", "c")]);
    let clerk = centre.person("chen@centre.example");
    let colleague = centre.person("wu@centre.example");
    let month = Month::parse("2026-03").unwrap();
    let number = centre.house.act_as(&clerk, |act| issue_statement(act, centre.provider, centre.contract, month)).unwrap();
    centre.house.act_as(&colleague, |act| reverse_statement(act, &number, 1, "合同号写错")).unwrap();
    centre.house.act_as(&clerk, |act| issue_statement(act, centre.provider, centre.contract, month)).unwrap();
    centre
}

fn archived(url: &str) -> String {
    let done = run(&["usage", "archive", "--database", url], &[]);
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

fn restored(url: &str, archive: &str) -> Output {
    let folder = Folder::new("archive");
    let file = folder.file("metering.jsonl");
    std::fs::write(&file, archive).unwrap();
    run(&["usage", "restore", "--database", url, &file], &[])
}

/// Lines with another end: whoever changes a line can also sum up anew.
fn resealed(lines: &[String]) -> String {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let rows = lines.len() - 1;
    format!("{body}{{\"end\":{{\"rows\":{rows},\"sha256\":\"{}\"}}}}\n", hex::encode(Sha256::digest(&body)))
}

#[test]
fn an_archive_gives_the_same_digests_totals_and_roots_in_an_empty_database_of_either_kind() {
    on_both(|url| {
        let centre = lived(url);
        let archive = archived(url);
        let statements = |store: &Store| {
            let of = |db: &mut store::Db| store::statement::of_contract(db, centre.contract);
            store.read(of).unwrap().into_iter().map(|(statement, standing)| (statement, standing.state)).collect::<Vec<_>>()
        };
        let before = statements(&centre.house.store);
        assert_eq!(before.len(), 4);
        for empty in [TestDb::sqlite(), TestDb::postgres()] {
            let done = restored(empty.url(), &archive);
            assert!(done.status.success(), "{done:?}");
            let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
            assert_eq!((&told["events"], &told["statements"], &told["checkpoints"]), (&7.into(), &4.into(), &1.into()), "{told}");
            assert_eq!(statements(&Store::open(empty.url()).unwrap()), before);
            assert_eq!(archived(empty.url()), archive, "byte by byte");
            let again = restored(empty.url(), &archive);
            assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("not empty"), "{again:?}");
        }
    });
}

#[test]
fn a_year_of_an_enterprise_is_rated_again_to_the_same_digest() {
    on_both_databases(|db| {
        lived(db.url());
        let replay = || run(&["usage", "replay", "--enterprise", USCC, "--year", "2026", "--database", db.url()], &[]);
        let first = replay();
        assert!(first.status.success(), "{first:?}");
        let text = String::from_utf8(first.stdout.clone()).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let (year, statements) = lines.split_last().unwrap();
        assert_eq!((&year["statements"], &year["same"]), (&4.into(), &true.into()), "{text}");
        assert!(statements.iter().all(|line| line["kept"] == line["again"]) && statements[0]["month"] == "2026-02", "{text}");
        assert_eq!(replay().stdout, first.stdout, "as often as one likes");
        unlock(db);
        db.run_sql("UPDATE usage_event SET quantity_ms = quantity_ms + 3600000 WHERE event_id = 'a'");
        let changed = replay();
        assert!(!changed.status.success() && String::from_utf8_lossy(&changed.stdout).contains("\"same\":false"), "{changed:?}");
    });
}

#[test]
fn what_was_changed_on_the_way_is_found_and_nothing_is_kept() {
    let source = TestDb::sqlite();
    lived(source.url());
    let archive = archived(source.url());
    let lines: Vec<String> = archive.lines().map(ToOwned::to_owned).collect();
    let body = &lines[..lines.len() - 1];
    let with = |table: &str, from: &str, to: &str| {
        let mut changed = body.to_vec();
        let line = changed.iter_mut().find(|line| line.contains(&format!("\"table\":\"{table}\"")) && line.contains(from)).unwrap();
        *line = line.replacen(from, to, 1);
        changed
    };
    let empty = TestDb::sqlite();
    for (changed, told) in [
        (resealed(&with("usage_event", "\"units\":10", "\"units\":11")), "usage_event shard 0 seq 1"),
        (resealed(&with("statement", "\"payable_fen\":\"", "\"payable_fen\":\"1")), "database refused"),
        (resealed(&with("tariff_version", "12.5", "11.5")), "tariff_version 1"),
        (resealed(&with("purchase", "\"state\":\"", "\"status\":\"")), "a row of purchase cannot be read"),
        (resealed(&with("usage_shard", "usage_shard", "usage_shards")), "usage_shards"),
        (resealed(&body[..body.len() - 5]), "usage_event shard 0 seq 4: is missing"),
        (body.iter().map(|line| format!("{line}\n")).collect(), "ends early"),
        (
            with("usage_event", "\"units\":10", "\"units\":11").join("\n") + "\n" + lines.last().unwrap().as_str() + "\n",
            "not those that were written",
        ),
        ("not an archive\n".to_owned(), "line 1: is no line of an archive"),
    ] {
        let done = restored(empty.url(), &changed);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains(told), "{told}: {said}");
    }
    assert!(restored(empty.url(), &archive).status.success(), "nothing was kept of the attempts");
}
