//! `suanquan invoice read FILE…`: what electronic invoices say, as JSON.
//!
//! A file from outside is parsed in a process of its own, this program once more, which gives up
//! memory, time, files and environment before it looks at the first byte. Whatever it does, the
//! caller only sees an answer or its absence.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use clap::{Args, Subcommand};
use rlimit::Resource;
use serde_json::{Map, Value};

use crate::invoice::{Invoice, Kind, MAX_BYTES, Warning, read};

/// How long one file may take, by the clock on the wall.
const PATIENCE: Duration = Duration::from_secs(20);
const MAX_ANSWER: u64 = 16 * 1024 * 1024;
/// What the reading process may use: address space in bytes and processor time in seconds.
const MEMORY: u64 = 768 * 1024 * 1024;
const PROCESSOR: u64 = 15;

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
            give_up_resources()?;
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
    let died = |why: std::io::Error| Warning::ReaderDied(why.to_string());
    let program = std::env::current_exe().map_err(died)?;
    let mut reader = Command::new(program);
    reader.args(["invoice", "parse-one"]).env_clear().stdin(input).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut reader = reader.spawn().map_err(died)?;
    let answer = reader.stdout.take();
    let (sender, received) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // An answer that breaks off is no JSON, and nobody waits any more once the time is over.
        drop(answer.map(|answer| answer.take(MAX_ANSWER).read_to_end(&mut text)));
        drop(sender.send(text));
    });
    let answer = received.recv_timeout(PATIENCE);
    if answer.is_err() {
        // It may have ended by itself in this moment.
        drop(reader.kill());
    }
    let ended = reader.wait().map_err(died)?;
    let text = answer.map_err(|_| Warning::ReaderTimedOut(PATIENCE.as_secs()))?;
    if !ended.success() {
        return Err(Warning::ReaderDied(ended.to_string()));
    }
    serde_json::from_slice(&text).map_err(|why| Warning::ReaderDied(why.to_string()))
}

/// From here on this process can neither write a file nor open many, nor grow, nor run on.
fn give_up_resources() -> std::io::Result<()> {
    for (resource, limit) in
        [(Resource::AS, MEMORY), (Resource::CPU, PROCESSOR), (Resource::FSIZE, 0), (Resource::NOFILE, 16), (Resource::CORE, 0)]
    {
        resource.set(limit, limit)?;
    }
    Ok(())
}
