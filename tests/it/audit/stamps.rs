//! Time stamps on checkpoints, given by an authority that the test runs: taken when all is right and
//! otherwise not, checked again by `suanquan audit verify` and by `openssl ts`, and shown to everybody.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use suanquan::acts::Line;
use suanquan::acts::seal_trail::seal_trail;
use suanquan::clock::Clock;
use suanquan::config::TimestampSettings;
use suanquan::jobs::stamp_checkpoints::{StampFault, run as stamp};
use suanquan::party::Actor;
use suanquan::reports::stamps::{answer_of, checkpoints as listed, note_of};
use suanquan::reports::trail_check::{Given, check};
use suanquan::store::{audit_seal, audit_stamp};
use suanquan::timestamp::Authority;
use suanquan::trail::stamp::{NoStamp, Trusted, check as check_stamp, imprint};
use suanquan::web::site::Site;

use super::{checkpoints, found};
use crate::harness::child::Program;
use crate::harness::db::{TestDb, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};
use crate::notice::town::Town;

/// `openssl ts` behind HTTP.
pub(super) struct Stamper {
    folder: Folder,
    url: String,
    _server: Program,
}

impl Stamper {
    pub(super) fn start() -> Stamper {
        let folder = Folder::new("stamper");
        let python = std::env::var("SUANQUAN_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/audit/time_authority.py");
        let mut server = Program::start("time_authority.py", Command::new(python).args(["-u", script]).arg(folder.path()));
        let at = |line: &str| line.strip_prefix("authority at ").map(str::to_owned);
        let url = server.wait_for("its address", Duration::from_mins(1), at);
        Stamper { folder, url, _server: server }
    }

    fn trusted(&self) -> Trusted {
        Trusted::from_pem(&std::fs::read(self.folder.file("root.pem")).unwrap()).unwrap()
    }

    pub(super) fn settings(&self, path: &str) -> TimestampSettings {
        let timeout_seconds = if path == "/slow" { 1 } else { 30 };
        TimestampSettings { url: format!("{}{path}", self.url), trusted: self.folder.file("root.pem").into(), timeout_seconds }
    }

    pub(super) fn authority(&self, path: &str) -> Authority {
        Authority::open(&self.settings(path)).unwrap()
    }

    /// What a program that is not ours says of a checkpoint's files.
    fn openssl_says(&self, note: &str, answer: &[u8]) -> bool {
        let (data, stamp) = (self.folder.file("checkpoint.txt"), self.folder.file("checkpoint.tsr"));
        std::fs::write(&data, note).unwrap();
        std::fs::write(&stamp, answer).unwrap();
        let root = self.folder.file("root.pem");
        let told = Command::new("openssl").args(["ts", "-verify", "-data", &data, "-in", &stamp, "-CAfile", &root]).output().unwrap();
        told.status.success()
    }
}

/// A town whose clock is the machine's, with a first checkpoint.
fn town(url: &str) -> (Town, Site) {
    let town = Town::new(url, &Clock::Machine.now().to_rfc3339());
    let site = Site { clock: Clock::Machine, ..town.site.clone() };
    something_happens(&site);
    (town, site)
}

/// A line and a checkpoint that covers it.
fn something_happens(site: &Site) -> i64 {
    let line = Line { act: "publish_notice", subject: "GS-TEST", ..Line::default() };
    let now = site.clock.now();
    suanquan::acts::perform(&site.store, &site.house, &Actor::system(), now, |act| act.write_line(&line)).unwrap();
    seal_trail(&site.store, &site.house, now).unwrap();
    checkpoints(&site.store).last().unwrap().size
}

fn stamping(site: &Site, authority: Authority) -> Site {
    Site { authority: Some(Arc::new(authority)), ..site.clone() }
}

fn stamps(site: &Site) -> usize {
    site.store.read(audit_stamp::all).unwrap().len()
}

#[test]
fn a_checkpoint_is_stamped_once_and_the_stamp_is_proven_by_us_and_by_openssl() {
    let stamper = Stamper::start();
    on_both_databases(|db| {
        let (_town, site) = town(db.url());
        assert_eq!(stamp(&site).unwrap(), None, "nobody is asked without the setting");
        let site = stamping(&site, stamper.authority("/good"));
        let first = checkpoints(&site.store).last().unwrap().size;
        assert_eq!(stamp(&site).unwrap(), Some(first));
        assert_eq!(stamp(&site).unwrap(), None, "it has its stamp");
        let second = something_happens(&site);
        let other = stamping(&site, stamper.authority("/rsa"));
        assert_eq!(stamp(&other).unwrap(), Some(second), "RSA, SHA-512 and the older name of the certificate");

        for size in [first, second] {
            let note = site.store.read(|db| note_of(db, size)).unwrap().unwrap();
            let answer = site.store.read(|db| answer_of(db, size)).unwrap().unwrap();
            assert!(stamper.openssl_says(&note, &answer), "openssl ts -verify of {size}");
            assert!(!stamper.openssl_says(&note.replace("time", "Time"), &answer));
        }
        let trusted = stamper.trusted();
        let (rows, _) = site.store.read(|db| listed(db, i64::MAX, 50, Some(&trusted))).unwrap();
        let told = rows[1].stamp.clone().unwrap().unwrap();
        assert_eq!((told.authority.as_str(), told.is_trusted), ("测试时间戳机构", true));
        let away = (told.at.and_utc() - site.clock.now()).num_seconds().abs();
        assert!(away < 60, "{away} seconds");

        let given = Given { trusted: Some(trusted), ..Given::default() };
        assert_eq!(found(check(&site.store, &given)).unwrap().stamps, 2);
        let verify = |root: &str| run(&["audit", "verify", "--json", "--database", db.url(), "--trusted", &stamper.folder.file(root)], &[]);
        let told = verify("root.pem");
        let answer: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!((told.status.code(), &answer["checked"]["stamps"]), (Some(0), &2.into()), "{answer}");
        let told = verify("stranger.pem");
        let answer: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!((told.status.code(), &answer["finding"]["place"]), (Some(1), &format!("audit_stamp {first}").into()), "{answer}");
        assert_eq!(verify("good.key").status.code(), Some(2), "that is no certificate");
    });
}

#[test]
fn nothing_but_a_stamp_of_this_note_by_the_trusted_authority_is_taken() {
    let stamper = Stamper::start();
    let db = TestDb::sqlite();
    let (_town, site) = town(db.url());
    for (path, told) in [
        ("/other-note", "stamps something else"),
        ("/other-nonce", "the nonce is not repeated"),
        ("/no-nonce", "the nonce is not repeated"),
        ("/stranger", "does not lead to a trusted one"),
        ("/expired", "had expired at the time of the stamp"),
        ("/website", "is not for time stamping"),
        ("/bare", "the certificate of the signature is not in it"),
        ("/refuses", "the authority refused: status 02, Bad request format"),
        ("/refuses", "badDataFormat"),
        ("/garbage", "no answer by RFC 3161"),
        ("/cut", "no answer by RFC 3161"),
        ("/huge", "longer than 64 KiB"),
        ("/out-of-order", "status 503"),
        ("/slow", "cannot be reached"),
    ] {
        let begun = Instant::now();
        let why = stamp(&stamping(&site, stamper.authority(path))).unwrap_err();
        assert!(matches!(why, StampFault::NotStamped(_)) && why.to_string().contains(told), "{path}: {why}");
        assert!(path != "/slow" || begun.elapsed() < Duration::from_secs(5), "{path} took {:?}", begun.elapsed());
    }
    let nobody = TimestampSettings { url: "http://127.0.0.1:9/".into(), ..stamper.settings("/good") };
    stamp(&stamping(&site, Authority::open(&nobody).unwrap())).unwrap_err();
    let ahead =
        Site { clock: Clock::settable(site.clock.now() - chrono::TimeDelta::hours(1)), ..stamping(&site, stamper.authority("/good")) };
    assert!(matches!(stamp(&ahead).unwrap_err(), StampFault::Clock { .. }), "the authority's clock is an hour ahead of ours");
    assert_eq!(stamps(&site), 0, "nothing was kept");

    // Asked again, it is as good as new; what it could not stamp is under the next stamp.
    something_happens(&site);
    assert!(stamp(&stamping(&site, stamper.authority("/good"))).unwrap().is_some());
    let given = Given { trusted: Some(stamper.trusted()), ..Given::default() };
    assert_eq!(found(check(&site.store, &given)).unwrap().stamps, 1);
}

#[test]
fn a_changed_answer_is_refused_or_says_the_same() {
    let stamper = Stamper::start();
    let note = "a.example/audit\n2\n";
    let (right, trusted) = (imprint(note), stamper.trusted());
    for path in ["/good", "/rsa"] {
        let answered = stamper.authority(path).stamp(note).unwrap();
        let mut refused = 0;
        for at in 0..answered.answer.len() {
            let mut bytes = answered.answer.clone();
            bytes[at] ^= 1 << (at % 8);
            // Not everything is signed: the version of the frame, the number of the certificate, the chain beside it.
            match check_stamp(&bytes, &right, None, Some(&trusted)) {
                Ok(stamp) => assert_eq!(stamp, answered.stamp, "{path}: byte {at}"),
                Err(_) => refused += 1,
            }
            assert!(check_stamp(&answered.answer[..at], &right, None, None).is_err(), "{path}: cut at {at}");
        }
        assert!(refused * 10 > answered.answer.len() * 8, "{path}: {refused} of {}", answered.answer.len());
        assert_eq!(check_stamp(&answered.answer, &[0; 32], None, None), Err(NoStamp::OtherImprint));
    }
}

#[test]
fn a_trail_that_is_rewritten_with_the_true_key_is_given_away_by_its_stamps() {
    let stamper = Stamper::start();
    let db = TestDb::sqlite();
    let (_town, site) = town(db.url());
    let site = stamping(&site, stamper.authority("/good"));
    let first = stamp(&site).unwrap().unwrap();
    let second = something_happens(&site);
    stamp(&site).unwrap();
    let third = something_happens(&site);
    let given = Given { trusted: Some(stamper.trusted()), ..Given::default() };
    found(check(&site.store, &given)).unwrap();

    // Whoever has the key signs the second checkpoint anew: an hour later, as if it had been then.
    db.run_sql("DROP TRIGGER audit_checkpoint_is_never_changed; DROP TRIGGER audit_checkpoint_is_never_deleted; DROP TRIGGER audit_stamp_is_never_changed; DROP TRIGGER audit_stamp_is_never_deleted");
    let kept = checkpoints(&site.store).into_iter().find(|one| one.size == second).unwrap();
    let forged = audit_seal::KeptCheckpoint { signed_at: kept.signed_at + chrono::TimeDelta::microseconds(1), ..kept };
    let signature = site.house.signer.sign(forged.said().unwrap().text().as_bytes());
    let time = forged.signed_at.format("%Y-%m-%d %H:%M:%S%.6f");
    db.run_sql(&format!("UPDATE audit_checkpoint SET signed_at = '{time}', signature = '{signature}' WHERE size = {second}"));
    let told = found(check(&site.store, &given)).unwrap_err();
    assert_eq!(
        (told.place.as_str(), told.first_seq, told.last_seq),
        (format!("audit_stamp {second}").as_str(), first + 1, second),
        "{told}"
    );
    assert!(told.what.contains("stamps something else"), "{told}");

    // And has it stamped today: the stamp proves itself, and is later than what it stamps. An older one is found.
    let answer = stamper.authority("/good").stamp(&site.store.read(|db| note_of(db, second)).unwrap().unwrap()).unwrap().answer;
    db.run_sql(&format!("UPDATE audit_stamp SET answer = X'{}' WHERE size = {second}", hex::encode(answer)));
    found(check(&site.store, &given)).unwrap();
    let ahead = audit_seal::KeptCheckpoint { signed_at: forged.signed_at + chrono::TimeDelta::hours(2), ..forged };
    let later = |one: &audit_seal::KeptCheckpoint| site.house.signer.sign(one.said().unwrap().text().as_bytes());
    let (signature, time) = (later(&ahead), ahead.signed_at.format("%Y-%m-%d %H:%M:%S%.6f"));
    db.run_sql(&format!("UPDATE audit_checkpoint SET signed_at = '{time}', signature = '{signature}' WHERE size = {second}"));
    let last = checkpoints(&site.store).into_iter().find(|one| one.size == third).unwrap();
    let last = audit_seal::KeptCheckpoint { signed_at: ahead.signed_at, ..last };
    db.run_sql(&format!("UPDATE audit_checkpoint SET signed_at = '{time}', signature = '{}' WHERE size = {third}", later(&last)));
    let note = site.store.read(|db| note_of(db, second)).unwrap().unwrap();
    let answer = stamper.authority("/good").stamp(&note).unwrap().answer;
    db.run_sql(&format!("UPDATE audit_stamp SET answer = X'{}' WHERE size = {second}", hex::encode(answer)));
    let told = found(check(&site.store, &given)).unwrap_err();
    assert!(told.place == format!("audit_stamp {second}") && told.what.contains("says that it was signed at"), "{told}");

    db.run_sql(&format!(
        "PRAGMA foreign_keys = OFF; DELETE FROM audit_stamp WHERE size = {second}; DELETE FROM audit_checkpoint WHERE size = {first}"
    ));
    let told = found(check(&site.store, &given)).unwrap_err();
    assert!(told.to_string().contains(&format!(" {first}")), "{told}");
}

#[test]
fn the_running_program_has_its_checkpoints_stamped_while_the_authority_comes_and_goes() {
    let stamper = Stamper::start();
    let (db, folder) = (TestDb::sqlite(), Folder::new("stamped"));
    assert!(run(&["init", "--database", db.url()], &[]).status.success());
    let settings = folder.file("suanquan.toml");
    let files = folder.file("files");
    let written = |trusted: &str| {
        let text = format!(
            "database = \"{}\"\nbind = \"127.0.0.1:0\"\nbase_url = \"http://stamped.test\"\nfiles = \"{files}\"\n\
             secret = \"0123456789abcdef0123456789abcdef\"\nmail = \"folder:{}\"\nmail_from = \"a@stamped.test\"\n\
             [timestamps]\nurl = \"{}/good\"\ntrusted = \"{trusted}\"\n",
            db.url(),
            folder.file("mail"),
            stamper.url
        );
        std::fs::write(&settings, text).unwrap();
    };
    written("/nowhere/root.pem");
    let refused = run(&["serve", "--config", &settings], &[]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("timestamps.trusted: /nowhere/root.pem"), "{refused:?}");

    written(&stamper.folder.file("root.pem"));
    let create = ["admin", "create", "--database", db.url(), "--email", "admin@stamped.test", "--name", "管理员"];
    assert!(run(&create, &[]).status.success());
    let server = Server::start(&["serve", "--config", &settings], &[]);
    let fetch = |path: &str| -> Option<Vec<u8>> {
        let answer = ureq::get(server.url(path)).call().ok()?;
        answer.into_body().read_to_vec().ok()
    };
    let begun = Instant::now();
    let page = loop {
        let page = String::from_utf8(fetch("/verify/checkpoints").unwrap()).unwrap();
        if page.contains(".tsr") {
            break page;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{page}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(page.contains("测试时间戳机构") && page.contains("openssl ts -verify"), "{page}");
    let size = page.split("/verify/checkpoints/").nth(1).unwrap().split('.').next().unwrap();
    let note = String::from_utf8(fetch(&format!("/verify/checkpoints/{size}.txt")).unwrap()).unwrap();
    let answer = fetch(&format!("/verify/checkpoints/{size}.tsr")).unwrap();
    assert!(note.starts_with("stamped.test/audit\n") && stamper.openssl_says(&note, &answer), "{note}");
    assert!(fetch("/verify/checkpoints/999999.txt").is_none() && fetch("/verify/checkpoints/999999.tsr").is_none());
    assert!(server.stop().success());
}
