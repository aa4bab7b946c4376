//! `suanquan import purchases FILE.csv`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::acts::import_purchases::{ImportReport, import_purchases};
use crate::acts::{ActError, perform};
use crate::clock::Clock;
use crate::config::Config;
use crate::lang::Lang;
use crate::party::Actor;
use crate::reports::purchase_file::read_csv;
use crate::startup::{house, open_store};

#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Purchases from a CSV file; prints one JSON report with an outcome per row
    Purchases {
        file: PathBuf,
        #[arg(long, env = "SUANQUAN_DATABASE")]
        database: String,
    },
}

/// Imports the file in one transaction.
///
/// # Errors
/// A file that cannot be read or has another header; a database that is not there.
pub fn run(args: &ImportArgs) -> anyhow::Result<ImportReport> {
    let What::Purchases { file, database } = &args.what;
    let bytes = std::fs::read(file).map_err(|why| anyhow::anyhow!("{}: {why}", file.display()))?;
    let rows = read_csv(&bytes).map_err(|why| anyhow::anyhow!("{}: {}", file.display(), why.get(Lang::En)))?;
    let store = open_store(database)?;
    let house = house(&Config::default(), "");
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let now = crate::cli::demo::clock_of(&store)?.unwrap_or(Clock::Machine).now();
    perform(&store, &house, &Actor::system(), now, |act| import_purchases(act, &rows, &name)).map_err(|why| match why {
        ActError::Fault(fault) => anyhow::Error::new(fault),
        ActError::Refused(_) | ActError::NotFound | ActError::NotAllowed | ActError::Stale(_) | ActError::KeyReused => {
            anyhow::anyhow!("the import was refused")
        }
    })
}
