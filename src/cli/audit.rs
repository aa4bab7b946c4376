//! `suanquan audit verify | replay`: proof that nobody changed the trail, and that every decision ever
//! made comes out the same again.

mod replay;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::reports::trail_check::{Broken, Checked, Given, check, read_anchors};
use crate::startup::open_store;
use crate::trail::stamp::Trusted;

#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Work out the trail again; ends with 0 (unchanged), 1 (names the first bad entry) or 2 (cannot tell)
    Verify(VerifyArgs),
    /// Make every decision again from its stored facts; ends with 1 when any comes out otherwise
    Replay(replay::ReplayArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
    /// A file of checkpoints kept elsewhere: signed notes, or lines such as `4217 3f0c a1b2 c3d4 e5f6` from papers
    #[arg(long)]
    from: Option<PathBuf>,
    /// Public key in hexadecimal that the signatures must be of; may be given several times
    #[arg(long = "key")]
    keys: Vec<String>,
    /// Certificates in PEM that the time stamps of an authority must lead to
    #[arg(long)]
    trusted: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// What `verify` ends with when it has no answer.
const CANNOT_TELL: u8 = 2;

/// Runs one of them.
///
/// # Errors
/// Standard output that cannot be written; for `replay` a database that cannot be read.
pub fn run(args: &AuditArgs, out: &mut impl Write, err: &mut impl Write) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::Verify(args) => verify(args, out, err),
        What::Replay(args) => replay::run(args, out),
    }
}

fn verify(args: &VerifyArgs, out: &mut impl Write, err: &mut impl Write) -> anyhow::Result<ExitCode> {
    let (told, ended) = match verified(args) {
        Ok(checked) if args.json => (json!({ "ok": true, "checked": checked }).to_string(), ExitCode::SUCCESS),
        Ok(checked) => (sentence(&checked), ExitCode::SUCCESS),
        Err(Unproven::Broken(Broken::Found(finding))) => {
            let told = if args.json { json!({ "ok": false, "finding": finding }).to_string() } else { finding.to_string() };
            (told, ExitCode::FAILURE)
        }
        Err(why) => {
            let why = format!("{:#}", anyhow::Error::new(why));
            (if args.json { json!({ "ok": null, "why": why }).to_string() } else { why }, ExitCode::from(CANNOT_TELL))
        }
    };
    if args.json || ended == ExitCode::SUCCESS {
        writeln!(out, "{told}")?;
    } else {
        writeln!(err, "{told}")?;
    }
    Ok(ended)
}

/// Why the trail is not proven.
#[derive(Debug, thiserror::Error)]
enum Unproven {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("cannot tell: {path}: {why}")]
    File { path: String, why: String },
    #[error("cannot tell: {0}")]
    Database(String),
}

fn verified(args: &VerifyArgs) -> Result<Checked, Unproven> {
    let anchors = match &args.from {
        Some(path) => {
            let at = |why: String| Unproven::File { path: path.display().to_string(), why };
            let text = std::fs::read_to_string(path).map_err(|why| at(why.to_string()))?;
            read_anchors(&text).map_err(|why| at(why.to_string()))?
        }
        None => Vec::new(),
    };
    let trusted = args.trusted.as_deref().map(certificates).transpose()?;
    let store = open_store(&args.database).map_err(|why| Unproven::Database(format!("{why:#}")))?;
    Ok(check(&store, &Given { anchors, keys: args.keys.clone(), trusted })?)
}

fn certificates(path: &Path) -> Result<Trusted, Unproven> {
    let at = |why: String| Unproven::File { path: path.display().to_string(), why };
    let text = std::fs::read(path).map_err(|why| at(why.to_string()))?;
    Trusted::from_pem(&text).map_err(|why| at(why.to_string()))
}

fn sentence(checked: &Checked) -> String {
    format!(
        "the trail is unchanged: {} lines with root {} signed by key {}, {} checkpoints, {} time stamps, {} given, {} applications, {} papers; {} lines wait for their seal",
        checked.lines,
        checked.root,
        checked.key_id,
        checked.checkpoints,
        checked.stamps,
        checked.given,
        checked.applications,
        checked.papers,
        checked.waiting
    )
}
