//! The three administrators exclude one another and every right of the business, also for whoever
//! goes past the program.

use diesel::prelude::*;
use suanquan::party::Duty;
use suanquan::store::{Fault, Store, migrations};

use super::{Person, demo, runtime};
use crate::harness::db::{TestDb, on_both_databases};
use crate::harness::folder::Folder;

const ALONE: [Duty; 5] = [Duty::Administrator, Duty::SecurityAdministrator, Duty::AuditAdministrator, Duty::Auditor, Duty::Finance];

#[test]
fn each_of_the_three_sees_how_the_seal_of_the_trail_is_doing() {
    let db = TestDb::sqlite();
    let folder = Folder::new("three");
    let server = demo(db.url(), &folder, "people");
    runtime().block_on(async {
        for (who, path) in [("security", "/admin"), ("admin", "/admin/clock"), ("logs", "/audit")] {
            let person = Person::enter(&server, &format!("{who}@demo.suanquan.example")).await;
            let page = person.get(path).await.text;
            // On a busy machine it may be late.
            assert!(page.contains("审计链已封存") || page.contains("没有封存"), "{who}: {page}");
        }
    });
}

#[test]
fn the_database_refuses_rights_that_exclude_one_another() {
    on_both_databases(|db| {
        let store = Store::create(db.url()).unwrap();
        migrations::run(&store).unwrap();
        let run = |sql: String| store.write(|conn| diesel::sql_query(&sql).execute(conn).map_err(Fault::from));
        let mut id = 0;
        for one in Duty::ALL {
            for two in Duty::ALL.iter().filter(|two| *two != one) {
                id += 1;
                let person = format!(
                    "INSERT INTO account (id, email, name, kind, created_at) VALUES ({id}, '{id}@x', 'x', 'staff', '2026-03-02 01:00:00')"
                );
                run(person).unwrap();
                let give = |duty: &Duty| run(format!("INSERT INTO account_right (account_id, duty) VALUES ({id}, '{duty}')"));
                give(one).unwrap();
                let excluded = ALONE.contains(one) || ALONE.contains(two);
                assert_eq!(give(two).is_err(), excluded, "{one} and {two}");
                assert!(run(format!("UPDATE account_right SET duty = 'task_force' WHERE account_id = {id}")).is_err());
            }
        }
    });
}
