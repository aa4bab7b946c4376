//! Backups of both databases: made while the house is in use, proven, restored, and refused when a single
//! byte is wrong.

use std::path::{Path, PathBuf};
use std::process::Output;

use chrono::{DateTime, TimeDelta, Utc};
use suanquan::acts::Line;
use suanquan::acts::seal_trail::seal_trail;
use suanquan::backup::{BackupFault, Target, Wanted, make, newest, read_manifest, restore};
use suanquan::config::S3Settings;
use suanquan::files::Files;
use suanquan::reports::trail_check::{Given, check};
use suanquan::store::{self, Store};

use crate::accounts::house::TestHouse;
use crate::files::{bucket, open, settings};
use crate::harness::db::{TestDb, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::run;
use crate::metering::demo::filled;
use crate::metering::dice::Dice;

/// A small house with a sealed trail and two stored files.
struct Lived {
    house: TestHouse,
    folder: Folder,
}

impl Lived {
    fn new(url: &str) -> Lived {
        let (house, folder) = (TestHouse::new(url), Folder::new("backup"));
        house.registered("office@firm.test");
        seal_trail(&house.store, house.rules(), house.now()).unwrap();
        let lived = Lived { house, folder };
        let shelf = Files::new(lived.files());
        for content in ["%PDF-1.7 one", "%PDF-1.7 another"] {
            let kept = shelf.keep(content.as_bytes()).unwrap();
            let at = lived.house.now().naive_utc();
            lived.house.store.write(|db| store::application::record_file(db, &kept.sha256, kept.size_bytes, kept.media_type, at)).unwrap();
        }
        lived
    }

    fn files(&self) -> PathBuf {
        self.folder.file("files").into()
    }

    fn wanted(&self, url: &str, keep: usize) -> Wanted {
        Wanted { url: url.to_owned(), files: Files::new(self.files()), folder: self.folder.file("backups").into(), keep, scratch: None }
    }

    fn backed_up(&self, url: &str) -> PathBuf {
        make(&self.wanted(url, 0), self.house.now()).unwrap().path
    }
}

/// An empty database of the same kind.
fn empty_like(db: &TestDb) -> TestDb {
    if db.is_sqlite() { TestDb::sqlite() } else { TestDb::postgres() }
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_restored_backup_of_the_demo_passes_money_checks_and_audit_verification() {
    on_both_databases(|db| {
        let folder = Folder::new("backup");
        let site = filled(db.url(), &folder);
        seal_trail(&site.store, &site.house, site.clock.now()).unwrap();
        let (to, files) = (folder.file("backups"), folder.file("files"));
        let made = run(&["backup", "--to", &to, "--keep", "3", "--database", db.url(), "--files", &files], &[]);
        assert!(made.status.success(), "{made:?}");
        let path = newest(Path::new(&to)).unwrap().unwrap();
        assert_eq!(names_in(Path::new(&to)).len(), 1, "no work is left over");

        let target = empty_like(db);
        let back = folder.file("restored-files");
        let restored = run(&["restore", "--from", path.to_str().unwrap(), "--into", target.url(), "--files", &back], &[]);
        assert!(restored.status.success(), "{restored:?}");
        for check in [&["ledger", "check"][..], &["audit", "verify"], &["usage", "verify"], &["audit", "replay"]] {
            let told = run(&[check, &["--database", target.url()]].concat(), &[]);
            assert!(told.status.success(), "{check:?} {told:?}");
        }
        let original = check(&site.store, &Given::default()).unwrap();
        assert_eq!(check(&Store::open(target.url()).unwrap(), &Given::default()).unwrap(), original);
        let manifest = read_manifest(&path).unwrap();
        assert!(manifest.parts.len() > 10, "{} parts", manifest.parts.len());
        for part in &manifest.parts[1..] {
            assert!(Files::new(back.clone().into()).read(&part.sha256).is_ok(), "{}", part.name);
        }
        // The restored house goes on.
        let house = TestHouse::open(target.url(), site.clock.now());
        house.act(|act| act.write_line(&Line { act: "test", ..Line::default() })).unwrap();
        assert_eq!(seal_trail(&house.store, house.rules(), house.now()).unwrap().lines, 1);

        let again = run(&["restore", "--from", path.to_str().unwrap(), "--into", target.url(), "--files", &back], &[]);
        assert!(!again.status.success() && told(&again).contains("not empty"), "{again:?}");
    });
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_changed_cut_or_foreign_backup_is_refused_before_anything_is_written() {
    let times = std::env::var("SUANQUAN_TEST_CORRUPTIONS").map_or(100, |text| text.parse().unwrap());
    let db = TestDb::sqlite();
    let lived = Lived::new(db.url());
    let path = lived.backed_up(db.url());
    let whole = std::fs::read(&path).unwrap();
    let manifest = read_manifest(&path).unwrap();
    let seed = std::env::var("SUANQUAN_TEST_SEED").map_or(20_261_126, |text| text.parse().unwrap());
    println!("{times} corruptions of {} bytes, SUANQUAN_TEST_SEED={seed}", whole.len());
    let mut dice = Dice::new(seed);
    let bad: PathBuf = lived.folder.file("bad.backup").into();
    let (place, files) = (lived.folder.file("restored.sqlite"), lived.folder.file("restored-files"));
    let target = Target { url: format!("sqlite://{place}"), files: Files::new(files.clone().into()), scratch: None };
    let length = i64::try_from(whole.len()).unwrap();
    for round in 0..times {
        let mut bytes = whole.clone();
        let at = usize::try_from(dice.below(length)).unwrap();
        match dice.below(6) {
            0 | 1 => bytes[at] ^= 1_u8 << dice.below(8),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..(at + 1 + usize::try_from(dice.below(5_000)).unwrap()).min(whole.len()))),
            4 => bytes.insert(at, 0),
            _ => bytes[at..(at + 4_096).min(whole.len())].fill(0xff),
        }
        if bytes == whole {
            continue;
        }
        std::fs::write(&bad, &bytes).unwrap();
        let refused = restore(&bad, &target);
        assert!(matches!(refused, Err(BackupFault::NotABackup { .. } | BackupFault::Changed { .. })), "round {round} at {at}: {refused:?}");
        assert!(!Path::new(&place).exists() && !Path::new(&files).exists(), "round {round}");
    }

    // Changed by somebody who also writes the last line anew.
    let said = serde_json::to_string(&manifest).unwrap();
    let with = |from: &str, to: &str| {
        let text = String::from_utf8_lossy(&whole).contains(&said);
        assert!(text);
        let start = whole.windows(said.len()).position(|window| window == said.as_bytes()).unwrap();
        let changed = said.replacen(from, to, 1);
        assert_ne!(changed, said, "{from}");
        let mut bytes = [&whole[..start], changed.as_bytes(), format!("{:016x} ", changed.len()).as_bytes()].concat();
        let digest = suanquan::trail::digest_of(&bytes);
        bytes.extend_from_slice(format!("{digest}\n").as_bytes());
        std::fs::write(&bad, bytes).unwrap();
        restore(&bad, &target).unwrap_err().to_string()
    };
    assert!(with("\"form\":1", "\"form\":2").contains("has form 2"));
    assert!(with("\"database\":\"sqlite\"", "\"database\":\"postgres\"").contains("PostgreSQL"));
    let zeros = "0".repeat(64);
    assert!(with(&manifest.parts[0].sha256, &zeros).contains("the part database was"), "the part is not the one of the manifest");
    assert!(with(&manifest.parts[1].sha256, &zeros).contains("not named by its digest"));
    let rows = manifest.rows.iter().find(|(table, _)| table == "account").unwrap().1;
    assert!(with(&format!("[\"account\",{rows}]"), "[\"account\",99]").contains("other rows"));
    assert!(!Path::new(&place).exists() && !Path::new(&files).exists());
    assert_eq!(
        std::fs::read_dir(lived.folder.file(""))
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".suanquan-work-") })
            .count(),
        0,
        "no work is left over"
    );
}

#[test]
fn a_copy_that_does_not_prove_itself_gets_no_name() {
    on_both_databases(|db| {
        let lived = Lived::new(db.url());
        let sha256 = lived.house.store.read(store::copying::stored_files).unwrap()[0].0.clone();
        let path = lived.files().join(&sha256[..2]).join(&sha256);
        let content = std::fs::read(&path).unwrap();
        std::fs::write(&path, b"something else").unwrap();
        let refused = make(&lived.wanted(db.url(), 0), lived.house.now()).unwrap_err();
        assert!(refused.to_string().contains(&sha256), "{refused}");
        std::fs::remove_file(&path).unwrap();
        make(&lived.wanted(db.url(), 0), lived.house.now()).unwrap_err();
        std::fs::write(&path, content).unwrap();

        if db.is_sqlite() {
            db.run_sql("DROP TRIGGER audit_entry_is_never_changed; UPDATE audit_entry SET subject = 'x' WHERE id = 1");
        } else {
            db.run_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER; UPDATE audit_entry SET subject = 'x' WHERE id = 1");
        }
        let refused = make(&lived.wanted(db.url(), 0), lived.house.now()).unwrap_err();
        assert!(refused.to_string().contains("audit verify: first bad entry: seq 1"), "{refused}");
        assert_eq!(newest(&lived.wanted("", 0).folder).unwrap(), None);
        assert_eq!(names_in(&lived.wanted("", 0).folder), Vec::<String>::new());
    });
}

#[test]
fn older_generations_go_and_what_an_interrupted_run_left_is_swept_away() {
    let db = TestDb::sqlite();
    let mut lived = Lived::new(db.url());
    let folder = lived.wanted("", 0).folder;
    std::fs::create_dir_all(folder.join(".suanquan-work-0123")).unwrap();
    std::fs::write(folder.join(".suanquan-work-0123/draft"), "half a backup").unwrap();
    std::fs::write(folder.join("notes.txt"), "not ours").unwrap();
    let mut made = Vec::new();
    for _ in 0..4 {
        made.push(make(&lived.wanted(db.url(), 2), lived.house.now()).unwrap().path);
        lived.house.wait(TimeDelta::days(1));
    }
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(names_in(&folder), ["notes.txt".to_owned(), name(&made[2]), name(&made[3])]);
    assert_eq!(newest(&folder).unwrap().as_ref(), made.last());
}

#[test]
fn a_backup_that_is_killed_in_the_middle_leaves_nothing_that_looks_like_one() {
    let db = TestDb::sqlite();
    let lived = Lived::new(db.url());
    let (to, files) = (lived.folder.file("backups"), lived.folder.file("files"));
    for millis in [0, 5, 10, 20, 40, 60, 80, 120, 160, 240] {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_suanquan"));
        program.args(["backup", "--to", &to, "--database", db.url(), "--files", &files]);
        let mut program = program.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(millis));
        program.kill().unwrap();
        program.wait().unwrap();
        let Ok(entries) = std::fs::read_dir(&to) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_file() {
                read_manifest(&path).unwrap();
            }
        }
    }
    let made = run(&["backup", "--to", &to, "--database", db.url(), "--files", &files], &[]);
    assert!(made.status.success(), "{made:?}");
    assert!(names_in(Path::new(&to)).iter().all(|name| name.ends_with(".backup")), "{:?}", names_in(Path::new(&to)));
}

#[test]
fn a_restore_that_is_killed_in_the_middle_leaves_no_database_under_the_name() {
    let db = TestDb::sqlite();
    let lived = Lived::new(db.url());
    let path = lived.backed_up(db.url());
    let target = TestDb::sqlite();
    let place = target.url().trim_start_matches("sqlite://").to_owned();
    let files = lived.folder.file("restored-files");
    let arguments = ["restore", "--from", path.to_str().unwrap(), "--into", target.url(), "--files", &files];
    for millis in [0, 5, 10, 20, 40, 60, 80, 120] {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_suanquan"));
        let mut program = program.args(arguments).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(millis));
        program.kill().unwrap();
        program.wait().unwrap();
        if Path::new(&place).exists() {
            assert!(check(&Store::open(target.url()).unwrap(), &Given::default()).is_ok(), "whole or not there");
            return;
        }
        // The files come first; they are whole, and the operator takes them away before the next try.
        if Path::new(&files).exists() {
            std::fs::remove_dir_all(&files).unwrap();
        }
    }
    let done = run(&arguments, &[]);
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn the_nightly_job_makes_one_backup_a_day_after_three_in_beijing() {
    let db = TestDb::sqlite();
    let folder = Folder::new("nightly");
    let mut site = filled(db.url(), &folder);
    let mut config = (*site.config).clone();
    config.database = db.url().into();
    config.backup_to = folder.file("backups").into();
    config.backup_keep = 2;
    site.config = std::sync::Arc::new(config);
    seal_trail(&site.store, &site.house, site.clock.now()).unwrap();
    let time = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
    let run = |at: &str| suanquan::jobs::back_up::run(&site, time(at)).unwrap();
    assert_eq!(run("2026-03-02T18:59:00Z"), None, "02:59 in Beijing");
    assert!(run("2026-03-02T19:01:00Z").is_some());
    assert_eq!(run("2026-03-03T10:00:00Z"), None, "the day has its backup");
    assert!(run("2026-03-03T19:00:00Z").is_some());
    assert!(run("2026-03-04T22:00:00Z").is_some(), "later, when the machine was off at night");
    assert_eq!(names_in(Path::new(&folder.file("backups"))).len(), 2);
}

/// A house whose files lie in a bucket.
fn lived_in_a_bucket(url: &str, files: &Files) -> (TestHouse, Vec<String>) {
    let house = TestHouse::new(url);
    house.registered("office@firm.test");
    seal_trail(&house.store, house.rules(), house.now()).unwrap();
    let mut kept = Vec::new();
    for content in ["%PDF-1.7 one", "%PDF-1.7 another"] {
        let file = files.keep(content.as_bytes()).unwrap();
        let at = house.now().naive_utc();
        house.store.write(|db| store::application::record_file(db, &file.sha256, file.size_bytes, file.media_type, at)).unwrap();
        kept.push(file.sha256);
    }
    (house, kept)
}

/// Settings with a bucket, as the commands read them.
fn written(folder: &Folder, s3: &S3Settings) -> String {
    let path = folder.file(&format!("{}.toml", s3.bucket));
    let S3Settings { endpoint, bucket, .. } = s3;
    let (access_key, secret_key) = (s3.access_key.expose(), s3.secret_key.expose());
    let text = format!(
        "[files.s3]\nendpoint = \"{endpoint}\"\nbucket = \"{bucket}\"\naccess_key = \"{access_key}\"\nsecret_key = \"{secret_key}\"\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_commands_back_a_bucket_up_and_fill_another_one_without_replacing_anything() {
    let (_moto, port) = bucket();
    let url = |bucket: &str| S3Settings { bucket: bucket.into(), ..settings(port) };
    for name in ["restored", "spoiled-one", "spoiled-two"] {
        assert_eq!(ureq::put(format!("http://127.0.0.1:{port}/{name}")).send_empty().unwrap().status(), 200);
    }
    let (old, new) = (open(url("suanquan")), open(url("restored")));
    on_both_databases(|db| {
        let folder = Folder::new("bucket");
        let (_house, kept) = lived_in_a_bucket(db.url(), &old);
        let (to, config) = (folder.file("backups"), written(&folder, &url("suanquan")));
        let made = run(&["backup", "--to", &to, "--database", db.url(), "--config", &config], &[]);
        assert!(made.status.success(), "{made:?}");
        let path = newest(Path::new(&to)).unwrap().unwrap();
        assert_eq!(read_manifest(&path).unwrap().parts.len(), 1 + kept.len());

        let restored = |target: &TestDb, bucket: &str| {
            let config = written(&folder, &url(bucket));
            run(&["restore", "--from", path.to_str().unwrap(), "--into", target.url(), "--config", &config], &[])
        };
        let target = empty_like(db);
        let done = restored(&target, "restored");
        assert!(done.status.success(), "{done:?}");
        kept.iter().for_each(|sha256| assert!(new.read(sha256).is_ok(), "{sha256}"));
        check(&Store::open(target.url()).unwrap(), &Given::default()).unwrap();
        // The database alone was lost: the files that are there are looked at and stay.
        let again = restored(&empty_like(db), "suanquan");
        assert!(again.status.success(), "{again:?}");

        // Another content under a digest is not replaced, and there is no database. What a restore has put into a
        // bucket belongs to its user, so each database has a bucket that a stranger may still write to.
        let name = if db.is_sqlite() { "spoiled-one" } else { "spoiled-two" };
        let spoiled = open(url(name));
        let object = format!("http://127.0.0.1:{port}/{name}/{}/{}", &kept[1][..2], kept[1]);
        ureq::put(&object).send("something else").unwrap();
        let target = empty_like(db);
        let refused = restored(&target, name);
        assert!(!refused.status.success() && told(&refused).contains(&kept[1]), "{refused:?}");
        assert_eq!(spoiled.read(&kept[1]).unwrap_err().kind(), std::io::ErrorKind::InvalidData, "it is as it was");
        if db.is_sqlite() {
            assert!(!Path::new(target.url().trim_start_matches("sqlite://")).exists());
        } else {
            assert!(Store::open(target.url()).unwrap().read(store::copying::is_empty).unwrap());
        }
        assert_eq!(names_in(Path::new(&to)).len(), 1, "no work is left over");

        let without_keys = run(
            &[
                "backup",
                "--to",
                &to,
                "--database",
                db.url(),
                "--config",
                &written(&folder, &S3Settings { secret_key: String::new().into(), ..url("suanquan") }),
            ],
            &[],
        );
        assert!(told(&without_keys).contains("SUANQUAN_FILES_S3_SECRET_KEY"), "{without_keys:?}");
    });
}

#[test]
fn a_user_who_may_not_make_databases_gives_an_empty_one_for_the_proof() {
    let (db, scratch, target) = (TestDb::postgres(), TestDb::postgres(), TestDb::postgres());
    let lived = Lived::new(db.url());
    let (to, files) = (lived.folder.file("backups"), lived.folder.file("files"));
    let user = format!("keeper_{}", std::process::id());
    db.run_sql(&format!("CREATE ROLE {user} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {user}"));
    scratch.run_sql(&format!(
        "ALTER DATABASE {} OWNER TO {user}; ALTER SCHEMA public OWNER TO {user}",
        scratch.url().rsplit('/').next().unwrap()
    ));
    let own = |url: &str| url.replacen("postgres@", &format!("{user}@"), 1);
    let backed_up = |scratch: Option<&str>| {
        let mut arguments =
            vec!["backup".to_owned(), "--to".into(), to.clone(), "--database".into(), own(db.url()), "--files".into(), files.clone()];
        arguments.extend(scratch.map(|url| ["--scratch".to_owned(), url.to_owned()]).into_iter().flatten());
        run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[])
    };
    let is_empty = |db: &TestDb| Store::open(db.url()).unwrap().read(store::copying::is_empty).unwrap();
    let refused = backed_up(None);
    assert!(!refused.status.success() && told(&refused).contains("backup_scratch"), "{refused:?}");
    for _ in 0..2 {
        let made = backed_up(Some(&own(scratch.url())));
        assert!(made.status.success() && is_empty(&scratch), "{made:?}");
    }
    // Two at once would empty it under one another.
    let held = store::copying::hold_scratch(scratch.url()).unwrap().unwrap();
    let refused = backed_up(Some(&own(scratch.url())));
    assert!(!refused.status.success() && told(&refused).contains("another backup or restore"), "{refused:?}");
    drop(held);
    // What a run that was stopped left is taken away; what somebody else keeps there is not.
    scratch.run_sql(&format!("SET ROLE {user}; CREATE TABLE suanquan_scratch (note TEXT); CREATE TABLE account (id INT)"));
    let made = backed_up(Some(&own(scratch.url())));
    assert!(made.status.success() && is_empty(&scratch), "{made:?}");
    for theirs in [&target, &db] {
        if theirs.url() == target.url() {
            target.run_sql("CREATE TABLE theirs (id INT)");
        }
        let refused = backed_up(Some(theirs.url()));
        assert!(!refused.status.success() && told(&refused).contains("is not empty") && !is_empty(theirs), "{refused:?}");
    }
    check(&Store::open(db.url()).unwrap(), &Given::default()).unwrap();
    target.run_sql("DROP TABLE theirs");
    let path = newest(Path::new(&to)).unwrap().unwrap();
    let back = lived.folder.file("restored-files");
    let restored =
        run(&["restore", "--from", path.to_str().unwrap(), "--into", target.url(), "--files", &back, "--scratch", scratch.url()], &[]);
    assert!(restored.status.success() && is_empty(&scratch), "{restored:?}");
    scratch.run_sql(&format!("REASSIGN OWNED BY {user} TO postgres"));
    db.run_sql(&format!("DROP OWNED BY {user}; DROP ROLE {user}"));
}
