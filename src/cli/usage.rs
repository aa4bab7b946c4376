//! `suanquan usage import | verify | replay | archive | restore | export`: metered usage from files, and proof of what is stored.

mod archive;
mod import;
mod pieces;
mod replay;

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::api::usage_proof::ProvenEventOut;
use crate::metering::moment::Month;
use crate::reports::usage_check::{Broken, check};
use crate::reports::usage_proof::{contracts_of_number, of_contract};
use crate::startup::open_store;
use crate::store::Fault;

#[derive(Debug, Args)]
pub struct UsageArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Usage from files; prints the counts of each as JSON and writes FILE.result.csv with a line per row
    Import(import::ImportArgs),
    /// Work out all hashes, roots, signatures and sums again; names the first place that does not fit
    Verify {
        #[arg(long, env = "SUANQUAN_DATABASE")]
        database: String,
    },
    /// Rates all statements of an enterprise's year again and compares the digests
    Replay(replay::ReplayArgs),
    /// The whole metering of this instance, one JSON object a line, for another instance to check
    Archive {
        #[arg(long, env = "SUANQUAN_DATABASE")]
        database: String,
    },
    /// Puts an archive into an empty database and works everything in it out again
    Restore(archive::RestoreArgs),
    /// The events of a contract, one JSON object a line, each with its hash and inclusion proof
    Export(ExportArgs),
}

#[derive(Debug, Args)]
struct ExportArgs {
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
    /// The number of the contract
    #[arg(long)]
    contract: String,
    /// The centre's USCC, where two centres use the same number
    #[arg(long)]
    provider: Option<String>,
    /// Only events that touch this month on the contract's clock, such as 2026-02
    #[arg(long, value_parser = month)]
    month: Option<Month>,
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| format!("{text:?} is no month such as 2026-02"))
}

/// Runs one of them.
///
/// # Errors
/// A file, database or contract that cannot be read; the first place that does not fit.
pub fn run(args: &UsageArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::Import(args) => import::run(args, out),
        What::Verify { database } => {
            let checked = check(&open_store(database)?).map_err(|why| match why {
                Broken::Place(place) => anyhow::anyhow!("{place}"),
                Broken::Fault(fault) => anyhow::Error::new(fault),
            })?;
            writeln!(out, "{}", serde_json::to_string(&checked)?)?;
            Ok(ExitCode::SUCCESS)
        }
        What::Replay(args) => replay::run(args, out),
        What::Archive { database } => archive::archive(database, out),
        What::Restore(args) => archive::restore(args, out),
        What::Export(args) => export(args, out),
    }
}

/// Why an export ended early.
enum Ended {
    Fault(Fault),
    Output(std::io::Error),
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Ended {
        Ended::Fault(fault)
    }
}

fn export(args: &ExportArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.database)?;
    let found = store.read(|db| contracts_of_number(db, &args.contract, args.provider.as_deref()))?;
    let contract = match found.as_slice() {
        [one] => *one,
        [] => anyhow::bail!("there is no contract {:?}", args.contract),
        _ => anyhow::bail!("more than one centre has a contract {:?}; say which with --provider", args.contract),
    };
    let mut out = std::io::BufWriter::new(out);
    let written = store.read(|db| {
        of_contract(db, contract, args.month, |proven| {
            let line = serde_json::to_string(&ProvenEventOut::of(proven)).map_err(|why| Ended::Output(why.into()))?;
            writeln!(out, "{line}").map_err(Ended::Output)
        })
    });
    match written {
        Ok(()) => out.flush()?,
        Err(Ended::Fault(fault)) => return Err(fault.into()),
        Err(Ended::Output(why)) => return Err(why.into()),
    }
    Ok(ExitCode::SUCCESS)
}
