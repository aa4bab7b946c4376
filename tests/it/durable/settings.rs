//! A database that would lose commits in a power cut is refused by name of the setting.

use crate::harness::db::TestDb;
use crate::harness::server::run;

const STRICT: (&str, &str) = ("SUANQUAN_DURABILITY", "strict");

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_postgres_that_does_not_wait_for_the_disk_is_refused_in_both_languages() {
    let db = TestDb::postgres();
    let output = run(&["init", "--database", db.url()], &[STRICT]);
    let text = told(&output);
    assert!(!output.status.success(), "{text}");
    for part in ["fsync = off: it must be on", "fsync = off，须为 on", "durability = \"relaxed\"", "可以丢弃的数据库"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Nothing was made: a database that is taken all the same begins at the first migration.
    assert!(run(&["init", "--database", db.url()], &[("SUANQUAN_DURABILITY", "relaxed")]).status.success());
}

#[test]
fn sqlite_is_as_durable_as_it_must_be() {
    let db = TestDb::sqlite();
    let output = run(&["init", "--database", db.url()], &[STRICT]);
    assert!(output.status.success(), "{}", told(&output));
    let output = run(&["ledger", "check", "--database", db.url()], &[STRICT]);
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn a_durability_that_is_none_is_refused() {
    let db = TestDb::sqlite();
    let output = run(&["init", "--database", db.url()], &[("SUANQUAN_DURABILITY", "lazy")]);
    let text = told(&output);
    assert!(!output.status.success() && text.contains("strict or relaxed"), "{text}");
}
