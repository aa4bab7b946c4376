//! `suanquan demo`: the product with believable data on embedded SQLite, on a clock that can be
//! moved. Never for production: anybody may sign in as anybody.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use crate::acts::demo_clock;
use crate::clock::Clock;
use crate::config::{Config, Durability, FilesSettings, SecondFactor};
use crate::demo;
use crate::files::Files;
use crate::reading::Reader;
use crate::startup::{house, scanner, serve};
use crate::store::{self, Store, migrations};
use crate::telemetry;
use crate::web::doorkeeper::Doorkeeper;
use crate::web::site::Site;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    bind: String,
    /// Database; a SQLite file is made where it is missing
    #[arg(long)]
    database: Option<String>,
    /// Folder for the database, uploaded files and letters
    #[arg(long, default_value = "var/demo")]
    folder: PathBuf,
    /// What a fresh database is filled with
    #[arg(long, value_enum, default_value = "full")]
    data: Data,
    /// Forget the data of an earlier demo first (SQLite only)
    #[arg(long)]
    fresh: bool,
    /// Do not wait for the disk (`relaxed`), as a demo that is thrown away need not
    #[arg(long, hide = true, value_parser = durability, default_value = "strict")]
    durability: Durability,
    /// Send letters to this SMTP server (smtp://host:port) instead of a folder
    #[arg(long)]
    mail: Option<String>,
    /// Have uploads scanned for viruses, such as clamd:/run/clamav/clamd.ctl
    #[arg(long)]
    scanner: Option<String>,
}

/// What a fresh demo holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Data {
    /// Staff, providers and this year's appropriations
    People,
    /// Everything: about 40 enterprises, metered usage of both centres, statements and applications in every state
    Full,
}

fn durability(text: &str) -> Result<Durability, String> {
    Durability::parse(text).ok_or_else(|| "write strict or relaxed".to_owned())
}

/// Starts the demo and serves until asked to stop.
///
/// # Errors
/// A folder that cannot be written, a port that is taken.
pub fn run(args: &DemoArgs, announce: impl FnOnce(&str)) -> anyhow::Result<()> {
    telemetry::start(false);
    std::fs::create_dir_all(&args.folder).map_err(|why| anyhow::anyhow!("{}: {why}", args.folder.display()))?;
    let folder = args.folder.canonicalize()?;
    let database = args.database.clone().unwrap_or_else(|| format!("sqlite://{}", folder.join("suanquan.db").display()));
    if args.fresh {
        forget(&database)?;
    }
    let listener = TcpListener::bind(&args.bind).map_err(|why| anyhow::anyhow!("cannot listen on {}: {why}", args.bind))?;
    let address = format!("http://{}", listener.local_addr()?);
    let config = Config {
        database: database.clone().into(),
        base_url: address.clone(),
        files: FilesSettings::Folder(folder.join("files")),
        mail: args.mail.clone().unwrap_or_else(|| format!("folder:{}", folder.join("mail").display())).into(),
        // Anybody may sign in here anyway; statements are signed all the same.
        secret: "demo".into(),
        mail_from: "算券 <no-reply@suanquan.example>".into(),
        secure_cookies: false,
        // One password for all and one click to be anybody: who wants to see the second factor sets one up.
        staff_second_factor: SecondFactor::Optional,
        tries_per_minute: 60_000,
        ..Config::default()
    };
    let scanner = scanner(args.scanner.as_deref().unwrap_or_default())?;
    // Whether PostgreSQL is set up to be durable is not asked: a demo is thrown away.
    let store = Store::create_with(&database, args.durability)?;
    migrations::run(&store)?;
    let clock = clock_of(&store)?;
    let site = Site {
        house: Arc::new(house(&config, &address)),
        clock: clock.clone().unwrap_or_else(|| Clock::settable(demo::start_of_story())),
        files: Files::open(&config.files)?,
        doorkeeper: Arc::new(Doorkeeper::new(config.tries_per_minute)),
        config: Arc::new(config),
        store,
        demo: true,
        openid: None,
        ingest: Site::turns(),
        turn: Arc::default(),
        reader: Reader::new(std::env::current_exe()?),
        scanner,
        authority: None,
    };
    if clock.is_none() {
        demo::fill(&site, args.data == Data::Full)?;
        site.clock.set(demo::opening());
        demo_clock::keep(&site.store, demo::opening())?;
    }
    let store = site.store.clone();
    let hand = site.clock.clone();
    serve(site, listener, announce)?;
    Ok(demo_clock::keep(&store, hand.now())?)
}

/// The clock of a demo's database, at the moment it last stood at; `None` for any other database.
///
/// # Errors
/// A database that cannot be read.
pub fn clock_of(store: &Store) -> anyhow::Result<Option<Clock>> {
    let kept = store.read(|db| store::setting::get(db, demo_clock::KEY))?;
    let Some(kept) = kept else { return Ok(None) };
    let stood: DateTime<Utc> = kept.parse()?;
    // After a crash the last act is later than the moment that was kept.
    let last_act = store.read(store::audit::last_moment)?.map(|at| at.and_utc());
    Ok(Some(Clock::settable(last_act.map_or(stood, |last| last.max(stood)))))
}

fn forget(database: &str) -> anyhow::Result<()> {
    let Some(path) = database.strip_prefix("sqlite://") else {
        anyhow::bail!("--fresh only forgets SQLite files; drop the PostgreSQL database yourself")
    };
    for ending in ["", "-wal", "-shm"] {
        let file = format!("{path}{ending}");
        if Path::new(&file).is_file() {
            std::fs::remove_file(&file)?;
        }
    }
    Ok(())
}
