//! What every handler is given: the database, the house's rules, the clock, files and settings.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::web;
use tokio::sync::Semaphore;

use crate::acts::{self, Act, ActError, House, Outcome, RequestKey, Store};
use crate::clock::Clock;
use crate::config::Config;
use crate::files::Files;
use crate::openid::Provider;
use crate::party::Actor;
use crate::reading::Reader;
use crate::reports::Db;
use crate::scan::{Scanner, Verdict};
use crate::timestamp::Authority;
use crate::web::doorkeeper::Doorkeeper;
use crate::web::problem::Problem;

/// The running system, shared by all workers.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds the database")]
pub struct Site {
    pub store: Store,
    pub house: Arc<House>,
    pub clock: Clock,
    pub files: Files,
    pub config: Arc<Config>,
    /// The demo's pages exist: one-click sign-in, clock, mail folder.
    pub demo: bool,
    /// Turns for requests that bring usage: more at once are sent away with nothing stored.
    pub ingest: Arc<Semaphore>,
    /// Counts up; spreads writers over the chains of events.
    pub turn: Arc<AtomicI64>,
    /// Reads what is uploaded.
    pub reader: Reader,
    /// Looks for viruses in it, where one is set.
    pub scanner: Option<Scanner>,
    /// Where staff may sign in too, where one is set.
    pub openid: Option<Arc<Provider>>,
    /// Stamps the checkpoints of the trail, where one is set.
    pub authority: Option<Arc<Authority>>,
    /// Lets people try, one after another.
    pub doorkeeper: Arc<Doorkeeper>,
}

/// Requests with usage that may be under way at once.
const INGEST_TURNS: usize = 32;

impl Site {
    /// Turns for requests that bring usage.
    #[must_use]
    pub fn turns() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(INGEST_TURNS))
    }

    /// The chain that the next writer of usage uses.
    #[must_use]
    pub fn next_shard(&self) -> i64 {
        self.turn.fetch_add(1, Ordering::Relaxed).rem_euclid(self.store.event_shards())
    }

    /// Has an upload scanned before anything of it is kept: whether it is known to be clean. A scanner that says nothing holds nobody up; the file waits for it.
    ///
    /// # Errors
    /// The name of a virus.
    pub fn scan(&self, bytes: &[u8]) -> Result<bool, String> {
        match self.scanner.as_ref().map(|scanner| scanner.scan(bytes)) {
            None => Ok(false),
            Some(Ok(Verdict::Clean)) => Ok(true),
            Some(Ok(Verdict::Infected(found))) => Err(found),
            Some(Err(why)) => {
                tracing::warn!(%why, "an upload waits for the virus scanner");
                Ok(false)
            }
        }
    }

    /// Runs questions off the event loop.
    ///
    /// # Errors
    /// What the questions answer, as a page.
    pub async fn read<T: Send + 'static>(self: &Arc<Self>, ask: impl FnOnce(&mut Db) -> Outcome<T> + Send + 'static) -> Result<T, Problem> {
        let site = Arc::clone(self);
        let answer = web::block(move || site.store.read(ask)).await?;
        Ok(answer?)
    }

    /// The address that a form led to when it came before under the same key.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn led_before(self: &Arc<Self>, key: RequestKey) -> Result<Option<String>, Problem> {
        let site = Arc::clone(self);
        let answer = web::block(move || acts::given_before(&site.store, &key)).await?.map_err(ActError::from)?;
        let place = answer.as_deref().and_then(|answer| answer.split(' ').next()).filter(|place| place.starts_with('/'));
        Ok(place.map(ToOwned::to_owned))
    }

    /// Runs an act once per request key off the event loop. The answer is the address to go to and, after a space, what
    /// else the page there says.
    ///
    /// # Errors
    /// What the act answers; refusals come back as `Ok(Err(…))` so that the form can show them.
    pub async fn act(
        self: &Arc<Self>,
        actor: Actor,
        key: RequestKey,
        act: impl FnOnce(&mut Act<'_>) -> Outcome<String> + Send + 'static,
    ) -> Result<Result<String, Vec<acts::Refusal>>, Problem> {
        let site = Arc::clone(self);
        let answer = web::block(move || acts::perform_once(&site.store, &site.house, &actor, site.clock.now(), &key, act)).await?;
        match answer {
            Ok(place) => Ok(Ok(place)),
            Err(ActError::Refused(refusals)) => Ok(Err(refusals)),
            Err(other) => Err(other.into()),
        }
    }
}
