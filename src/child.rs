//! Files from outside are parsed in a process of their own: this program once more, which gives up
//! memory, time, files and environment before it looks at the first byte. Whatever a file makes it
//! do, the caller only sees an answer or its absence.

mod jail;
pub mod list_rows;

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rlimit::Resource;

pub use jail::{JailFault, close_doors};

/// What a child may use and how long its parent waits.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the parent waits, by the clock on the wall.
    pub patience: Duration,
    /// Longest answer that is read, in bytes; a longer one breaks off.
    pub answer_bytes: u64,
    /// Address space of the child, in bytes.
    pub memory_bytes: u64,
    /// Processor time of the child, in seconds.
    pub processor_seconds: u64,
}

/// The allocator takes address space a gigabyte at a time, and would before the child gives any up; in the
/// smallest pieces that there are, the limit counts what a file makes the child hold.
pub const SMALL_RESERVES: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32MiB");

/// What the child reads from its standard input.
#[derive(Debug)]
pub enum Input {
    File(File),
    Bytes(Vec<u8>),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ChildFault {
    #[error("the reading process cannot be started: {0}")]
    Start(#[from] std::io::Error),
    #[error("the reading process took longer than {0} seconds")]
    TimedOut(u64),
    /// It was ended by a limit or a signal, or refused by itself.
    #[error("the reading process ended early: {0}")]
    Died(String),
}

/// This program, as it was started.
///
/// # Errors
/// A system that does not tell.
pub fn this_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// Runs `program`, which is this program as it was started, with `arguments` and gives what it prints.
///
/// # Errors
/// A child that cannot be started, is too slow, or ends with anything but success.
pub fn answer(program: &Path, arguments: &[&str], input: Input, limits: &Limits) -> Result<Vec<u8>, ChildFault> {
    let mut child = Command::new(program);
    child.args(arguments).env_clear().env(SMALL_RESERVES.0, SMALL_RESERVES.1).stdout(Stdio::piped()).stderr(Stdio::null());
    let bytes = match input {
        Input::File(file) => {
            child.stdin(file);
            None
        }
        Input::Bytes(bytes) => {
            child.stdin(Stdio::piped());
            Some(bytes)
        }
    };
    let mut child = child.spawn()?;
    if let (Some(bytes), Some(mut stdin)) = (bytes, child.stdin.take()) {
        // A child that has read enough closes its end.
        std::thread::spawn(move || drop(stdin.write_all(&bytes)));
    }
    let (printed, most) = (child.stdout.take(), limits.answer_bytes);
    let (sender, received) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // An answer that breaks off is no JSON, and nobody waits any more once the time is over.
        drop(printed.map(|printed| printed.take(most.saturating_add(1)).read_to_end(&mut text)));
        drop(sender.send(text));
    });
    let answer = received.recv_timeout(limits.patience);
    if answer.is_err() {
        // It may have ended by itself in this moment.
        drop(child.kill());
    }
    let ended = end_of(&mut child)?;
    let text = answer.map_err(|_| ChildFault::TimedOut(limits.patience.as_secs()))?;
    if u64::try_from(text.len()).is_ok_and(|length| length > limits.answer_bytes) {
        return Err(ChildFault::Died("the answer is too long".to_owned()));
    }
    if ended.success() { Ok(text) } else { Err(ChildFault::Died(ended.to_string())) }
}

/// Waits for a child that has said all it says; one that stays is ended.
fn end_of(child: &mut Child) -> std::io::Result<ExitStatus> {
    const STEP: Duration = Duration::from_millis(5);
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        if let Some(ended) = child.try_wait()? {
            return Ok(ended);
        }
        std::thread::sleep(STEP);
    }
    drop(child.kill());
    child.wait()
}

/// From here on this process can neither open a file nor a connection, nor start a thread or a program,
/// nor grow, nor run on. What it needs from outside its standard streams it reads before.
///
/// # Errors
/// A system that refuses the limits.
pub fn give_up_resources(limits: &Limits) -> Result<(), JailFault> {
    let given_up = [
        (Resource::AS, limits.memory_bytes),
        (Resource::CPU, limits.processor_seconds),
        (Resource::FSIZE, 0),
        (Resource::NOFILE, 16),
        (Resource::CORE, 0),
    ];
    given_up.into_iter().try_for_each(|(resource, limit)| resource.set(limit, limit))?;
    close_doors()
}
