//! `[timestamps]`: the authority that stamps the checkpoints of the trail.

use std::path::PathBuf;

use serde::Deserialize;

use super::BadConfig;

/// A time-stamp authority: where it is asked by RFC 3161, and what its stamps must lead to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimestampSettings {
    /// `http://…` or `https://…`; a stamp proves itself, whichever way it came.
    pub url: String,
    /// File with the certificate of the authority's root in PEM, or several one after the other.
    pub trusted: PathBuf,
    /// For one whole request.
    #[serde(default = "ten_seconds")]
    pub timeout_seconds: u64,
}

const fn ten_seconds() -> u64 {
    10
}

impl TimestampSettings {
    pub(super) fn check(&self) -> Result<(), BadConfig> {
        let bad = |what: &str| Err(BadConfig::Value(format!("timestamps: {what}")));
        if !(self.url.starts_with("https://") || self.url.starts_with("http://")) {
            return bad("url must begin with http:// or https://");
        }
        if self.trusted.as_os_str().is_empty() {
            return bad("trusted is the file with the certificate of the authority's root, in PEM");
        }
        if self.timeout_seconds == 0 || self.timeout_seconds > 60 {
            return bad("timeout_seconds must be 1 to 60");
        }
        Ok(())
    }
}
