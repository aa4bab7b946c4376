//! The audit trail as others can check it: the bytes of a line, and the signed text that stands for
//! everything up to a place. Nothing here reads a database; a browser does the same with a receipt.

mod checkpoint;
mod line;
mod paper;
pub mod stamp;

pub use checkpoint::{Checkpoint, NotACheckpoint, Signed, key_hash};
pub use line::{Field, LineBytes, fields_of};
pub use paper::{digest_in, digest_of, with_digest};

#[cfg(test)]
mod tests;
