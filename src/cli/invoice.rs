//! `suanquan invoice read FILE…`: what electronic invoices say, as JSON. Each file is read by a
//! child with limits.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::child::{give_up_resources, this_program};
use crate::invoice::{Invoice, Kind, MAX_BYTES, Warning, read};
use crate::paper;
use crate::reading::{INVOICE, LIMITS, Reader};

#[derive(Debug, Args)]
pub struct InvoiceArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Prints one JSON array with an object per file; what cannot be read has a reason in its warnings
    Read {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Reads one invoice from standard input under limits, for `read`
    #[command(hide = true)]
    ParseOne,
    /// Reads one paper of any kind from standard input under limits, for uploads
    #[command(hide = true)]
    ParsePaper,
}

/// Runs one of them.
///
/// # Errors
/// Output that cannot be written, or a system that refuses the limits.
pub fn run(args: &InvoiceArgs, out: &mut impl Write) -> anyhow::Result<()> {
    match &args.what {
        What::Read { files } => {
            let reader = Reader::new(this_program()?);
            let read = files.iter().map(|file| entry(file, &reader)).collect::<anyhow::Result<Vec<Value>>>()?;
            Ok(writeln!(out, "{:#}", Value::Array(read))?)
        }
        What::ParseOne => {
            give_up_resources(&LIMITS)?;
            let bytes = limited(std::io::stdin().lock())?;
            Ok(writeln!(out, "{}", serde_json::to_string(&read(&bytes))?)?)
        }
        What::ParsePaper => {
            give_up_resources(&LIMITS)?;
            let bytes = limited(std::io::stdin().lock())?;
            Ok(writeln!(out, "{}", serde_json::to_string(&paper::read(&bytes))?)?)
        }
    }
}

/// The object of one file: its name as it was given, then what was read.
fn entry(file: &Path, reader: &Reader) -> anyhow::Result<Value> {
    let unreadable = |why: Warning| serde_json::to_value(Invoice::none(Kind::Unreadable, why));
    let invoice = match read_apart(file, reader) {
        Ok(Value::Object(invoice)) => invoice,
        Ok(_) => Map::new(),
        Err(why) => match unreadable(why)? {
            Value::Object(invoice) => invoice,
            _ => Map::new(),
        },
    };
    let mut entry = Map::new();
    entry.insert("file".into(), file.to_string_lossy().into());
    entry.extend(invoice);
    Ok(Value::Object(entry))
}

/// Has the file read by a process of its own.
fn read_apart(file: &Path, reader: &Reader) -> Result<Value, Warning> {
    let cannot_open = |why: std::io::Error| Warning::CannotOpen(why.to_string());
    // Opening a pipe or a device could wait for ever.
    if !std::fs::metadata(file).map_err(cannot_open)?.is_file() {
        return Err(Warning::CannotOpen("not a file".into()));
    }
    let bytes = limited(File::open(file).map_err(cannot_open)?).map_err(cannot_open)?;
    reader.ask(INVOICE, bytes)
}

/// All bytes up to one more than a file may have.
fn limited(input: impl Read) -> std::io::Result<Vec<u8>> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    input.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
