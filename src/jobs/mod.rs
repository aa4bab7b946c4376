//! Work that nobody waits for: sending letters, closing notices, lapsing corrections and vouchers,
//! signing the chains of usage, asking registers. Each job is a function that can be run by hand, by the demo's *next day* button
//! and by tests; the loop here runs them again and again. Two instances may run side by side: every
//! step is a guarded update.

pub mod ask_registers;
pub mod back_up;
pub mod checkpoint_usage;
pub mod close_notices;
pub mod fund_waitlist;
pub mod lapse_corrections;
pub mod scan_files;
pub mod seal_trail;
pub mod send_mail;
pub mod sum_usage;
pub mod vouchers;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::mail::transport::Outlet;
use crate::web::site::Site;

/// Ends the loop.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Starts the loop on a thread of its own.
#[must_use]
pub fn start(site: &Site) -> Stop {
    let stop = Stop::default();
    seal_trail::start(site, &stop);
    back_up::start(site, &stop);
    let (site, ears) = (site.clone(), stop.clone());
    std::thread::spawn(move || {
        while !ears.is_asked() {
            run_all(&site);
            std::thread::sleep(Duration::from_millis(700));
        }
    });
    stop
}

/// Runs every job once; a job that fails is logged and tried again in the next round.
pub fn run_all(site: &Site) {
    if let Err(fault) = lapse_corrections::run(site) {
        tracing::error!(?fault, "corrections could not be lapsed");
    }
    if let Err(fault) = fund_waitlist::run(site) {
        tracing::error!(?fault, "the waiting list could not go on");
    }
    if let Err(fault) = close_notices::run(site) {
        tracing::error!(?fault, "notices could not be closed");
    }
    if let Err(fault) = vouchers::run(site) {
        tracing::error!(?fault, "vouchers could not be looked through");
    }
    if let Err(fault) = checkpoint_usage::run(site) {
        tracing::error!(?fault, "the chains of usage could not be signed");
    }
    if let Err(fault) = sum_usage::run(site) {
        tracing::error!(?fault, "usage could not be added up");
    }
    if let Err(fault) = seal_trail::run(site) {
        tracing::error!(?fault, "the trail could not be sealed");
    }
    if let Err(fault) = send_mail::run(site) {
        tracing::error!(?fault, "letters could not be sent");
    }
    if let Err(fault) = scan_files::run(site) {
        tracing::error!(?fault, "files could not be scanned");
    }
    if let Err(fault) = ask_registers::run(site) {
        tracing::error!(?fault, "the registers could not be asked");
    }
}

/// Where letters go by the settings.
#[must_use]
pub fn outlet(mail: &str) -> Option<Outlet> {
    if let Some(folder) = mail.strip_prefix("folder:") {
        return Some(Outlet::Folder(folder.into()));
    }
    let (encrypted, rest) = match (mail.strip_prefix("smtp://"), mail.strip_prefix("smtps://")) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => return None,
    };
    let (credentials, server) = match rest.rsplit_once('@') {
        Some((who, server)) => (who.split_once(':').map(|(user, word)| (user.to_owned(), word.to_owned())), server),
        None => (None, rest),
    };
    let (host, port) = server.split_once(':').unwrap_or((server, if encrypted { "465" } else { "25" }));
    Some(Outlet::Smtp { host: host.to_owned(), port: port.trim_end_matches('/').parse().ok()?, encrypted, credentials })
}
