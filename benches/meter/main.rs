//! The measuring half of `scripts/bench meter`: it makes a town with contracts and a token, sends the
//! same usage to our server and to AUDITOR, stores the same rows without any server, and rates a
//! month. Every command prints one JSON object; `scripts/parts/meter_bench.py` runs them in rounds and
//! writes the report.

mod engine;
mod load;
mod month;
mod runs;
mod town;

use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use serde_json::Value;

#[derive(Debug, Parser)]
struct Settings {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make the database: a centre, its catalogue and tariff, enterprises with contracts, a token
    Town(town::TownArgs),
    /// Send usage to a server and wait for every answer
    Load(load::LoadArgs),
    /// Store the rows of the same usage without a server: what the database alone can do
    Engine(engine::EngineArgs),
    /// Write the usage of a year as CSV
    File(runs::FileArgs),
    /// Draft last month's statement of every contract, as the centre's preview does
    Month(month::MonthArgs),
    /// Rate quantities in memory and write them as CSV for another engine
    Rate(month::RateArgs),
}

fn main() -> anyhow::Result<()> {
    let answer: Value = match Settings::parse().what {
        What::Town(args) => town::make(&args)?,
        What::Load(args) => load::run(&args)?,
        What::Engine(args) => engine::run(&args)?,
        What::File(args) => runs::write_file(&args)?,
        What::Month(args) => month::draft_all(&args)?,
        What::Rate(args) => month::rate_all(&args)?,
    };
    writeln!(std::io::stdout(), "{answer}")?;
    Ok(())
}

/// The address of a database, as every command takes it.
#[derive(Debug, clap::Args)]
struct Place {
    #[arg(long)]
    database: String,
}

/// A file to write.
#[derive(Debug, clap::Args)]
struct Out {
    #[arg(long)]
    out: PathBuf,
}
