//! The digest of a paper at the end of its line's detail: whoever changes the paper afterwards has the
//! line against him.

use sha2::{Digest, Sha256};

const MARK: &str = " · sha256 ";

/// SHA-256 of a content in hexadecimal.
#[must_use]
pub fn digest_of(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// A detail with the digest of what it is about.
#[must_use]
pub fn with_digest(detail: &str, sha256: &str) -> String {
    format!("{detail}{MARK}{sha256}")
}

/// The digest at the end of a detail; none in lines from before there were digests.
#[must_use]
pub fn digest_in(detail: &str) -> Option<&str> {
    detail.rsplit_once(MARK).map(|(_, sha256)| sha256).filter(|sha256| sha256.len() == 64)
}
