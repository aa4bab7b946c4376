//! Who may call what: every route × every role, over HTTP, and as a page of the documents.

use std::fmt::Write as _;

use reqwest::{Client, Method, redirect};
use suanquan::ids::{EnterpriseId, ProviderId};
use suanquan::party::{Actor, Duty, Standing};
use suanquan::web::routes::{Access, Route, tables};

use crate::harness::folder::Folder;
use crate::harness::server::Server;

/// A role, an actor that holds only it, and an address of the demo who does.
pub(crate) fn roles() -> Vec<(&'static str, Actor, Option<&'static str>)> {
    let staff = |duties: &[Duty]| Standing::Staff(duties.iter().copied().collect());
    let actor = |standing| Actor { account: None, name: "x".into(), standing };
    vec![
        ("enterprise", actor(Standing::Enterprise(EnterpriseId::new(1))), None),
        ("provider", actor(Standing::Provider(ProviderId::new(1))), Some("waicc@demo.suanquan.example")),
        ("task_force", actor(staff(&[Duty::TaskForce])), Some("tf3@demo.suanquan.example")),
        ("final_reviewer", actor(staff(&[Duty::TaskForce, Duty::FinalReviewer])), Some("tf1@demo.suanquan.example")),
        ("competent_authority", actor(staff(&[Duty::CompetentAuthority])), Some("authority@demo.suanquan.example")),
        ("finance", actor(staff(&[Duty::Finance])), Some("finance1@demo.suanquan.example")),
        ("auditor", actor(staff(&[Duty::Auditor])), Some("audit@demo.suanquan.example")),
        ("administrator", actor(staff(&[Duty::Administrator])), Some("admin@demo.suanquan.example")),
        ("security_administrator", actor(staff(&[Duty::SecurityAdministrator])), Some("security@demo.suanquan.example")),
        ("audit_administrator", actor(staff(&[Duty::AuditAdministrator])), Some("logs@demo.suanquan.example")),
    ]
}

fn all_routes() -> Vec<Route> {
    let mut routes: Vec<Route> = tables(true).into_iter().flatten().copied().collect();
    routes.sort_by_key(|route| (route.path, route.method));
    routes
}

#[test]
fn the_page_of_permissions_is_the_tables() {
    let mut page = String::from(
        "# Permissions\n\nGenerated from the route tables of `src/web` and `src/api`; a test fails when this page is stale, and another\ncalls every route as every role. `●` open, empty refused. The API's calls check a service token themselves.\n\n| route | everybody |",
    );
    for (name, ..) in roles() {
        let _ = write!(page, " {name} |");
    }
    page.push_str("\n|---|---|");
    page.push_str(&"---|".repeat(roles().len()));
    for route in all_routes() {
        let mark = |open: bool| if open { "●" } else { "" };
        let _ = write!(page, "\n| `{} {}` | {} |", route.method, route.path, mark(route.access.admits(None)));
        for (_, actor, _) in roles() {
            let _ = write!(page, " {} |", mark(route.access.admits(Some(&actor))));
        }
    }
    page.push('\n');
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/permissions.md");
    if std::env::var_os("SUANQUAN_UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), page, "run the tests with SUANQUAN_UPDATE_DOCS=1");
}

#[test]
fn no_route_stands_twice() {
    let routes = all_routes();
    for pair in routes.windows(2) {
        assert!((pair[0].path, pair[0].method) != (pair[1].path, pair[1].method), "{} {}", pair[0].method, pair[0].path);
    }
}

fn address(server: &Server, route: &Route) -> String {
    let mut path = String::new();
    let mut inside = false;
    for c in route.path.chars() {
        match c {
            '{' => {
                inside = true;
                path.push_str("999999");
            }
            '}' => inside = false,
            other if !inside => path.push(other),
            _ => {}
        }
    }
    server.url(&path)
}

#[test]
fn every_route_answers_every_role_as_its_table_says() {
    let folder = Folder::new("permissions");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let anonymous = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).build().unwrap();
        for route in all_routes().into_iter().filter(|route| !route.path.starts_with("/api/")) {
            let answer = anonymous.request(route.method.parse().unwrap(), address(&server, &route)).send().await.unwrap();
            let status = answer.status().as_u16();
            assert!(status < 500, "{} {} as nobody: {status}", route.method, route.path);
            if route.access != Access::Everybody {
                let expected = if route.method == "GET" { 303 } else { 401 };
                assert_eq!(status, expected, "{} {} as nobody", route.method, route.path);
            }
        }
        for (role, actor, email) in roles() {
            let Some(email) = email else { continue };
            let client = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).build().unwrap();
            let page = client.get(server.url("/login")).send().await.unwrap().text().await.unwrap();
            let csrf = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
            let form = [("csrf", csrf.as_str()), ("email", email), ("password", "suanquan-demo"), ("next", "")];
            let answer = client.post(server.url("/login")).form(&form).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 303, "{role} signs in");
            for route in all_routes().into_iter().filter(|route| !route.path.starts_with("/api/") && route.path != "/logout") {
                let answer = client.request(route.method.parse::<Method>().unwrap(), address(&server, &route)).send().await.unwrap();
                let status = answer.status().as_u16();
                let text = answer.text().await.unwrap();
                let refused = status == 403 && text.contains("您没有这项权限");
                assert!(status < 500, "{} {} as {role}: {status}", route.method, route.path);
                assert_eq!(!refused, route.access.admits(Some(&actor)), "{} {} as {role}: {status}", route.method, route.path);
            }
        }
    });
}
