//! A checkpoint: how many lines there are and their Merkle root, as a text that is signed. The form is
//! that of C2SP's tlog-checkpoint and signed-note; two more lines bind the time and the checkpoint
//! before.
//!
//! ```text
//! suanquan.example.gov.cn/audit
//! 4217
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! time 2026-03-02T01:00:00.000000Z
//! after 4100
//!
//! — suanquan.example.gov.cn/audit Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime, SecondsFormat};
use sha2::{Digest, Sha256};

use crate::merkle::Hash;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is: the address of the site without its scheme, and `/audit`.
    pub origin: String,
    /// Lines that the root covers.
    pub size: i64,
    pub root: Hash,
    pub signed_at: NaiveDateTime,
    /// The size of the kept checkpoint before; 0 for the first.
    pub after: i64,
}

/// A checkpoint with its signature, as it is handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub checkpoint: Checkpoint,
    /// The first four bytes of the hash of name and key, as C2SP has them.
    pub key_hash: [u8; 4],
    /// Ed25519, 64 bytes.
    pub signature: Vec<u8>,
}

/// Why a text is no checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the checkpoint: {what}")]
pub struct NotACheckpoint {
    pub line: usize,
    pub what: &'static str,
}

impl Checkpoint {
    /// The text that is signed, its last line ended.
    #[must_use]
    pub fn text(&self) -> String {
        let Checkpoint { origin, size, root, signed_at, after } = self;
        let time = signed_at.and_utc().to_rfc3339_opts(SecondsFormat::Micros, true);
        format!("{origin}\n{size}\n{}\ntime {time}\nafter {after}\n", STANDARD.encode(root))
    }

    /// The root for people: the first eight bytes in hexadecimal, in groups of four digits.
    #[must_use]
    pub fn short_root(&self) -> String {
        let digits: String = hex::encode(self.root).chars().take(16).collect();
        let groups: Vec<&str> = [0, 4, 8, 12].iter().filter_map(|at| digits.get(*at..at + 4)).collect();
        groups.join(" ")
    }
}

/// The four bytes that name a key beside a signature (C2SP signed-note, Ed25519).
#[must_use]
pub fn key_hash(origin: &str, public_key: &[u8]) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(origin.as_bytes());
    hash.update([b'\n', 1]);
    hash.update(public_key);
    let hash: [u8; 32] = hash.finalize().into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

impl Signed {
    /// The text with the line of the signature.
    #[must_use]
    pub fn note(&self) -> String {
        let mut bytes = self.key_hash.to_vec();
        bytes.extend_from_slice(&self.signature);
        format!("{}\n— {} {}\n", self.checkpoint.text(), self.checkpoint.origin, STANDARD.encode(bytes))
    }

    /// All checkpoints of a file in which they follow one another; lines between them that begin with
    /// `#` are remarks.
    ///
    /// # Errors
    /// The first line that does not fit.
    pub fn read_all(text: &str) -> Result<Vec<Signed>, NotACheckpoint> {
        let is_between = |line: &str| line.trim().is_empty() || line.starts_with('#');
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_end_matches('\r'))).peekable();
        let mut all = Vec::new();
        loop {
            while lines.next_if(|(_, line)| is_between(line)).is_some() {}
            if lines.peek().is_none() {
                return Ok(all);
            }
            all.push(Signed::read(&mut lines)?);
        }
    }

    fn read<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Result<Signed, NotACheckpoint> {
        let mut last = 0;
        let mut next = |what: &'static str| match lines.next() {
            Some((line, text)) => {
                last = line;
                Ok((line, text))
            }
            None => Err(NotACheckpoint { line: last + 1, what }),
        };
        let (_, origin) = next("the origin is missing")?;
        let (line, size) = next("the size is missing")?;
        let size = size.parse().map_err(|_| NotACheckpoint { line, what: "the size is no number" })?;
        let (line, root) = next("the root is missing")?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        let root = root.ok_or(NotACheckpoint { line, what: "the root is not 32 bytes in base64" })?;
        let (line, time) = next("the time is missing")?;
        let time = time.strip_prefix("time ").and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        let signed_at = time.ok_or(NotACheckpoint { line, what: "the time is not written `time 2026-03-02T01:00:00Z`" })?.naive_utc();
        let (line, after) = next("the checkpoint before is missing")?;
        let after = after.strip_prefix("after ").and_then(|after| after.parse().ok());
        let after = after.ok_or(NotACheckpoint { line, what: "the checkpoint before is not written `after 4100`" })?;
        let (line, empty) = next("the empty line before the signature is missing")?;
        if !empty.is_empty() {
            return Err(NotACheckpoint { line, what: "an empty line belongs before the signature" });
        }
        let (line, signature) = next("the signature is missing")?;
        let bytes = signature.strip_prefix("— ").and_then(|rest| rest.rsplit_once(' ')).and_then(|(_, bytes)| STANDARD.decode(bytes).ok());
        let bytes = bytes.ok_or(NotACheckpoint { line, what: "the signature is not written `— origin base64`" })?;
        let Some((key_hash, signature)) = bytes.split_first_chunk::<4>().filter(|(_, signature)| signature.len() == 64) else {
            return Err(NotACheckpoint { line, what: "the signature is not of Ed25519" });
        };
        let checkpoint = Checkpoint { origin: origin.to_owned(), size, root, signed_at, after };
        Ok(Signed { checkpoint, key_hash: *key_hash, signature: signature.to_vec() })
    }
}
