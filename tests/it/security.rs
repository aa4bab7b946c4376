//! The evidence of security: every row of the ASVS table has a decision, and a test that exists or the
//! reason why none can show it; headers and forms; the bill of materials.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use reqwest::{Client, redirect};
use suanquan::web::routes::{Access, tables};

use crate::harness::folder::Folder;
use crate::harness::server::Server;

/// What a decision begins with that no test of ours can show.
const WITHOUT_TEST: [&str; 3] = ["design: ", "document: ", "operator: "];

/// The names of all tests below a folder.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.split("#[test]").skip(1).filter_map(|rest| rest.split_once("fn "));
            found.extend(names.map(|(_, rest)| rest.split('(').next().unwrap().to_owned()));
        }
    }
}

#[test]
fn every_row_of_the_asvs_table_has_a_decision_and_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = BTreeSet::new();
    tests_below(&root.join("src"), &mut known);
    tests_below(&root.join("tests/it"), &mut known);
    let mut table = csv::Reader::from_path(root.join("docs/reference/asvs.csv")).unwrap();
    assert_eq!(table.headers().unwrap(), vec!["id", "level", "requirement", "decision", "test"]);
    let (mut findings, mut ids) = (Vec::new(), BTreeSet::new());
    for row in table.records() {
        let row = row.unwrap();
        let [id, level, requirement, decision, test] = [0, 1, 2, 3, 4].map(|at| row[at].to_owned());
        let parts: Vec<&str> = id.split('.').collect();
        if parts.len() != 3 || parts.iter().any(|part| part.parse::<u32>().is_err()) || !ids.insert(id.clone()) {
            findings.push(format!("{id}: is no id of a requirement, or stands twice"));
        }
        if !["1", "2", "3"].contains(&level.as_str()) || requirement.len() < 10 || decision.len() < 3 {
            findings.push(format!("{id}: level, requirement or decision is missing"));
        }
        let needs_none = WITHOUT_TEST.iter().any(|word| decision.starts_with(word));
        if test.is_empty() && !needs_none {
            findings.push(format!("{id}: has no test, and no decision that begins with {WITHOUT_TEST:?}"));
        }
        if !test.is_empty() && !known.contains(&test) {
            findings.push(format!("{id}: there is no test {test}"));
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(ids.len() > 120, "{} rows", ids.len());
}

#[test]
fn every_route_carries_the_headers_of_security() {
    let folder = Folder::new("headers");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        let mut paths: Vec<String> = tables(true).into_iter().flatten().map(|route| route.path.replace(['{', '}'], "")).collect();
        paths.extend(["/static/suanquan.css".into(), "/static/verify.js".into(), "/no/such/page".into(), "/api/v1/none".into()]);
        for path in paths {
            let answer = client.get(server.url(&path)).send().await.unwrap();
            let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            let policy = header("content-security-policy");
            for directive in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors"] {
                assert!(policy.contains(directive) || policy.contains("default-src 'none'"), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
            let kind = header("content-type");
            if kind.starts_with("text/html") {
                assert!(kind.contains("charset=utf-8"), "{path}: {kind}");
                assert_eq!(header("cache-control"), "no-store", "{path}");
            }
        }
    });
}

#[test]
fn a_form_without_its_word_changes_nothing() {
    let folder = Folder::new("csrf");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).build().unwrap();
        client.get(server.url("/login")).send().await.unwrap();
        for word in ["", "0000"] {
            let form = [("csrf", word), ("email", "admin@demo.suanquan.example"), ("password", "suanquan-demo"), ("next", "")];
            let answer = client.post(server.url("/login")).form(&form).send().await.unwrap();
            assert!(answer.status().is_client_error(), "{word:?}: {}", answer.status());
        }
        let open = tables(true).into_iter().flatten().filter(|route| route.method == "POST" && route.access == Access::Everybody);
        for route in open.filter(|route| !["/api/", "/dev/"].iter().any(|demo| route.path.starts_with(demo))) {
            let path = route.path.replace(['{', '}'], "");
            let answer = client.post(server.url(&path)).form(&[("csrf", "0000")]).send().await.unwrap();
            assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
        }
    });
}

#[test]
fn the_bill_of_materials_names_every_component_with_its_licence() {
    let root = env!("CARGO_MANIFEST_DIR");
    let made = Command::new(format!("{root}/scripts/check")).arg("sbom").output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let bom: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(format!("{root}/var/sbom.json")).unwrap()).unwrap();
    assert_eq!((&bom["bomFormat"], &bom["specVersion"]), (&"CycloneDX".into(), &"1.5".into()));
    let components = bom["components"].as_array().unwrap();
    let named = |name: &str| components.iter().any(|one| one["name"] == name);
    assert!(named("diesel") && named("actix-web") && !named("thirtyfour"), "what only tests need is not in it");
    for one in components {
        assert!(one["licenses"][0]["expression"].is_string(), "{one}");
        assert_eq!(one["hashes"][0]["content"].as_str().map(str::len), Some(64), "{one}");
    }
}
