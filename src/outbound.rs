//! How the program asks others over HTTP: registers, the provider that staff sign in by, the time-stamp authority and
//! the bucket of files. Whoever is asked is given so much time and so much room, and no answer sends us elsewhere.

use std::io::Read as _;
use std::time::Duration;

pub use ureq::Agent;
use ureq::http::Response;
use ureq::{Body, Error};

/// What comes of a question.
pub type Answered = Result<Response<Body>, Error>;

/// Why an answer was not read.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    #[error("{0}")]
    Broken(#[from] std::io::Error),
    #[error("the answer is longer than {} KiB", .0 / 1024)]
    TooLong(u64),
}

/// Asks for at most so long, a second at least. It follows no redirect and takes no proxy from the environment; a
/// status that tells of an error is an answer like any other.
#[must_use]
pub fn agent(patience: Duration) -> Agent {
    Agent::config_builder()
        .timeout_global(Some(patience.max(Duration::from_secs(1))))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .user_agent("suanquan")
        .build()
        .into()
}

/// The bytes of an answer, of which at most `most` are taken.
///
/// # Errors
/// A connection that breaks off, and an answer that is longer.
pub fn read(mut response: Response<Body>, most: u64) -> Result<Vec<u8>, NotRead> {
    let mut bytes = Vec::new();
    response.body_mut().as_reader().take(most + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(NotRead::TooLong(most));
    }
    Ok(bytes)
}
