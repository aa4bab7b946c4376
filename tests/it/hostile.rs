//! Files made to hurt whoever parses them: bombs, slips, loops, lies and polyglots, more than 500 of
//! them, made here from a printed seed. Each is read and drawn by the children that read and draw what
//! enterprises upload, and goes through the upload page. None may take the server with it.

mod archives;
mod documents;
mod markup;
mod pictures;
mod sheets;

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::header::ACCEPT;
use reqwest::multipart::{Form, Part};
use suanquan::child::{ChildFault, Input, Limits, answer};
use suanquan::reading::{LIMITS, PAPER, Reader};

use crate::doors::{Caller, hidden, runtime};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, memory};

/// A file, and the name under which somebody uploads it.
#[derive(Clone, Debug)]
pub(super) struct Hostile {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Hostile {
    fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Hostile {
        Hostile { name: name.into(), bytes: bytes.into() }
    }
}

fn corpus() -> Vec<Hostile> {
    let corpus = [archives::all(), markup::all(), sheets::all(), documents::all(), pictures::all()].concat();
    let different: BTreeSet<&[u8]> = corpus.iter().map(|file| file.bytes.as_slice()).collect();
    assert!(different.len() >= 500, "only {} different files of {}", different.len(), corpus.len());
    corpus
}

/// Has a child look at every file; the names of those that it did not survive.
fn children(question: &[&str], limits: &Limits, files: Vec<Hostile>) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_suanquan"));
    let died = files.into_iter().filter_map(|file| match answer(program, question, Input::Bytes(file.bytes), limits) {
        Err(why @ ChildFault::TimedOut(_)) => Some(format!("{}: {why}", file.name)),
        Err(ChildFault::Died(how)) if how.contains("signal") => Some(format!("{}: {how}", file.name)),
        Err(why @ ChildFault::Start(_)) => panic!("{why}"),
        // An exit code of its own: it has said no.
        Err(ChildFault::Died(_)) | Ok(_) => None,
    });
    died.collect()
}

#[test]
fn what_reads_papers_ends_by_itself() {
    let died = children(PAPER, &LIMITS, corpus());
    assert!(died.is_empty(), "limits of its own stop a reading before those of the system do:\n{}", died.join("\n"));
}

#[test]
fn what_reads_lists_ends_by_itself() {
    let (tables, others) = (sheets::all(), corpus().into_iter().step_by(5));
    let files = tables.into_iter().chain(others).collect();
    let died = children(&["registry", "read-one"], &LIMITS, files);
    assert!(died.is_empty(), "limits of its own stop a reading before those of the system do:\n{}", died.join("\n"));
}

/// Drawing is the one place where a limit of the system may be what ends it: its renderer is a library.
#[test]
fn what_draws_papers_ends_alone() {
    let died = children(&["picture"], &suanquan::picture::LIMITS, corpus());
    println!("a limit ended the drawing of {} files:\n{}", died.len(), died.join("\n"));
    assert!(died.len() < 20, "{died:?}");
}

#[test]
fn a_death_of_the_reader_is_a_message_to_one_person() {
    let folder = Folder::new("no-reader");
    let broken = folder.path().join("reader");
    std::fs::write(&broken, "#!/bin/sh\nkill -9 $$\n").unwrap();
    std::fs::set_permissions(&broken, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let reading = Reader::new(broken).read(b"%PDF-1.7".to_vec());
    assert!(reading.passing && reading.suggestions.is_empty(), "it is read once more later");
    assert!(reading.warnings[0].zh.contains("signal: 9"), "{}", reading.warnings[0].zh);
}

const PLACE: &str = "/my/applications/A-2026-0035/materials";

#[test]
fn the_server_outlives_every_hostile_file() {
    let folder = Folder::new("hostile");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    let (pid, corpus) = (server.pid(), corpus());
    runtime().block_on(async {
        let caller = Caller { server: &server, client: Caller::enter(&server, "firm36@demo.suanquan.example").await.unwrap() };
        let page = caller.read(PLACE).await;
        let (mut taken, mut refused) = (0, 0);
        for (at, file) in corpus.into_iter().enumerate() {
            let form = Form::new().text("csrf", hidden(&page, "csrf")).text("request_key", format!("hostile-{at}"));
            let form = form.part("papers", Part::bytes(file.bytes).file_name(file.name.clone()));
            let answer = caller.client.post(server.url(PLACE)).header(ACCEPT, "application/json").multipart(form).send().await;
            let answer = answer.unwrap_or_else(|why| panic!("{}: {why}", file.name));
            let status = answer.status().as_u16();
            let told = answer.text().await.unwrap();
            match status {
                200 => taken += 1,
                400 | 413 | 422 => refused += 1,
                other => panic!("{}: {other} {told}", file.name),
            }
            assert!(!told.contains("/etc/passwd") && !told.contains("root:"), "{}: {told}", file.name);
        }
        println!("{taken} taken, {refused} refused");
        assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused");
        let page = caller.read(PLACE).await;
        assert!(!page.contains("<script>alert"), "names are text");
    });
    assert_eq!(server.pid(), pid, "the same process all the time");
    assert!(!server.printed().contains("panicked"), "{}", server.printed());
    let most = memory(pid).most;
    println!("the server used at most {} MiB", most >> 10);
    assert!(most < 500 << 10, "the server used {} MiB", most >> 10);
}

#[test]
fn a_reading_process_has_no_doors() {
    // Holds for this thread alone, and for good: every test is a process of its own.
    suanquan::child::close_doors().unwrap();
    let refused = |why: std::io::Error| why.raw_os_error() == Some(1);
    assert!(std::net::TcpStream::connect("127.0.0.1:9").is_err_and(refused), "no network");
    assert!(std::os::unix::net::UnixDatagram::unbound().is_err_and(refused), "not even within the machine");
    assert!(std::fs::read("/etc/passwd").is_err_and(refused), "no files to read");
    assert!(std::fs::write("/tmp/suanquan-jail", "x").is_err_and(refused), "no files to write");
    assert!(std::fs::remove_file("/tmp/suanquan-jail").is_err_and(refused), "none to remove");
    assert!(std::process::Command::new("/bin/true").spawn().is_err_and(refused), "no programs");
    assert!(std::thread::Builder::new().spawn(|| ()).is_err_and(refused), "no threads");
}
