//! A register that hangs, lies and dies, and comes back: the question waits, nothing else does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use suanquan::config::Config;
use suanquan::ids::{EnterpriseId, Uscc};
use suanquan::jobs::ask_registers;
use suanquan::registry::ListKind;
use suanquan::store::register::RegisterCheck;
use suanquan::store::{self, Fault};
use suanquan::web::site::Site;

use super::register_server::{Manner, RegisterServer};
use crate::harness::db::on_both;
use crate::notice::town::Town;

struct Office {
    site: Site,
    of: EnterpriseId,
    uscc: String,
}

impl Office {
    fn new(url: &str, server: &RegisterServer) -> Office {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        town.case(0);
        let uscc = Uscc::from_body("91420100MA4TE5T00").unwrap().as_str().to_owned();
        let of = town.read(|db| Ok(store::account::enterprise_by_uscc(db, &uscc)?.unwrap().id)).unwrap();
        let config = Config { registers: BTreeMap::from([("tech_sme".to_owned(), server.settings())]), ..Config::default() };
        let mut house = (*town.site.house).clone();
        house.registers.online.insert(ListKind::TechSme);
        let site = Site { config: Arc::new(config), house: Arc::new(house), ..town.site.clone() };
        let office = Office { site, of, uscc };
        office.ask("tech_sme");
        office
    }

    fn ask(&self, register: &str) {
        let at = self.site.clock.now().naive_utc();
        self.site.store.write(|db| -> Result<(), Fault> { store::register::ask(db, self.of, register, at) }).unwrap();
    }

    fn newest(&self) -> RegisterCheck {
        self.site.store.read(|db| store::register::newest_of(db, self.of)).unwrap().remove(0)
    }

    /// One round of the job, a number of minutes later.
    fn later(&self, minutes: i64) -> RegisterCheck {
        assert!(self.site.clock.set(self.site.clock.now() + chrono::TimeDelta::minutes(minutes)));
        ask_registers::run(&self.site).unwrap();
        self.newest()
    }

    fn yes(&self) -> String {
        json!({"data": {"listed": true, "uscc": self.uscc, "number": "2026420111A8000123", "from": "2026年2月10日"}}).to_string()
    }
}

#[test]
fn a_register_that_misbehaves_leaves_the_question_pending_until_it_answers() {
    on_both(|url| {
        let server = RegisterServer::start(Manner::Hangs);
        let office = Office::new(url, &server);
        let started = Instant::now();
        assert_eq!(office.later(0).state, "pending");
        assert!(started.elapsed() < Duration::from_secs(10), "a register that hangs is left after its timeout");
        server.now(Manner::Dies);
        assert_eq!(office.later(2).state, "pending");
        server.now(Manner::Status(500));
        let check = office.later(5);
        assert_eq!((check.state.as_str(), check.evidence.as_str()), ("pending", "answered with status 500"));
        server.now(Manner::Says(office.yes()));
        let check = office.later(10);
        assert_eq!((check.state.as_str(), check.answer_sha256.len()), ("found", 64));
        assert!(check.evidence.contains("2026420111A8000123") && check.evidence.contains("2026-02-10"), "{}", check.evidence);
        let asked = server.asked();
        office.later(60);
        assert_eq!(server.asked(), asked, "an answer is not asked for again");
    });
}

#[test]
fn an_answer_that_lies_is_no_answer_and_in_the_end_a_matter_for_people() {
    on_both(|url| {
        let server = RegisterServer::start(Manner::Says("<html>login</html>".into()));
        let office = Office::new(url, &server);
        assert!(office.later(0).evidence.contains("is no JSON"));
        server.now(Manner::Says(r#"{"result": true}"#.into()));
        assert!(office.later(61).evidence.contains("nothing at"));
        server.now(Manner::Says(json!({"data": {"listed": true, "uscc": "914403001922038216"}}).to_string()));
        assert!(office.later(61).evidence.contains("another enterprise"));
        server.now(Manner::Says(json!({"data": {"listed": true, "uscc": office.uscc, "from": "soon"}}).to_string()));
        assert!(office.later(61).evidence.contains("is no day"));
        server.now(Manner::Endless);
        for _ in 0..4 {
            office.later(61);
        }
        let check = office.newest();
        assert_eq!((check.state.as_str(), check.tries), ("failed", 8));
        assert!(check.evidence.contains("longer than 256 KiB"), "{}", check.evidence);
    });
}

#[test]
fn a_register_that_keeps_failing_rests_and_is_asked_again() {
    on_both(|url| {
        let server = RegisterServer::start(Manner::Status(503));
        let office = Office::new(url, &server);
        for _ in 0..5 {
            office.later(17);
        }
        assert_eq!(server.asked(), 5);
        // It rests now: the question is put off without being asked.
        office.ask("tech_sme");
        office.later(1);
        assert_eq!(server.asked(), 5);
        server.now(Manner::Says(json!({"data": {"listed": false}}).to_string()));
        assert_eq!(office.later(20).state, "not_found");
        assert_eq!(server.asked(), 7, "both questions are asked once it has rested");
    });
}

#[test]
fn slow_drops_do_not_hold_the_jobs_up() {
    on_both(|url| {
        let server = RegisterServer::start(Manner::Drips);
        let office = Office::new(url, &server);
        let started = Instant::now();
        assert_eq!(office.later(0).state, "pending");
        assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    });
}
