//! A real `clamd` with one signature of our own: what it finds is not kept, and what it has not seen
//! is opened by nobody.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::header::ACCEPT;
use reqwest::multipart::{Form, Part};

use super::{Caller, hidden, runtime};
use crate::harness::child::Program;
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};
use crate::invoice::generator::Paper;

const PLACE: &str = "/my/applications/A-2026-0035/materials";
/// Any file with these words is a virus here.
const MARK: &str = "suanquan-test-virus";

struct Clamd {
    program: Program,
    folder: Folder,
}

impl Clamd {
    fn socket(folder: &Folder) -> String {
        folder.file("clamd.sock")
    }

    fn start(folder: Folder) -> Clamd {
        let signatures = folder.path().join("signatures");
        std::fs::create_dir_all(&signatures).unwrap();
        // A name, any kind of file, at any place, these bytes.
        let line = format!("Suanquan.Test:0:*:{}\n", hex::encode(MARK));
        std::fs::write(signatures.join("own.ndb"), line).unwrap();
        let settings = folder.file("clamd.conf");
        let text = format!(
            "LocalSocket {}\nDatabaseDirectory {}\nForeground yes\nStreamMaxLength 20M\nFixStaleSocket yes\nUser root\n",
            Clamd::socket(&folder),
            signatures.display()
        );
        // Only root may become another user; anybody else runs it as they are.
        let text = if is_root() { text } else { text.replace("User root\n", "") };
        std::fs::write(&settings, text).unwrap();
        let mut program = Program::start("clamd", Command::new("/usr/sbin/clamd").args(["--config-file", &settings]));
        let until = Instant::now() + Duration::from_mins(1);
        while !folder.path().join("clamd.sock").exists() {
            assert!(Instant::now() < until, "clamd does not listen:\n{}", program.printed());
            std::thread::sleep(Duration::from_millis(50));
        }
        program.wait_for("that it listens", Duration::from_secs(30), |line| line.contains("Self checking").then_some(()));
        Clamd { program, folder }
    }

    fn stop(mut self) -> Folder {
        self.program.kill();
        self.folder
    }
}

fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status").unwrap().lines().any(|line| line.starts_with("Uid:\t0"))
}

/// Uploads as the script of the page does.
async fn upload(caller: &Caller<'_>, name: &str, content: String) -> (u16, String) {
    let page = caller.read(PLACE).await;
    let form = Form::new().text("csrf", hidden(&page, "csrf")).text("request_key", hidden(&page, "request_key"));
    let form = form.part("papers", Part::bytes(content.into_bytes()).file_name(name.to_owned()));
    let answer = caller.client.post(caller.server.url(PLACE)).header(ACCEPT, "application/json").multipart(form).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The address of an uploaded file.
async fn file_of(caller: &Caller<'_>, name: &str) -> String {
    let page = caller.read(PLACE).await;
    let row = page.split(&format!("{name}</a>")).next().unwrap().rsplit("/materials/").next().unwrap();
    let id = row.split('"').next().unwrap();
    caller.server.url(&format!("/files/material/{id}"))
}

async fn status(caller: &Caller<'_>, url: &str) -> (u16, String) {
    let answer = caller.client.get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Asks again until the job has seen to it.
async fn becomes(caller: &Caller<'_>, url: &str, expected: u16) -> String {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let (now, text) = status(caller, url).await;
        if now == expected {
            return text;
        }
        assert!(Instant::now() < until, "{url} is {now}, not {expected}: {text}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn what_the_scanner_finds_is_not_kept_and_what_it_has_not_seen_is_not_opened() {
    let clamd = Clamd::start(Folder::new("clamd"));
    let folder = Folder::new("viruses");
    let (home, scanner) = (folder.file("demo"), format!("clamd:{}", Clamd::socket(&clamd.folder)));
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--scanner", &scanner], &[]);
    let digital = |number: &str| Paper { number: number.into(), ..Paper::digital() }.xml();
    let mark = |xml: String| xml.replace("<Drawer>", &format!("<!-- {MARK} --><Drawer>"));
    runtime().block_on(async {
        let caller = Caller { server: &server, client: Caller::enter(&server, "firm36@demo.suanquan.example").await.unwrap() };
        assert_eq!(upload(&caller, "干净.xml", digital("26422000000111111101")).await.0, 200);
        assert_eq!(status(&caller, &file_of(&caller, "干净.xml").await).await.0, 200, "a clean file opens at once");
        let (refused, told) = upload(&caller, "有毒.xml", mark(digital("26422000000111111102"))).await;
        assert!(refused == 422 && told.contains("含有病毒（Suanquan.Test.UNOFFICIAL）"), "{refused} {told}");
        assert!(!caller.read(PLACE).await.contains("有毒.xml"), "nothing of it was kept");

        let place = clamd.stop();
        assert_eq!(upload(&caller, "等待.xml", digital("26422000000111111103")).await.0, 200, "nobody waits for a scanner that is down");
        assert_eq!(upload(&caller, "漏网.xml", mark(digital("26422000000111111104"))).await.0, 200);
        let (waits, slipped) = (file_of(&caller, "等待.xml").await, file_of(&caller, "漏网.xml").await);
        for url in [&waits, &slipped] {
            let (now, text) = status(&caller, url).await;
            assert!(now == 409 && text.contains("文件正在查毒"), "{now} {text}");
        }
        let clamd = Clamd::start(place);
        becomes(&caller, &waits, 200).await;
        assert!(becomes(&caller, &slipped, 403).await.contains("Suanquan.Test.UNOFFICIAL"));
        let page = caller.read(PLACE).await;
        assert!(page.contains("请移除后上传干净的文件"), "the page says what to do: {page}");
        drop(clamd);
    });
}

#[test]
fn a_place_of_the_scanner_that_cannot_be_read_stops_the_start() {
    let folder = Folder::new("no-scanner");
    let home = folder.file("demo");
    let told = run(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--scanner", "clamd"], &[]);
    let words = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(!told.status.success() && words.contains("write clamd:/run/clamav/clamd.ctl or clamd:host:3310"), "{words}");
}
