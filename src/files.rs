//! Uploaded files, named by their content, in a folder or in a bucket: the same file is kept once, and
//! its name from the user's machine is only a label in the database.

mod bucket;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::config::FilesSettings;
use bucket::Bucket;

/// The ending of a file that is not whole yet.
const DRAFT: &str = "part";

/// Where the files are.
#[derive(Clone, Debug)]
pub struct Files {
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A file that is safely kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub sha256: String,
    pub size_bytes: i64,
    pub media_type: &'static str,
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    #[error("is none of PDF, OFD, XML, PNG, JPEG")]
    WrongType,
    #[error("could not be written")]
    Disk(#[from] std::io::Error),
}

impl Files {
    /// A folder of this machine.
    #[must_use]
    pub fn new(folder: PathBuf) -> Files {
        Files { place: Place::Folder(folder) }
    }

    /// The folder or the bucket of the settings. A bucket is not asked before a file is needed.
    ///
    /// # Errors
    /// Settings that name no bucket.
    pub fn open(settings: &FilesSettings) -> Result<Files, std::io::Error> {
        Ok(match settings {
            FilesSettings::Folder(folder) => Files::new(folder.clone()),
            FilesSettings::Bucket { s3 } => Files { place: Place::Bucket(Bucket::open(s3)?) },
        })
    }

    /// Writes a file so that it survives a power cut before its row exists: temporary file, fsync,
    /// rename, fsync of the folder; or one request that the bucket has answered.
    ///
    /// # Errors
    /// A type we do not take, judged by the content and not by the name; a full disk; a bucket that is
    /// away or slow.
    pub fn keep(&self, bytes: &[u8]) -> Result<Kept, FileFault> {
        let media_type = media_type(bytes).ok_or(FileFault::WrongType)?;
        Ok(self.write(bytes, media_type)?)
    }

    /// Writes a file of usage between its check and its import, as [`Files::keep`] does. Whoever
    /// reads it has judged that it is text.
    ///
    /// # Errors
    /// A full disk.
    pub fn keep_usage(&self, bytes: &[u8]) -> Result<Kept, std::io::Error> {
        self.write(bytes, "text/plain")
    }

    /// Writes a registry's list between its check and its import, as [`Files::keep`] does. A child
    /// reads it and says what it is.
    ///
    /// # Errors
    /// A full disk.
    pub fn keep_list(&self, bytes: &[u8]) -> Result<Kept, std::io::Error> {
        self.write(bytes, "application/octet-stream")
    }

    /// Puts a file of a backup back under its digest, and reads it again. One that is there stays; it must
    /// have this content.
    ///
    /// # Errors
    /// Another content under the digest (`InvalidData`); a full disk; a bucket that is away or slow.
    pub fn put_back(&self, bytes: &[u8]) -> Result<Kept, std::io::Error> {
        let sha256 = hex::encode(Sha256::digest(bytes));
        match self.read(&sha256) {
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
            there => drop(there?),
        }
        let kept = self.write(bytes, "application/octet-stream")?;
        self.read(&sha256)?;
        Ok(kept)
    }

    /// The folder, where it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Bucket(_) => None,
        }
    }

    fn write(&self, bytes: &[u8], media_type: &'static str) -> Result<Kept, std::io::Error> {
        let sha256 = hex::encode(Sha256::digest(bytes));
        match &self.place {
            Place::Folder(folder) => write_to(folder, &sha256, bytes)?,
            Place::Bucket(bucket) => {
                let key = key(&sha256);
                if !bucket.has(&key)? {
                    bucket.put(&key, bytes)?;
                }
            }
        }
        Ok(Kept { sha256, size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX), media_type })
    }

    /// Removes drafts that are older than any upload that could still be under way; says how many.
    ///
    /// # Errors
    /// A folder that cannot be read or written.
    pub fn sweep(&self, left_over: Duration) -> Result<usize, std::io::Error> {
        // A bucket has a file whole or not at all.
        let Place::Folder(folder) = &self.place else { return Ok(0) };
        let mut removed = 0;
        for shelf in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
            for path in entries(&shelf)? {
                let is_draft = path.extension().is_some_and(|ending| ending == DRAFT);
                if is_draft && age(&path)? >= left_over {
                    std::fs::remove_file(&path)?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Reads a file back and checks that it is still what was kept.
    ///
    /// # Errors
    /// A file that is gone (`NotFound`) or was changed (`InvalidData`); a bucket that is away or slow.
    pub fn read(&self, sha256: &str) -> Result<Vec<u8>, std::io::Error> {
        let bytes = match &self.place {
            Place::Folder(folder) => std::fs::read(folder.join(key(sha256)))?,
            Place::Bucket(bucket) => bucket.get(&key(sha256))?,
        };
        if hex::encode(Sha256::digest(&bytes)) == sha256 {
            Ok(bytes)
        } else {
            Err(std::io::Error::new(std::io::ErrorKind::InvalidData, format!("the file {sha256} was changed")))
        }
    }
}

/// A file's place below the folder or in the bucket.
fn key(sha256: &str) -> String {
    let shelf: String = sha256.chars().take(2).collect();
    format!("{shelf}/{sha256}")
}

fn write_to(folder: &Path, sha256: &str, bytes: &[u8]) -> Result<(), std::io::Error> {
    let path = folder.join(key(sha256));
    if !path.is_file() {
        let shelf = path.parent().map(PathBuf::from).unwrap_or_default();
        std::fs::create_dir_all(&shelf)?;
        let draft = shelf.join(format!("{sha256}.{}.{DRAFT}", crate::secret::random_name(64)));
        let mut file = std::fs::File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, &path)?;
    }
    // Also for a file that was there: whoever wrote it may have been ended before it came to this.
    for folder in path.ancestors().skip(1).take(2) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// What stands in a folder; nothing in one that is not there yet.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    match std::fs::read_dir(folder) {
        Ok(found) => found.map(|entry| Ok(entry?.path())).collect(),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(why) => Err(why),
    }
}

/// Since when nobody wrote to a file; nothing for one of the future.
fn age(path: &Path) -> Result<Duration, std::io::Error> {
    Ok(std::fs::metadata(path)?.modified()?.elapsed().unwrap_or_default())
}

/// The type by the first bytes: PDF, OFD (a ZIP), XML, PNG, JPEG.
#[must_use]
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    [
        (&b"%PDF-"[..], "application/pdf"),
        (b"PK\x03\x04", "application/ofd"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"<?xml", "application/xml"),
    ]
    .into_iter()
    .find(|(magic, _)| text.starts_with(magic))
    .map(|(_, kind)| kind)
}
