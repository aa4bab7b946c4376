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

/// A machine's clock that is put forward by more than this between two looks holds payouts: a public notice
/// must not seem to be over before it is.
pub const LONGEST_JUMP: TimeDelta = TimeDelta::minutes(5);

/// Compares the clock of the machine with the time that passed. A settable clock is moved on purpose and
/// never jumps. Several threads share one, so that each jump is told once.
#[derive(Debug)]
pub struct Watch(Mutex<Look>);

#[derive(Clone, Copy, Debug)]
struct Look {
    wall: DateTime<Utc>,
    at: Instant,
}

impl Look {
    fn now() -> Look {
        Look { wall: Clock::Machine.now(), at: Instant::now() }
    }
}

impl Watch {
    /// Begins to watch.
    #[must_use]
    pub fn new() -> Watch {
        Watch(Mutex::new(Look::now()))
    }

    /// By how much the clock was put forward since anybody's last look, if that is too much.
    pub fn look(&self, clock: &Clock) -> Option<TimeDelta> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Look::now();
        let passed = TimeDelta::from_std(now.at.duration_since(last.at)).unwrap_or_default();
        let jump = put_forward(last.wall, now.wall, passed);
        *last = now;
        jump.filter(|_| matches!(clock, Clock::Machine))
    }
}

impl Default for Watch {
    fn default() -> Watch {
        Watch::new()
    }
}

/// By how much a clock was put forward, if that is more than [`LONGEST_JUMP`].
fn put_forward(before: DateTime<Utc>, now: DateTime<Utc>, passed: TimeDelta) -> Option<TimeDelta> {
    Some(now - before - passed).filter(|jump| *jump > LONGEST_JUMP)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clock_that_runs_ahead_of_time_by_more_than_five_minutes_has_jumped() {
        let at = Clock::Machine.now();
        let minutes = TimeDelta::minutes;
        // Wall and time, in minutes: a busy machine, a machine that was asleep, five minutes exactly, a clock put back.
        for (wall, passed, jump) in [(2, 2, None), (600, 600, None), (6, 1, None), (-30, 1, None), (31, 1, Some(30)), (7, 1, Some(6))] {
            assert_eq!(put_forward(at, at + minutes(wall), minutes(passed)), jump.map(minutes), "{wall} {passed}");
        }
    }

    #[test]
    fn a_clock_that_is_set_on_purpose_does_not_jump() {
        let (watch, clock) = (Watch::new(), Clock::settable(Clock::Machine.now()));
        clock.set(clock.now() + TimeDelta::days(30));
        assert_eq!(watch.look(&clock), None);
    }
}
