//! `suanquan evaluate`, run as a process.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

mod faults;
mod rows;

/// Runs the command with the case on standard input.
pub(crate) fn evaluate(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_suanquan"))
        .arg("evaluate")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The process may refuse its arguments and close its input before it has read it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// The result of a case that must be accepted.
#[track_caller]
pub(crate) fn result_of(args: &[&str], case: &Value) -> Value {
    let output = evaluate(args, case.to_string().as_bytes());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The lines on standard error of a case that must be refused.
#[track_caller]
pub(crate) fn faults_of(args: &[&str], input: &[u8]) -> Vec<String> {
    let output = evaluate(args, input);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty(), "a refused case prints nothing on standard output");
    String::from_utf8(output.stderr).unwrap().lines().map(str::to_owned).collect()
}

/// A tech SME of East Lake with one province application for 100,000 yuan of compute in 2022.
pub(crate) fn plain_case() -> Value {
    json!({
        "pack": "wuhan-2022",
        "enterprise": {
            "uscc": "91420100MA4TE5T139",
            "registered_in": ["hubei", "wuhan", "east-lake"],
            "qualifications": [{"kind": "tech_sme", "valid_from": "2022-01-01", "valid_to": "2022-12-31"}]
        },
        "applications": [{
            "id": "A1", "submitted_at": "2022-08-01T09:00:00+08:00", "voucher_claimed_on": "2022-03-01", "tier": "province",
            "items": [{
                "id": "I1", "provider": "91420100MA4PRW01XR", "kind": "compute", "invoice": "22442000000000000001",
                "service_from": "2022-01-05", "service_to": "2022-05-31", "invoiced": "100000.00"
            }]
        }]
    })
}
