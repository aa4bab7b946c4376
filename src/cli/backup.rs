//! `suanquan backup --to FOLDER` and `suanquan restore --from FILE --into URL`.

use std::path::PathBuf;

use clap::Args;

use crate::backup::{Wanted, make, restore};
use crate::clock::Clock;
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
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
    /// Folder of uploaded files
    #[arg(long, env = "SUANQUAN_FILES", default_value = "/var/lib/suanquan/files")]
    files: PathBuf,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(long)]
    from: PathBuf,
    /// A database that is not there yet (sqlite:///path) or empty (postgres://…)
    #[arg(long)]
    into: String,
    /// Folder of uploaded files, not there yet or empty
    #[arg(long, env = "SUANQUAN_FILES", default_value = "/var/lib/suanquan/files")]
    files: PathBuf,
}

/// # Errors
/// Whatever keeps the backup from being made or from proving itself.
pub fn back_up(args: &BackupArgs) -> anyhow::Result<String> {
    telemetry::start(false);
    let BackupArgs { to, keep, database, files } = args;
    let wanted = Wanted { url: database.clone(), files: Files::new(files.clone()), folder: to.clone(), keep: *keep };
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
    let restored = restore(&args.from, &args.into, &args.files)?;
    Ok(format!(
        "restored the backup of {} with {} files; books, trail ({} lines) and chains are clean",
        restored.manifest.made_at,
        restored.manifest.parts.len() - 1,
        restored.lines
    ))
}
