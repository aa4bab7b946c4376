//! The nightly backup, on a thread of its own: after three o'clock in Beijing, when the folder has none of
//! this day. A folder that two instances share gets one backup a day, or two when both begin at once.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Stop;
use crate::backup::{BackupFault, Made, Wanted, make, newest, stamp_of};
use crate::calendar::{beijing_date, start_of_day};
use crate::web::site::Site;

const PAUSE: Duration = Duration::from_secs(30);
/// Pieces of the pause, so that a stop does not wait for it.
const STEP: Duration = Duration::from_millis(300);
/// Hours after midnight.
const HOUR: TimeDelta = TimeDelta::hours(3);
/// A backup that failed is tried again after this.
const AGAIN: Duration = Duration::from_mins(30);

/// Looks every half minute until asked to stop; does nothing without a folder.
pub(super) fn start(site: &Site, stop: &Stop) {
    if site.config.backup_to.as_os_str().is_empty() || site.demo {
        return;
    }
    let (site, ears) = (site.clone(), stop.clone());
    std::thread::spawn(move || {
        while !ears.is_asked() {
            let pause = match run(&site, site.clock.now()) {
                Ok(Some(made)) => {
                    tracing::info!(path = %made.path.display(), lines = made.lines, "a backup is made and proven");
                    PAUSE
                }
                Ok(None) => PAUSE,
                Err(fault) => {
                    tracing::error!(%fault, ?fault, "there is no backup of today");
                    AGAIN
                }
            };
            let mut left = pause;
            while !left.is_zero() && !ears.is_asked() {
                std::thread::sleep(STEP.min(left));
                left = left.saturating_sub(STEP);
            }
        }
    });
}

/// Makes the backup of the day when it is due.
///
/// # Errors
/// What keeps it from being made or from proving itself.
pub fn run(site: &Site, now: DateTime<Utc>) -> Result<Option<Made>, BackupFault> {
    let due = start_of_day(beijing_date(now)) + HOUR;
    let folder = &site.config.backup_to;
    let last = newest(folder)?.and_then(|path| stamp_of(&path));
    if now < due || last.is_some_and(|last| last >= due.naive_utc()) {
        return Ok(None);
    }
    let wanted = Wanted {
        url: site.config.database.expose().clone(),
        files: site.files.clone(),
        folder: folder.clone(),
        keep: site.config.backup_keep,
        scratch: Some(site.config.backup_scratch.expose().clone()).filter(|scratch| !scratch.is_empty()),
    };
    make(&wanted, now).map(Some)
}
