//! Files from outside are parsed in a [child](crate::child): what a paper says comes back, or the reason
//! why nothing does.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::child::{ChildFault, Input, Limits, answer};
use crate::invoice::Warning;
use crate::paper::Reading;

/// The two questions that a reading process answers, as arguments of the program.
pub const INVOICE: &[&str] = &["invoice", "parse-one"];
pub const PAPER: &[&str] = &["invoice", "parse-paper"];
/// What reading one file may take.
pub const LIMITS: Limits =
    Limits { patience: Duration::from_secs(20), answer_bytes: 16 * 1024 * 1024, memory_bytes: 768 * 1024 * 1024, processor_seconds: 15 };
/// Files that are parsed or drawn at the same moment.
const AT_ONCE: usize = 4;

/// Starts reading processes.
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    turns: Arc<Semaphore>,
}

impl Reader {
    /// `program` is this program, as it was started.
    #[must_use]
    pub fn new(program: PathBuf) -> Reader {
        Reader { program, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The program whose children read.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Waits for a turn; whoever holds one may read.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }

    /// What a file says. That it could not be read is a reading too, with the reason.
    #[must_use]
    pub fn read(&self, bytes: Vec<u8>) -> Reading {
        self.ask(PAPER, bytes).unwrap_or_else(|why| Reading { passing: true, ..Reading::silent(why.text()) })
    }

    /// Has bytes parsed by a process of its own and waits for its answer.
    ///
    /// # Errors
    /// A process that cannot be started, that ended without an answer, or that took too long.
    pub fn ask<T: DeserializeOwned>(&self, question: &[&str], bytes: Vec<u8>) -> Result<T, Warning> {
        let text = answer(&self.program, question, Input::Bytes(bytes), &LIMITS).map_err(|why| match why {
            ChildFault::TimedOut(seconds) => Warning::ReaderTimedOut(seconds),
            ChildFault::Start(why) => Warning::ReaderDied(why.to_string()),
            ChildFault::Died(how) => Warning::ReaderDied(how),
        })?;
        serde_json::from_slice(&text).map_err(|why| Warning::ReaderDied(why.to_string()))
    }
}
