//! The harness tests itself: what a test stands on must bear.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use diesel::sql_types::Integer;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl};
use lettre::Transport;
use lettre::message::header::ContentType;

use super::browser::in_browser;
use super::child::Program;
use super::db::{TestDb, on_both};
use super::mailbox::Mailbox;
use super::server::address_in;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    count: i32,
}

#[test]
fn each_test_gets_a_database_of_its_own() {
    on_both(|url| assert!(url.starts_with("sqlite:///") || url.starts_with("postgres"), "{url}"));
    let (one, other) = (TestDb::postgres(), TestDb::postgres());
    one.run_sql("CREATE TABLE a (b INTEGER); INSERT INTO a VALUES (1)");
    let mut connection = PgConnection::establish(other.url()).unwrap();
    let tables = "SELECT CAST(COUNT(*) AS INTEGER) AS count FROM pg_tables WHERE tablename = 'a'";
    assert_eq!(diesel::sql_query(tables).get_result::<Count>(&mut connection).unwrap().count, 0);
    let gone = one.url().to_owned();
    drop(one);
    assert!(PgConnection::establish(&gone).is_err(), "a database ends with its test");
}

#[test]
fn the_address_is_read_from_what_the_server_prints() {
    for (line, address) in [
        ("listening on http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
        ("演示已启动 Demo is ready: http://127.0.0.1:41234/ (Ctrl+C)", Some("http://127.0.0.1:41234")),
        ("INFO addr=\"http://[::1]:80\"", Some("http://[::1]:80")),
        ("see http://example.org for more", None),
        ("migrating", None),
    ] {
        assert_eq!(address_in(line).as_deref(), address, "{line}");
    }
}

#[test]
fn letters_arrive_as_they_were_written() {
    let mailbox = Mailbox::start();
    let transport = lettre::SmtpTransport::builder_dangerous("127.0.0.1").port(mailbox.port()).build();
    let letter = |to: &str| {
        let message = lettre::Message::builder().from("算券 <no-reply@suanquan.test>".parse().unwrap()).to(to.parse().unwrap());
        message.subject("您的申请已受理 — received").header(ContentType::TEXT_PLAIN).body("尊敬的企业:\n材料齐全。".to_owned()).unwrap()
    };
    assert!(transport.send(&letter("refused@firm.test")).unwrap_err().is_permanent());
    assert!(transport.send(&letter("busy@firm.test")).unwrap_err().is_transient());
    transport.send(&letter("office@firm.test")).unwrap();
    let arrived = mailbox.wait_for("office@firm.test");
    assert_eq!(arrived.subject, "您的申请已受理 — received");
    assert_eq!(arrived.text.trim_end(), "尊敬的企业:\n材料齐全。");
    assert_eq!(mailbox.letters().len(), 1);
}

/// Answers every request with one page, on a free port, until the test's process ends.
fn page_server(page: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all((head + page).as_bytes());
        }
    });
    address
}

#[test]
fn a_program_and_what_it_started_end_with_the_test() {
    // The trap is set before the line that the test waits for: the signal may come right after it.
    let script = "trap 'echo bye; exit 7' TERM; sleep 300 & echo \"child $!\"; wait";
    let mut program = Program::start("sh", Command::new("sh").args(["-c", script]));
    let sleeper: u32 = program.wait_for("its child", Duration::from_secs(10), |line| line.strip_prefix("child ")?.parse().ok());
    let alive = || std::fs::read_to_string(format!("/proc/{sleeper}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    assert!(alive());
    program.kill();
    let waited = (0..100).take_while(|_| alive()).map(|_| std::thread::sleep(Duration::from_millis(20))).count();
    assert!(waited < 100, "what the program started ends with it");

    let mut program = Program::start("sh", Command::new("sh").args(["-c", script]));
    program.wait_for("its child", Duration::from_secs(10), |line| line.strip_prefix("child ").map(drop));
    assert_eq!(program.stop(Duration::from_secs(10)).code(), Some(7));
    assert!(program.printed().contains("child "));
}

mod browser {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html lang="zh-CN"><head><title>测试页</title><meta name="viewport" content="width=device-width"></head>
        <body><main><h1>算力券</h1><p>可用额度 ¥200,000.00</p><p style="color:#aaa;background:#fff">看不清</p></main></body></html>"#;

    #[test]
    fn a_page_is_read_pictured_and_judged() {
        let address = page_server(PAGE);
        in_browser("harness", async |browser| {
            browser.goto(&address).await;
            assert!(browser.text().await.contains("可用额度 ¥200,000.00"));
            browser.screenshot("harness").await;
            let grave: Vec<String> =
                browser.findings().await.into_iter().filter(super::super::browser::Finding::is_grave).map(|finding| finding.rule).collect();
            assert_eq!(grave, ["color-contrast"]);
        });
    }
}
