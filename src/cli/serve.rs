//! `suanquan serve` and `suanquan init`: production.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::clock::Clock;
use crate::config::Config;
use crate::files::Files;
use crate::openid::Provider;
use crate::reading::Reader;
use crate::secret::random_token;
use crate::startup::{house, make_store, ready_store, scanner, serve};
use crate::store::Store;
use crate::telemetry;
use crate::timestamp::Authority;
use crate::web::doorkeeper::Doorkeeper;
use crate::web::site::Site;

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Settings as TOML; environment variables SUANQUAN_… stand over it
    #[arg(long)]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// sqlite:///var/lib/suanquan/suanquan.db or postgres://…
    #[arg(long)]
    database: String,
    /// Also make the file with the key that seals the secrets of second factors (setting `key_file`)
    #[arg(long)]
    key_file: Option<PathBuf>,
}

/// Serves until asked to stop.
///
/// # Errors
/// Settings that are missing or weak, with how to mend them; a database that is not there.
pub fn run(args: &ServeArgs, announce: impl FnOnce(&str)) -> anyhow::Result<()> {
    let config = Config::load(args.config.as_deref())?;
    config.check_for_production()?;
    telemetry::start(config.json_logs);
    let scanner = scanner(&config.scanner)?;
    let authority = config.timestamps.as_ref().map(Authority::open).transpose()?.map(Arc::new);
    let store = ready_store(Store::open_with(config.database.expose(), config.durability)?, config.durability)?;
    let listener = TcpListener::bind(&config.bind).map_err(|why| anyhow::anyhow!("cannot listen on {}: {why}", config.bind))?;
    let openid = config.openid.clone().map(|settings| Arc::new(Provider::new(settings, &config.base_url)));
    let site = Site {
        store,
        house: Arc::new(house(&config, &config.base_url)),
        clock: Clock::Machine,
        files: Files::open(&config.files)?,
        doorkeeper: Arc::new(Doorkeeper::new(config.tries_per_minute)),
        config: Arc::new(config),
        demo: false,
        openid,
        ingest: Site::turns(),
        turn: Arc::default(),
        reader: Reader::new(std::env::current_exe()?),
        scanner,
        authority,
    };
    serve(site, listener, announce)
}

/// Makes the database where it is missing and brings it to this version.
///
/// # Errors
/// An address that names no database, a folder that cannot be written.
pub fn init(args: &InitArgs) -> anyhow::Result<String> {
    telemetry::start(false);
    let store = make_store(&args.database)?;
    if let Some(path) = &args.key_file {
        make_key(path).map_err(|why| anyhow::anyhow!("the key file {}: {why}", path.display()))?;
    }
    Ok(format!("the database {} is ready", store.shown_url()))
}

/// Writes a fresh key that only the owner reads. One that is there stays: what it sealed opens with
/// no other.
fn make_key(path: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    if path.try_exists()? {
        return Ok(());
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", random_token().expose())?;
    file.sync_all()
}
