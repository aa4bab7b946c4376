//! Has the newest checkpoint of the trail stamped, on a thread of its own: an authority that is slow holds
//! neither the sealer nor letters up. One that fails is asked again, after longer and longer pauses.

use std::time::Duration;

use chrono::{NaiveDateTime, TimeDelta};

use super::Stop;
use crate::acts::Fault;
use crate::acts::keep_stamp::keep_stamp;
use crate::reports::stamps::unstamped;
use crate::timestamp::{Authority, NotStamped};
use crate::web::site::Site;

/// A checkpoint waits so long for the question.
const PAUSE: Duration = Duration::from_secs(1);
/// After a failure, twice as long after each further one.
const AGAIN: Duration = Duration::from_secs(15);
const LONGEST: Duration = Duration::from_mins(10);
/// Pieces of a pause, so that a stop does not wait for it.
const STEP: Duration = Duration::from_millis(300);
/// The authority's clock and ours may differ by so much.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// Why there is no stamp.
#[derive(Debug, thiserror::Error)]
pub enum StampFault {
    #[error(transparent)]
    NotStamped(#[from] NotStamped),
    #[error("the authority says {at}, and this machine {now} for a checkpoint of {signed_at}: look at both clocks")]
    Clock { at: NaiveDateTime, now: NaiveDateTime, signed_at: NaiveDateTime },
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Asks until asked to stop; does nothing without an authority.
pub(super) fn start(site: &Site, stop: &Stop) {
    if site.authority.is_none() {
        return;
    }
    let (site, ears) = (site.clone(), stop.clone());
    std::thread::spawn(move || {
        let mut again = AGAIN;
        while !ears.is_asked() {
            let mut left = match run(&site) {
                Ok(_) => {
                    again = AGAIN;
                    PAUSE
                }
                Err(why) => {
                    tracing::warn!(%why, "a checkpoint waits for its time stamp");
                    let pause = again;
                    again = (again * 2).min(LONGEST);
                    pause
                }
            };
            while !left.is_zero() && !ears.is_asked() {
                std::thread::sleep(STEP.min(left));
                left = left.saturating_sub(STEP);
            }
        }
    });
}

/// Asks once, if the newest checkpoint has no stamp; says which one was stamped.
///
/// # Errors
/// An authority that is down or whose answer is not taken; a fault of the database.
pub fn run(site: &Site) -> Result<Option<i64>, StampFault> {
    let Some(authority) = site.authority.as_deref() else { return Ok(None) };
    stamped(site, authority)
}

fn stamped(site: &Site, authority: &Authority) -> Result<Option<i64>, StampFault> {
    let Some(waits) = site.store.read(unstamped)? else { return Ok(None) };
    let answered = authority.stamp(&waits.note)?;
    let (at, now) = (answered.stamp.at, site.clock.now());
    if at + CLOCKS_DIFFER < waits.signed_at || at > now.naive_utc() + CLOCKS_DIFFER {
        return Err(StampFault::Clock { at, now: now.naive_utc(), signed_at: waits.signed_at });
    }
    Ok(keep_stamp(&site.store, waits.size, answered.answer, now)?.then_some(waits.size))
}
