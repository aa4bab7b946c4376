//! A long file of lines in pieces that fit into memory, each a whole file of its own: with the header,
//! cut at the end of a line that is not empty.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::vec::IntoIter;

use sha2::{Digest, Sha256};

use crate::metering::imports::{FileFault, ImportFormat, ImportRow, ImportSettings, read_rows};
use crate::metering::moment::Moment;

/// Bytes after which a piece ends; few in the tests, so that a small file has many pieces.
const PIECE: usize = if cfg!(test) { 32 * 1024 } else { 1024 * 1024 };

/// Is every line of such a file a row by itself?
pub(super) fn are_lines(format: ImportFormat) -> bool {
    match format {
        ImportFormat::Csv | ImportFormat::Jsonl => true,
        ImportFormat::CloudEvents | ImportFormat::Slurm | ImportFormat::HuaweiBill | ImportFormat::Volcano => false,
    }
}

fn told(why: FileFault) -> anyhow::Error {
    anyhow::anyhow!("{why}")
}

/// The SHA-256 of a file. It is read to its end, so that what is no text is known before any row
/// is stored.
///
/// # Errors
/// A file that cannot be read or is not UTF-8.
pub(super) fn digest_of_text(path: &Path) -> anyhow::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut buffer, mut held, mut before) = (Sha256::new(), vec![0_u8; PIECE], Vec::new(), 0);
    loop {
        let read = file.read(&mut buffer)?;
        let fresh = buffer.get(..read).unwrap_or_default();
        hash.update(fresh);
        held.extend_from_slice(fresh);
        let good = match std::str::from_utf8(&held) {
            Ok(text) => text.len(),
            // The bytes to come may end the character.
            Err(why) if why.error_len().is_none() && read > 0 => why.valid_up_to(),
            Err(why) => return Err(told(FileFault::NotUtf8(before + why.valid_up_to()))),
        };
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        held.drain(..good);
        before += good;
    }
}

/// The rows of a file, a piece of it at a time.
pub(super) struct PieceRows<'a> {
    pieces: Pieces,
    format: ImportFormat,
    settings: &'a ImportSettings,
    now: Moment,
    rows: IntoIter<ImportRow>,
    broken: &'a Mutex<Option<anyhow::Error>>,
}

impl<'a> PieceRows<'a> {
    /// Opens a file and reads its first piece. What goes wrong later ends the rows and is left in
    /// `broken`.
    ///
    /// # Errors
    /// A file that cannot be read, or whose header cannot.
    pub(super) fn open(
        path: &Path,
        format: ImportFormat,
        settings: &'a ImportSettings,
        now: Moment,
        broken: &'a Mutex<Option<anyhow::Error>>,
    ) -> anyhow::Result<PieceRows<'a>> {
        let pieces = Pieces::open(path, format)?;
        let mut rows = PieceRows { pieces, format, settings, now, rows: Vec::new().into_iter(), broken };
        rows.read()?;
        Ok(rows)
    }

    /// Reads the next piece; `false` at the end.
    fn read(&mut self) -> anyhow::Result<bool> {
        let Some((before, text)) = self.pieces.next()? else { return Ok(false) };
        let rows = read_rows(self.format, text.as_bytes(), self.settings, self.now).map_err(told)?;
        self.rows = rows.map(|row| ImportRow { row: row.row + before, ..row }).collect::<Vec<_>>().into_iter();
        Ok(true)
    }
}

impl Iterator for PieceRows<'_> {
    type Item = ImportRow;

    fn next(&mut self) -> Option<ImportRow> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(row);
            }
            match self.read() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(why) => {
                    self.broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
                    return None;
                }
            }
        }
    }
}

struct Pieces {
    lines: BufReader<File>,
    /// The first line of a CSV file, which leads every piece.
    header: String,
    /// Empty lines before the next piece; at the end of the file they are no rows.
    held: String,
    /// Rows of the pieces before.
    rows: usize,
    begun: bool,
}

impl Pieces {
    fn open(path: &Path, format: ImportFormat) -> anyhow::Result<Pieces> {
        let (mut lines, mut header) = (BufReader::new(File::open(path)?), String::new());
        if format == ImportFormat::Csv {
            lines.read_line(&mut header)?;
        }
        Ok(Pieces { lines, header, held: String::new(), rows: 0, begun: false })
    }

    /// The next piece and the number of rows before it. The first one is there in any case.
    fn next(&mut self) -> anyhow::Result<Option<(usize, String)>> {
        let before = self.rows;
        let mut text = self.header.clone();
        let head = text.len();
        text.push_str(&std::mem::take(&mut self.held));
        let mut inked = head;
        while inked < PIECE {
            let start = text.len();
            if self.lines.read_line(&mut text)? == 0 {
                break;
            }
            if text.get(start..).is_some_and(|line| !line.trim().is_empty()) {
                inked = text.len();
            }
        }
        self.held = text.split_off(inked);
        self.rows += text.get(head..).map_or(0, |rows| rows.lines().count());
        let first = !std::mem::replace(&mut self.begun, true);
        Ok((first || self.rows > before).then_some((before, text)))
    }
}

#[cfg(test)]
mod tests;
