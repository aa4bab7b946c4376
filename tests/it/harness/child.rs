//! A program started by a test: what it prints is read line by line, and it ends with the test.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long killed processes may take to vanish.
const GROUP_LIMIT: Duration = Duration::from_secs(20);

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
        !holds_something(Path::new(&format!("/proc/{}", self.0)))
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
                self.end_group();
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
        self.end_group();
    }

    /// Ends the process itself (SIGKILL) without a detour over a shell, so that the moment is the one that was
    /// chosen; then whatever is left of its group.
    pub fn kill_now(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.end_group();
    }

    /// Ends whatever the process left behind in its group and waits until it is gone: a server that ran under
    /// strace is strace's child, and keeps its port until the kernel has cleared it away.
    fn end_group(&self) {
        let end = Instant::now() + GROUP_LIMIT;
        while group_runs(self.pid()) {
            assert!(Instant::now() < end, "processes of {}'s group outlive SIGKILL", self.name);
            self.signal("-KILL", true);
            std::thread::sleep(Duration::from_millis(5));
        }
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

/// Does a process of a group still run? Zombies hold nothing any more, and nobody may be there to wait for them.
fn group_runs(group: u32) -> bool {
    let group = group.to_string();
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(|process| process.path());
    // State, parent, group.
    processes.filter(|process| state_of(process).get(2) == Some(&group)).any(|process| holds_something(&process))
}

/// The fields of a process after its name in brackets; none of one that is gone.
fn state_of(process: &Path) -> Vec<String> {
    let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').take(3).map(str::to_owned).collect()).unwrap_or_default()
}

/// A process whose first thread has ended counts as a zombie while others of its threads still write to the disk,
/// and holds its port.
fn holds_something(process: &Path) -> bool {
    let state = state_of(process);
    let threads = std::fs::read_dir(process.join("task")).map_or(0, Iterator::count);
    match state.first().map(String::as_str) {
        None | Some("X") => false,
        Some("Z") => threads > 1,
        Some(_) => true,
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
