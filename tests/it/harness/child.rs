//! A program started by a test: what it prints is read line by line, and it ends with the test.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub struct Program {
    name: String,
    child: Child,
    lines: Receiver<String>,
    printed: Arc<Mutex<Vec<String>>>,
}

/// Looks whether a program runs, for those who must not hold it.
#[derive(Clone, Copy, Debug)]
pub struct Watch(u32);

impl Watch {
    /// Has it ended? One that nobody has waited for yet is a zombie.
    pub fn is_over(self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z') || rest.starts_with('X'))
    }
}

impl Program {
    /// Starts a command in a process group of its own.
    pub fn start(name: &str, command: &mut Command) -> Program {
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|why| panic!("{name} does not start: {why} ({command:?})"));
        let (sender, lines) = channel();
        let printed = Arc::new(Mutex::new(Vec::new()));
        let streams: [Box<dyn Read + Send>; 2] = [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let (sender, printed) = (sender.clone(), Arc::clone(&printed));
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    printed.lock().unwrap().push(line.clone());
                    if sender.send(line).is_err() {
                        // Nobody waits for a line any more; keep reading so that the program never blocks.
                    }
                }
            });
        }
        Program { name: name.to_owned(), child, lines, printed }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a printed line that `pick` takes something from.
    pub fn wait_for<T>(&mut self, what: &str, limit: Duration, pick: impl Fn(&str) -> Option<T>) -> T {
        let end = Instant::now() + limit;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(found) = pick(&line) {
                        return found;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("{} did not print {what} within {limit:?}:\n{}", self.name, self.printed()),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait().unwrap();
                    panic!("{} ended ({status}) before it printed {what}:\n{}", self.name, self.printed())
                }
            }
        }
    }

    /// As [`Program::wait_for`]; `None` when it ends first.
    pub fn try_wait_for<T>(&mut self, limit: Duration, pick: impl Fn(&str) -> Option<T>) -> Option<T> {
        let end = Instant::now() + limit;
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if let Some(found) = pick(&line) {
                return Some(found);
            }
        }
        None
    }

    pub fn watch(&self) -> Watch {
        Watch(self.pid())
    }

    /// All it has printed so far, both streams, in order of arrival.
    pub fn printed(&self) -> String {
        self.printed.lock().unwrap().join("\n")
    }

    /// Asks it to end (SIGTERM) and waits.
    pub fn stop(&mut self, limit: Duration) -> ExitStatus {
        self.signal("-TERM", false);
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                // Whatever it left behind in its group.
                self.signal("-KILL", true);
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{} did not stop within {limit:?} of SIGTERM:\n{}", self.name, self.printed())
    }

    /// Ends it at once (SIGKILL), as a power cut would.
    pub fn kill(&mut self) {
        self.signal("-KILL", true);
        // In case there is no shell to speak of.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// Ends the process itself (SIGKILL) without a detour over a shell, so that the moment is the one that was
    /// chosen; then whatever is left of its group.
    pub fn kill_now(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.signal("-KILL", true);
    }

    /// Has it ended, and how?
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    pub fn signal(&self, signal: &str, whole_group: bool) {
        let target = if whole_group { format!("-{}", self.pid()) } else { self.pid().to_string() };
        // The shell's own kill (no `--`: dash does not know it), so that no package is needed for it.
        let _ = Command::new("sh").args(["-c", "kill \"$1\" \"$2\" 2>/dev/null", "sh", signal, &target]).status();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {} printed:\n{}\n---", self.name, self.printed());
        }
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.kill();
        }
    }
}
