//! Making a backup: copy, prove the copy, write the file under a temporary name, read it back, give it
//! its name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

use super::archive::{Archive, Writer};
use super::database::{Scratch, copy, fill};
use super::proof::{Proof, prove};
use super::{BackupFault, DATABASE, FORM, Kind, Manifest};
use crate::files::Files;
use crate::hidden::tells;
use crate::secret::random_name;
use crate::store::Store;

/// What is to be backed up, and where to.
#[derive(Clone)]
pub struct Wanted {
    pub url: String,
    pub files: Files,
    pub folder: PathBuf,
    /// Generations that stay; 0 for all.
    pub keep: usize,
    /// An empty PostgreSQL database for the proof; without one it is made, and dropped.
    pub scratch: Option<String>,
}

tells! { Wanted { folder, keep } }

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub path: PathBuf,
    pub manifest: Manifest,
    /// Sealed lines of the trail in it.
    pub lines: i64,
    /// Older generations that were taken away.
    pub gone: Vec<PathBuf>,
}

const BEGINS: &str = "suanquan-";
const ENDS: &str = ".backup";
const STAMP: &str = "%Y%m%dT%H%M%S%6fZ";
/// What an interrupted run leaves begins with this; the next run takes it away.
const WORK: &str = ".suanquan-work-";

/// Makes a backup.
///
/// # Errors
/// A folder that cannot be written, a database that cannot be copied, a copy that does not prove itself;
/// no file has the name of a backup then.
pub fn make(wanted: &Wanted, now: DateTime<Utc>) -> Result<Made, BackupFault> {
    fs::create_dir_all(&wanted.folder).map_err(BackupFault::disk(&wanted.folder))?;
    sweep(&wanted.folder)?;
    let work = Work::new(&wanted.folder)?;
    let store = Store::open(&wanted.url)?;
    let copied = work.0.join(DATABASE);
    copy(&store, &wanted.url, &copied)?;
    let proof = proven(wanted, &copied, &work)?;
    let draft = work.0.join("draft");
    let manifest = write(wanted, &copied, &proof, &draft, now)?;
    // What the disk gives back is what counts.
    Archive::open(&draft)?;
    let path = wanted.folder.join(format!("{BEGINS}{}{ENDS}", now.format(STAMP)));
    if path.exists() {
        return Err(BackupFault::NotEmpty(path.display().to_string()));
    }
    fs::rename(&draft, &path).map_err(BackupFault::disk(&path))?;
    sync(&wanted.folder)?;
    let gone = if wanted.keep == 0 { Vec::new() } else { take_older_away(&wanted.folder, wanted.keep)? };
    Ok(Made { path, manifest, lines: proof.lines, gone })
}

fn write(wanted: &Wanted, copied: &Path, proof: &Proof, draft: &Path, now: DateTime<Utc>) -> Result<Manifest, BackupFault> {
    let mut writer = Writer::create(draft)?;
    writer.file(DATABASE, copied)?;
    for sha256 in &proof.files {
        let at = |why: std::io::Error| BackupFault::StoredFile { sha256: sha256.clone(), why: why.to_string() };
        let bytes = wanted.files.read(sha256).map_err(at)?;
        writer.part(sha256, &mut bytes.as_slice()).map_err(at)??;
    }
    writer.finish(|parts| Manifest {
        form: FORM,
        product: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.to_rfc3339_opts(SecondsFormat::Micros, true),
        database: Kind::of_url(&wanted.url),
        rows: proof.rows.clone(),
        parts,
    })
}

/// Proves the copy, not the original: another one is made of it.
fn proven(wanted: &Wanted, copied: &Path, work: &Work) -> Result<Proof, BackupFault> {
    let Wanted { url, files, .. } = wanted;
    match Kind::of_url(url) {
        Kind::Sqlite => {
            // Opening a database may write to it.
            let scratch = work.0.join("scratch");
            fs::copy(copied, &scratch).map_err(BackupFault::disk(&scratch))?;
            prove(&Store::open(&format!("sqlite://{}", scratch.display()))?, files)
        }
        Kind::Postgres => {
            let scratch = Scratch::open(url, wanted.scratch.as_deref())?;
            fill(&scratch.url, copied)?;
            prove(&Store::open(&scratch.url)?, files)
        }
    }
}

/// A folder that is gone with this value.
pub(super) struct Work(pub(super) PathBuf);

impl Work {
    pub(super) fn new(within: &Path) -> Result<Work, BackupFault> {
        let name = random_name(12);
        let path = within.join(format!("{WORK}{name}"));
        fs::create_dir(&path).map_err(BackupFault::disk(&path))?;
        Ok(Work(path))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Err(why) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%why, path = %self.0.display(), "a folder of work is left over");
        }
    }
}

/// Takes away what an interrupted run left.
pub(super) fn sweep(folder: &Path) -> Result<(), BackupFault> {
    for entry in fs::read_dir(folder).map_err(BackupFault::disk(folder))? {
        let path = entry.map_err(BackupFault::disk(folder))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(WORK)) {
            fs::remove_dir_all(&path).map_err(BackupFault::disk(&path))?;
        }
    }
    Ok(())
}

/// A name that was given stays after a power cut.
pub(super) fn sync(folder: &Path) -> Result<(), BackupFault> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupFault::disk(folder))
}

/// When a backup was made, by its name.
#[must_use]
pub fn stamp_of(path: &Path) -> Option<NaiveDateTime> {
    let name = path.file_name()?.to_str()?;
    NaiveDateTime::parse_from_str(name.strip_prefix(BEGINS)?.strip_suffix(ENDS)?, STAMP).ok()
}

fn generations(folder: &Path) -> Result<Vec<PathBuf>, BackupFault> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(BackupFault::disk(folder))? {
        let path = entry.map_err(BackupFault::disk(folder))?.path();
        if stamp_of(&path).is_some() {
            found.push(path);
        }
    }
    found.sort_by_key(|path| stamp_of(path));
    Ok(found)
}

/// The newest backup of a folder; none for a folder that is not there yet.
///
/// # Errors
/// A folder that cannot be read.
pub fn newest(folder: &Path) -> Result<Option<PathBuf>, BackupFault> {
    if !folder.is_dir() {
        return Ok(None);
    }
    Ok(generations(folder)?.pop())
}

fn take_older_away(folder: &Path, keep: usize) -> Result<Vec<PathBuf>, BackupFault> {
    let mut all = generations(folder)?;
    let older = all.len().saturating_sub(keep);
    let gone: Vec<PathBuf> = all.drain(..older).collect();
    for path in &gone {
        fs::remove_file(path).map_err(BackupFault::disk(path))?;
    }
    Ok(gone)
}
