//! `suanquan invoice read`, run as a process on invented invoices of every kind and with every trap
//! of formats.md §2.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use suanquan::child::SMALL_RESERVES;

use crate::harness::folder::Folder;
use crate::harness::server::run;

pub(crate) mod documents;
mod fixtures;
pub(crate) mod generator;
pub(crate) mod packages;
mod pictures;
mod round_trip;
mod samples;

use fixtures::Fixture;

/// What the command says of the files, in their order.
#[track_caller]
fn read(files: &[String]) -> Vec<Value> {
    let mut arguments = vec!["invoice", "read"];
    arguments.extend(files.iter().map(String::as_str));
    let output = run(&arguments, &[]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "a refused file is an answer, not a failure");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Writes each of them to a folder and reads the folder in one go.
#[track_caller]
fn read_fixtures(fixtures: &[Fixture]) -> Vec<Value> {
    let folder = Folder::new("invoices");
    let mut files = Vec::new();
    for fixture in fixtures {
        std::fs::write(folder.path().join(fixture.name), &fixture.bytes).unwrap();
        files.push(folder.file(fixture.name));
    }
    let answers = read(&files);
    assert_eq!(answers.len(), files.len());
    for (answer, file) in answers.iter().zip(&files) {
        assert_eq!(answer["file"], file.as_str(), "the answers stand in the order of the arguments");
    }
    answers
}

/// Where the answer is not what the fixture expects.
fn faults(fixture: &Fixture, answer: &Value) -> Vec<String> {
    let keys = fixture.expected.as_object().unwrap().iter().filter(|(key, expected)| answer[key.as_str()] != **expected);
    let mut faults: Vec<String> =
        keys.map(|(key, expected)| format!("{}: {key} is {}, not {expected}", fixture.name, answer[key])).collect();
    let warnings: Vec<&str> = answer["warnings"].as_array().unwrap().iter().map(|warning| warning.as_str().unwrap()).collect();
    let reasoned = match fixture.reason {
        Some(reason) => warnings.iter().any(|warning| warning.contains(reason)),
        None => warnings.is_empty(),
    };
    if !reasoned {
        faults.push(format!("{}: the reason should be {:?} and is {warnings:?}", fixture.name, fixture.reason));
    }
    faults
}

#[test]
fn every_invented_invoice_gives_its_fields_or_its_reason() {
    let fixtures = fixtures::all();
    assert!(fixtures.len() >= 60, "{} fixtures", fixtures.len());
    let answers = read_fixtures(&fixtures);
    let faults: Vec<String> = fixtures.iter().zip(&answers).flat_map(|(fixture, answer)| faults(fixture, answer)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_answer_has_the_keys_of_the_contract_in_their_order() {
    let answers = read_fixtures(&fixtures::all()[..2]);
    let keys: Vec<&str> = answers[0].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = "file kind special red code number date buyer buyer_id seller seller_id net tax total lines red_of source warnings";
    assert_eq!(keys, expected.split(' ').collect::<Vec<_>>());
    let line: Vec<&str> = answers[0]["lines"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(line, ["name", "quantity", "unit", "amount", "tax_rate", "tax"]);
}

#[test]
fn a_file_that_is_not_there_has_a_reason_and_stops_no_other() {
    let folder = Folder::new("absent");
    std::fs::write(folder.path().join("there.xml"), generator::Paper::digital().xml()).unwrap();
    let answers = read(&[folder.file("absent.xml"), folder.path().to_str().unwrap().to_owned(), folder.file("there.xml")]);
    assert_eq!((&answers[0]["kind"], &answers[1]["kind"]), (&"unreadable".into(), &"unreadable".into()));
    assert!(answers[0]["warnings"][0].as_str().unwrap().contains("cannot be opened"));
    assert_eq!(answers[2]["kind"], "digital");
}

#[test]
fn the_reader_gives_up_memory_time_and_files_before_it_reads() {
    let mut reader = Command::new(env!("CARGO_BIN_EXE_suanquan"))
        .args(["invoice", "parse-one"])
        .env(SMALL_RESERVES.0, SMALL_RESERVES.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", reader.id());
    let held = |name: &str, limit: &str| {
        let text = std::fs::read_to_string(&limits).unwrap();
        text.lines().any(|line| line.starts_with(name) && line.split_whitespace().any(|word| word == limit))
    };
    // The last of them is set when all are.
    let started = Instant::now();
    while !held("Max core file size", "0") || !held("Max open files", "16") {
        assert!(started.elapsed() < Duration::from_secs(20), "{}", std::fs::read_to_string(&limits).unwrap());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(held("Max address space", "805306368"));
    assert!(held("Max cpu time", "15"));
    assert!(held("Max file size", "0"));
    let status = std::fs::read_to_string(format!("/proc/{}/status", reader.id())).unwrap();
    let taken = status.lines().find_map(|line| line.strip_prefix("VmSize:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap();
    assert!(taken < 256 << 10, "{taken} KiB of address space are taken before the limit counts");
    // It reads all the same.
    reader.stdin.take().unwrap().write_all(generator::Paper::digital().xml().as_bytes()).unwrap();
    let output = reader.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["number"], "26422000000123456789");
}
