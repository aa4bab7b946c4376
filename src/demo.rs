//! Believable data, made through the real acts: staff, two centres with their meters, enterprises of
//! every kind, and applications and statements in every state. The story runs from January 2026 to the morning of 2 March.

mod by_hand;
pub mod cast;
pub mod filing;
pub mod firms;
mod metered;
pub mod papers;
pub mod people;
pub mod story;
mod structures;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::acts::{ActError, Outcome};
use crate::calendar::start_of_day;
use crate::web::site::Site;

/// The password of everybody in the demo; shown on the page of one-click sign-ins.
pub const PASSWORD: &str = "suanquan-demo";

/// When the staff begin.
#[must_use]
pub fn start_of_story() -> DateTime<Utc> {
    at(2026, 1, 5, 9)
}

/// What the clock shows when a demo opens: Monday, 2 March 2026, nine o'clock.
#[must_use]
pub fn opening() -> DateTime<Utc> {
    at(2026, 3, 2, 9)
}

/// A full hour in Beijing.
pub(crate) fn at(year: i32, month: u32, day: u32, hour: i64) -> DateTime<Utc> {
    let date = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    start_of_day(date) + TimeDelta::hours(hour)
}

/// Fills a fresh database.
///
/// # Errors
/// An act that was refused: then the story has a mistake, and says which.
pub fn fill(site: &Site, full: bool) -> anyhow::Result<()> {
    tracing::info!(full, "filling the demo");
    people::fill(site)?;
    if full {
        let papers = papers::Papers::make()?;
        firms::register(site, &papers)?;
        structures::declare(site)?;
        story::tell(site, &papers)?;
    }
    Ok(())
}

/// An act of the story; a refusal is a mistake in the story.
///
/// # Errors
/// The refusal in words.
pub(crate) fn told<T>(outcome: Outcome<T>, what: &str) -> anyhow::Result<T> {
    outcome.map_err(|why| match why {
        ActError::Fault(fault) => anyhow::Error::new(fault).context(what.to_owned()),
        ActError::Refused(refusals) => {
            let texts: Vec<&str> = refusals.iter().map(|refusal| refusal.text.en.as_str()).collect();
            anyhow::anyhow!("{what}: {}", texts.join(" "))
        }
        ActError::NotFound => anyhow::anyhow!("{what}: not found"),
        ActError::NotAllowed => anyhow::anyhow!("{what}: not allowed"),
        ActError::KeyReused => anyhow::anyhow!("{what}: the key was used before"),
        ActError::Stale(stale) => anyhow::anyhow!("{what}: stale {stale:?}"),
    })
}
