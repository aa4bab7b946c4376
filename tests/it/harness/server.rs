//! The real program as a child process.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use super::child::Program;

/// A cold start migrates and, in the demo, makes its data; a busy machine may take a while.
const START_LIMIT: Duration = Duration::from_mins(2);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// `suanquan serve` or `suanquan demo`, answering at an address.
pub struct Server {
    /// A program that runs this one, with its arguments; empty for none.
    under: Vec<String>,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    program: Program,
    address: String,
}

impl Server {
    /// Starts the program and waits until it says where it listens. Give `--bind 127.0.0.1:0`: the
    /// system chooses a free port.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Server {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let environment: Vec<(String, String)> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (program, address) = launch(&[], &arguments, &environment);
        Server { under: Vec::new(), arguments, environment, program, address }
    }

    /// The running program.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// From the next start on it has another argument in the place of one.
    pub fn change_argument(&mut self, old: &str, new: &str) {
        self.arguments.iter_mut().filter(|argument| *argument == old).for_each(|argument| new.clone_into(argument));
    }

    /// From the next start on it runs under another program, such as strace.
    pub fn run_under(&mut self, command: &[&str]) {
        self.under = command.iter().map(|word| (*word).to_owned()).collect();
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address of a path that begins with `/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Ends it like a power cut and starts it again at the same address.
    pub fn restart_after_power_cut(&mut self) {
        self.program.kill();
        self.start_again();
    }

    /// Ends it properly and starts it again at the same address.
    pub fn restart(&mut self) {
        let status = self.program.stop(STOP_LIMIT);
        assert!(status.success(), "a server that is asked to stop ends with success, not {status}:\n{}", self.program.printed());
        self.start_again();
    }

    pub fn stop(mut self) -> ExitStatus {
        self.program.stop(STOP_LIMIT)
    }

    pub fn pid(&self) -> u32 {
        self.program.pid()
    }

    /// What it has printed so far.
    pub fn printed(&self) -> String {
        self.program.printed()
    }

    /// As [`Server::start_again`]; `false` when it ends before it listens.
    pub fn try_start_again(&mut self) -> bool {
        self.same_address();
        let (mut program, said) = launched(&self.under, &self.arguments, &self.environment);
        let listens = program.try_wait_for(START_LIMIT, said).is_some();
        self.program = program;
        listens
    }

    /// Tells others when the program has ended.
    pub fn watch(&self) -> super::child::Watch {
        self.program.watch()
    }

    fn same_address(&mut self) {
        let bind = self.address.trim_start_matches("http://").to_owned();
        let settings = self.environment.iter_mut().map(|(_, value)| value);
        for setting in self.arguments.iter_mut().chain(settings).filter(|setting| setting.ends_with(":0")) {
            setting.clone_from(&bind);
        }
    }

    /// Starts it again at the same address after it has ended.
    pub fn start_again(&mut self) {
        self.same_address();
        let (program, address) = launch(&self.under, &self.arguments, &self.environment);
        assert_eq!(address, self.address);
        self.program = program;
    }
}

fn launch(under: &[String], arguments: &[String], environment: &[(String, String)]) -> (Program, String) {
    let (mut program, said) = launched(under, arguments, environment);
    let address = program.wait_for("its address (http://…)", START_LIMIT, said);
    (program, address)
}

type Said = fn(&str) -> Option<String>;

fn launched(under: &[String], arguments: &[String], environment: &[(String, String)]) -> (Program, Said) {
    let mut command = suanquan_under(under);
    command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
    (Program::start("suanquan", &mut command), address_in)
}

/// A free port for a server that is started again and again. It lies below those that the system lends to
/// connections: of those another one may be given away while the server is down.
pub fn port_to_keep() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 625).unwrap() * 16;
    let mut ports = std::iter::repeat_with(|| 10_000 + (first + TAKEN.fetch_add(1, Ordering::Relaxed)) % 10_000);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

/// Runs a command of the program and kills it after a pause; `false` when it had ended before.
pub fn run_and_kill(arguments: &[&str], pause: Duration) -> bool {
    let mut program = Program::start("suanquan", suanquan().args(arguments));
    std::thread::sleep(pause);
    let runs = program.ended().is_none();
    program.kill_now();
    runs
}

/// Runs a command of the program to its end.
pub fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    suanquan().args(arguments).envs(environment.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

/// As [`run`], with something on standard input.
pub fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut program = suanquan();
    program.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = program.spawn().unwrap();
    let mut stdin = program.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that has seen enough closes its end.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = program.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn suanquan() -> Command {
    suanquan_under(&[])
}

fn suanquan_under(under: &[String]) -> Command {
    // The long forms may drive a program that was built with optimisation.
    let program = std::env::var("SUANQUAN_TEST_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_suanquan").to_owned());
    let mut command = match under.split_first() {
        None => Command::new(program),
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    // Only what the test gives: no settings of the machine it runs on.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SUANQUAN_")) {
        command.env_remove(name);
    }
    // The PostgreSQL of the tests never waits for the disk.
    command.env("SUANQUAN_DURABILITY", "relaxed");
    command
}

/// The first `http://host:port` of a line that says where the program listens.
pub fn address_in(line: &str) -> Option<String> {
    let at = line.find("http://")?;
    let host: String =
        line[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '[' | ']' | '-')).collect();
    host.rsplit_once(':')?.1.parse::<u16>().ok()?;
    Some(format!("http://{host}"))
}

/// What a process holds, in KiB.
pub struct Memory {
    pub now: u64,
    pub most: u64,
}

pub fn memory(pid: u32) -> Memory {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    };
    Memory { now: number("VmRSS:"), most: number("VmHWM:") }
}
