//! The API keeps to its own description: schemathesis makes calls that fit it and calls that do not,
//! and judges every answer by all of its checks.

use std::process::Command;

use super::callers;
use crate::harness::folder::Folder;
use crate::harness::server::Server;
use crate::harness::setting;

/// Calls of each kind to each address; 200 of them found nothing more.
const EXAMPLES: &str = "40";

#[test]
fn the_api_does_what_its_description_says() {
    let folder = Folder::new("described");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    let token = callers(server.address()).pop().unwrap().token.unwrap();
    let settings = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/parts/schemathesis.toml");
    let judged = Command::new(setting("SUANQUAN_TEST_SCHEMATHESIS"))
        .args(["--config-file", settings, "run", &server.url("/api/v1/openapi.json")])
        .args(["--header", &format!("Authorization: Bearer {token}"), "--checks", "all", "--continue-on-failure"])
        .args(["--max-examples", EXAMPLES, "--generation-database", "none", "--no-color"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&judged.stdout).into_owned();
    assert!(judged.status.success(), "{said}\n{}", String::from_utf8_lossy(&judged.stderr));
    assert!(said.contains("passed") && said.contains("Tested: 12"), "{said}");
}
