//! The command line: one variant per subcommand, each in its own file.

pub mod calendar;
pub mod evaluate;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// 算券 Suanquan: innovation vouchers for compute, from the metered purchase to the paid subsidy.
#[derive(Debug, Parser)]
#[command(name = "suanquan", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Work out the subsidy of a case (JSON in, JSON out) by a policy pack
    Evaluate(evaluate::EvaluateArgs),
    /// Ask the working-day calendar
    Calendar(calendar::CalendarArgs),
}

/// Parses the arguments and runs the command.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    let outcome = match &cli.command {
        Command::Evaluate(args) => evaluate::run(args, &mut std::io::stdin().lock(), &mut out, &mut err).map(ExitCode::from),
        Command::Calendar(args) => match calendar::run(args) {
            Ok(answer) => writeln!(out, "{answer}").map(|()| ExitCode::SUCCESS),
            Err(why) => writeln!(err, "{why}").map(|()| ExitCode::FAILURE),
        },
    };
    // Nobody is left to tell when the standard streams are closed.
    outcome.unwrap_or(ExitCode::FAILURE)
}
