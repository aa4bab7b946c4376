//! The way back. Everything is read, unpacked beside its place and proven first; the names are given last,
//! the database's at the very end.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::archive::Archive;
use super::database::{Scratch, fill};
use super::make::{Work, sweep, sync};
use super::proof::{Proof, prove};
use super::{BackupFault, DATABASE, Kind, Manifest};
use crate::files::Files;
use crate::store::Store;
use crate::store::copying::is_empty;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub manifest: Manifest,
    /// Sealed lines of the trail.
    pub lines: i64,
}

/// Where a backup is restored to.
#[derive(Clone, Debug)]
pub struct Target {
    /// A database that is not there yet or empty.
    pub url: String,
    /// A folder that is not there yet or empty; or a bucket, where files that are there stay.
    pub files: Files,
    /// An empty PostgreSQL database for the proof; without one it is made, and dropped.
    pub scratch: Option<String>,
}

/// Restores a backup. Files go to a bucket one by one, are read back from it, and replace nothing; a folder
/// of files gets its name as a whole.
///
/// # Errors
/// A backup that is not whole; a target that is not empty or of another kind; a copy that does not prove
/// itself. The target is as it was then. A bucket that is away, or holds another content under a digest: some
/// files may be in it then, and the database is not there.
pub fn restore(from: &Path, target: &Target) -> Result<Restored, BackupFault> {
    let archive = Archive::open(from)?;
    let kind = Kind::of_url(&target.url);
    if archive.manifest.database != kind {
        return Err(BackupFault::OtherDatabase(archive.manifest.database.name()));
    }
    let parent = work_place(from, target);
    if let Some(files) = target.files.folder() {
        must_be_empty(files)?;
    }
    fs::create_dir_all(&parent).map_err(BackupFault::disk(&parent))?;
    sweep(&parent)?;
    match kind {
        Kind::Sqlite => restore_sqlite(&archive, &place_of(&target.url), target, &parent),
        Kind::Postgres => restore_postgres(&archive, target, &parent),
    }
}

/// Where the backup is unpacked: on the disk of the files; where they go to a bucket, on that of the database;
/// where that is elsewhere too, beside the backup.
fn work_place(from: &Path, target: &Target) -> PathBuf {
    match (target.files.folder(), Kind::of_url(&target.url)) {
        (Some(files), _) => folder_of(files),
        (None, Kind::Sqlite) => folder_of(&place_of(&target.url)),
        (None, Kind::Postgres) => folder_of(from),
    }
}

fn place_of(url: &str) -> PathBuf {
    PathBuf::from(url.strip_prefix("sqlite://").unwrap_or(url))
}

/// The folder that a path stands in.
fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn must_be_empty(folder: &Path) -> Result<(), BackupFault> {
    let occupied = folder.exists() && (!folder.is_dir() || fs::read_dir(folder).map_err(BackupFault::disk(folder))?.next().is_some());
    if occupied { Err(BackupFault::NotEmpty(folder.display().to_string())) } else { Ok(()) }
}

fn restore_sqlite(archive: &Archive, place: &Path, target: &Target, parent: &Path) -> Result<Restored, BackupFault> {
    for ending in ["", "-wal", "-shm"] {
        let there = PathBuf::from(format!("{}{ending}", place.display()));
        if there.exists() {
            return Err(BackupFault::NotEmpty(there.display().to_string()));
        }
    }
    let folder = folder_of(place);
    fs::create_dir_all(&folder).map_err(BackupFault::disk(&folder))?;
    sweep(&folder)?;
    let (work, shelf) = (Work::new(&folder)?, unpacked(archive, parent)?);
    let copied = shelf.0.join(DATABASE);
    let database = work.0.join(DATABASE);
    move_over(&copied, &database)?;
    let scratch = work.0.join("scratch");
    fs::copy(&database, &scratch).map_err(BackupFault::disk(&scratch))?;
    let proof = prove(&Store::open(&format!("sqlite://{}", scratch.display()))?, &Files::new(shelf.0.clone()))?;
    must_be_all(archive, &proof)?;
    put(archive, &shelf, &target.files, parent)?;
    fs::rename(&database, place).map_err(BackupFault::disk(place))?;
    sync(&folder)?;
    Ok(Restored { manifest: archive.manifest.clone(), lines: proof.lines })
}

fn restore_postgres(archive: &Archive, target: &Target, parent: &Path) -> Result<Restored, BackupFault> {
    let url = target.url.as_str();
    let store = Store::open(url)?;
    if !store.read(is_empty)? {
        return Err(BackupFault::NotEmpty(store.shown_url()));
    }
    let shelf = unpacked(archive, parent)?;
    let work = Work::new(parent)?;
    let database = work.0.join(DATABASE);
    move_over(&shelf.0.join(DATABASE), &database)?;
    let proof = {
        let scratch = Scratch::open(url, target.scratch.as_deref())?;
        fill(&scratch.url, &database)?;
        prove(&Store::open(&scratch.url)?, &Files::new(shelf.0.clone()))?
    };
    must_be_all(archive, &proof)?;
    put(archive, &shelf, &target.files, parent)?;
    fill(url, &database)?;
    Ok(Restored { manifest: archive.manifest.clone(), lines: proof.lines })
}

/// Unpacks everything into a folder of work: the database under its name, the files on their shelves.
fn unpacked(archive: &Archive, within: &Path) -> Result<Work, BackupFault> {
    let work = Work::new(within)?;
    let shelf = Files::new(work.0.clone());
    archive.each(|part, bytes| {
        if part.name == DATABASE {
            let path = work.0.join(DATABASE);
            let mut file = File::create_new(&path).map_err(BackupFault::disk(&path))?;
            std::io::copy(bytes, &mut file).map_err(BackupFault::disk(&path))?;
            return file.flush().and_then(|()| file.sync_all()).map_err(BackupFault::disk(&path));
        }
        let mut content = Vec::new();
        bytes.read_to_end(&mut content).map_err(BackupFault::disk(&work.0))?;
        // The type was judged when the file came.
        let kept = shelf.keep_list(&content).map_err(BackupFault::disk(&work.0))?;
        if kept.sha256 == part.name {
            Ok(())
        } else {
            Err(BackupFault::Unproven(format!("the part {} is not named by its digest", part.name)))
        }
    })?;
    Ok(work)
}

/// Moves a file, also to another disk.
fn move_over(from: &Path, to: &Path) -> Result<(), BackupFault> {
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map_err(BackupFault::disk(to))?;
    File::open(to).and_then(|file| file.sync_all()).map_err(BackupFault::disk(to))?;
    fs::remove_file(from).map_err(BackupFault::disk(from))
}

/// The copy has the rows and files that the manifest tells of.
fn must_be_all(archive: &Archive, proof: &Proof) -> Result<(), BackupFault> {
    let files = archive.manifest.parts.len().saturating_sub(1);
    if archive.manifest.rows != proof.rows || files != proof.files.len() {
        return Err(BackupFault::Unproven("it has other rows or files than its manifest tells of".into()));
    }
    Ok(())
}

/// Gives the folder of files its name, or fills the bucket.
fn put(archive: &Archive, shelf: &Work, files: &Files, parent: &Path) -> Result<(), BackupFault> {
    let Some(files) = files.folder() else { return fill_bucket(archive, shelf, files) };
    if files.is_dir() {
        fs::remove_dir(files).map_err(BackupFault::disk(files))?;
    }
    fs::rename(&shelf.0, files).map_err(BackupFault::disk(files))?;
    // The value looks after an empty folder from here on.
    fs::create_dir(&shelf.0).map_err(BackupFault::disk(&shelf.0))?;
    sync(parent)
}

/// Every file, checked as it came from the backup and as it comes back from the bucket.
fn fill_bucket(archive: &Archive, shelf: &Work, bucket: &Files) -> Result<(), BackupFault> {
    let unpacked = Files::new(shelf.0.clone());
    for part in archive.manifest.parts.iter().filter(|part| part.name != DATABASE) {
        let at = |why: std::io::Error| BackupFault::StoredFile { sha256: part.name.clone(), why: why.to_string() };
        let bytes = unpacked.read(&part.name).map_err(at)?;
        bucket.put_back(&bytes).map_err(at)?;
    }
    Ok(())
}
