//! The file: a first line, the parts one after the other, the manifest, and a last line with the length of
//! the manifest and SHA-256 over every byte before. Whatever is changed or missing, the last line does not
//! fit.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{BackupFault, FORM, Manifest, Part};

const FIRST: &[u8] = b"suanquan backup\n";
/// `0000000000001a2b ` and 64 digits and a line end.
const LAST: u64 = 16 + 1 + 64 + 1;
const BLOCK: usize = 128 * 1024;

/// Writes a file part by part.
pub(super) struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    hash: Sha256,
    parts: Vec<Part>,
}

impl Writer {
    pub(super) fn create(path: &Path) -> Result<Writer, BackupFault> {
        let file = File::create_new(path).map_err(BackupFault::disk(path))?;
        let mut writer = Writer { path: path.to_owned(), out: BufWriter::new(file), hash: Sha256::new(), parts: Vec::new() };
        writer.bytes(FIRST)?;
        Ok(writer)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), BackupFault> {
        self.hash.update(bytes);
        self.out.write_all(bytes).map_err(BackupFault::disk(&self.path))
    }

    /// Adds a file of this machine.
    pub(super) fn file(&mut self, name: &str, from: &Path) -> Result<(), BackupFault> {
        let mut file = File::open(from).map_err(BackupFault::disk(from))?;
        self.part(name, &mut file).map_err(BackupFault::disk(from))?
    }

    /// Adds what a reader gives; the outer fault is the reader's.
    pub(super) fn part(&mut self, name: &str, from: &mut dyn Read) -> std::io::Result<Result<(), BackupFault>> {
        let (mut own, mut length, mut block) = (Sha256::new(), 0_u64, vec![0; BLOCK]);
        loop {
            let read = from.read(&mut block)?;
            let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            own.update(bytes);
            length += u64::try_from(read).unwrap_or(u64::MAX);
            if let Err(fault) = self.bytes(bytes) {
                return Ok(Err(fault));
            }
        }
        self.parts.push(Part { name: name.to_owned(), bytes: length, sha256: hex::encode(own.finalize()) });
        Ok(Ok(()))
    }

    /// Writes the manifest and the last line, and waits until all of it is on the disk.
    pub(super) fn finish(mut self, manifest: impl FnOnce(Vec<Part>) -> Manifest) -> Result<Manifest, BackupFault> {
        let manifest = manifest(std::mem::take(&mut self.parts));
        let text = serde_json::to_vec(&manifest).map_err(|why| BackupFault::Unproven(why.to_string()))?;
        self.bytes(&text)?;
        self.bytes(format!("{:016x} ", text.len()).as_bytes())?;
        let digest = hex::encode(self.hash.clone().finalize());
        let at = |why| BackupFault::Disk { path: self.path.clone(), why };
        self.out.write_all(format!("{digest}\n").as_bytes()).map_err(at)?;
        self.out.flush().map_err(at)?;
        self.out.get_ref().sync_all().map_err(at)?;
        Ok(manifest)
    }
}

/// A file that was found whole.
#[derive(Debug)]
pub(super) struct Archive {
    path: PathBuf,
    pub(super) manifest: Manifest,
}

/// The manifest of a backup that is whole.
///
/// # Errors
/// A file that is none, was cut short or changed, or has another form.
pub fn read_manifest(path: &Path) -> Result<Manifest, BackupFault> {
    Ok(Archive::open(path)?.manifest)
}

impl Archive {
    /// Reads every byte once, and every part a second time.
    pub(super) fn open(path: &Path) -> Result<Archive, BackupFault> {
        let disk = |why| BackupFault::Disk { path: path.to_owned(), why };
        let changed = |what: &str| BackupFault::Changed { path: path.to_owned(), what: what.to_owned() };
        let mut file = BufReader::with_capacity(BLOCK, File::open(path).map_err(disk)?);
        let length = file.get_ref().metadata().map_err(disk)?.len();
        let first = u64::try_from(FIRST.len()).unwrap_or(u64::MAX);
        let not_one = || BackupFault::NotABackup { path: path.to_owned() };
        let body = length.checked_sub(LAST).filter(|body| *body > first).ok_or_else(not_one)?;
        file.seek(SeekFrom::Start(body)).map_err(disk)?;
        let mut last = String::new();
        file.read_to_string(&mut last).map_err(|_| not_one())?;
        let (size, digest) = last.strip_suffix('\n').and_then(|last| last.split_once(' ')).ok_or_else(not_one)?;
        let size = u64::from_str_radix(size, 16).map_err(|_| not_one())?;
        file.seek(SeekFrom::Start(0)).map_err(disk)?;
        // The length of the manifest is hashed too.
        let (own, head) = digest_of(&mut file, body + 17, FIRST.len()).map_err(disk)?;
        if head != FIRST {
            return Err(not_one());
        }
        if own != digest {
            return Err(changed("its digest is not that of its bytes"));
        }
        let at = body.checked_sub(size).ok_or_else(|| changed("its manifest is longer than the file"))?;
        file.seek(SeekFrom::Start(at)).map_err(disk)?;
        let mut text = Vec::new();
        file.by_ref().take(size).read_to_end(&mut text).map_err(disk)?;
        check_form(path, &text)?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| changed("its manifest cannot be read"))?;
        let archive = Archive { path: path.to_owned(), manifest };
        let parts: u64 = archive.manifest.parts.iter().map(|part| part.bytes).sum();
        if first + parts != at {
            return Err(changed("its parts are not as long as the manifest says"));
        }
        archive.each(|part, bytes| {
            let mut own = Sha256::new();
            std::io::copy(bytes, &mut Hashing(&mut own)).map_err(disk)?;
            if hex::encode(own.finalize()) == part.sha256 { Ok(()) } else { Err(changed(&format!("the part {} was", part.name))) }
        })?;
        Ok(archive)
    }

    /// Every part in its order, as a reader of exactly its bytes.
    pub(super) fn each(&self, mut take: impl FnMut(&Part, &mut dyn Read) -> Result<(), BackupFault>) -> Result<(), BackupFault> {
        let mut file = BufReader::with_capacity(BLOCK, File::open(&self.path).map_err(BackupFault::disk(&self.path))?);
        let mut at = u64::try_from(FIRST.len()).unwrap_or(u64::MAX);
        for part in &self.manifest.parts {
            file.seek(SeekFrom::Start(at)).map_err(BackupFault::disk(&self.path))?;
            take(part, &mut file.by_ref().take(part.bytes))?;
            at += part.bytes;
        }
        Ok(())
    }
}

struct Hashing<'a>(&'a mut Sha256);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// SHA-256 of the next bytes, and the first few of them.
fn digest_of(file: &mut impl Read, length: u64, few: usize) -> std::io::Result<(String, Vec<u8>)> {
    let mut hash = Sha256::new();
    let mut head = vec![0; few];
    file.read_exact(&mut head)?;
    hash.update(&head);
    let rest = length.saturating_sub(u64::try_from(few).unwrap_or(u64::MAX));
    std::io::copy(&mut file.take(rest), &mut Hashing(&mut hash))?;
    Ok((hex::encode(hash.finalize()), head))
}

/// The form is read before the rest: a later one may have other fields.
fn check_form(path: &Path, text: &[u8]) -> Result<(), BackupFault> {
    let read: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
    let form = read.get("form").and_then(serde_json::Value::as_u64).and_then(|form| u32::try_from(form).ok()).unwrap_or_default();
    if form == FORM {
        return Ok(());
    }
    let product = read.get("product").and_then(serde_json::Value::as_str).unwrap_or("?").to_owned();
    Err(BackupFault::OtherForm { path: path.to_owned(), form, product })
}
