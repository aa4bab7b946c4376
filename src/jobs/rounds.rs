//! Rounds of jobs on a thread of their own. Before a round the leases of its jobs are taken or renewed, and
//! each job writes under its lease: of several instances on one database one runs a job, and one that was
//! stopped and woke up again stores nothing after another took over.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use super::Job;
use crate::acts::hold_payouts::hold_payouts;
use crate::acts::job_lease::{self, Fence};
use crate::acts::perform;
use crate::clock::Watch;
use crate::party::Actor;
use crate::web::site::Site;

/// A lease is renewed after a third of its term.
const RENEWED_AFTER: Duration = Duration::from_secs(10);

/// The jobs of one thread and the leases they hold.
pub(super) struct Rounds {
    site: Site,
    holder: String,
    jobs: &'static [Job],
    leases: BTreeMap<&'static str, Fence>,
    taken: Option<Instant>,
    /// When a job ran last.
    ran: BTreeMap<&'static str, Instant>,
    watch: Arc<Watch>,
}

impl Rounds {
    pub(super) fn new(site: &Site, holder: &str, jobs: &'static [Job], watch: &Arc<Watch>) -> Rounds {
        let (leases, ran) = (BTreeMap::new(), BTreeMap::new());
        Rounds { site: site.clone(), holder: holder.to_owned(), jobs, leases, taken: None, ran, watch: Arc::clone(watch) }
    }

    /// Runs every job that this instance has the lease of.
    pub(super) fn run(&mut self) {
        if let Some(jump) = self.watch.look(&self.site.clock) {
            self.hold_payouts(jump);
        }
        for job in self.jobs {
            // A job before it may have taken longer than the term.
            self.renew();
            let Some(fence) = self.leases.get(job.kind) else { continue };
            if self.ran.get(job.kind).is_some_and(|ran| ran.elapsed() < job.every) {
                continue;
            }
            self.ran.insert(job.kind, Instant::now());
            (job.run)(&Site { store: self.site.store.fenced(fence.clone()), ..self.site.clone() });
        }
    }

    fn renew(&mut self) {
        if self.taken.is_some_and(|taken| taken.elapsed() < RENEWED_AFTER) {
            return;
        }
        let kinds: Vec<&'static str> = self.jobs.iter().map(|job| job.kind).collect();
        match job_lease::take(&self.site.store, &kinds, &self.holder, self.site.clock.now()) {
            Ok(leases) => (self.leases, self.taken) = (leases, Some(Instant::now())),
            Err(fault) => {
                tracing::error!(?fault, "the leases of the jobs could not be renewed");
                self.leases.clear();
            }
        }
    }

    fn hold_payouts(&self, jump: TimeDelta) {
        tracing::error!(seconds = jump.num_seconds(), "the clock was put forward; payouts are held until an administrator has looked");
        let now = self.site.clock.now();
        if let Err(error) = perform(&self.site.store, &self.site.house, &Actor::system(), now, |act| hold_payouts(act, jump)) {
            tracing::error!(?error, "payouts could not be held");
        }
    }
}
