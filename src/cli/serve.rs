//! `suanquan serve` and `suanquan init`: production.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::clock::Clock;
use crate::config::Config;
use crate::files::Files;
use crate::reading::Reader;
use crate::startup::{house, open_store, scanner, serve};
use crate::store::{Store, migrations};
use crate::telemetry;
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
    let store = open_store(&config.database)?;
    let listener = TcpListener::bind(&config.bind).map_err(|why| anyhow::anyhow!("cannot listen on {}: {why}", config.bind))?;
    let site = Site {
        store,
        house: Arc::new(house(&config, &config.base_url)),
        clock: Clock::Machine,
        files: Files::new(config.files.clone()),
        config: Arc::new(config),
        demo: false,
        ingest: Site::turns(),
        turn: Arc::default(),
        reader: Reader::new(std::env::current_exe()?),
        scanner,
    };
    serve(site, listener, announce)
}

/// Makes the database where it is missing and brings it to this version.
///
/// # Errors
/// An address that names no database, a folder that cannot be written.
pub fn init(args: &InitArgs) -> anyhow::Result<String> {
    telemetry::start(false);
    let store = Store::create(&args.database)?;
    migrations::run(&store)?;
    Ok(format!("the database {} is ready", store.shown_url()))
}
