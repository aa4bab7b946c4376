//! Asks a time-stamp authority (RFC 3161) over HTTP to sign that a checkpoint is there. Nobody waits for
//! it: a job asks, and the trail is sealed whether it answers or not.

use std::time::Duration;

use crate::config::TimestampSettings;
use crate::outbound::{self, NotRead};
use crate::secret::random_bytes;
use crate::trail::stamp::{NoStamp, Stamp, Trusted, check, imprint, question};

/// Longest answer that is read, in bytes; one with its certificates has some four thousand.
const MOST_BYTES: u64 = 64 * 1024;

/// An authority and the certificates that its stamps must lead to.
#[derive(Clone, Debug)]
pub struct Authority {
    url: String,
    timeout: Duration,
    trusted: Trusted,
}

/// Why the settings name no authority.
#[derive(Debug, thiserror::Error)]
#[error("timestamps.trusted: {path}: {why}")]
pub struct BadAuthority {
    path: String,
    why: String,
}

/// Why there is no stamp yet; asking again may help.
#[derive(Debug, thiserror::Error)]
pub enum NotStamped {
    #[error("the time-stamp authority cannot be reached: {0}")]
    Unreachable(String),
    #[error("the time-stamp authority answered with status {0}")]
    Status(u16),
    #[error("the answer of the time-stamp authority is longer than 64 KiB")]
    TooLong,
    #[error("the answer of the time-stamp authority is not taken: {0}")]
    Bad(#[from] NoStamp),
}

/// A stamp with the bytes that prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub answer: Vec<u8>,
    pub stamp: Stamp,
}

impl Authority {
    /// Reads the trusted certificates; nobody is asked yet.
    ///
    /// # Errors
    /// A file that is not there or holds no certificate.
    pub fn open(settings: &TimestampSettings) -> Result<Authority, BadAuthority> {
        let bad = |why: String| BadAuthority { path: settings.trusted.display().to_string(), why };
        let text = std::fs::read(&settings.trusted).map_err(|why| bad(why.to_string()))?;
        let trusted = Trusted::from_pem(&text).map_err(|why| bad(why.to_string()))?;
        Ok(Authority { url: settings.url.clone(), timeout: Duration::from_secs(settings.timeout_seconds), trusted })
    }

    #[must_use]
    pub const fn trusted(&self) -> &Trusted {
        &self.trusted
    }

    /// Has a note stamped, and checks the answer in all its parts.
    ///
    /// # Errors
    /// An authority that is down, slow or refuses; an answer that is no stamp of this note.
    pub fn stamp(&self, note: &str) -> Result<Answered, NotStamped> {
        let (imprint, nonce) = (imprint(note), random_bytes());
        let answer = self.ask(&question(&imprint, nonce))?;
        let stamp = check(&answer, &imprint, Some(nonce), Some(&self.trusted))?;
        Ok(Answered { answer, stamp })
    }

    fn ask(&self, question: &[u8]) -> Result<Vec<u8>, NotStamped> {
        let unreachable = |why: &dyn std::fmt::Display| NotStamped::Unreachable(why.to_string());
        let request = outbound::agent(self.timeout).post(&self.url).header("content-type", "application/timestamp-query");
        let response = request.send(question).map_err(|why| unreachable(&why))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(NotStamped::Status(status));
        }
        outbound::read(response, MOST_BYTES).map_err(|why| match why {
            NotRead::Broken(why) => unreachable(&why),
            NotRead::TooLong(_) => NotStamped::TooLong,
        })
    }
}
