//! After a jump of the clock no money moves until an administrator has looked.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use suanquan::acts::hold_payouts::hold_payouts;
use suanquan::acts::{ActError, perform};
use suanquan::clock::Clock;
use suanquan::config::Config;
use suanquan::party::Actor;
use suanquan::startup::house;
use suanquan::store::{Db, Fault, Store, migrations, payout_hold};

use crate::doors::{Caller, hidden, runtime};
use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::server::Server;

#[test]
fn payouts_rest_until_the_administrator_has_looked_at_the_clock() {
    on_both(|url| {
        let folder = Folder::new("holds");
        let home = folder.file("demo");
        let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--database", url, "--data", "people"], &[]);
        let (store, rules) = (Store::open(url).unwrap(), house(&Config::default(), ""));
        let hold = || {
            let (system, jump) = (Actor::system(), chrono::TimeDelta::minutes(30));
            perform(&store, &rules, &system, Clock::Machine.now(), |act| hold_payouts(act, jump)).unwrap()
        };
        assert_eq!((hold(), hold()), (true, false), "one hold at a time");
        runtime().block_on(async {
            let enter = async |name: &str| Caller {
                server: &server,
                client: Caller::enter(&server, &format!("{name}@demo.suanquan.example")).await.unwrap(),
            };
            let (finance, admin) = (enter("finance1").await, enter("admin").await);
            // With nothing to pay the page offers no form.
            let draw_up = async |key: &str| {
                let page = finance.read("/finance/batches").await;
                let form = [("csrf", hidden(&page, "csrf")), ("request_key", key.to_owned())];
                finance.send("/finance/batches", &form).await.text().await.unwrap()
            };
            let text = draw_up("first-wish").await;
            assert!(text.contains("30 分钟") && text.contains("时钟与拨付"), "{text}");
            let page = admin.read("/admin/clock").await;
            assert!(page.contains("拨付已暂停"), "{page}");
            let form = async |reason: &str| {
                let page = admin.read("/admin/clock").await;
                let (csrf, key) = (hidden(&page, "csrf"), hidden(&page, "request_key"));
                let form = [("csrf", csrf), ("request_key", key), ("reason", reason.to_owned())];
                admin.send("/admin/clock/release", &form).await.status().as_u16()
            };
            assert_eq!(form("").await, 422, "a reason is asked for");
            assert_eq!(form("对时正常，公示起止无误").await, 303);
            let page = admin.read("/admin/clock").await;
            assert!(!page.contains("拨付已暂停") && page.contains("公示起止无误"), "{page}");
            assert!(draw_up("second-wish").await.contains("请至少勾选一份申请"));
        });
        assert!(matches!(
            perform(&store, &rules, &nobody(), Clock::Machine.now(), |act| hold_payouts(act, chrono::TimeDelta::days(1))),
            Err(ActError::NotAllowed)
        ));
    });
}

#[test]
fn a_hold_that_begins_while_money_is_ordered_waits_for_it_and_one_that_began_before_is_waited_for() {
    on_both(|url| {
        let store = Store::create(url).unwrap();
        migrations::run(&store).unwrap();
        let now = Clock::Machine.now().naive_utc();
        let steps = Mutex::new(Vec::new());
        let step = |what: &'static str| steps.lock().unwrap().push(what);
        let moment = Duration::from_millis(400);
        let (begun, go_on) = channel();
        let hold = |db: &mut Db| {
            payout_hold::begin(db, now, 1_800)?;
            step("held");
            std::thread::sleep(moment);
            Ok::<_, Fault>(())
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let pay = |db: &mut Db| {
                    assert!(payout_hold::open_until_paid(db)?.is_none());
                    begun.send(()).unwrap();
                    std::thread::sleep(moment);
                    step("ordered");
                    Ok::<_, Fault>(())
                };
                store.write(pay).unwrap();
            });
            go_on.recv().unwrap();
            let holder = scope.spawn(|| store.write(hold).unwrap());
            while !steps.lock().unwrap().contains(&"held") {
                std::thread::sleep(Duration::from_millis(5));
            }
            let seen = store.write(payout_hold::open_until_paid).unwrap();
            assert!(seen.is_some(), "whoever pays sees the hold that was being stored");
            holder.join().unwrap();
        });
        assert_eq!(*steps.lock().unwrap(), ["ordered", "held"]);
    });
}

fn nobody() -> Actor {
    Actor { standing: suanquan::party::Standing::Staff(std::collections::BTreeSet::new()), ..Actor::system() }
}
