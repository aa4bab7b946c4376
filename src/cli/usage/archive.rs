//! `suanquan usage archive` and `suanquan usage restore FILE`: the metering of an instance as a file
//! of lines, and the same metering in an empty database, where every hash, root, signature and
//! amount is worked out again before anything is kept. An auditor needs nobody's word then.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::reports::usage_check::{Broken, Checked, check_within};
use crate::startup::{make_store, open_store};
use crate::store::usage_archive::{RowFault, close, is_empty, restore as restore_row, rows};
use crate::store::{Db, Fault};

/// The form of the lines; a later program that writes another form raises it.
const VERSION: u32 = 1;

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// An empty database
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
    file: PathBuf,
}

/// A line of an archive.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    /// The first line.
    Archive {
        version: u32,
    },
    Row {
        table: String,
        row: Value,
    },
    /// The last line: how many rows there are, and SHA-256 over all lines before.
    End {
        rows: u64,
        sha256: String,
    },
}

/// Why an archive could not be written.
enum Unwritten {
    Fault(Fault),
    Output(std::io::Error),
}

impl From<Fault> for Unwritten {
    fn from(fault: Fault) -> Unwritten {
        Unwritten::Fault(fault)
    }
}

/// Writes lines and keeps their hash.
struct Writer<W: Write> {
    out: W,
    rows: u64,
    hash: Sha256,
}

impl<W: Write> Writer<W> {
    fn line(&mut self, entry: &Entry) -> Result<(), std::io::Error> {
        let line = format!("{}\n", serde_json::to_string(entry)?);
        self.hash.update(&line);
        self.out.write_all(line.as_bytes())
    }
}

/// Writes the metering of a database.
///
/// # Errors
/// A database that cannot be read; an output that cannot be written.
pub(super) fn archive(database: &str, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut writer = Writer { out: BufWriter::new(out), rows: 0, hash: Sha256::new() };
    writer.line(&Entry::Archive { version: VERSION })?;
    let written = open_store(database)?.read(|db| {
        rows(db, |table, row| {
            writer.rows += 1;
            writer.line(&Entry::Row { table: table.to_owned(), row: row.clone() }).map_err(Unwritten::Output)
        })
    });
    match written {
        Ok(()) => {}
        Err(Unwritten::Fault(fault)) => return Err(fault.into()),
        Err(Unwritten::Output(why)) => return Err(why.into()),
    }
    let end = Entry::End { rows: writer.rows, sha256: hex::encode(writer.hash.clone().finalize()) };
    writer.line(&end)?;
    writer.out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Why an archive was not restored; nothing of it is kept then.
#[derive(Debug, thiserror::Error)]
enum NotRestored {
    #[error("the database is not empty; restore into a new one")]
    NotEmpty,
    #[error("line {line}: {why}")]
    Line { line: usize, why: String },
    #[error("the archive ends early, after line {0}: fetch it again")]
    Torn(usize),
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Restores an archive and prints what was worked out again.
///
/// # Errors
/// A database that is not empty, a line that is none of an archive, a file that ends early, the
/// first place that does not fit; nothing is kept then.
pub(super) fn restore(args: &RestoreArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let file = File::open(&args.file).map_err(|why| anyhow::anyhow!("{}: {why}", args.file.display()))?;
    let store = make_store(&args.database)?;
    let checked = store.write(|db| fill(db, BufReader::new(file)))?;
    writeln!(out, "{}", serde_json::to_string(&checked)?)?;
    Ok(ExitCode::SUCCESS)
}

fn fill(db: &mut Db, lines: impl BufRead) -> Result<Checked, NotRestored> {
    if !is_empty(db)? {
        return Err(NotRestored::NotEmpty);
    }
    let at = Clock::Machine.now().naive_utc();
    let (mut hash, mut rows, mut last, mut ended) = (Sha256::new(), 0_u64, 0, false);
    for (line, text) in (1..).zip(lines.lines()) {
        let bad = |why: String| NotRestored::Line { line, why };
        let text = text.map_err(|why| bad(why.to_string()))?;
        let entry: Entry = serde_json::from_str(&text).map_err(|why| bad(format!("is no line of an archive: {why}")))?;
        match entry {
            _ if ended => return Err(bad("stands after the end".to_owned())),
            Entry::Archive { version } if line == 1 && version == VERSION => {}
            Entry::Archive { version } => return Err(bad(format!("version {version} is not read by this program"))),
            Entry::Row { .. } if line == 1 => return Err(bad("is not the beginning of an archive".to_owned())),
            Entry::Row { table, row } => {
                rows += 1;
                restore_row(db, &table, row, at).map_err(|why| match why {
                    RowFault::Fault(fault) => NotRestored::Fault(fault),
                    RowFault::NoTable(_) | RowFault::Unreadable { .. } => bad(why.to_string()),
                })?;
            }
            Entry::End { rows: said, sha256 } => {
                if said != rows || sha256 != hex::encode(hash.clone().finalize()) {
                    return Err(bad("the lines before are not those that were written".to_owned()));
                }
                ended = true;
            }
        }
        hash.update(text.as_bytes());
        hash.update(b"\n");
        last = line;
    }
    if !ended {
        return Err(NotRestored::Torn(last));
    }
    close(db)?;
    Ok(check_within(db)?)
}
