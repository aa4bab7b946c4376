//! The command line: one variant per subcommand, each in its own file.

pub mod admin;
pub mod audit;
pub mod backup;
pub mod calendar;
pub mod demo;
pub mod evaluate;
pub mod import;
pub mod invoice;
pub mod ledger;
pub mod picture;
pub mod registry;
pub mod serve;
pub mod usage;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::acts::import_purchases::RowOutcome;

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
    /// Show the product with demo data; anybody may sign in as anybody
    Demo(demo::DemoArgs),
    /// Read files of purchases
    Import(import::ImportArgs),
    /// Read electronic invoices
    Invoice(invoice::InvoiceArgs),
    /// Draws a paper from standard input under limits, for the site
    #[command(hide = true)]
    Picture {
        /// Font file, or file#face of a collection, for what the paper does not bring
        #[arg(long)]
        font: Option<String>,
    },
    /// Read the registries' lists
    Registry(registry::RegistryArgs),
    /// Serve the site
    Serve(serve::ServeArgs),
    /// Make the first administrator
    Admin(admin::AdminArgs),
    /// Check the books
    Ledger(ledger::LedgerArgs),
    /// Import, verify and export metered usage
    Usage(usage::UsageArgs),
    /// Prove the audit trail, and make every decision again
    Audit(audit::AuditArgs),
    /// Back up database and files into one file, and prove it
    Backup(backup::BackupArgs),
    /// Bring a backup back into an empty place
    Restore(backup::RestoreArgs),
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
        Command::Admin(args) => report(admin::run(args), &mut out, &mut err),
        Command::Backup(args) => report(backup::back_up(args), &mut out, &mut err),
        Command::Restore(args) => report(backup::bring_back(args), &mut out, &mut err),
        Command::Init(args) => report(serve::init(args), &mut out, &mut err),
        Command::Demo(args) => {
            drop((out, err));
            return ended(demo::run(args, announce));
        }
        Command::Serve(args) => {
            drop((out, err));
            return ended(serve::run(args, announce));
        }
        Command::Import(args) => match import::run(args) {
            Ok(rows) => {
                let refused = rows.count(RowOutcome::Refused) + rows.count(RowOutcome::Conflict);
                writeln!(out, "{:#}", rows.to_json()).map(|()| if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
            Err(why) => report(Err(why), &mut out, &mut err),
        },
        Command::Invoice(args) => match invoice::run(args, &mut out) {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(why) => report(Err(why), &mut out, &mut err),
        },
        Command::Picture { font } => match picture::run(font.as_deref(), &mut out) {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(why) => report(Err(why), &mut out, &mut err),
        },
        Command::Ledger(args) => match ledger::run(args) {
            Ok(findings) if findings.is_empty() => writeln!(out, "the ledger is clean").map(|()| ExitCode::SUCCESS),
            Ok(findings) => findings.iter().try_for_each(|finding| writeln!(err, "{finding}")).map(|()| ExitCode::FAILURE),
            Err(why) => report(Err(why), &mut out, &mut err),
        },
        Command::Registry(args) => match registry::run(args, &mut out, &mut err) {
            Ok(ended) => Ok(ended),
            Err(why) => report(Err(why), &mut out, &mut err),
        },
        Command::Usage(args) => match usage::run(args, &mut out) {
            Ok(ended) => Ok(ended),
            Err(why) => report(Err(why), &mut out, &mut err),
        },
        Command::Audit(args) => match audit::run(args, &mut out, &mut err) {
            Ok(ended) => Ok(ended),
            Err(why) => report(Err(why), &mut out, &mut err),
        },
    };
    // Nobody is left to tell when the standard streams are closed.
    outcome.unwrap_or(ExitCode::FAILURE)
}

/// Says where the site is once it takes connections.
fn announce(address: &str) {
    // Nobody is left to tell when standard output is closed; the log says it too.
    drop(writeln!(std::io::stdout(), "listening on {address}"));
}

/// A server that ended by a signal ended well.
fn ended(outcome: anyhow::Result<()>) -> ExitCode {
    report(outcome.map(|()| String::new()), &mut std::io::stdout(), &mut std::io::stderr()).unwrap_or(ExitCode::FAILURE)
}

/// Prints what came of a command: a sentence, or the whole chain of what went wrong.
fn report(outcome: anyhow::Result<String>, out: &mut impl Write, err: &mut impl Write) -> std::io::Result<ExitCode> {
    match outcome {
        Ok(sentence) if sentence.is_empty() => Ok(ExitCode::SUCCESS),
        Ok(sentence) => writeln!(out, "{sentence}").map(|()| ExitCode::SUCCESS),
        Err(why) => writeln!(err, "{why:#}").map(|()| ExitCode::FAILURE),
    }
}
