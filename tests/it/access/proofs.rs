//! Acts that need a fresh proof of who sits there.

use suanquan::web::routes::{CONFIRMED, tables};

use super::{Person, demo, runtime};
use crate::harness::db::{TestDb, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::Server;

const LONG_AGO: &str = "UPDATE session SET confirmed_at = '2020-01-01 00:00:00'";

/// Somebody of the demo to whom the route is open.
fn who(path: &str) -> &'static str {
    match path.split('/').nth(1).unwrap() {
        "desk" => "authority@demo.suanquan.example",
        "finance" => "finance1@demo.suanquan.example",
        "admin" => "security@demo.suanquan.example",
        "my" => "firm36@demo.suanquan.example",
        _ => "tf1@demo.suanquan.example",
    }
}

#[test]
fn a_weighty_step_asks_again_and_goes_on_with_what_was_typed() {
    on_both_databases(|db| {
        let folder = Folder::new("proofs");
        let server = demo(db.url(), &folder, "people");
        runtime().block_on(async {
            let person = Person::enter(&server, "security@demo.suanquan.example").await;
            let page = person.get("/admin/people/new").await;
            db.run_sql(LONG_AGO);
            let typed =
                [("name", "新同事"), ("email", "new@city.example"), ("language", "zh-CN"), ("house", "staff"), ("duties", "finance")];
            let asked = person.send(&page, "/admin/people/new", &typed).await;
            assert!(asked.status == 401 && asked.text.contains("新建账号并授权"), "{} {}", asked.status, asked.text);
            let what = asked.hidden("what");
            let wrong = person.send(&asked, "/account/confirm", &[("proof", "not the password"), ("what", &what)]).await;
            assert!(wrong.status == 422 && wrong.text.contains("密码不对") && wrong.text.contains(&what), "{}", wrong.text);
            let done = person.send(&wrong, "/account/confirm", &[("proof", super::PASSWORD)]).await;
            assert!(done.status == 200 && done.session.is_some(), "a fresh proof gives another session id");
            assert!(done.text.contains("action=\"/admin/people/new\"") && done.hidden("name") == "新同事", "{}", done.text);
            let kept: Vec<(&str, String)> = ["name", "email", "language", "house", "duties"].map(|name| (name, done.hidden(name))).into();
            let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(person.send(&done, "/admin/people/new", &kept).await.status, 303);
            assert!(person.get("/admin").await.text.contains("new@city.example"));
            assert_eq!(person.get("/account/second-factor").await.status, 200, "ten minutes of peace");

            let mut foreign = page.hidden("csrf");
            foreign.replace_range(0..1, if foreign.starts_with('0') { "1" } else { "0" });
            db.run_sql(LONG_AGO);
            let forged = person.post("/admin/people/new", &[("csrf".into(), foreign), ("name".into(), "x".into())]).await;
            assert_eq!(forged.status, 403, "a form that is not ours is not carried over the step");
        });
    });
}

#[test]
fn every_line_of_the_table_is_a_route_and_none_is_missing() {
    let routes: Vec<_> = tables(false).into_iter().flatten().copied().collect();
    for (method, path, ..) in CONFIRMED {
        assert!(routes.iter().any(|route| route.method == *method && route.path == *path), "{method} {path} is no route");
    }
    for needed in ["publish", "approve", "settle", "/my/bank", "/rights"] {
        assert!(CONFIRMED.iter().any(|(_, path, ..)| path.ends_with(needed)), "{needed}");
    }
}

/// Every step of the table asks, on a full demo.
pub async fn every_step_asks(server: &Server, db: &TestDb) {
    for (method, path, what, _) in CONFIRMED {
        let person = Person::enter(server, who(path)).await;
        let page = person.get("/account").await;
        db.run_sql(LONG_AGO);
        let place = path.replace("{number}", "X-1").replace("{id}", "1");
        let answer = if *method == "GET" { person.get(&place).await } else { person.send(&page, &place, &[]).await };
        assert!(answer.status == 401 && answer.text.contains(what), "{method} {path}: {} {}", answer.status, answer.text);
    }
}

#[test]
fn a_form_of_another_site_is_refused() {
    let db = TestDb::sqlite();
    let folder = Folder::new("proofs");
    let server = demo(db.url(), &folder, "people");
    runtime().block_on(async {
        let person = Person::enter(&server, "tf1@demo.suanquan.example").await;
        let page = person.get("/account").await;
        for (name, value, status) in [
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-site", "same-site", 403),
            ("origin", "https://evil.example", 403),
            ("origin", "null", 403),
            ("sec-fetch-site", "same-origin", 422),
            ("origin", server.address(), 422),
        ] {
            let form = [("csrf", page.hidden("csrf")), ("request_key", format!("{name}-{value}"))];
            let answer = person.client.post(server.url("/account")).header(name, value).form(&form).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{name}: {value}");
        }
        // Somebody who is not signed in is not asked to sign in for another site's form either.
        let stranger = Person::new(&server);
        let answer = stranger.client.post(server.url("/my/bank")).header("origin", "https://evil.example").form(&[("a", "b")]).send().await;
        assert_eq!(answer.unwrap().status().as_u16(), 403);
    });
}
