//! Crashes the real server under load and looks whether anything that was answered is lost, doubled or wrong.
//! The promises have letters: A what was answered is stored, B what is stored was meant, C each key did one
//! thing, D the books balance, E the chains verify, F letters are sent or waiting, G no answer but 503 says
//! that the server failed, H files and rows agree, I nothing is stuck. docs/internals/testing.md tells how to
//! run the long form.

mod ask;
mod backups;
mod checks;
mod client;
mod clock;
mod failover;
mod faults;
mod journal;
mod lab;
mod power;
mod steps;

use std::time::{Duration, Instant};

use failover::Pair;
use faults::Fault;
use lab::Lab;
use power::Disk;
use serde_json::json;

use crate::harness::db::{TestDb, on_both};
use crate::harness::folder::kept;

/// What a run of the long form is asked to do, by `scripts/crashlab`.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name}={value} is no number")))
}

fn seed() -> u64 {
    let seed = asked("SUANQUAN_TEST_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("crashlab: seed {seed}; SUANQUAN_TEST_SEED={seed} draws the same steps again");
    seed
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Settles what is open and looks; everything is looked at now and then.
async fn look_after(lab: &mut Lab, round: u64) {
    lab.settle().await;
    lab.look();
    // The books grow, and so does the look.
    if round % (if round < 200 { 25 } else { 250 }) == 24 {
        lab.look_at_everything();
    }
}

async fn after(lab: &mut Lab, round: u64) {
    look_after(lab, round).await;
    lab.must_be_whole();
}

fn slice(db: TestDb) {
    let sqlite = db.is_sqlite();
    let mut lab = Lab::new(db, seed(), "strict");
    let begun = Instant::now();
    runtime().block_on(async {
        lab.enter().await;
        // Every fault once, between kills.
        for (round, fault) in (0..).zip(Fault::ALL.into_iter().filter(|fault| fault.fits(sqlite))) {
            lab.kill_under_load().await;
            after(&mut lab, round).await;
            lab.suffer(fault).await;
            after(&mut lab, round).await;
        }
        while lab.crashes() < 20 && begun.elapsed() < Duration::from_mins(1) {
            lab.kill_under_load().await;
            after(&mut lab, 0).await;
        }
        lab.look_at_everything();
    });
    println!("{:#?} in {:?}", lab.tally, begun.elapsed());
    lab.must_be_whole();
    assert!(lab.crashes() >= 10, "too few faults fired to say anything: {:#?}", lab.tally);
}

#[test]
fn what_was_answered_outlives_crashes_on_sqlite() {
    slice(TestDb::sqlite());
}

#[test]
fn what_was_answered_outlives_crashes_on_postgres() {
    slice(TestDb::postgres());
}

/// Faults that one database suffers in the long form: what it holds grows, and with it what every step costs.
const OF_ONE_DATABASE: u64 = 2_500;

/// The long form: so many faults that fired, mostly kills.
#[test]
#[ignore = "an hour: scripts/crashlab --full runs it"]
fn full() {
    let sqlite = std::env::var("SUANQUAN_CRASHLAB_DATABASE").is_ok_and(|name| name == "sqlite");
    let (wanted, seed, begun) = (asked("SUANQUAN_CRASHLAB_CRASHES").unwrap_or(10_000), seed(), Instant::now());
    let report = Report { name: if sqlite { "sqlite" } else { "postgres" }, seed, wanted, begun, careless: 0 };
    let fresh = || if sqlite { TestDb::sqlite() } else { TestDb::postgres() };
    let mut lab = Lab::new(fresh(), seed, "strict");
    let (dear, cheap): (Vec<Fault>, Vec<Fault>) =
        Fault::ALL.into_iter().filter(|fault| fault.fits(sqlite)).partition(|fault| fault.is_dear());
    runtime().block_on(async {
        lab.enter().await;
        let (mut round, mut database) = (0, 1);
        while lab.crashes() < wanted {
            if lab.crashes() >= database * OF_ONE_DATABASE {
                the_end_of(&mut lab);
                lab = lab.renewed(fresh(), seed + database);
                lab.enter().await;
                database += 1;
            }
            if round % 250 == 49 {
                lab.suffer(dear[usize::try_from(round / 250).unwrap() % dear.len()]).await;
            } else if round % 20 == 9 {
                lab.suffer(cheap[usize::try_from(round / 20).unwrap() % cheap.len()]).await;
            } else {
                lab.kill_under_load().await;
            }
            round += 1;
            if round % 100 == 0 {
                println!("{} faults in {:?}: {:?} {:?}", lab.crashes(), begun.elapsed(), lab.tally.fired, lab.tally.kinds);
            }
            report.after(&mut lab, round).await;
        }
        the_end_of(&mut lab);
    });
    report.write(&lab);
}

/// The last look at a database, with every decision made again.
fn the_end_of(lab: &mut Lab) {
    lab.look_at_everything();
    lab.decide_again();
    lab.must_be_whole();
}

/// Power cuts on SQLite; the same without waiting for the disk must lose, which shows that the test bites.
#[test]
#[ignore = "needs root and some minutes: scripts/crashlab --full runs it"]
fn power_cuts() {
    let (wanted, seed, begun) = (asked("SUANQUAN_CRASHLAB_CUTS").unwrap_or(1_000), seed(), Instant::now());
    let mut report = Report { name: "power", seed, wanted, begun, careless: 0 };
    report.careless = cuts(10.min(wanted), "relaxed", &report).1;
    assert!(report.careless > 0, "without waiting for the disk nothing was lost: the cuts prove nothing");
    let (lab, lost) = cuts(wanted, "strict", &report);
    report.write(&lab);
    assert_eq!(lost, 0, "{:#?}", lab.broken);
}

/// The primary of two PostgreSQL servers is lost again and again.
#[test]
#[ignore = "some minutes: scripts/crashlab --full runs it"]
fn failovers() {
    let (wanted, seed, begun) = (asked("SUANQUAN_CRASHLAB_FAILOVERS").unwrap_or(20), seed(), Instant::now());
    let report = Report { name: "failover", seed, wanted, begun, careless: 0 };
    let mut pair = Pair::start();
    let mut lab = Lab::new(TestDb::postgres_at(&pair.url()), seed, "strict");
    runtime().block_on(async {
        lab.enter().await;
        let mut round = 0;
        while lab.crashes() < wanted {
            lab.lose_primary(&mut pair).await;
            report.after(&mut lab, round).await;
            round += 1;
        }
        lab.look_at_everything();
    });
    lab.server.program().kill_now();
    report.write(&lab);
    lab.must_be_whole();
}

/// The clock is put forward and back.
#[test]
#[ignore = "needs the package faketime: scripts/crashlab --full runs it"]
fn clock_jumps() {
    let begun = Instant::now();
    on_both(|url| {
        let seen = clock::jumps(url, 20);
        println!("{seen} jumps in {:?}", begun.elapsed());
    });
    let result = json!({"name": "clock", "seed": 0, "wanted": 40, "seconds": begun.elapsed().as_secs(), "fired": {"F20 clock put forward or back": 40}, "hit": {},
        "done": 0, "refused": 0, "unanswered": 0, "sent_again": 0, "broken": [], "lost_without_waiting": 0});
    std::fs::write(kept("crashlab").join("clock-0.json"), format!("{result:#}\n")).unwrap();
}

fn cuts(wanted: u64, durability: &str, report: &Report) -> (Lab, usize) {
    let disk = Disk::new();
    let db = TestDb::sqlite_at(&format!("{}/crashlab.db", disk.place()));
    let mut lab = Lab::on(db, report.seed, durability, format!("{}/demo", disk.place()));
    let strict = durability == "strict";
    let (mut lost, mut round) = (0, 0);
    runtime().block_on(async {
        lab.enter().await;
        disk.flush();
        while lab.crashes() < wanted {
            lost += lab.cut_power(&disk, strict).await;
            if strict {
                report.after(&mut lab, round).await;
            } else {
                after(&mut lab, round).await;
            }
            round += 1;
        }
    });
    lab.server.program().kill_now();
    (lab, lost)
}

/// What a long run leaves for `scripts/crashlab`, as it goes: a run that is stopped says how far it came.
struct Report {
    name: &'static str,
    seed: u64,
    wanted: u64,
    begun: Instant,
    /// Answered steps that were lost without waiting for the disk.
    careless: usize,
}

impl Report {
    /// As [`after`]; what breaks a promise is written down before it ends the run.
    async fn after(&self, lab: &mut Lab, round: u64) {
        look_after(lab, round).await;
        if round.is_multiple_of(100) || !lab.broken.is_empty() {
            self.write(lab);
        }
        lab.must_be_whole();
    }

    fn write(&self, lab: &Lab) {
        let (tally, steps) = (&lab.tally, lab.steps.borrow());
        let result = json!({
            "name": self.name, "seed": self.seed, "wanted": self.wanted, "seconds": self.begun.elapsed().as_secs(), "fired": tally.fired,
            "hit": tally.hit, "done": tally.done, "refused": tally.refused, "kinds": tally.kinds, "unanswered": tally.unanswered,
            "sent_again": tally.sent_again, "sent_twice": tally.sent_twice, "asked_again": tally.asked_again, "told_again": steps.told_again,
            "late": steps.late, "broken": lab.broken, "lost_without_waiting": self.careless,
        });
        std::fs::write(kept("crashlab").join(format!("{}-{}.json", self.name, self.seed)), format!("{result:#}\n")).unwrap();
    }
}
