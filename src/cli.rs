//! The command line: one variant per subcommand, each in its own file.

pub mod calendar;
pub mod evaluate;
pub mod ledger;
pub mod serve;

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
    /// Make a database and bring it to this version
    Init(serve::InitArgs),
    /// Serve the site
    Serve(serve::ServeArgs),
    /// Check the books
    Ledger(ledger::LedgerArgs),
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
        Command::Init(args) => report(serve::init(args), &mut out, &mut err),
        Command::Serve(args) => {
            let announce = |address: &str| drop(writeln!(std::io::stdout(), "listening on {address}"));
            drop((out, err));
            let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
            report(serve::run(args, announce).map(|()| String::new()), &mut out, &mut err)
        }
        Command::Ledger(args) => match ledger::run(args) {
            Ok(findings) if findings.is_empty() => writeln!(out, "the ledger is clean").map(|()| ExitCode::SUCCESS),
            Ok(findings) => findings.iter().try_for_each(|finding| writeln!(err, "{finding}")).map(|()| ExitCode::FAILURE),
            Err(why) => report(Err(why), &mut out, &mut err),
        },
    };
    // Nobody is left to tell when the standard streams are closed.
    outcome.unwrap_or(ExitCode::FAILURE)
}

/// Prints what came of a command: a sentence, or the whole chain of what went wrong.
fn report(outcome: anyhow::Result<String>, out: &mut impl Write, err: &mut impl Write) -> std::io::Result<ExitCode> {
    match outcome {
        Ok(sentence) if sentence.is_empty() => Ok(ExitCode::SUCCESS),
        Ok(sentence) => writeln!(out, "{sentence}").map(|()| ExitCode::SUCCESS),
        Err(why) => writeln!(err, "{why:#}").map(|()| ExitCode::FAILURE),
    }
}
