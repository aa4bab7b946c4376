//! From settings to a running server.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use chrono::TimeDelta;

use crate::acts::House;
use crate::acts::access_rules::AccessRules;
use crate::acts::register_checks::RegisterRules;
use crate::calendar::Calendar;
use crate::config::{Config, Durability, FactorOf, PasswordProfile, SecondFactor};
use crate::jobs;
use crate::policy::shipped;
use crate::registry::ListKind;
use crate::scan::Scanner;
use crate::secret::password::Profile;
use crate::secret::sealing::Sealer;
use crate::secret::signing::Signer;
use crate::store::{Store, migrations};
use crate::web::frame::frame;
use crate::web::routes;
use crate::web::site::Site;

/// The house's rules from the packs that ship with the program and the settings.
#[must_use]
pub fn house(config: &Config, base_url: &str) -> House {
    let packs: BTreeMap<_, _> = shipped::all().iter().map(|pack| (pack.id.clone(), pack.clone())).collect();
    House {
        packs: Arc::new(packs),
        default_pack: shipped::DEFAULT.to_owned(),
        calendar: Calendar::official(),
        base_url: base_url.trim_end_matches('/').to_owned(),
        notice_working_days: config.notice_working_days,
        correction_working_days: config.correction_working_days,
        objection_working_days: config.objection_working_days,
        signer: Arc::new(Signer::of_secret(config.secret.expose())),
        registers: RegisterRules {
            online: config.registers.keys().filter_map(|name| ListKind::parse(name)).collect(),
            cache_hours: config.register_cache_hours,
        },
        access: access_rules(config),
    }
}

fn access_rules(config: &Config) -> AccessRules {
    AccessRules {
        second_factor_required: config.staff_second_factor == SecondFactor::Required,
        provider_asks: config.openid.as_ref().is_some_and(|openid| openid.second_factor == FactorOf::Provider),
        passwords: match config.password_profile {
            PasswordProfile::Asvs => Profile::Asvs,
            PasswordProfile::Mlps3 => Profile::Mlps3,
        },
        staff_idle: TimeDelta::minutes(i64::from(config.staff_idle_minutes)),
        idle: TimeDelta::minutes(i64::from(config.idle_minutes)),
        session: TimeDelta::hours(i64::from(config.session_hours)),
        sealer: Arc::new(Sealer::of_secret(if config.key.expose().is_empty() { config.secret.expose() } else { config.key.expose() })),
    }
}

/// The virus scanner of the settings, if one is named.
///
/// # Errors
/// A place that cannot be read.
pub fn scanner(place: &str) -> anyhow::Result<Option<Scanner>> {
    let bad = || anyhow::anyhow!("scanner (SUANQUAN_SCANNER) {place:?}: write clamd:/run/clamav/clamd.ctl or clamd:host:3310");
    if place.is_empty() { Ok(None) } else { Scanner::parse(place).map(Some).ok_or_else(bad) }
}

/// Opens an existing database for a command and brings it to this version; `SUANQUAN_DURABILITY` says
/// how durable it must be.
///
/// # Errors
/// As [`ready_store`].
pub fn open_store(url: &str) -> anyhow::Result<Store> {
    let durability = Config::load(None)?.durability;
    ready_store(Store::open_with(url, durability)?, durability)
}

/// As [`open_store`]; a SQLite file is made where it is missing.
///
/// # Errors
/// As [`ready_store`].
pub fn make_store(url: &str) -> anyhow::Result<Store> {
    let durability = Config::load(None)?.durability;
    ready_store(Store::create_with(url, durability)?, durability)
}

/// Looks whether a database keeps what is answered, and brings it to this version.
///
/// # Errors
/// A setting with which commits are lost in a power cut; migrations that cannot run.
pub fn ready_store(store: Store, durability: Durability) -> anyhow::Result<Store> {
    if durability == Durability::Strict {
        store.check_durability()?;
    }
    migrations::run(&store)?;
    Ok(store)
}

/// Serves until a signal asks to stop; requests under way are finished. Prints the address once
/// connections are taken, so that scripts and tests can wait for it.
///
/// # Errors
/// A port that is taken, a server that cannot start.
pub fn serve(site: Site, listener: TcpListener, announce: impl FnOnce(&str)) -> anyhow::Result<()> {
    let address = format!("http://{}", listener.local_addr()?);
    // What waits since the last run would ring the alarm.
    jobs::seal_trail::run(&site)?;
    actix_web::rt::System::new().block_on(async move {
        let stop = jobs::start(&site);
        let demo = site.demo;
        let desk = site.clone();
        let data = web::Data::new(site);
        let server = HttpServer::new(move || {
            App::new().app_data(data.clone()).wrap(from_fn(frame)).configure(|config| routes::register(config, demo))
        })
        .workers(2)
        .shutdown_timeout(15)
        .listen(listener)?
        .run();
        announce(&address);
        tracing::info!(address, "serving");
        let ended = server.await;
        stop.stop(&desk);
        tracing::info!("stopped");
        ended
    })?;
    Ok(())
}
