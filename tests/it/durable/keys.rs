//! Every request that changes something carries a key made by the client. Which routes do is read from
//! the route tables, so that a new one cannot be forgotten.

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use suanquan::acts::{RequestKey, perform_once, refuse};
use suanquan::clock::Clock;
use suanquan::config::Config;
use suanquan::party::Actor;
use suanquan::startup::house;
use suanquan::store::{Store, migrations};
use suanquan::web::form::WITHOUT_KEY;
use suanquan::web::routes::{Access, Route, tables};

use crate::doors::{Caller, hidden, runtime};
use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::server::Server;

/// Calls of programs that have no key: an event carries its own (source and id), and a trial stores nothing.
const API_WITHOUT_KEY: [&str; 2] = ["/api/v1/usage/events", "/api/v1/tariffs/simulate"];

/// Files that store something without a key, and why that is right.
const WITHOUT_ONCE: [(&str, &str); 6] = [
    ("src/api/usage_events.rs", "every event has a key of its own"),
    ("src/web/account/sign_in.rs", "signing in twice opens two sessions"),
    ("src/web/account/invite.rs", "signs in, after an act with a key"),
    ("src/web/account/second_factor.rs", "recovery codes are shown once, and no answer with them is kept"),
    ("src/web/dev/people.rs", "the demo's own buttons"),
    ("src/web/site.rs", "gives the acts their key"),
];

fn posts() -> Vec<Route> {
    tables(true).into_iter().flatten().filter(|route| route.method == "POST").copied().collect()
}

fn address(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "999999" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn as_browser(caller: &Caller<'_>, path: &str) -> Response {
    let csrf = hidden(&caller.read("/login?next=/").await, "csrf");
    let csrf = if csrf.is_empty() { meta(&caller.read("/policy").await) } else { csrf };
    caller.send(path, &[("csrf", csrf)]).await
}

fn meta(page: &str) -> String {
    page.split("<meta name=\"csrf\" content=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[test]
fn forms_need_a_key_and_one_key_does_one_thing() {
    let folder = Folder::new("keys");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        a_form_without_a_key_is_refused_on_every_route(&server).await;
        the_same_page_sent_with_other_content_is_refused_and_nothing_is_done(&server).await;
        what_is_no_longer_waiting_is_answered_as_before_under_its_key(&server).await;
    });
}

async fn a_form_without_a_key_is_refused_on_every_route(server: &Server) {
    let people = ["firm08", "waicc", "tf1", "tf3", "authority", "finance1", "audit", "admin", "security"];
    let mut seen = std::collections::BTreeSet::new();
    for person in people {
        let client = Caller::enter(server, &format!("{person}@demo.suanquan.example")).await.unwrap();
        let caller = Caller { server, client };
        for route in posts().into_iter().filter(|route| !route.path.starts_with("/api/") && !WITHOUT_KEY.contains(&route.path)) {
            if seen.contains(route.path) {
                continue;
            }
            let answer = as_browser(&caller, &address(&route)).await;
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            if status == 403 && text.contains("您没有这项权限") {
                assert_ne!(route.access, Access::Everybody, "{}", route.path);
                continue;
            }
            assert!(status == 400 && text.contains("request_key"), "{} as {person}: {status} {text}", route.path);
            seen.insert(route.path);
        }
    }
    let missing: Vec<&str> = posts()
        .iter()
        .map(|route| route.path)
        .filter(|path| !path.starts_with("/api/") && !WITHOUT_KEY.contains(path) && !seen.contains(path))
        .collect();
    assert!(missing.is_empty(), "nobody could try {missing:?}");
}

#[test]
fn a_call_without_a_key_is_refused_on_every_route_that_has_none_of_its_own() {
    let folder = Folder::new("keys");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    runtime().block_on(async {
        let token = token(&server).await;
        for route in posts().into_iter().filter(|route| route.path.starts_with("/api/") && !API_WITHOUT_KEY.contains(&route.path)) {
            let answer = Client::new().post(server.url(route.path)).bearer_auth(&token).body("[]").send().await.unwrap();
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            assert!(status == 400 && text.contains("no_idempotency_key"), "{}: {status} {text}", route.path);
        }
    });
}

async fn token(server: &Server) -> String {
    let client = Caller::enter(server, "security@demo.suanquan.example").await.unwrap();
    let admin = Caller { server, client };
    let page = admin.read("/admin/tokens").await;
    let form = [
        ("csrf", hidden(&page, "csrf")),
        ("request_key", hidden(&page, "request_key")),
        ("provider", "1".to_owned()),
        ("name", "计量".to_owned()),
    ];
    let shown = admin.send("/admin/tokens", &form).await.text().await.unwrap();
    format!("sq_{}", shown.split("sq_").nth(1).unwrap().chars().take(64).collect::<String>())
}

#[test]
fn no_door_performs_an_act_without_a_key() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("src/web"), root.join("src/api")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            for word in [" perform(", "(perform(", "=perform(", ".store.write(", "sign_in::sign_in(", "open_session("] {
                if text.contains(word) && !WITHOUT_ONCE.iter().any(|(known, _)| *known == name) {
                    found.push(format!("{name} uses {}", word.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "these store something without the client's key; use Site::act or perform_once: {found:#?}");
}

async fn the_same_page_sent_with_other_content_is_refused_and_nothing_is_done(server: &Server) {
    let caller = Caller { server, client: Caller::enter(server, "firm36@demo.suanquan.example").await.unwrap() };
    let page = caller.read("/my/enterprise").await;
    let form = |person: &str| {
        let (csrf, key) = (hidden(&page, "csrf"), hidden(&page, "request_key"));
        let version = hidden(&page, "version");
        let address = "武汉市高新大道1号".to_owned();
        let fields = [("csrf", csrf), ("request_key", key), ("version", version), ("address", address)];
        [&fields[..], &[("phone", "027-87000000".to_owned()), ("legal_representative", person.to_owned())]].concat()
    };
    let first = caller.send("/my/enterprise", &form("张三丰")).await.status();
    let again = caller.send("/my/enterprise", &form("张三丰")).await.status();
    assert_eq!((first.as_u16(), again.as_u16()), (303, 303));
    let other = caller.send("/my/enterprise", &form("李四光")).await;
    assert_eq!(other.status(), 409);
    assert!(other.text().await.unwrap().contains("已按那一份办理"));
    let page = caller.read("/my/enterprise").await;
    assert!(page.contains("张三丰") && !page.contains("李四光"));
    an_upload_is_filed_once_per_key(&caller).await;
}

/// A case leaves the provider's list when it is confirmed; whoever did not hear the answer asks again.
async fn what_is_no_longer_waiting_is_answered_as_before_under_its_key(server: &Server) {
    let caller = Caller { server, client: Caller::enter(server, "dhzs@demo.suanquan.example").await.unwrap() };
    let list = caller.read("/provider").await;
    let number = list.split("/provider/applications/").nth(1).and_then(|rest| rest.split('"').next()).expect("a case waits");
    let place = format!("/provider/applications/{number}");
    let page = caller.read(&place).await;
    let mut form: Vec<(&str, String)> = ["csrf", "request_key", "version"].map(|name| (name, hidden(&page, name))).into();
    for named in page.split("name=\"accepted_").skip(1) {
        let name = &page[page.find(named).unwrap() - "accepted_".len()..][.."accepted_".len() + named.find('"').unwrap()];
        let value = named.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        form.push((name, value.to_owned()));
    }
    let send = async |key: String| {
        let mut form = form.clone();
        form[1].1 = key;
        let answer = caller.send(&place, &form).await;
        (answer.status().as_u16(), answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned()))
    };
    let done = (303, Some("/provider".to_owned()));
    assert_eq!(send(form[1].1.clone()).await, done);
    assert_eq!(send(form[1].1.clone()).await, done, "the same request once more");
    assert_eq!(send("another-key-000001".to_owned()).await, (404, None), "another one finds nothing that waits");
}

async fn an_upload_is_filed_once_per_key(caller: &Caller<'_>) {
    let place = "/my/applications/A-2026-0035/materials";
    let page = caller.read(place).await;
    let (csrf, key) = (hidden(&page, "csrf"), hidden(&page, "request_key"));
    let send = async |words: &str| {
        let form = Form::new()
            .text("csrf", csrf.clone())
            .text("request_key", key.clone())
            .part("other", Part::bytes(format!("%PDF-1.4 {words}").into_bytes()).file_name("once.pdf"));
        caller.client.post(caller.server.url(place)).multipart(form).send().await.unwrap().status().as_u16()
    };
    assert_eq!((send("one").await, send("one").await, send("two").await), (303, 303, 409));
    let page = caller.read(place).await;
    let count = page.matches("once.pdf</a>").count().max(page.matches(">once.pdf<").count());
    assert!(count <= 1 && page.contains("once.pdf"), "{count}");
}

/// The second waits for the first, of which nothing is known until its transaction has ended.
#[test]
fn the_second_of_two_clicks_is_told_what_the_first_was_told() {
    on_both(|url| {
        let (store, rules, actor) = (Store::create(url).unwrap(), house(&Config::default(), ""), Actor::system());
        migrations::run(&store).unwrap();
        let now = Clock::Machine.now();
        for (number, is_refused) in [("key-00000001", false), ("key-00000002", true)] {
            let key = RequestKey::new("1 /form", number, b"body");
            let (began, beginning) = channel();
            let (store, rules, actor, key) = (&store, &rules, &actor, &key);
            std::thread::scope(|scope| {
                let first = scope.spawn(move || {
                    perform_once(store, rules, actor, now, key, |_| {
                        began.send(()).unwrap();
                        std::thread::sleep(Duration::from_millis(300));
                        if is_refused { refuse("changed", "刚刚有变化。", "It has just changed.") } else { Ok("first".to_owned()) }
                    })
                });
                beginning.recv().unwrap();
                let second = perform_once(store, rules, actor, now, key, |_| Ok("second".to_owned()));
                assert_eq!(second.unwrap(), if is_refused { "second" } else { "first" });
                assert_eq!(first.join().unwrap().is_err(), is_refused);
            });
        }
    });
}
