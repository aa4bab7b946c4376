//! What the clients meant to do and what they were answered, each line on the disk before the next step:
//! the oracle that the database is compared with.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::steps::Step;

pub struct Journal {
    intents: File,
    answers: File,
    path: PathBuf,
}

impl Journal {
    pub fn new(folder: &Path) -> Journal {
        let path = folder.join("intents.jsonl");
        Journal { intents: File::create(&path).unwrap(), answers: File::create(folder.join("answers.jsonl")).unwrap(), path }
    }

    /// Before a request is sent.
    pub fn intend(&mut self, step: &Step) {
        let line = json!({"key": step.key, "kind": step.kind, "person": step.person, "path": step.path});
        write(&mut self.intents, &line);
    }

    /// After its answer has come.
    pub fn answered(&mut self, step: &Step, status: u16) {
        write(&mut self.answers, &json!({"key": step.key, "status": status}));
    }

    /// Every key that was ever meant to be used, read back from the disk.
    pub fn keys(&self) -> BTreeSet<String> {
        let text = std::fs::read_to_string(&self.path).unwrap();
        text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["key"].as_str().unwrap().to_owned()).collect()
    }
}

fn write(file: &mut File, line: &serde_json::Value) {
    writeln!(file, "{line}").unwrap();
    file.sync_data().unwrap();
}
