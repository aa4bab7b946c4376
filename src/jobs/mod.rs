//! Work that nobody waits for: sending letters, closing notices, lapsing corrections and vouchers,
//! signing the chains of usage, asking registers. Each job is a function that can be run by hand, by
//! the demo's *next day* button and by tests; the loops here run them again and again. Of several instances one
//! runs a job, under a lease, and every step is a guarded update all the same.

pub mod ask_registers;
pub mod back_up;
pub mod checkpoint_usage;
pub mod close_notices;
pub mod fund_waitlist;
pub mod lapse_corrections;
mod rounds;
pub mod scan_files;
pub mod seal_trail;
pub mod send_mail;
pub mod stamp_checkpoints;
pub mod sum_usage;
pub mod sweep_files;
pub mod vouchers;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rounds::Rounds;

use crate::acts::job_lease;
use crate::clock::Watch;
use crate::mail::transport::Outlet;
use crate::web::site::Site;

/// Work with the name of its lease. What goes wrong in it is logged and tried again in the next round.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    pub kind: &'static str,
    /// Rests that long between two runs, beside the pause between rounds.
    pub every: Duration,
    pub run: fn(&Site),
}

macro_rules! job {
    ($module:ident, $wrong:literal) => {
        job!($module, $wrong, Duration::ZERO)
    };
    ($module:ident, $wrong:literal, $every:expr) => {
        Job {
            kind: stringify!($module),
            every: $every,
            run: |site| {
                if let Err(fault) = $module::run(site) {
                    tracing::error!(?fault, $wrong);
                }
            },
        }
    };
}

/// Jobs that stay within the database.
pub const INSIDE: &[Job] = &[
    job!(lapse_corrections, "corrections could not be lapsed"),
    job!(fund_waitlist, "the waiting list could not go on"),
    job!(close_notices, "notices could not be closed"),
    job!(vouchers, "vouchers could not be looked through"),
    job!(checkpoint_usage, "the chains of usage could not be signed"),
    job!(sum_usage, "usage could not be added up"),
    job!(sweep_files, "half-written uploads could not be removed", Duration::from_hours(1)),
];

/// Jobs that wait for others: a mail server that hangs keeps no notice open.
pub const OUTSIDE: &[Job] = &[
    job!(send_mail, "letters could not be sent"),
    job!(ask_registers, "the registers could not be asked"),
    job!(scan_files, "files could not be scanned"),
];

/// Ends the loops.
#[derive(Clone, Debug)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    holder: String,
}

impl Stop {
    /// Asks the loops to end and gives their leases back, so that another instance goes on at once.
    pub fn stop(&self, site: &Site) {
        self.asked.store(true, Ordering::Relaxed);
        if let Err(fault) = job_lease::give_back(&site.store, &self.holder, site.clock.now()) {
            tracing::warn!(?fault, "the leases of the jobs were not given back; they end by themselves");
        }
    }

    fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Starts the loops, each on a thread of its own.
#[must_use]
pub fn start(site: &Site) -> Stop {
    let stop = Stop { asked: Arc::default(), holder: crate::secret::random_name(16) };
    seal_trail::start(site, &stop);
    back_up::start(site, &stop);
    let watch = Arc::new(Watch::new());
    stamp_checkpoints::start(site, &stop);
    for jobs in [INSIDE, OUTSIDE] {
        let (ears, mut rounds) = (stop.clone(), Rounds::new(site, &stop.holder, jobs, &watch));
        std::thread::spawn(move || {
            while !ears.is_asked() {
                rounds.run();
                std::thread::sleep(Duration::from_millis(700));
            }
        });
    }
    stop
}

/// Runs every job once, whoever has the leases: by hand, by the demo's button and by its story.
pub fn run_all(site: &Site) {
    for job in INSIDE.iter().chain(OUTSIDE) {
        (job.run)(site);
    }
    if let Err(fault) = seal_trail::run(site) {
        tracing::error!(?fault, "the trail could not be sealed");
    }
    if let Err(why) = stamp_checkpoints::run(site) {
        tracing::warn!(%why, "a checkpoint waits for its time stamp");
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
        Some((who, server)) => (who.split_once(':').map(|(user, word)| (user.to_owned(), word.into())), server),
        None => (None, rest),
    };
    let (host, port) = server.split_once(':').unwrap_or((server, if encrypted { "465" } else { "25" }));
    Some(Outlet::Smtp { host: host.to_owned(), port: port.trim_end_matches('/').parse().ok()?, encrypted, credentials })
}
