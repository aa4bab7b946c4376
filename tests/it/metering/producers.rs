//! The producers in `examples/` against the real program: what a meter counted is stored once,
//! whatever dies on the way.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use suanquan::store::{self, Fault};

use super::centre::{SOURCE, SUBJECT};
use super::over_http::{Site, TOKEN, site};
use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::setting;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Producer {
    Rust,
    Python,
}

impl Producer {
    fn command(self) -> Command {
        match self {
            Producer::Rust => {
                // Cargo puts examples beside the tests; scripts/test builds this one.
                let tests = std::env::current_exe().unwrap();
                Command::new(tests.ancestors().nth(2).unwrap().join("examples/usage_producer"))
            }
            Producer::Python => {
                let mut python = Command::new(setting("SUANQUAN_TEST_PYTHON"));
                python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/usage_producer.py"));
                python
            }
        }
    }

    /// Begins to send the lines of a file, if any, and what is in the spool; one try per file.
    fn start(self, site: &Site, spool: &Path, facts: &str, token: &str) -> std::process::Child {
        let input = if facts.is_empty() { Stdio::null() } else { fs::File::open(facts).unwrap().into() };
        let mut command = self.command();
        command.args(["--url", site.server.address(), "--source", SOURCE, "--tries", "1", "--spool"]).arg(spool);
        command.env("SUANQUAN_TOKEN", token).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap_or_else(|why| panic!("{self:?} does not start: {why}; run scripts/test"))
    }

    #[track_caller]
    fn ends(self, run: std::process::Child, status: i32) -> String {
        let Output { status: ended, stderr, .. } = run.wait_with_output().unwrap();
        let said = String::from_utf8(stderr).unwrap();
        assert_eq!(ended.code(), Some(status), "{self:?} said:\n{said}");
        said
    }
}

/// A minute of some cards, `minutes` ago by the machine's clock.
fn fact(job: &str, units: i64, minutes: i64) -> Value {
    let minute = |ago: i64| (Utc::now() - TimeDelta::minutes(ago)).format("%Y-%m-%dT%H:%M:00Z").to_string();
    json!({"subject": SUBJECT, "resource": "ascend-910b", "units": units, "start": minute(minutes), "end": minute(minutes - 1), "instance": job})
}

fn lines(facts: &[Value]) -> String {
    facts.iter().map(|fact| format!("{fact}\n")).collect()
}

/// Jobs by their names with how often each is stored, in the order of the names.
fn stored(site: &Site) -> Vec<String> {
    let events = site.centre.house.store.read(|db| {
        let mut all = Vec::new();
        for shard in store::usage::chain_ends(db)? {
            all.extend(store::usage::chain_after(db, shard.shard, 0, 100_000)?);
        }
        Ok::<_, Fault>(all)
    });
    let mut jobs: Vec<String> = events.unwrap().into_iter().map(|event| event.instance).collect();
    jobs.sort();
    jobs
}

fn is_anything_stored(site: &Site) -> bool {
    !site.centre.house.store.read(store::usage::chain_ends).unwrap().is_empty()
}

fn files(spool: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(spool).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    files
}

fn after_a_power_cut_everything_is_there_once(producer: Producer, other: Producer) {
    on_both(|url| {
        let mut site = site(url);
        let folder = Folder::new("producer");
        let (spool, path) = (folder.path().join("spool"), folder.file("facts.ndjson"));
        let facts: Vec<Value> = (0..3_000).map(|n| fact(&format!("job-{n:04}"), 1 + n % 8, 10 + n % 500)).collect();
        fs::write(&path, lines(&facts)).unwrap();
        let run = producer.start(&site, &spool, &path, TOKEN);
        // The first of six files has arrived: pull the plug.
        while !is_anything_stored(&site) {
            sleep(Duration::from_millis(5));
        }
        site.server.restart_after_power_cut();
        producer.ends(run, 1);
        assert!(!files(&spool, "json").is_empty(), "what was not answered is kept");
        assert!(stored(&site).len() < facts.len());
        // Started again without input, it sends what is left; what was stored unanswered counts once.
        producer.ends(producer.start(&site, &spool, "", TOKEN), 0);
        assert!(files(&spool, "json").is_empty());
        let truth: Vec<String> = (0..3_000).map(|n| format!("job-{n:04}")).collect();
        assert_eq!(stored(&site), truth);
        // Both call a fact by the same name, so a meter may change from one to the other.
        other.ends(other.start(&site, &spool, &path, TOKEN), 0);
        assert_eq!(stored(&site), truth);
    });
}

#[test]
fn the_producer_in_rust_loses_nothing_when_the_server_is_killed() {
    after_a_power_cut_everything_is_there_once(Producer::Rust, Producer::Python);
}

#[test]
fn the_producer_in_python_loses_nothing_when_the_server_is_killed() {
    after_a_power_cut_everything_is_there_once(Producer::Python, Producer::Rust);
}

#[test]
fn what_is_refused_is_kept_for_a_person_and_the_rest_is_delivered() {
    on_both(|url| {
        let site = site(url);
        let folder = Folder::new("refused");
        for producer in [Producer::Rust, Producer::Python] {
            let (spool, path) = (folder.path().join(format!("{producer:?}")), folder.file(&format!("{producer:?}.ndjson")));
            let good = format!("good-{producer:?}");
            let mut facts = lines(&[fact(&good, 1, 30), fact("bad", 1_000_000_000, 30)]);
            facts.push_str("{\"subject\": NaN}\n\n");
            fs::write(&path, facts).unwrap();
            // A token that does not count: nothing is refused, everything waits.
            let said = producer.ends(producer.start(&site, &spool, &path, "sq_wrong"), 1);
            assert!(said.contains("line 3") && said.contains("401"), "{said}");
            assert_eq!(files(&spool, "json").len(), 1);
            let said = producer.ends(producer.start(&site, &spool, "", TOKEN), 2);
            assert!(said.contains("units_range"), "{said}");
            assert!(files(&spool, "json").is_empty());
            let refused = fs::read_to_string(&files(&spool, "refused")[0]).unwrap();
            let kept: Vec<Value> = refused.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(kept.len(), 1, "{refused}");
            assert_eq!((&kept[0]["event"]["data"]["instance"], &kept[0]["answer"]["code"]), (&json!("bad"), &json!("units_range")));
        }
        let jobs: BTreeSet<String> = stored(&site).into_iter().collect();
        assert_eq!(jobs, BTreeSet::from(["good-Python".to_owned(), "good-Rust".to_owned()]));
    });
}
