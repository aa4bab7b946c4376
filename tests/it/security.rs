//! The evidence of security: every row of the ASVS table has a decision, and a test that exists or the
//! reason why none can show it; headers and forms; the bill of materials.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use reqwest::{Client, redirect};
use suanquan::secret::password::{OURS, Profile, WeakPassword, check_password};
use suanquan::web::routes::{Access, tables};

use crate::harness::folder::Folder;
use crate::harness::server::Server;

/// What a decision begins with that no test of ours can show.
const WITHOUT_TEST: [&str; 4] = ["design: ", "document: ", "operator: ", "n/a: "];

/// How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they stand first in it.
const REQUIRED: &[(&str, u32)] = &[
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 2),
    ("10.3", 4),
    ("10.4", 11),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
    ("17.1", 1),
    ("17.2", 4),
    ("17.3", 2),
];

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
    for (section, count) in REQUIRED {
        let missing = (1..=*count).map(|at| format!("{section}.{at}")).filter(|id| !ids.contains(id));
        findings.extend(missing.map(|id| format!("{id}: applies at level 2 and has no row")));
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn the_words_of_the_house_are_documented_and_no_password_is_made_of_them() {
    let page = include_str!("../../docs/concepts/signing-in.md");
    for word in OURS {
        assert!(page.contains(&format!("`{word}`")), "docs/concepts/signing-in.md does not name {word}");
        for password in [word.repeat(5), format!("!{word}-2026-2026"), format!("2026.{}2026", word.to_uppercase())] {
            let refused = check_password(Profile::Asvs, &password, &[]);
            assert!(matches!(refused, Err(WeakPassword::Named | WeakPassword::Common)), "{password}: {refused:?}");
        }
    }
}

#[test]
fn every_way_in_that_needs_no_session_is_documented() {
    let page = include_str!("../../docs/concepts/signing-in.md");
    let open = tables(false).into_iter().flatten().filter(|route| route.method == "POST" && route.access == Access::Everybody);
    let mut seen = 0;
    for route in open.filter(|route| !route.path.starts_with("/api/v1/")) {
        assert!(page.contains(&format!("`{}`", route.path)), "docs/concepts/signing-in.md does not say what {} opens", route.path);
        seen += 1;
    }
    assert!(seen > 8 && page.contains("`/api/v1/`"), "{seen}");
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
            assert_eq!(header("access-control-allow-origin"), "", "{path} is read by no other site");
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
