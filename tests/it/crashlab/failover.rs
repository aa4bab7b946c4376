//! F10: two PostgreSQL servers, of which the standby confirms every commit. The primary is killed under load, the
//! standby is promoted, and a new standby is made in the old one's place. The program is given both addresses and
//! goes on by itself.

use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::ask::Ask;
use super::lab::Lab;
use crate::harness::folder::Folder;

/// A primary and its standby, gone with the value.
pub struct Pair {
    folder: Folder,
    programs: PathBuf,
    /// PostgreSQL refuses to run as root: root lends it the user that Debian's package made.
    root: bool,
    ports: [u16; 2],
    primary: usize,
}

/// Longest wait for one of the servers.
const LIMIT: Duration = Duration::from_mins(1);

impl Pair {
    pub fn start() -> Pair {
        let folder = Folder::new("failover");
        let root = Command::new("id").arg("-u").output().unwrap().stdout.starts_with(b"0\n");
        if root {
            assert!(Command::new("chown").args(["postgres:", folder.path().to_str().unwrap()]).status().unwrap().success());
        }
        let mut pair = Pair { folder, programs: programs(), root, ports: [0; 2], primary: 0 };
        let data = pair.data(0);
        pair.must("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        pair.run(0);
        pair.follow(1);
        pair.must("createdb", &["-h", "127.0.0.1", "-p", &pair.ports[0].to_string(), "-U", "postgres", "crashlab"]);
        pair
    }

    /// Names both servers; whoever connects looks for the one that takes writes.
    pub fn url(&self) -> String {
        let [one, two] = self.ports;
        format!("postgres://postgres@127.0.0.1:{one},127.0.0.1:{two}/crashlab?target_session_attrs=read-write&connect_timeout=5")
    }

    fn data(&self, place: usize) -> String {
        self.folder.file(&format!("data{place}"))
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if self.root { Command::new("runuser") } else { Command::new(&program) };
        if self.root {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        command.current_dir("/");
        command
    }

    fn must(&self, program: &str, arguments: &[&str]) {
        // Into a file: a server that goes on would keep a pipe open.
        let told = self.folder.file("told");
        let log = std::fs::File::create(&told).unwrap();
        let status = self.command(program).args(arguments).stdout(log.try_clone().unwrap()).stderr(log).status().unwrap();
        let log = |place: usize| std::fs::read_to_string(self.folder.file(&format!("log{place}"))).unwrap_or_default();
        assert!(
            status.success(),
            "{program} {arguments:?}: {}\n--- the servers:\n{}\n{}",
            std::fs::read_to_string(told).unwrap(),
            log(0),
            log(1)
        );
    }

    /// Starts the server of a place. A commit waits for the standby, whichever it is, and never goes on without one.
    fn run(&mut self, place: usize) {
        if self.ports[place] == 0 {
            // Below the ports that are lent to connections, so that it is still free after a fall.
            self.ports[place] = 20_000 + u16::try_from(std::process::id() % 5_000).unwrap() * 2 + u16::try_from(place).unwrap();
        }
        let settings = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=100 -c fsync=on -c synchronous_commit=on \
             -c full_page_writes=on -c synchronous_standby_names=*",
            self.ports[place],
            self.folder.path().display()
        );
        let (data, log) = (self.data(place), self.folder.file(&format!("log{place}")));
        // Left by a killed server; where nobody waits for its process, a new one would think that it still runs.
        let socket = format!(".s.PGSQL.{}", self.ports[place]);
        let _ = std::fs::remove_file(self.folder.path().join(format!("{socket}.lock")));
        let _ = std::fs::remove_file(self.folder.path().join(socket));
        self.must("pg_ctl", &["-D", &data, "-w", "-t", "60", "-l", &log, "-o", &settings, "start"]);
    }

    /// Makes a standby of the primary and waits until it confirms commits.
    fn follow(&mut self, place: usize) {
        let (data, port) = (self.data(place), self.ports[self.primary].to_string());
        let _ = std::fs::remove_dir_all(&data);
        let copy = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-D", &data, "-R", "-X", "stream", "-c", "fast"];
        self.must("pg_basebackup", &copy);
        self.run(place);
        let (primary, end) = (self.primary_ask(), Instant::now() + LIMIT);
        while primary.count("pg_stat_replication WHERE sync_state IN ('sync', 'quorum')") == 0 {
            assert!(Instant::now() < end, "the standby does not follow");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn primary_ask(&self) -> Ask {
        Ask::new(&format!("postgres://postgres@127.0.0.1:{}/postgres", self.ports[self.primary]))
    }

    fn postmaster(&self, place: usize) -> u32 {
        let text = std::fs::read_to_string(format!("{}/postmaster.pid", self.data(place))).unwrap();
        text.lines().next().unwrap().trim().parse().unwrap()
    }

    /// The standby hears nothing any more: commits wait.
    fn mute(&self) {
        let senders = self.primary_ask().rows("SELECT CAST(pid AS TEXT) AS a, '' AS b, '' AS c FROM pg_stat_replication");
        senders.iter().for_each(|sender| signal("-STOP", sender.a.parse().unwrap()));
    }

    /// SIGKILL for the primary and all its processes; the standby is promoted, and a new one takes the old place.
    fn fail_over(&mut self) {
        let postmaster = self.postmaster(self.primary);
        signal("-KILL", postmaster);
        children(postmaster).into_iter().for_each(|child| signal("-KILL", child));
        let old = self.primary;
        self.primary = 1 - old;
        self.must("pg_ctl", &["-D", &self.data(self.primary), "-w", "-t", "60", "promote"]);
        self.follow(old);
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for place in 0..2 {
            let _ = self.command("pg_ctl").args(["-D", &self.data(place), "-m", "immediate", "-w", "stop"]).output();
        }
    }
}

fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("a PostgreSQL server of Debian's");
    let newest = versions.map(|version| version.unwrap().path().join("bin")).filter(|bin| bin.exists()).max();
    newest.expect("a PostgreSQL server under /usr/lib/postgresql")
}

fn signal(signal: &str, process: u32) {
    let _ = Command::new("sh").args(["-c", "kill \"$1\" \"$2\" 2>/dev/null", "sh", signal, &process.to_string()]).status();
}

fn children(of: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parent = |process: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok()
    };
    all.filter(|process| parent(process) == Some(of)).collect()
}

impl Lab {
    /// Kills the primary while requests wait for its standby.
    pub async fn lose_primary(&mut self, pair: &mut Pair) {
        let pause = Duration::from_millis(self.dice(300));
        let clients = Rc::clone(&self.clients);
        let fired = Rc::new(std::cell::Cell::new(false));
        let (heard, before) = (Rc::clone(&fired), self.server.pid());
        let muted: &Pair = pair;
        let hit = self
            .work(async move {
                heard.set(Lab::moment(&clients, pause).await);
                muted.mute();
                tokio::time::sleep(Duration::from_millis(300)).await;
            })
            .await;
        pair.fail_over();
        if fired.get() && !hit.is_empty() {
            self.fired("F10 primary killed, standby promoted");
            for kind in hit {
                *self.tally.hit.entry(kind).or_default() += 1;
            }
        }
        if self.server.program().ended().is_some() || self.server.pid() != before {
            self.broken.push("F10: the program ended with the primary".to_owned());
            self.server.start_again();
        }
    }
}
