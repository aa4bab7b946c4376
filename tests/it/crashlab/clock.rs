//! F20: the clock of the machine is put forward and back under a running server. Time that passes is not
//! faked, as it is not when somebody sets a clock.

use std::time::{Duration, Instant};

use suanquan::store::{Store, payout_hold};

use crate::harness::folder::Folder;
use crate::harness::server::{Server, port_to_keep, run};

const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

/// Puts the clock forward and back so many times; gives how many jumps were seen.
pub fn jumps(url: &str, wanted: u64) -> u64 {
    assert!(std::path::Path::new(LIBRARY).exists(), "the clock is moved by Debian's package faketime: scripts/crashlab installs it");
    let folder = Folder::new("clock");
    let (clock, files) = (folder.file("clock"), folder.file("files"));
    std::fs::write(&clock, "+0").unwrap();
    assert!(run(&["init", "--database", url], &[]).status.success());
    let made = run(&["admin", "create", "--database", url, "--email", "a@suanquan.example", "--name", "管理员"], &[]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let bind = format!("127.0.0.1:{}", port_to_keep());
    let environment = [
        ("SUANQUAN_DATABASE", url),
        ("SUANQUAN_BIND", bind.as_str()),
        ("SUANQUAN_SECRET", SECRET),
        ("SUANQUAN_BASE_URL", "http://127.0.0.1"),
        ("SUANQUAN_FILES", &files),
        ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
        ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
    ];
    let mut server = Server::start(&["serve"], &environment);
    let (library, at) = (format!("LD_PRELOAD={LIBRARY}"), format!("FAKETIME_TIMESTAMP_FILE={clock}"));
    server.run_under(&["env", &library, &at, "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_NO_CACHE=1"]);
    server.program().kill_now();
    server.start_again();
    let store = Store::open(url).unwrap();
    let open = || store.read(payout_hold::open).unwrap();
    let wait = |limit: u64| {
        let end = Instant::now() + Duration::from_millis(limit);
        while open().is_none() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(50));
        }
        open()
    };
    let (mut minutes, mut seen) = (0_i64, 0);
    // The first look of the jobs.
    std::thread::sleep(Duration::from_secs(2));
    for jump in 0..i64::try_from(wanted).unwrap() {
        // Forward by less than an hour up to a month, a little, or back.
        let by = match jump % 4 {
            0 => 30 + jump,
            1 => 43_200,
            2 => 3,
            _ => -7_200,
        };
        minutes += by;
        std::fs::write(&clock, format!("{}{}m", if minutes < 0 { "-" } else { "+" }, minutes.abs())).unwrap();
        let held = wait(if by > 5 { 10_000 } else { 2_000 });
        assert_eq!(held.is_some(), by > 5, "the clock was put forward by {by} minutes: {}", server.printed());
        if let Some(hold) = held {
            assert!((hold.jump_seconds - by * 60).abs() < 60, "{hold:?} after {by} minutes");
            let by_whom = store.read(|db| suanquan::store::account::find_by_email(db, "a@suanquan.example")).unwrap().unwrap().id;
            assert!(store.write(|db| payout_hold::end(db, hold.id, by_whom, "演练", hold.begun_at)).unwrap());
        }
        seen += 1;
    }
    seen
}
