//! The one place where time comes from. `serve` reads the machine's clock; the demo and the tests
//! run on a clock that can be set, so that a notice of five working days is walked in a minute.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// A source of time, cut to microseconds: what a database keeps.
#[derive(Clone, Debug)]
pub enum Clock {
    Machine,
    Settable(Arc<Mutex<Hand>>),
}

/// Where a settable clock stands: a moment, and how long ago it was set.
#[derive(Clone, Debug)]
pub struct Hand {
    set_to: DateTime<Utc>,
    set_at: Instant,
}

impl Clock {
    #[must_use]
    pub fn settable(at: DateTime<Utc>) -> Clock {
        Clock::Settable(Arc::new(Mutex::new(Hand { set_to: at, set_at: Instant::now() })))
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Clock::Machine => Utc::now(),
            Clock::Settable(hand) => {
                let hand = hand.lock().unwrap_or_else(PoisonError::into_inner);
                hand.set_to + TimeDelta::from_std(hand.set_at.elapsed()).unwrap_or_default()
            }
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// The time of the machine, whatever a settable clock says: an authenticator knows no other.
    #[must_use]
    pub fn of_the_world() -> DateTime<Utc> {
        Clock::Machine.now()
    }

    /// Sets a settable clock; the machine's clock stays as it is and answers `false`.
    pub fn set(&self, at: DateTime<Utc>) -> bool {
        match self {
            Clock::Machine => false,
            Clock::Settable(hand) => {
                *hand.lock().unwrap_or_else(PoisonError::into_inner) = Hand { set_to: at, set_at: Instant::now() };
                true
            }
        }
    }
}
