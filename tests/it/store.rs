//! The two databases are one schema.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use chrono::DateTime;
use diesel::prelude::*;
use diesel::sql_types::Text;
use suanquan::code::Tier;
use suanquan::money::Fen;
use suanquan::store::{Db, Fault, Store, account, application, budget, migrations, setting};

use crate::harness::db::{TestDb, on_both, on_both_databases};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(store: &Store, sql: &str) -> BTreeSet<String> {
    let rows: Vec<Column> = store.read(|db| diesel::sql_query(sql).load(db).map_err(suanquan::store::Fault::from)).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

fn opened(db: &TestDb) -> Store {
    let store = Store::create(db.url()).unwrap();
    migrations::run(&store).unwrap();
    store
}

#[test]
fn both_databases_describe_the_same_tables_columns_and_nullability() {
    let (lite, pg) = (TestDb::sqlite(), TestDb::postgres());
    let sqlite = lines(
        &opened(&lite),
        "SELECT m.name || '.' || p.name || CASE WHEN p.\"notnull\" = 1 OR p.pk > 0 THEN ' not null' ELSE '' END AS line \
         FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '__diesel%'",
    );
    let postgres = lines(
        &opened(&pg),
        "SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END AS line \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'",
    );
    assert!(sqlite.len() > 250, "{}", sqlite.len());
    assert_eq!(sqlite, postgres);
}

#[test]
fn the_schema_file_names_every_column_of_the_migrations() {
    let lite = TestDb::sqlite();
    let made = lines(
        &opened(&lite),
        "SELECT m.name || '.' || p.name AS line FROM sqlite_master m JOIN pragma_table_info(m.name) p \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '__diesel%'",
    );
    let file = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema.rs")).unwrap();
    let (mut table, mut written) = (String::new(), BTreeSet::new());
    for line in file.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            name.clone_into(&mut table);
        } else if let Some((column, _)) = line.split_once(" -> ") {
            written.insert(format!("{table}.{column}"));
        }
    }
    assert_eq!(made, written);
}

#[test]
fn migrations_run_twice_and_a_newer_database_is_refused() {
    on_both_databases(|db| {
        let store = opened(db);
        migrations::run(&store).unwrap();
        db.run_sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')");
        let refused = migrations::run(&store).unwrap_err().to_string();
        assert!(refused.contains("29990101000001") && refused.contains("newer"), "{refused}");
    });
}

#[test]
fn the_trail_and_the_books_cannot_be_rewritten() {
    on_both_databases(|db| {
        let store = opened(db);
        db.run_sql(
            "INSERT INTO audit_entry (at, actor_name, actor_role, act) VALUES ('2026-03-02 01:00:00', 'x', 'system', 'test'); \
             INSERT INTO ledger_entry (at, occasion) VALUES ('2026-03-02 01:00:00', 'appropriate'); \
             INSERT INTO posting (entry_id, book, tier, year, amount_fen) VALUES (1, 'budget', 'city', 2026, 5)",
        );
        for sql in [
            "UPDATE audit_entry SET act = 'other'",
            "DELETE FROM audit_entry",
            "UPDATE posting SET amount_fen = 6",
            "DELETE FROM posting",
            "DELETE FROM ledger_entry",
        ] {
            let changed = store.write(|conn| diesel::sql_query(sql).execute(conn).map_err(suanquan::store::Fault::from));
            assert!(changed.is_err(), "{sql}");
        }
    });
}

/// Two transactions that both begin before either ends.
fn at_the_same_moment(store: &Store, write: impl Fn(&mut Db) -> Result<bool, Fault> + Sync) -> [bool; 2] {
    let start = Barrier::new(2);
    std::thread::scope(|scope| {
        let race = || {
            scope.spawn(|| {
                start.wait();
                let written = store.write(|db| {
                    let done = write(db)?;
                    std::thread::sleep(Duration::from_millis(100));
                    Ok::<_, Fault>(done)
                });
                written.unwrap()
            })
        };
        [race(), race()].map(|thread| thread.join().unwrap())
    })
}

#[test]
fn two_writers_that_take_an_invoice_first_queue_and_both_get_their_part() {
    on_both(|url| {
        let store = Store::create(url).unwrap();
        migrations::run(&store).unwrap();
        let id = store.write(|db| account::insert_enterprise(db, "x", "x", "x", DateTime::UNIX_EPOCH.naive_utc())).unwrap();
        let part = |part: i64| move |db: &mut Db| application::use_invoice(db, "1", id, Fen::yuan(10), Fen::yuan(part));
        assert_eq!(at_the_same_moment(&store, part(5)), [true, true]);
        assert!(!store.write(part(1)).unwrap(), "nothing is left");
        let too_much = |db: &mut Db| application::use_invoice(db, "2", id, Fen::yuan(10), Fen::yuan(6));
        let mut one = at_the_same_moment(&store, too_much);
        one.sort_unstable();
        assert_eq!(one, [false, true], "the second one finds too little left, and is told so");
    });
}

#[test]
fn two_writers_that_begin_a_yearly_cap_at_once_both_use_it() {
    on_both(|url| {
        let store = Store::create(url).unwrap();
        migrations::run(&store).unwrap();
        let id = store.write(|db| account::insert_enterprise(db, "x", "x", "x", DateTime::UNIX_EPOCH.naive_utc())).unwrap();
        let use_half = |db: &mut Db| {
            budget::lock(db, id, &[(Tier::City, 2026, Fen::yuan(200))])?;
            budget::use_cap(db, id, Tier::City, 2026, Fen::yuan(100))
        };
        assert_eq!(at_the_same_moment(&store, use_half), [true, true]);
        assert!(!store.write(use_half).unwrap(), "the cap is used up");
        // A later pack with a lower cap takes nothing back.
        store.write(|db| budget::lock(db, id, &[(Tier::City, 2026, Fen::yuan(50))])).unwrap();
        assert_eq!(store.read(|db| budget::caps_of(db, id)).unwrap()[0].cap_fen, Fen::yuan(200));
    });
}

#[test]
fn an_error_in_the_middle_of_an_act_leaves_nothing() {
    on_both(|url| {
        let store = Store::create(url).unwrap();
        migrations::run(&store).unwrap();
        let failed: Result<(), suanquan::store::Fault> = store.write(|db| {
            suanquan::store::setting::set(db, "half", "done")?;
            suanquan::store::account::insert_enterprise(db, "x", "x", "x", chrono::DateTime::UNIX_EPOCH.naive_utc())?;
            suanquan::store::account::insert_enterprise(db, "x", "x", "x", chrono::DateTime::UNIX_EPOCH.naive_utc()).map(|_| ())
        });
        assert!(failed.unwrap_err().is_unique_violation());
        assert_eq!(store.read(|db| suanquan::store::setting::get(db, "half")).unwrap(), None);
    });
}

type Written = Result<(), Fault>;

/// Acts that begin while another one holds the turn, each on a thread of its own. On SQLite they end up
/// in one transaction.
fn while_one_works(store: &Store, acts: &[fn(&mut Db) -> Written]) -> Vec<std::thread::Result<Written>> {
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            store.write(|db| {
                std::thread::sleep(Duration::from_millis(60));
                setting::set(db, "first", "done")
            })
        });
        std::thread::sleep(Duration::from_millis(20));
        let acts: Vec<_> = acts.iter().map(|act| scope.spawn(move || store.write(act))).collect();
        let mut ended = vec![first.join()];
        ended.extend(acts.into_iter().map(std::thread::ScopedJoinHandle::join));
        ended
    })
}

fn set(store: &Store) -> BTreeSet<String> {
    lines(store, "SELECT key AS line FROM setting")
}

#[test]
fn acts_of_one_transaction_fail_each_for_itself() {
    on_both_databases(|db| {
        let store = opened(db);
        let before = set(&store);
        let ended = while_one_works(
            &store,
            &[
                |db| setting::set(db, "second", "done"),
                |db| {
                    setting::set(db, "refused", "done")?;
                    Err(Fault::Collision)
                },
                |db| {
                    setting::set(db, "panicked", "done")?;
                    panic!("on purpose")
                },
                |db| setting::set(db, "last", "done"),
            ],
        );
        assert!(matches!(ended.as_slice(), [Ok(Ok(())), Ok(Ok(())), Ok(Err(Fault::Collision)), Err(_), Ok(Ok(()))]));
        let added: Vec<String> = set(&store).difference(&before).cloned().collect();
        assert_eq!(added, ["first", "last", "second"]);
        store.write(|db| setting::set(db, "afterwards", "done")).unwrap();
    });
}

#[test]
fn whoever_shares_a_transaction_that_cannot_be_committed_is_told_that_nothing_is_stored() {
    let lite = TestDb::sqlite();
    let store = opened(&lite);
    let before = set(&store);
    // SQLite finds the orphan at the commit only.
    let orphan = |db: &mut Db| {
        diesel::sql_query("PRAGMA defer_foreign_keys = ON").execute(db)?;
        diesel::sql_query("INSERT INTO account_right (account_id, duty) VALUES (77, 'administrator')").execute(db)?;
        Ok(())
    };
    let ended = while_one_works(&store, &[|db| setting::set(db, "second", "done"), orphan]);
    for one in ended {
        let why = one.unwrap().unwrap_err();
        assert!(matches!(why, Fault::NotCommitted) && why.is_busy(), "{why:?}");
    }
    assert_eq!(set(&store), before);
    store.write(|db| setting::set(db, "afterwards", "done")).unwrap();
    assert_eq!(set(&store).len(), before.len() + 1, "the writer goes on");
}

#[test]
fn many_writers_at_once_lose_no_act() {
    on_both_databases(|db| {
        let store = opened(db);
        let before = set(&store).len();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let store = &store;
                scope.spawn(move || {
                    for n in 0..25 {
                        store.write(|db| setting::set(db, &format!("{writer}-{n}"), "done")).unwrap();
                        let name = format!("{writer}-{n}");
                        assert!(store.read(|db| setting::get(db, &name)).unwrap().is_some(), "what was answered is there for all");
                    }
                });
            }
        });
        assert_eq!(set(&store).len(), before + 200);
    });
}

#[test]
fn a_dry_run_that_takes_long_holds_up_no_answer_and_stores_nothing() {
    on_both_databases(|db| {
        let store = opened(db);
        let before = set(&store).len();
        let begun = Instant::now();
        std::thread::scope(|scope| {
            // The short act is under way when the long dry run comes to wait for its turn.
            let short = scope.spawn(|| {
                store.write(|db| {
                    std::thread::sleep(Duration::from_millis(150));
                    setting::set(db, "short", "done")
                })
            });
            std::thread::sleep(Duration::from_millis(50));
            let long = scope.spawn(|| {
                store.rehearse(|db| {
                    setting::set(db, "long", "done")?;
                    std::thread::sleep(Duration::from_secs(2));
                    Ok::<_, Fault>(lines_in(db))
                })
            });
            short.join().unwrap().unwrap();
            assert!(begun.elapsed() < Duration::from_secs(1), "answered after {:?}", begun.elapsed());
            assert!(long.join().unwrap().unwrap() > before, "the dry run sees what it wrote");
        });
        assert_eq!(set(&store).len(), before + 1, "and nothing of it stays");
        store.write(|db| setting::set(db, "afterwards", "done")).unwrap();
    });
}

fn lines_in(db: &mut Db) -> usize {
    let rows: Vec<Column> = diesel::sql_query("SELECT key AS line FROM setting").load(db).unwrap();
    rows.len()
}

#[test]
fn a_server_of_postgresql_is_asked_to_speak_plainly() {
    let db = TestDb::postgres();
    let store = opened(&db);
    assert_eq!(lines(&store, "SELECT current_setting('lc_messages') AS line"), BTreeSet::from(["C".to_owned()]));
}

#[test]
fn a_voucher_that_was_revoked_is_revoked_after_going_back_and_forth() {
    use diesel_migrations::MigrationHarness as _;
    on_both_databases(|db| {
        let store = opened(db);
        db.run_sql(
            "INSERT INTO enterprise (uscc, name, name_folded, created_at) VALUES ('x', 'x', 'x', '2026-01-01 00:00:00'); \
             INSERT INTO voucher (number, enterprise_id, year, claimed_on, claimed_at, state, reason) \
             VALUES ('V-2026-0001', 1, 2026, '2026-01-02', '2026-01-02 00:00:00', 'revoked', '企业名称不符'); \
             INSERT INTO voucher (number, enterprise_id, year, claimed_on, claimed_at) VALUES ('V-2025-0001', 1, 2025, '2025-01-02', '2025-01-02 00:00:00'); \
             INSERT INTO audit_entry (at, actor_name, actor_role, act, subject, reason) \
             VALUES ('2026-03-02 01:00:00', 'x', 'competent_authority', 'revoke_voucher', 'V-2026-0001', '企业名称不符')",
        );
        let back = store.read(|db| -> Result<(), Fault> {
            for _ in 0..2 {
                match db {
                    Db::Sqlite(conn) => conn.revert_last_migration(migrations::SQLITE).map(drop).unwrap(),
                    Db::Postgres(conn) => conn.revert_last_migration(migrations::POSTGRES).map(drop).unwrap(),
                }
            }
            Ok(())
        });
        back.unwrap();
        migrations::run(&store).unwrap();
        let vouchers = lines(&store, "SELECT number || ' ' || state || ' ' || reason AS line FROM voucher");
        assert_eq!(vouchers, BTreeSet::from(["V-2025-0001 claimed ".to_owned(), "V-2026-0001 revoked 企业名称不符".to_owned()]));
    });
}
