//! Registers that answer about one enterprise: the imported lists by default, or an office's service
//! over HTTP where the settings name one. Nobody waits for an answer; a job asks.

mod http;

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::calendar::beijing_date;
use crate::config::RegisterSettings;
use crate::registry::ListKind;
use crate::reports::registry::{List, RegistryRow, standing_word};
use crate::store::Store;

/// Who is asked.
#[derive(Clone, Copy, Debug)]
pub enum Register<'a> {
    /// The lists that were imported.
    Lists,
    Online(&'a RegisterSettings),
}

/// What a register says of an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub found: bool,
    /// Number, first and last day and whatever else shows where the answer comes from.
    pub evidence: Value,
    /// The list or the address that answered.
    pub source: String,
    /// Of the answer's bytes.
    pub sha256: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It cannot be reached, breaks off or takes too long; asking again helps.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    #[error("answered with status {0}")]
    Status(u16),
    /// It answers, but not what it should: somebody must look at the settings or at the register.
    #[error("{0}")]
    Nonsense(String),
    #[error("the database could not be read")]
    Database,
}

/// Longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;

impl Register<'_> {
    /// Asks about an enterprise.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn ask(&self, store: &Store, kind: ListKind, uscc: &str, now: NaiveDateTime) -> Result<Answer, NoAnswer> {
        match self {
            Register::Lists => {
                let said = store.read(|db| standing_word(db, uscc, kind)).map_err(|_| NoAnswer::Database)?;
                Ok(of_lists(&said, beijing_date(now.and_utc())))
            }
            Register::Online(settings) => http::ask(settings, uscc, now),
        }
    }
}

/// The answer of the imported lists: a listing that holds on the day.
fn of_lists((rows, newest): &(Vec<(RegistryRow, List)>, Option<List>), today: NaiveDate) -> Answer {
    let holds = |row: &RegistryRow| row.valid_from.is_none_or(|from| from <= today) && row.valid_to.is_none_or(|to| today <= to);
    let (found, evidence, list) = match rows.iter().rfind(|(row, _)| holds(row)) {
        Some((row, list)) => {
            let evidence = json!({
                "number": row.number, "from": row.valid_from, "to": row.valid_to,
                "row": row.id, "row_number": row.row_number, "file_sha256": list.file_sha256,
            });
            (true, evidence, Some(list))
        }
        None => (false, json!({}), newest.as_ref()),
    };
    let source = list.map(|list| format!("{} {}", list.file_name, list.as_of)).unwrap_or_default();
    Answer { found, source, sha256: digest(evidence.to_string().as_bytes()), evidence }
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
