//! Taste that matters is a test: the layers of the house, crate bans, file sizes, and files that
//! nobody would miss. The table here is the one of ARCHITECTURE.md.

mod imports;
mod printing;
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use source::{SourceFile, files_under, root, rust_files};

const GROUND: &[&str] = &["money", "merkle", "calendar", "hidden", "ids", "code", "codes", "lang"];
const CORE: &[&str] = &[
    "party",
    "metering",
    "expense",
    "invoice",
    "paper",
    "registry",
    "trail",
    "voucher",
    "policy",
    "ledger",
    "application",
    "notice",
    "payout",
];
/// Settings and the clock may be read by everything that touches the world.
const SETTINGS: &[&str] = &["config", "clock", "telemetry", "secret"];

/// What a module of the crate may import, beside itself; `None` for a module that has no layer.
fn may_import(module: &str) -> Option<Vec<&'static str>> {
    let parts: &[&[&'static str]] = match module {
        "money" | "merkle" | "calendar" | "hidden" | "ids" | "code" | "codes" | "lang" => &[GROUND],
        "party" | "invoice" | "ledger" | "trail" => &[GROUND],
        "metering" | "voucher" | "registry" => &[GROUND, &["party"]],
        "paper" => &[GROUND, &["invoice"]],
        "expense" => &[GROUND, &["party", "metering"]],
        "policy" => &[GROUND, &["party", "metering", "expense", "voucher"]],
        "application" => &[GROUND, &["party", "voucher", "policy"]],
        "notice" => &[GROUND, &["application"]],
        "payout" => &[GROUND, &["ledger", "application", "notice"]],
        "store" => &[GROUND, CORE, SETTINGS],
        "acts" => &[GROUND, CORE, &["store", "files", "secret"]],
        "register" => &[GROUND, CORE, SETTINGS, &["store", "acts", "reports", "outbound"]],
        "openid" => &[SETTINGS, &["acts", "outbound"]],
        "backup" => &[GROUND, CORE, SETTINGS, &["store", "acts", "reports", "files"]],
        // A report reuses the facts and previews of the acts, and their words for refusals.
        "reports" => &[GROUND, CORE, &["store", "acts"]],
        "mail" | "export" => &[GROUND, CORE, SETTINGS, &["reports"]],
        "files" => &[GROUND, CORE, SETTINGS, &["outbound"]],
        "web" | "api" | "jobs" => &[
            GROUND,
            CORE,
            SETTINGS,
            &[
                "acts",
                "reports",
                "mail",
                "export",
                "files",
                "child",
                "picture",
                "reading",
                "register",
                "openid",
                "backup",
                "scan",
                "timestamp",
                "web",
                "api",
                "jobs",
            ],
        ],
        "child" => &[GROUND, CORE],
        "picture" => &[&["invoice", "child"]],
        "reading" => &[GROUND, CORE, &["child"]],
        "scan" | "outbound" => &[],
        "timestamp" => &[CORE, SETTINGS, &["outbound"]],
        "config" | "clock" | "telemetry" | "secret" => &[GROUND],
        "cli" | "startup" | "demo" | "main" => &[
            GROUND,
            CORE,
            SETTINGS,
            &[
                "store",
                "acts",
                "reports",
                "mail",
                "export",
                "files",
                "child",
                "picture",
                "reading",
                "register",
                "openid",
                "backup",
                "scan",
                "timestamp",
                "web",
                "api",
                "jobs",
                "cli",
                "startup",
                "demo",
            ],
        ],
        "lib" => &[],
        _ => return None,
    };
    Some(parts.concat())
}

/// A word that only some modules (or files, given with `/`) may use.
struct Ban {
    word: &'static str,
    allowed_in: &'static [&'static str],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban { word: "diesel", allowed_in: &["store", "reports"], why: "SQL lives in store and reports" },
    Ban { word: "diesel_migrations", allowed_in: &["store"], why: "migrations are run by store" },
    Ban {
        word: "Db::Postgres",
        allowed_in: &["store/mod", "store/migrations", "store/dialect"],
        why: "what differs between the databases stands in store/dialect.rs",
    },
    Ban {
        word: "Db::Sqlite",
        allowed_in: &["store/mod", "store/migrations", "store/dialect"],
        why: "what differs between the databases stands in store/dialect.rs",
    },
    Ban { word: "actix_web", allowed_in: &["web", "api", "startup"], why: "only doors speak HTTP" },
    Ban { word: "actix_multipart", allowed_in: &["web", "api", "startup"], why: "only doors speak HTTP" },
    Ban { word: "askama", allowed_in: &["web", "mail"], why: "templates belong to pages and letters" },
    Ban { word: "lettre", allowed_in: &["mail/transport"], why: "mail leaves by the outbox or not at all" },
    Ban { word: "printpdf", allowed_in: &["export"], why: "documents are made in export" },
    Ban { word: "rust_xlsxwriter", allowed_in: &["export"], why: "documents are made in export" },
    Ban { word: "quick_xml", allowed_in: &["invoice"], why: "XML from outside is read in one place, with its limits" },
    Ban { word: "hayro", allowed_in: &["picture"], why: "papers from outside are drawn by a child, in one place" },
    Ban { word: "calamine", allowed_in: &["registry/sheet"], why: "spreadsheets from outside are read in one place, with its bounds" },
    Ban {
        word: "ureq",
        allowed_in: &["outbound", "files/bucket"],
        why: "others are asked over HTTP in one way, bounded in time and length; the bucket says what became of it",
    },
    Ban { word: "jsonwebtoken", allowed_in: &["openid"], why: "tokens of others are read in one place" },
    Ban { word: "object_store", allowed_in: &["files/bucket"], why: "files are kept in one place" },
    Ban { word: "rlimit", allowed_in: &["child"], why: "limits are set by the process that they hold for" },
    Ban { word: "std::env", allowed_in: &["config", "cli", "child"], why: "settings are read once" },
    Ban { word: "Utc::now", allowed_in: &["clock"], why: "time is an argument" },
    Ban { word: "Local::now", allowed_in: &["clock"], why: "time is an argument" },
    Ban { word: "SystemTime::now", allowed_in: &["clock"], why: "time is an argument" },
];

/// What the core (layers 0–3) never does: read, wait, guess or round.
const NOT_IN_CORE: &[&str] = &[
    "f32",
    "f64",
    "std::fs",
    "std::net",
    "std::process",
    "std::time",
    "tokio",
    "getrandom",
    "anyhow",
    "clap",
    "tracing",
    "println",
    "eprintln",
];

const DRAWERS: &[&str] = &["utils", "util", "helpers", "common", "misc", "types", "services", "manager"];

/// One list that is longer when it is cut in two.
const LONG_LISTS: &[&str] = &["src/store/schema.rs"];

#[track_caller]
fn none_found(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}\n{}\n", findings.join("\n"));
}

#[test]
fn modules_import_only_what_stands_below_them() {
    let mut findings = Vec::new();
    for file in rust_files("src") {
        let Some(allowed) = may_import(&file.module) else {
            findings
                .push(format!("{}:1 module {} has no layer: give it one in tests/it/tidy.rs and ARCHITECTURE.md", file.path, file.module));
            continue;
        };
        for (line, imported) in imports::of(&file) {
            let known = may_import(&imported).is_some();
            if known && imported != file.module && file.module != "lib" && !allowed.contains(&imported.as_str()) {
                let list = allowed.join(" ");
                findings.push(format!("{}:{line} imports {imported} — {} may import: {list}", file.path, file.module));
            }
        }
    }
    none_found("The layers of the house (ARCHITECTURE.md): lower never imports upper.", &findings);
}

#[test]
fn crates_stay_in_the_modules_that_own_them() {
    let mut findings = Vec::new();
    for file in rust_files("src").iter().filter(|file| !file.is_test()) {
        for ban in BANS.iter().filter(|ban| !ban.allowed_in.iter().any(|owner| file.is_in(owner))) {
            for line in file.lines_with_word(ban.word) {
                findings.push(format!("{}:{line} uses {} — only {} may: {}", file.path, ban.word, ban.allowed_in.join(", "), ban.why));
            }
        }
    }
    none_found("Some crates and calls belong to one part of the house.", &findings);
}

#[test]
fn the_core_neither_reads_nor_waits_nor_knows_a_float() {
    let mut findings = Vec::new();
    for file in rust_files("src") {
        let module = file.module.as_str();
        if file.is_test() || !(GROUND.contains(&module) || CORE.contains(&module)) {
            continue;
        }
        for word in NOT_IN_CORE {
            for line in file.lines_with_word(word) {
                findings.push(format!("{}:{line} uses {word}", file.path));
            }
        }
    }
    none_found("The core is pure: facts in, decision out; data files come in by include_str!.", &findings);
}

#[test]
fn files_stay_short_and_are_named_for_the_field() {
    let mut findings = Vec::new();
    for file in rust_files("src").into_iter().chain(rust_files("tests")) {
        let lines = file.text.lines().count();
        if lines > 500 && !LONG_LISTS.contains(&file.path.as_str()) {
            findings.push(format!("{}:{lines} has {lines} lines; 500 are enough: split it by subject", file.path));
        }
        let stem = Path::new(&file.path).file_stem().unwrap().to_string_lossy().into_owned();
        if DRAWERS.contains(&stem.as_str()) {
            findings.push(format!("{}:1 is named like a drawer; name it for what is in it", file.path));
        }
    }
    none_found("Short files with names of the field.", &findings);
}

#[test]
fn every_file_of_source_and_tests_is_listed_in_its_parent() {
    let mut findings = Vec::new();
    for (tree, roots) in [("src", &["src/lib.rs", "src/main.rs"][..]), ("tests/it", &["tests/it/main.rs"][..])] {
        let files = rust_files(tree);
        for file in files.iter().filter(|file| !roots.contains(&file.path.as_str())) {
            let (name, parents) = parents_of(tree, roots, &file.path);
            let listed = files.iter().filter(|other| parents.contains(&other.path)).any(|parent| parent.declares(&name));
            if !listed {
                findings.push(format!("{}:1 is compiled by nobody: no `mod {name};` in {}", file.path, parents.join(" or ")));
            }
        }
    }
    none_found("A file that no `mod` line names is neither built nor tested.", &findings);
}

/// The module name of a file and the files that may declare it.
fn parents_of(tree: &str, roots: &[&str], path: &str) -> (String, Vec<String>) {
    let below = path.strip_prefix(tree).unwrap().trim_start_matches('/').trim_end_matches(".rs");
    let mut steps: Vec<&str> = below.split('/').collect();
    if steps.last() == Some(&"mod") {
        steps.pop();
    }
    let name = steps.pop().unwrap().to_owned();
    if steps.is_empty() {
        return (name, roots.iter().map(|root| (*root).to_owned()).collect());
    }
    let folder = format!("{tree}/{}", steps.join("/"));
    (name, vec![format!("{folder}.rs"), format!("{folder}/mod.rs")])
}

#[test]
fn nothing_is_left_for_later_in_the_source() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), "todo!", "unimplemented!"];
    let mut findings = Vec::new();
    for folder in ["src", "templates", "static", "migrations", "scripts", "data"] {
        for (path, text) in files_under(folder, &["rs", "html", "txt", "css", "js", "sql", "toml", ""]) {
            for (number, line) in text.lines().enumerate() {
                for mark in marks.iter().filter(|mark| source::has_word(line, mark)) {
                    findings.push(format!("{path}:{} says {mark}", number + 1));
                }
            }
        }
    }
    none_found("What is missing stands in an issue, not in the source.", &findings);
}

#[test]
fn every_template_is_used() {
    let templates = files_under("templates", &["html", "txt"]);
    let rust: Vec<SourceFile> = rust_files("src");
    let mut findings = Vec::new();
    for (path, _) in &templates {
        let name = path.strip_prefix("templates/").unwrap();
        let base = name.rsplit('/').next().unwrap();
        let in_rust = rust.iter().any(|file| file.text.contains(&format!("\"{name}\"")));
        let in_templates = templates
            .iter()
            .any(|(other, text)| other != path && (text.contains(&format!("\"{name}\"")) || text.contains(&format!("\"{base}\""))));
        if !in_rust && !in_templates {
            findings.push(format!("{path}:1 is named by no Rust file and by no template"));
        }
    }
    none_found("Templates have the name of the page that shows them.", &findings);
}

#[test]
fn templates_say_nothing_in_chinese_alone() {
    let mut findings = Vec::new();
    for (path, text) in files_under("templates", &["html", "txt"]) {
        if path.starts_with("templates/dev/") {
            continue;
        }
        let plain = source::without_template_code(&source::without_language_choices(&text));
        for (number, line) in plain.lines().enumerate() {
            if line.chars().any(source::is_chinese) && !text.lines().nth(number).unwrap().contains("lang=\"zh") {
                findings.push(format!("{path}:{} has Chinese text outside of t(\"中文\", \"English\"): {}", number + 1, line.trim()));
            }
        }
    }
    none_found("Whatever a user reads exists in both languages; text in one language carries lang=\"zh-CN\".", &findings);
}

#[test]
fn punctuation_in_chinese_is_full_width() {
    let mut texts = files_under("src", &["rs"]);
    texts.extend(files_under("templates", &["html", "txt"]));
    texts.extend(files_under("data", &["toml"]));
    let mut findings = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| !path.ends_with("tests.rs")) {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            // A pack says its sources as `中文 / english`.
            let chinese = if path.starts_with("data/") { line.split(" / ").next().unwrap() } else { line };
            let letters: Vec<char> = chinese.chars().collect();
            let half = letters.windows(2).any(|pair| {
                let (left, right) = (pair[0], pair[1]);
                source::is_chinese(left) && ",;:?!()".contains(right) || ",;:()".contains(left) && source::is_chinese(right)
            });
            if half {
                findings.push(format!("{path}:{} has half-width punctuation beside Chinese: {}", number + 1, line.trim()));
            }
        }
    }
    none_found("Chinese has full-width punctuation (GB/T 15834), on pages, in letters, papers and packs.", &findings);
}

#[test]
fn links_in_documents_lead_to_files() {
    let mut findings = Vec::new();
    let at_the_root = ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    let mut pages = files_under("docs", &["md"]);
    pages.extend(at_the_root.map(|name| (name.to_owned(), std::fs::read_to_string(root().join(name)).unwrap())));
    for (path, text) in &pages {
        for (number, line) in text.lines().enumerate() {
            for link in line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
                let folder = root().join(path).parent().unwrap().to_owned();
                if !link.is_empty() && !link.contains("://") && !folder.join(link).exists() {
                    findings.push(format!("{path}:{} links to {link}, which is not there", number + 1));
                }
            }
        }
    }
    none_found("A reader follows links.", &findings);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> BTreeSet<String> {
        files_under(&format!("migrations/{folder}"), &["sql"]).into_iter().map(|(path, _)| path.replace(folder, "…")).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"), "migrations/sqlite and migrations/postgres hold files of the same names");
}

#[test]
fn scripts_can_be_executed() {
    use std::os::unix::fs::PermissionsExt;
    for (path, text) in files_under("scripts", &[""]) {
        let mode = std::fs::metadata(root().join(&path)).unwrap().permissions().mode();
        assert!(!text.starts_with("#!") || mode & 0o111 != 0, "{path}:1 starts with #! and is not executable: chmod +x");
    }
}
