//! `suanquan audit replay`: every evaluation that ever counted is computed again from its stored case
//! with the pack of that time, and every statement is rated again from its events and tariff. The same
//! facts give the same fen and the same digest.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::config::Config;
use crate::reports::decision_replay::{Difference, replay};
use crate::startup::{house, open_store};

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
}

/// Prints a line per difference and one for the whole; ends with 1 when there is any difference.
///
/// # Errors
/// A database that cannot be read.
pub(super) fn run(args: &ReplayArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.database)?;
    let house = house(&Config::default(), "");
    let replayed = store.read(|db| replay(db, &house))?;
    for Difference { decision, application, rule, kept, again } in &replayed.differences {
        writeln!(out, "{}", json!({ "decision": decision, "application": application, "rule": rule, "kept": kept, "again": again }))?;
    }
    let told = json!({
        "evaluations": replayed.evaluations, "statements": replayed.statements, "total": replayed.total.plain(),
        "digest": replayed.digest, "differences": replayed.differences.len(),
    });
    writeln!(out, "{told}")?;
    Ok(if replayed.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
