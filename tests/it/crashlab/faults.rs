//! The faults besides a plain kill. Each says whether it really fired; what did not fire is not counted.

use std::cell::Cell;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::rc::Rc;
use std::time::{Duration, Instant};

use suanquan::store::durability::DISK_FAILED;

use super::client::Answer;
use super::lab::Lab;
use super::steps::{Body, Step};
use crate::harness::db::TestDb;
use crate::harness::server::{Server, run};

/// A fault that needs nothing but the lab itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// F01–F03: SIGKILL at the n-th write of a thread.
    KillAtWrite,
    /// F06: the n-th fsync fails; SQLite only.
    FsyncFails,
    /// F08: writes find no room for a while; SQLite only.
    DiskFull,
    /// F07: another program holds the database.
    Busy,
    /// F09: the server of the database ends every connection; PostgreSQL only.
    ConnectionsEnd,
    /// F04, F21: the mail server dies and comes back.
    MailDies,
    /// F25: an upload breaks off.
    CutUpload,
    /// F23: two reviewers decide at once.
    TwoReviewers,
    /// F24: of two instances the one that runs the jobs stands still, and wakes up after it was replaced; PostgreSQL
    /// only.
    TwoSchedulers,
    /// F27: `init` is killed while it makes the tables of another database.
    KillInMigration,
    /// F28: `backup` is killed.
    KillInBackup,
    /// F26, F28: a backup is restored, its restore killed, a spoiled copy refused.
    RestoreBackup,
}

impl Fault {
    pub const ALL: [Fault; 12] = [
        Fault::KillAtWrite,
        Fault::FsyncFails,
        Fault::DiskFull,
        Fault::Busy,
        Fault::ConnectionsEnd,
        Fault::MailDies,
        Fault::CutUpload,
        Fault::TwoReviewers,
        Fault::TwoSchedulers,
        Fault::KillInMigration,
        Fault::KillInBackup,
        Fault::RestoreBackup,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Fault::KillAtWrite => "F01–F03 kill -9 at the n-th write",
            Fault::FsyncFails => "F06 fsync fails (EIO)",
            Fault::DiskFull => "F08 disk full (ENOSPC)",
            Fault::Busy => "F07 database held by another program",
            Fault::ConnectionsEnd => "F09 connections ended by the database",
            Fault::MailDies => "F04, F21 mail server dies",
            Fault::CutUpload => "F25 upload breaks off",
            Fault::TwoReviewers => "F23 two reviewers at once",
            Fault::TwoSchedulers => "F24 stopped scheduler is replaced",
            Fault::KillInMigration => "F27 kill -9 in a migration",
            Fault::KillInBackup => "F28 kill -9 in a backup",
            Fault::RestoreBackup => "F26 backup under load, restored",
        }
    }

    pub fn fits(self, sqlite: bool) -> bool {
        match self {
            Fault::FsyncFails | Fault::DiskFull => sqlite,
            Fault::ConnectionsEnd | Fault::TwoSchedulers => !sqlite,
            Fault::KillAtWrite
            | Fault::Busy
            | Fault::MailDies
            | Fault::CutUpload
            | Fault::TwoReviewers
            | Fault::KillInMigration
            | Fault::KillInBackup
            | Fault::RestoreBackup => true,
        }
    }

    /// Copies the whole database: dear once it has grown.
    pub fn is_dear(self) -> bool {
        matches!(self, Fault::KillInBackup | Fault::RestoreBackup)
    }
}

/// How a server did under strace.
struct Traced {
    /// What strace wrote down.
    record: String,
    /// With which code it ended, if it did after it had listened.
    code: Option<i32>,
    /// Did it come to take requests?
    listened: bool,
}

impl Lab {
    /// Injects a fault under load, brings everything up again, and counts it if it fired.
    pub async fn suffer(&mut self, fault: Fault) {
        let fired = match fault {
            Fault::KillAtWrite => self.kill_at_write().await,
            Fault::FsyncFails => self.fsync_fails().await,
            Fault::DiskFull => self.disk_full().await,
            Fault::Busy => self.busy().await,
            Fault::ConnectionsEnd => self.connections_end().await,
            Fault::MailDies => self.mail_dies().await,
            Fault::CutUpload => self.cut_upload().await,
            Fault::TwoReviewers => self.two_reviewers().await,
            Fault::TwoSchedulers => self.two_schedulers().await,
            Fault::KillInMigration => self.kill_in_migration(),
            Fault::KillInBackup => self.kill_in_backup().await,
            Fault::RestoreBackup => self.restore_backup().await,
        };
        if fired {
            self.fired(fault.name());
        }
    }

    pub fn dice(&self, bound: i64) -> u64 {
        u64::try_from(self.steps.borrow_mut().dice.below(bound)).unwrap()
    }

    /// Runs the server under strace until it ends or the time is over; gives strace's record and how it ended.
    async fn traced(&mut self, inject: &str, limit: Duration) -> Traced {
        let record = self.folder.file("strace");
        let (trace, what) = inject.split_once(':').unwrap();
        self.server.program().stop(Duration::from_secs(20));
        let (trace, inject) = (format!("trace={trace}"), format!("inject={inject}"));
        let mut command = vec!["strace", "-f", "-qq", "-o", &record, "-e", &trace, "-e", &inject];
        // Stops at the chosen calls only; a signal is not delivered at such a stop.
        if !what.starts_with("signal=") {
            command.insert(1, "--seccomp-bpf");
        }
        self.server.run_under(&command);
        let listened = self.server.try_start_again();
        if !listened {
            // It ended before it took a request.
            self.server.run_under(&[]);
            self.server.start_again();
            return Traced { record: std::fs::read_to_string(&record).unwrap_or_default(), code: None, listened };
        }
        let (gone, begun) = (self.server.watch(), Instant::now());
        self.work(async move {
            while !gone.is_over() && begun.elapsed() < limit {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        let ended = self.server.program().ended();
        self.server.program().kill_now();
        self.server.run_under(&[]);
        self.server.start_again();
        let code = ended.and_then(|status| status.code());
        Traced { record: std::fs::read_to_string(&record).unwrap_or_default(), code, listened }
    }

    async fn kill_at_write(&mut self) -> bool {
        // Each thread counts for itself.
        let nth = 2 + self.dice(10);
        let traced = self.traced(&format!("pwrite64,sendto:signal=SIGKILL:when={nth}"), Duration::from_secs(6)).await;
        traced.record.contains("killed by SIGKILL")
    }

    async fn fsync_fails(&mut self) -> bool {
        let nth = 1 + self.dice(3);
        let Traced { record, code, listened } = self.traced(&format!("fsync,fdatasync:error=EIO:when={nth}"), Duration::from_secs(5)).await;
        let fired = record.contains("(INJECTED)");
        // The failing fsync may have been that of an upload, which its own request is told of.
        if fired && code.is_some_and(|code| code != DISK_FAILED) {
            self.broken.push(format!("fail-stop: the program ended with {code:?}"));
        }
        fired && (code == Some(DISK_FAILED) || !listened)
    }

    async fn disk_full(&mut self) -> bool {
        let from = 2 + self.dice(12);
        let Traced { record, code, .. } =
            self.traced(&format!("pwrite64:error=ENOSPC:when={from}..{}", from + 20), Duration::from_secs(4)).await;
        if let Some(code) = code {
            self.broken.push(format!("a full disk ended the program with {code}"));
        }
        record.contains("(INJECTED)")
    }

    async fn busy(&mut self) -> bool {
        let (pause, held_for) = (self.dice(200), 200 + self.dice(1_500));
        let clients = Rc::clone(&self.clients);
        let (url, fired) = (self.ask.url.clone(), Rc::new(Cell::new(false)));
        let heard = Rc::clone(&fired);
        self.work(async move {
            heard.set(Lab::moment(&clients, Duration::from_millis(pause)).await);
            let held = tokio::task::spawn_blocking(move || {
                let held = TestDb::hold_at(&url, "audit_entry");
                std::thread::sleep(Duration::from_millis(held_for));
                drop(held);
            });
            held.await.unwrap();
        })
        .await;
        fired.get()
    }

    async fn connections_end(&mut self) -> bool {
        let clients = Rc::clone(&self.clients);
        let (ask, ended) = (self.ask.clone(), Rc::new(Cell::new(0_usize)));
        let (heard, times) = (Rc::clone(&ended), 3 + self.dice(10));
        let pause = 20 + self.dice(100);
        self.work(async move {
            for _ in 0..times {
                if Lab::moment(&clients, Duration::from_millis(pause)).await {
                    let rows = ask.rows(
                        "SELECT CAST(pg_terminate_backend(pid) AS TEXT) AS a, '' AS b, '' AS c FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'",
                    );
                    heard.set(heard.get() + rows.len());
                }
            }
        })
        .await;
        ended.get() > 0
    }

    async fn mail_dies(&mut self) -> bool {
        let pause = Duration::from_millis(self.dice(400));
        self.work(tokio::time::sleep(pause)).await;
        self.mailbox.kill();
        self.work(tokio::time::sleep(Duration::from_secs(1))).await;
        self.mailbox.start_again();
        let waiting = self.ask.count("letter WHERE state IN ('queued', 'sending')");
        waiting > 0
    }

    async fn cut_upload(&mut self) -> bool {
        let step = {
            let mut steps = self.steps.borrow_mut();
            (0..40).map(|_| steps.draw()).find(|step| step.kind == "upload")
        };
        let Some(step) = step else { return false };
        let Body::File { field, name, bytes } = &step.body else { return false };
        let (cookie, csrf) = self.clients.cookie_and_csrf(step.person);
        let text = |name: &str, value: &str| format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let mut body = [text("csrf", &csrf), text("request_key", &step.key)].concat().into_bytes();
        let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat());
        let cut = body.len() * usize::try_from(1 + self.dice(15)).unwrap() / 16;
        let address = self.server.address().trim_start_matches("http://").to_owned();
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {address}\r\nCookie: sq_session={cookie}\r\nContent-Type: multipart/form-data; boundary=cut\r\nContent-Length: {}\r\n\r\n",
            step.path,
            body.len()
        );
        let mut line = TcpStream::connect(&address).unwrap();
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(&body[..cut]).unwrap();
        line.shutdown(std::net::Shutdown::Write).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut told = Vec::new();
        let _ = line.read_to_end(&mut told);
        if self.ask.count(&step.effect.0) != 0 {
            self.broken.push(format!("F25: {name} was cut at {cut} of {} bytes and has a row", body.len()));
        }
        true
    }

    async fn two_reviewers(&mut self) -> bool {
        let mut ready = Vec::new();
        for _ in 0..8 {
            ready = self.ask.rows(
                "SELECT number AS a, CAST(version AS TEXT) AS b, state AS c FROM application \
                 WHERE state IN ('provider_confirmed', 'prechecked') ORDER BY id DESC LIMIT 1",
            );
            if !ready.is_empty() {
                break;
            }
            self.work(tokio::time::sleep(Duration::from_millis(300))).await;
        }
        let Some(case) = ready.first() else { return false };
        let (act, name) = if case.c == "prechecked" { ("preliminary", "PassPreliminary") } else { ("precheck", "Precheck") };
        let step = |person: &'static str| {
            let mut steps = self.steps.borrow_mut();
            let fields = vec![("version", case.b.clone()), ("note", "演练".to_owned())];
            steps.step("review", person, format!("/desk/applications/{}/{act}", case.a), fields)
        };
        let (one, two): (Step, Step) = (step("tf3"), step("tf4"));
        self.journal.borrow_mut().intend(&one);
        self.journal.borrow_mut().intend(&two);
        let (first, second) = futures_util::future::join(self.clients.send(&one), self.clients.send(&two)).await;
        let both_heard = first != Answer::Nothing && second != Answer::Nothing;
        if both_heard && first.is_done(&one) && second.is_done(&two) {
            self.broken.push(format!("F23: two people did {name} to {} at version {}", case.a, case.b));
        }
        let decided = first.is_done(&one) != second.is_done(&two);
        self.took(one, first);
        self.took(two, second);
        both_heard && decided
    }

    async fn two_schedulers(&mut self) -> bool {
        let home = self.home.to_str().unwrap().to_owned();
        let mail = format!("smtp://127.0.0.1:{}", self.mailbox.port());
        let second =
            Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--database", &self.ask.url, "--mail", &mail], &[]);
        self.work(tokio::time::sleep(Duration::from_millis(500))).await;
        self.server.program().signal("-STOP", true);
        // As if the term were over; a transaction that stands still is ended by the database first.
        self.db.run_sql("UPDATE job_lease SET held_until = TIMESTAMP '2026-01-01 00:00:00'");
        // The second one may have held some of them before: what was left of an earlier crash.
        let over = |lab: &Lab| lab.ask.count("job_lease WHERE held_until <= TIMESTAMP '2026-01-01 00:00:00'");
        let end = Instant::now() + Duration::from_secs(40);
        while over(self) > 0 && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let replaced = over(self) == 0;
        self.server.program().signal("-CONT", true);
        self.work(tokio::time::sleep(Duration::from_millis(1_500))).await;
        let second_said = second.printed();
        assert!(second.stop().success());
        if !replaced {
            let left = self.ask.rows("SELECT kind AS a, holder AS b, CAST(held_until AS TEXT) AS c FROM job_lease");
            self.broken
                .push(format!("I: nobody took over jobs of an instance that stood still: {left:?}; the other one said: {second_said}"));
        }
        replaced
    }

    fn kill_in_migration(&mut self) -> bool {
        let other = if self.ask.is_sqlite() { TestDb::sqlite() } else { TestDb::postgres() };
        let pause = Duration::from_millis(10 + self.dice(if self.ask.is_sqlite() { 250 } else { 900 }));
        let fired = crate::harness::server::run_and_kill(&["init", "--database", other.url()], pause);
        let output = run(&["init", "--database", other.url()], &[]);
        let clean = run(&["ledger", "check", "--database", other.url()], &[]);
        if !output.status.success() || !clean.status.success() {
            self.broken.push(format!("F27: after a kill in a migration: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let ours = super::ask::Ask::new(other.url());
        let (made, expected) = (ours.schema(), self.ask.schema());
        if made != expected {
            self.broken.push("F27: the tables are not those of an undisturbed database".to_owned());
        }
        fired
    }
}
