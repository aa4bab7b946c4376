//! Every route as everybody: role × route × own, foreign and missing, on the full demo, and as a page
//! of the documents. A new route is missing there until somebody has looked at what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

use actix_web::dev::ResourceDef;
use suanquan::web::routes::{Route, tables};

use super::proofs::every_step_asks;
use super::{Answer, Person, demo, runtime};
use crate::harness::db::TestDb;
use crate::harness::folder::Folder;
use crate::harness::setting;

/// Column of the table, address of the demo. Of the enterprises and of the centres there are two:
/// what the first owns is foreign to the second.
const PEOPLE: [(&str, &str); 12] = [
    ("enterprise", "firm08@demo.suanquan.example"),
    ("other enterprise", "firm36@demo.suanquan.example"),
    ("provider", "waicc@demo.suanquan.example"),
    ("other provider", "whsc@demo.suanquan.example"),
    ("task force", "tf3@demo.suanquan.example"),
    ("final reviewer", "tf1@demo.suanquan.example"),
    ("authority", "authority@demo.suanquan.example"),
    ("finance", "finance1@demo.suanquan.example"),
    ("auditor", "audit@demo.suanquan.example"),
    ("system", "admin@demo.suanquan.example"),
    ("security", "security@demo.suanquan.example"),
    ("audit log", "logs@demo.suanquan.example"),
];

const NO_RIGHT: &str = "您没有这项权限";

fn routes(method: &str) -> Vec<Route> {
    let mut all: Vec<Route> = tables(false).into_iter().flatten().copied().collect();
    all.retain(|route| route.method == method && !route.path.starts_with("/api/") && !route.path.starts_with("/static/"));
    all.sort_by_key(|route| route.path);
    all
}

/// The route of an address: of several patterns that fit, the one with the most words of its own.
fn route_of<'a>(routes: &'a [Route], path: &str) -> Option<&'a Route> {
    let words = |route: &Route| route.path.split(['{', '}']).step_by(2).map(str::len).sum::<usize>();
    routes.iter().filter(|route| ResourceDef::new(route.path).is_match(path)).max_by_key(|route| words(route))
}

/// The same address with numbers that nothing has.
fn missing(path: &str, pattern: &str) -> String {
    let segments = path.split('/').zip(pattern.split('/'));
    let changed = segments.map(|(value, part)| match value.rsplit_once('-') {
        _ if !part.contains('{') => value.to_owned(),
        Some((series, number)) => {
            let end = number.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{series}-9999{end}")
        }
        None if value.bytes().all(|byte| byte.is_ascii_digit()) => "999999".to_owned(),
        None => value.to_owned(),
    });
    changed.collect::<Vec<_>>().join("/")
}

/// A page without what differs from one answer to the next: tokens, the time, its own address.
fn plain(text: &str, path: &str) -> String {
    let encoded: String = path.replace('/', "%2F");
    let mut plain = String::new();
    let mut run = String::new();
    for c in text.replace(path, "PATH").replace(&encoded, "PATH").chars().chain(['\n']) {
        if c.is_ascii_hexdigit() || c == ':' {
            run.push(c);
            continue;
        }
        if run.len() < 16 && !run.contains(':') {
            plain.push_str(&run);
        }
        run.clear();
        plain.push(c);
    }
    plain
}

/// What the pages that somebody can reach link to, and where their forms go: one address a pattern.
async fn walk(
    person: &Person<'_>,
    start: &str,
    gets: &[Route],
    posts: &[Route],
) -> (BTreeMap<&'static str, String>, BTreeMap<&'static str, String>) {
    let mut found = BTreeMap::new();
    let mut forms = BTreeMap::new();
    let mut queue = vec![start.to_owned(), "/".to_owned(), "/account".to_owned()];
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut visits: BTreeMap<&str, usize> = BTreeMap::new();
    while let Some(address) = queue.pop() {
        let path = address.split('?').next().unwrap().to_owned();
        let Some(route) = route_of(gets, &path).filter(|route| route.path != "/view") else { continue };
        // Some pages of a kind link to what others do not; two of each are enough.
        let visited = visits.entry(route.path).or_default();
        if *visited >= 2 || !seen.insert(address.clone()) {
            continue;
        }
        *visited += 1;
        let page = person.get(&address).await;
        assert!(page.status < 500, "{address}: {}", page.status);
        if page.status != 200 {
            continue;
        }
        found.entry(route.path).or_insert_with(|| path.clone());
        let linked = |mark: &str| -> Vec<String> {
            let parts = page.text.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
            parts
                .filter(|link| link.starts_with('/'))
                .map(|link| link.replace("&#38;", "&").split('#').next().unwrap().to_owned())
                .collect()
        };
        for action in linked("action=\"") {
            if let Some(route) = route_of(posts, &action) {
                forms.entry(route.path).or_insert(action);
            }
        }
        queue.extend(linked("href=\"").into_iter().chain(linked("src=\"")).filter(|link| !seen.contains(link)));
    }
    (found, forms)
}

/// The database without what moves by itself: when a session was seen, letters on their way, and the
/// seal of the trail.
fn digest(db: &TestDb) -> String {
    let script = "import sqlite3, sys, hashlib\n\
        rows = sqlite3.connect(sys.argv[1]).iterdump()\n\
        moves = ('session', 'letter', 'audit_seal', 'audit_unsealed', 'audit_head', 'audit_checkpoint', 'audit_stamp', 'job_lease')\n\
        kept = [row for row in rows if not row.startswith(tuple(f'INSERT INTO \"{table}\"' for table in moves))]\n\
        print(len(kept), hashlib.sha256('\\n'.join(kept).encode()).hexdigest())";
    let path = db.url().trim_start_matches("sqlite://").to_owned();
    let output = Command::new(setting("SUANQUAN_TEST_PYTHON")).args(["-c", script, &path]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whose addresses are whose: a tenant's are foreign to the other of its kind.
fn twin(column: &str) -> Option<&'static str> {
    match column {
        "enterprise" => Some("other enterprise"),
        "other enterprise" => Some("enterprise"),
        "provider" => Some("other provider"),
        "other provider" => Some("provider"),
        _ => None,
    }
}

#[test]
fn every_route_answers_own_foreign_and_missing_as_its_row_says() {
    let db = TestDb::sqlite();
    let folder = Folder::new("matrix");
    let server = demo(db.url(), &folder, "full");
    let (gets, posts) = (routes("GET"), routes("POST"));
    let table = runtime().block_on(async {
        let mut people = Vec::new();
        for (column, email) in PEOPLE {
            let (person, answer) = Person::knock(&server, email, super::PASSWORD).await;
            assert_eq!(answer.status, 303, "{email}");
            people.push((column, person, answer.place));
        }
        let before = digest(&db);
        let mut found = BTreeMap::new();
        for (column, person, home) in &people {
            found.insert(*column, walk(person, home, &gets, &posts).await);
        }
        let mut rows = BTreeMap::new();
        for route in &gets {
            let cells = reads(route, &people, &found).await;
            rows.insert(format!("GET {}", route.path), cells);
        }
        assert_eq!(before, digest(&db), "reading changed what is stored");
        for route in &posts {
            let cells = writes(route, &people, &found).await;
            rows.insert(format!("POST {}", route.path), cells);
        }
        every_step_asks(&server, &db).await;
        rows
    });
    let mut page = String::from(
        "# Access matrix\n\nGenerated: a test calls every route of the demo as everybody and fails when this page is stale, so a new route needs its row here. `200/404`: one's own, and what belongs to another of the same kind, which is answered exactly like what does not exist. `404` alone: the demo has none, or it is not theirs to know. `–`: no right (403); nobody is sent to the sign-in. For forms: `form`, open; `form/404`, open, and another's is not found. `·`: the demo has none.\n\n| route |",
    );
    for (column, _) in PEOPLE.iter().filter(|(column, _)| !column.starts_with("other")) {
        let _ = write!(page, " {column} |");
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(PEOPLE.len() - 2));
    for (route, cells) in &table {
        let _ = write!(page, "\n| `{route}` | {} |", cells.join(" | "));
    }
    page.push('\n');
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/access-matrix.md");
    if std::env::var_os("SUANQUAN_UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        page,
        "run the test with SUANQUAN_UPDATE_DOCS=1 and look at what changed"
    );
}

/// An address of a route that no page of the demo links to, such as the links of letters.
fn made_up(pattern: &str) -> String {
    let parts = pattern.split(['{', '}']).enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { "999999" }).collect()
}

type Found = BTreeMap<&'static str, (BTreeMap<&'static str, String>, BTreeMap<&'static str, String>)>;

async fn reads(route: &Route, people: &[(&'static str, Person<'_>, String)], found: &Found) -> Vec<String> {
    // A kind is a word of ours, and nobody owns it.
    let dynamic = route.path.replace("{kind}", "").contains('{');
    let somebody = found.values().find_map(|(pages, _)| pages.get(route.path)).cloned();
    let known = somebody.unwrap_or_else(|| made_up(route.path));
    let anonymous = Person::new(people[0].1.server);
    let answer = anonymous.get(&known).await;
    assert_eq!(
        route.access.admits(None),
        answer.status != 303 || !answer.place.starts_with("/login?"),
        "{known} as nobody: {}",
        answer.status
    );
    let mut cells = Vec::new();
    for (column, person, _) in people {
        let own = found[column].0.get(route.path).cloned().unwrap_or_else(|| known.clone());
        let answer = person.get(&own).await;
        let mut cell = if answer.status == 403 && answer.text.contains(NO_RIGHT) { "–".to_owned() } else { answer.status.to_string() };
        assert!(answer.status < 500, "{own} as {column}");
        if cell == "404" {
            same_as_missing(person, &answer, &own, route, column).await;
        }
        if let (Some(other), true, true) = (twin(column), dynamic, cell == "200")
            && let Some(theirs) = found[other].0.get(route.path).filter(|theirs| **theirs != own)
        {
            let answer = person.get(theirs).await;
            let private = ["/my/", "/provider/", "/files/"].iter().any(|area| route.path.starts_with(area));
            if private {
                assert_eq!(answer.status, 404, "{theirs} of {other} as {column}");
                same_as_missing(person, &answer, theirs, route, column).await;
                cell = "200/404".to_owned();
            }
        }
        if !column.starts_with("other") {
            cells.push(cell);
        }
    }
    cells
}

/// A foreign id and a missing one are answered alike: nobody learns what exists.
async fn same_as_missing(person: &Person<'_>, answer: &Answer, path: &str, route: &Route, column: &str) {
    let nothing = missing(path, route.path);
    let other = person.get(&nothing).await;
    assert_eq!(answer.status, other.status, "{path} and {nothing} as {column}");
    assert_eq!(plain(&answer.text, path), plain(&other.text, &nothing), "{path} and {nothing} as {column}");
}

async fn writes(route: &Route, people: &[(&'static str, Person<'_>, String)], found: &Found) -> Vec<String> {
    let mut cells = Vec::new();
    for (column, person, _) in people {
        let anybody = found.values().find_map(|(_, forms)| forms.get(route.path)).cloned();
        let address = found[column].1.get(route.path).cloned().or(anybody);
        let cell = if !route.path.contains('{') || address.is_some() {
            let address = address.unwrap_or_else(|| route.path.to_owned());
            // Without the word of the page nothing is done; the right is asked before.
            let answer = person.post(&address, &[]).await;
            let refused = answer.status == 403 && answer.text.contains(NO_RIGHT);
            assert_eq!(!refused, route.access.admits(actor_of(column).as_ref()), "{address} as {column}: {}", answer.status);
            assert!(refused || answer.status >= 400 || answer.status == 303 && !answer.place.is_empty(), "{address}: {}", answer.status);
            if refused { "–".to_owned() } else { "form".to_owned() }
        } else {
            "·".to_owned()
        };
        let theirs = twin(column).and_then(|other| found[other].1.get(route.path));
        let foreign = match theirs.filter(|theirs| route.path.contains('{') && found[column].1.get(route.path) != Some(*theirs)) {
            Some(theirs) if cell == "form" => {
                let (one, two) = (theirs.clone(), missing(theirs, route.path));
                let (one, two) = (attempt(person, &one).await, attempt(person, &two).await);
                assert_eq!(one, two, "{theirs} of another as {column}");
                Some(one.0)
            }
            _ => None,
        };
        if !column.starts_with("other") {
            cells.push(foreign.map_or(cell, |status| format!("form/{status}")));
        }
    }
    cells
}

/// Sends an empty form with the right word.
async fn attempt(person: &Person<'_>, path: &str) -> (u16, String) {
    let page = person.get("/account").await;
    let fields = ["csrf", "request_key"].map(|name| (name.to_owned(), page.hidden(name)));
    let answer = person.post(path, &fields).await;
    assert!(!(200..400).contains(&answer.status), "{path}: {} {}", answer.status, answer.place);
    (answer.status, plain(&answer.text, path))
}

fn actor_of(column: &str) -> Option<suanquan::party::Actor> {
    use suanquan::ids::{EnterpriseId, ProviderId};
    use suanquan::party::{Actor, Duty, Standing};
    let staff = |duties: &[Duty]| Standing::Staff(duties.iter().copied().collect());
    let standing = match column {
        "enterprise" | "other enterprise" => Standing::Enterprise(EnterpriseId::new(1)),
        "provider" | "other provider" => Standing::Provider(ProviderId::new(1)),
        "task force" => staff(&[Duty::TaskForce]),
        "final reviewer" => staff(&[Duty::TaskForce, Duty::FinalReviewer]),
        "authority" => staff(&[Duty::CompetentAuthority]),
        "finance" => staff(&[Duty::Finance]),
        "auditor" => staff(&[Duty::Auditor]),
        "system" => staff(&[Duty::Administrator]),
        "security" => staff(&[Duty::SecurityAdministrator]),
        "audit log" => staff(&[Duty::AuditAdministrator]),
        _ => return None,
    };
    Some(Actor { account: None, name: "x".into(), standing })
}
