//! Who may try, and how often: turns for the hashing of passwords, and tries by network address.
//!
//! A hash costs a tenth of a second and 19 MiB, so that guessing is slow; a crowd of guesses must
//! not become a crowd of hashes. What does not find its turn is told to come back (429).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::lang::Text;
use crate::web::problem::Problem;

/// Most people who may wait for a hash; more would wait for longer than anybody does.
const QUEUE: usize = 64;
/// All addresses together have as many tries as this many of them.
const EVERYBODY: u64 = 40;
/// Addresses that are remembered at most.
const REMEMBERED: usize = 20_000;
/// What one try costs; an address gains `per_minute` in every millisecond.
const TRY: u64 = 60_000;

/// The doorkeeper of a running site.
#[derive(Debug)]
pub struct Doorkeeper {
    hashing: Semaphore,
    waiting: AtomicUsize,
    per_minute: u64,
    tries: Mutex<Tries>,
}

#[derive(Debug)]
struct Tries {
    of: HashMap<IpAddr, Purse>,
    all: Purse,
}

/// Tries that are left, in parts of [`TRY`].
#[derive(Clone, Copy, Debug)]
struct Purse {
    left: u64,
    since: Instant,
}

impl Purse {
    fn refill(&mut self, per_minute: u64, now: Instant) {
        let gained = u64::try_from(now.saturating_duration_since(self.since).as_millis()).unwrap_or(u64::MAX);
        self.left = self.left.saturating_add(gained.saturating_mul(per_minute)).min(per_minute.saturating_mul(TRY));
        self.since = now;
    }

    fn take(&mut self) -> bool {
        let enough = self.left >= TRY;
        if enough {
            self.left -= TRY;
        }
        enough
    }
}

impl Doorkeeper {
    /// A hash uses a whole core, so there are as many turns as cores.
    #[must_use]
    pub fn new(tries_per_minute: u32) -> Doorkeeper {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let per_minute = u64::from(tries_per_minute);
        Doorkeeper {
            hashing: Semaphore::new(cores),
            waiting: AtomicUsize::new(0),
            per_minute,
            tries: Mutex::new(Tries { of: HashMap::new(), all: full(per_minute * EVERYBODY) }),
        }
    }

    /// Waits for a turn to hash a password. Keep what is returned until the hash is done.
    ///
    /// # Errors
    /// The page that asks to come back, when too many wait already.
    pub async fn hashing_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(too_many());
        }
        let turn = self.hashing.acquire().await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        turn.map_err(|_| too_many())
    }

    /// Counts a try of an address.
    ///
    /// # Errors
    /// The page that asks to come back, when the address, or everybody together, tried too often.
    pub fn admit(&self, address: IpAddr, now: Instant) -> Result<(), Problem> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let per_minute = self.per_minute;
        if tries.of.len() >= REMEMBERED {
            tries.of.retain(|_, purse| {
                purse.refill(per_minute, now);
                purse.left < per_minute * TRY
            });
        }
        // A flood from everywhere is met by the limit for all.
        let known = tries.of.len() < REMEMBERED || tries.of.contains_key(&house_of(address));
        tries.all.refill(per_minute * EVERYBODY, now);
        let mine = !known || {
            let purse = tries.of.entry(house_of(address)).or_insert(Purse { left: per_minute * TRY, since: now });
            purse.refill(per_minute, now);
            purse.take()
        };
        if mine && tries.all.take() { Ok(()) } else { Err(too_many()) }
    }
}

fn full(per_minute: u64) -> Purse {
    Purse { left: per_minute.saturating_mul(TRY), since: Instant::now() }
}

/// One subscriber has a whole /64 of IPv6.
fn house_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            six.to_ipv4_mapped().map_or_else(|| IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64))), IpAddr::V4)
        }
    }
}

/// The page that asks to come back.
#[must_use]
pub fn too_many() -> Problem {
    Problem {
        status: StatusCode::TOO_MANY_REQUESTS,
        title: Text::new("请稍后再试", "Please try again in a moment"),
        text: Text::new(
            "现在登录或提交的人太多，或这个网络在一分钟内尝试过多。请等半分钟再试；您填写的内容仍在上一页。",
            "Too many people are signing in, or this network tried too often within a minute. Wait half a minute and try again; what you typed is still on the page before.",
        ),
        incident: None,
    }
}

/// Where a request comes from. `X-Forwarded-For` is believed only as far as our own proxies wrote it.
#[must_use]
pub fn address_of(request: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip())?;
    let told: Vec<&str> =
        request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(',')).collect();
    Some(behind(peer, &told, trusted))
}

/// The first address, from ours outward, that is not one of our proxies.
fn behind(peer: IpAddr, told: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let mut address = peer;
    for hop in told.iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        match hop.trim().parse() {
            Ok(further) => address = further,
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests;
