//! `suanquan ledger check`: does every fen add up?

use clap::{Args, Subcommand};

use crate::reports::ledger::check;
use crate::startup::open_store;

#[derive(Debug, Args)]
pub struct LedgerArgs {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(Debug, Subcommand)]
enum Ask {
    /// Check that every entry balances and every total equals its postings
    Check {
        #[arg(long, env = "SUANQUAN_DATABASE")]
        database: String,
    },
}

/// The findings, one line each; none for a clean ledger.
///
/// # Errors
/// A database that cannot be read.
pub fn run(args: &LedgerArgs) -> anyhow::Result<Vec<String>> {
    let Ask::Check { database } = &args.ask;
    let store = open_store(database)?;
    let findings = store.read(check)?;
    Ok(findings.into_iter().map(|finding| finding.0).collect())
}
