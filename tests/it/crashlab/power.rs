//! Power cuts: the database and the files lie on a file system of their own in an image. At a moment under
//! load the server is stopped and the image is copied as it is, without a sync: what the disk would hold if
//! the power failed then. The copy is mounted, and everything that was answered must be in it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::ask::Ask;
use super::lab::Lab;
use crate::harness::folder::Folder;

/// A file system in an image, gone with the value. Needs root.
pub struct Disk {
    folder: Folder,
}

/// A copy of a disk, mounted.
struct Copy(PathBuf);

fn must(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|why| panic!("{program}: {why}"));
    assert!(output.status.success(), "{program} {arguments:?} (power cuts need root): {}", String::from_utf8_lossy(&output.stderr));
}

impl Disk {
    pub fn new() -> Disk {
        let folder = Folder::new("disk");
        let disk = Disk { folder };
        let (image, place) = (disk.folder.file("image"), disk.place());
        std::fs::create_dir_all(&place).unwrap();
        must("truncate", &["-s", "512M", &image]);
        must("mkfs.ext4", &["-q", "-F", &image]);
        // The journal is written when somebody asks for it and not by the clock, so that a copy is of one moment.
        must("mount", &["-o", "loop,commit=600", &image, &place]);
        disk
    }

    /// Where it is mounted.
    pub fn place(&self) -> String {
        self.folder.file("disk")
    }

    /// What is there by now is on the disk: cuts begin after the demo's own data.
    pub fn flush(&self) {
        must("sync", &["-f", &self.place()]);
    }

    fn cut(&self) -> Copy {
        let (image, copy, place) = (self.folder.file("image"), self.folder.file("copy"), self.folder.file("after"));
        must("cp", &["--sparse=always", &image, &copy]);
        std::fs::create_dir_all(&place).unwrap();
        must("mount", &["-o", "loop", &copy, &place]);
        Copy(place.into())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.place()).status();
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

impl Lab {
    /// Cuts the power once under load. Gives how many answered steps are not in what the disk held; with
    /// `must_hold` each of them is a broken promise.
    pub async fn cut_power(&mut self, disk: &Disk, must_hold: bool) -> usize {
        let pause = Duration::from_millis(u64::try_from(20 + self.steps.borrow_mut().dice.below(200)).unwrap());
        let clients = Rc::clone(&self.clients);
        let fired = Rc::new(std::cell::Cell::new(false));
        let heard = Rc::clone(&fired);
        let hit = self.work(async move { heard.set(Lab::moment(&clients, pause).await) }).await;
        self.server.program().signal("-STOP", true);
        let copy = disk.cut();
        self.server.program().signal("-CONT", true);
        let lost = self.missing_in(&copy.0);
        if fired.get() && !hit.is_empty() {
            self.fired("F05 power cut");
        }
        if must_hold {
            self.broken.extend(lost.iter().map(|what| format!("A: lost in a power cut: {what}")));
        }
        lost.len()
    }

    fn missing_in(&self, place: &Path) -> Vec<String> {
        let after = Ask::new(&format!("sqlite://{}", place.join("crashlab.db").display()));
        let mut lost = Vec::new();
        let whole = after.rows("SELECT integrity_check AS a, '' AS b, '' AS c FROM pragma_integrity_check");
        if whole[0].a != "ok" {
            lost.push(format!("the database is damaged: {}", whole[0].a));
        }
        for step in self.done_so_far() {
            if after.count(&step.effect.0) != step.effect.1 {
                lost.push(format!("{} {} ({})", step.kind, step.path, step.key));
            }
        }
        // Files of rows that came since the last cuts.
        let rows = after.rows("SELECT sha256 AS a, CAST(size_bytes AS TEXT) AS b, '' AS c FROM stored_file ORDER BY id DESC LIMIT 20");
        for row in rows {
            let path = place.join("demo/files").join(&row.a[..2]).join(&row.a);
            let bytes = std::fs::read(&path).unwrap_or_default();
            if hex::encode(Sha256::digest(&bytes)) != row.a {
                lost.push(format!("the file {}", row.a));
            }
        }
        lost
    }
}
