//! `suanquan backup --to FOLDER` and `suanquan restore --from FILE --into URL`.

use std::path::PathBuf;

use clap::Args;

use crate::backup::{Target, Wanted, make, restore};
use crate::clock::Clock;
use crate::config::{Config, FilesSettings};
use crate::files::Files;
use crate::telemetry;

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The folder of the generations
    #[arg(long)]
    to: PathBuf,
    /// Generations that stay, this one included; without it all
    #[arg(long, default_value_t = 0)]
    keep: usize,
    /// The database, instead of that of the settings or SUANQUAN_DATABASE
    #[arg(long)]
    database: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(long)]
    from: PathBuf,
    /// A database that is not there yet (sqlite:///path) or empty (postgres://…)
    #[arg(long)]
    into: String,
    #[command(flatten)]
    place: Place,
}

/// Where the files are, and what the proof needs.
#[derive(Debug, Args)]
struct Place {
    /// Settings as TOML, for a bucket of files; environment variables SUANQUAN_… stand over it
    #[arg(long)]
    config: Option<PathBuf>,
    /// Folder of uploaded files, instead of that of the settings or SUANQUAN_FILES; for a restore not there yet or empty
    #[arg(long)]
    files: Option<PathBuf>,
    /// An empty PostgreSQL database for the proof (postgres://…); without it one is made and dropped
    #[arg(long)]
    scratch: Option<String>,
}

impl Place {
    /// The settings with what the command line says over them, and the files.
    fn open(&self) -> anyhow::Result<(Config, Files)> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(files) = &self.files {
            config.files = FilesSettings::Folder(files.clone());
        }
        if let Some(scratch) = &self.scratch {
            config.backup_scratch = scratch.clone().into();
        }
        config.files.check()?;
        let files = Files::open(&config.files)?;
        Ok((config, files))
    }
}

fn scratch(config: &Config) -> Option<String> {
    Some(config.backup_scratch.expose().clone()).filter(|scratch| !scratch.is_empty())
}

/// # Errors
/// Whatever keeps the backup from being made or from proving itself.
pub fn back_up(args: &BackupArgs) -> anyhow::Result<String> {
    telemetry::start(false);
    let BackupArgs { to, keep, database, place } = args;
    let (config, files) = place.open()?;
    let url = database.clone().unwrap_or_else(|| config.database.expose().clone());
    anyhow::ensure!(!url.is_empty(), "no database is named: give --database, SUANQUAN_DATABASE or --config");
    let wanted = Wanted { url, files, folder: to.clone(), keep: *keep, scratch: scratch(&config) };
    let made = make(&wanted, Clock::Machine.now())?;
    Ok(format!(
        "{} holds the database and {} files; books, trail ({} lines) and chains of a restored copy are clean; {} older generations taken away",
        made.path.display(),
        made.manifest.parts.len() - 1,
        made.lines,
        made.gone.len()
    ))
}

/// # Errors
/// A backup that is not whole, a target that is not empty, a copy that does not prove itself.
pub fn bring_back(args: &RestoreArgs) -> anyhow::Result<String> {
    telemetry::start(false);
    let (config, files) = args.place.open()?;
    let restored = restore(&args.from, &Target { url: args.into.clone(), files, scratch: scratch(&config) })?;
    Ok(format!(
        "restored the backup of {} with {} files; books, trail ({} lines) and chains are clean",
        restored.manifest.made_at,
        restored.manifest.parts.len() - 1,
        restored.lines
    ))
}
