//! `suanquan invoice read FILE…`: what electronic invoices say, as JSON. Each file is read by a
//! child with limits.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::child::{self, ChildFault, Input, Limits};
use crate::invoice::{Invoice, Kind, MAX_BYTES, Warning, read};

/// What reading one invoice may take.
const LIMITS: Limits =
    Limits { patience: Duration::from_secs(20), answer_bytes: 16 * 1024 * 1024, memory_bytes: 768 * 1024 * 1024, processor_seconds: 15 };

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
}

/// Runs one of them.
///
/// # Errors
/// Output that cannot be written, or a system that refuses the limits.
pub fn run(args: &InvoiceArgs, out: &mut impl Write) -> anyhow::Result<()> {
    match &args.what {
        What::Read { files } => {
            let read = files.iter().map(|file| entry(file)).collect::<anyhow::Result<Vec<Value>>>()?;
            Ok(writeln!(out, "{:#}", Value::Array(read))?)
        }
        What::ParseOne => {
            child::give_up_resources(&LIMITS)?;
            let limit = u64::try_from(MAX_BYTES)? + 1;
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
            Ok(writeln!(out, "{}", serde_json::to_string(&read(&bytes))?)?)
        }
    }
}

/// The object of one file: its name as it was given, then what was read.
fn entry(file: &Path) -> anyhow::Result<Value> {
    let unreadable = |why: Warning| serde_json::to_value(Invoice::none(Kind::Unreadable, why));
    let invoice = match read_apart(file) {
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

/// Has the file read by a process of its own and waits for its answer.
fn read_apart(file: &Path) -> Result<Value, Warning> {
    let cannot_open = |why: std::io::Error| Warning::CannotOpen(why.to_string());
    // Opening a pipe or a device could wait for ever.
    if !std::fs::metadata(file).map_err(cannot_open)?.is_file() {
        return Err(Warning::CannotOpen("not a file".into()));
    }
    let input = File::open(file).map_err(cannot_open)?;
    let text = child::answer(&["invoice", "parse-one"], Input::File(input), &LIMITS).map_err(|why| match why {
        ChildFault::TimedOut(seconds) => Warning::ReaderTimedOut(seconds),
        ChildFault::Start(why) => Warning::ReaderDied(why.to_string()),
        ChildFault::Died(how) => Warning::ReaderDied(how),
    })?;
    serde_json::from_slice(&text).map_err(|why| Warning::ReaderDied(why.to_string()))
}
