//! `suanquan usage replay --enterprise USCC --year 2026`: every statement of a year is rated again
//! from its events and tariff, a line each, and the year as a whole: the same facts always give the
//! same digest.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::reports::statement::of_buyer;
use crate::reports::usage_check::{Broken, digest_again};
use crate::startup::open_store;

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// The enterprise's USCC
    #[arg(long)]
    enterprise: String,
    /// The months of this year
    #[arg(long)]
    year: i32,
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
}

/// Prints a line per statement and one for the year; ends with 1 when a digest differs.
///
/// # Errors
/// A database that cannot be read; a statement that cannot be rated again.
pub(super) fn run(args: &ReplayArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let year = format!("{}-", args.year);
    let rows = open_store(&args.database)?.read(|db| {
        let statements = of_buyer(db, &args.enterprise)?;
        let of_year = statements.into_iter().filter(|(statement, _)| statement.period.starts_with(&year));
        of_year.map(|(statement, contract)| Ok((digest_again(db, &statement)?, statement, contract))).collect::<Result<Vec<_>, Broken>>()
    });
    let rows = rows.map_err(|why| match why {
        Broken::Place(place) => anyhow::anyhow!("{place}"),
        Broken::Fault(fault) => anyhow::Error::new(fault),
    })?;
    let (mut hash, mut same) = (Sha256::new(), true);
    for (again, statement, contract) in &rows {
        hash.update(again);
        same &= *again == statement.lines_digest;
        let line = json!({
            "statement": statement.number, "contract": contract, "month": statement.period, "total": statement.total_fen.plain(),
            "kept": statement.lines_digest, "again": again,
        });
        writeln!(out, "{line}")?;
    }
    let digest = hex::encode(hash.finalize());
    let told = json!({"enterprise": args.enterprise, "year": args.year, "statements": rows.len(), "digest": digest, "same": same});
    writeln!(out, "{told}")?;
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
