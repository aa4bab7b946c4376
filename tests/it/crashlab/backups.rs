//! Backups that are made under load, killed and spoiled (F26, F28).

use std::path::{Path, PathBuf};
use std::time::Duration;

use suanquan::backup::{newest, read_manifest};

use super::ask::Ask;
use super::lab::Lab;
use crate::harness::db::TestDb;
use crate::harness::server::{run, run_and_kill};

impl Lab {
    fn shelf(&self) -> (PathBuf, String, String) {
        let to = self.folder.path().join("backups");
        (to.clone(), to.to_str().unwrap().to_owned(), self.home.join("files").to_str().unwrap().to_owned())
    }

    fn empty(&self) -> TestDb {
        if self.ask.is_sqlite() { TestDb::sqlite() } else { TestDb::postgres() }
    }

    /// F28: `backup` is killed under load. Whatever bears the name of a backup afterwards is whole.
    pub async fn kill_in_backup(&mut self) -> bool {
        let (shelf, to, files) = self.shelf();
        let (url, pause) = (self.ask.url.clone(), Duration::from_millis(self.dice(900)));
        let killed = tokio::task::spawn_blocking(move || {
            run_and_kill(&["backup", "--to", &to, "--keep", "2", "--database", &url, "--files", &files], pause)
        });
        let fired = self.work_beside(killed).await;
        let entries = std::fs::read_dir(&shelf).map(|entries| entries.map(|entry| entry.unwrap().path()).collect());
        let entries: Vec<PathBuf> = entries.unwrap_or_default();
        for path in entries.iter().filter(|path| path.extension().is_some_and(|kind| kind == "backup")) {
            if let Err(why) = read_manifest(path) {
                self.broken.push(format!("F28: a killed backup left {}: {why}", path.display()));
            }
        }
        fired
    }

    /// F26 and F28: a backup is made under load. A restore that is killed leaves nothing or the whole; one that is
    /// not holds all that was answered before the backup and passes every check; of a copy with one changed byte
    /// nothing is restored.
    pub async fn restore_backup(&mut self) -> bool {
        self.work(tokio::time::sleep(Duration::from_millis(300))).await;
        let before: Vec<(String, (String, i64))> =
            self.done_so_far().iter().map(|step| (format!("{} {}", step.kind, step.path), step.effect.clone())).collect();
        let (shelf, to, files) = self.shelf();
        let url = self.ask.url.clone();
        let made =
            tokio::task::spawn_blocking(move || run(&["backup", "--to", &to, "--keep", "2", "--database", &url, "--files", &files], &[]));
        let made = self.work_beside(made).await;
        let Ok(Some(path)) = newest(&shelf) else {
            self.broken.push(format!("F26: no backup under load: {}", String::from_utf8_lossy(&made.stderr)));
            return false;
        };
        if !made.status.success() {
            self.broken.push(format!("F26: the backup failed under load: {}", String::from_utf8_lossy(&made.stderr)));
        }
        self.kill_in_restore(&path);

        let target = self.empty();
        if let Err(why) = self.restored(&path, &target, "back") {
            self.broken.push(format!("F26: the backup is not restored: {why}"));
            return false;
        }
        self.commands_on(target.url(), &CHECKS);
        let mut copy = Ask::new(target.url()).open();
        for (what, (effect, count)) in before {
            if copy.count(&effect) != count {
                self.broken.push(format!("F26: {what} was answered before the backup and is not in it"));
            }
        }
        drop(copy);
        self.spoil(&path);
        true
    }

    fn restored(&self, path: &Path, target: &TestDb, name: &str) -> Result<(), String> {
        let files = self.folder.file(name);
        let _ = std::fs::remove_dir_all(&files);
        let told = run(&["restore", "--from", path.to_str().unwrap(), "--into", target.url(), "--files", &files], &[]);
        let _ = std::fs::remove_dir_all(&files);
        if told.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&told.stderr).into_owned()) }
    }

    fn kill_in_restore(&mut self, path: &Path) {
        let (target, files) = (self.empty(), self.folder.file("killed"));
        let pause = Duration::from_millis(self.dice(900));
        let arguments = ["restore", "--from", path.to_str().unwrap(), "--into", target.url(), "--files", &files];
        if run_and_kill(&arguments, pause) {
            self.fired("F28 kill -9 in a restore");
        }
        let _ = std::fs::remove_dir_all(&files);
        if holds_something(&target) {
            self.commands_on(target.url(), &CHECKS);
        }
    }

    fn spoil(&mut self, path: &Path) {
        let mut bytes = std::fs::read(path).unwrap();
        let at = usize::try_from(self.dice(i64::try_from(bytes.len()).unwrap())).unwrap();
        bytes[at] ^= 1 << self.dice(8);
        let copy = path.with_extension("spoiled");
        std::fs::write(&copy, bytes).unwrap();
        let target = self.empty();
        if self.restored(&copy, &target, "spoiled").is_ok() || holds_something(&target) {
            self.broken.push(format!("F26: a backup whose byte {at} was changed was restored"));
        }
        std::fs::remove_file(copy).unwrap();
        self.fired("F26 changed byte in a backup");
    }
}

/// What a restored database must pass.
const CHECKS: [(&str, [&str; 2]); 3] = [("F26 D", ["ledger", "check"]), ("F26 E", ["usage", "verify"]), ("F26 E", ["audit", "verify"])];

fn holds_something(db: &TestDb) -> bool {
    if let Some(place) = db.url().strip_prefix("sqlite://") {
        return Path::new(place).exists();
    }
    let ask = Ask::new(db.url());
    ask.count("information_schema.tables WHERE table_schema = 'public'") > 0
}
