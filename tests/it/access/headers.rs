//! Headers of every kind of answer: pages, files, programs' answers and errors.

use reqwest::Method;

use super::{Answer, Person, demo, runtime};
use crate::harness::db::TestDb;
use crate::harness::folder::Folder;

#[test]
fn every_kind_of_answer_carries_the_security_headers() {
    let db = TestDb::sqlite();
    let folder = Folder::new("headers");
    let server = demo(db.url(), &folder, "people");
    runtime().block_on(async {
        let person = Person::enter(&server, "waicc@demo.suanquan.example").await;
        let page = person.get("/").await.text;
        let style = page.split("href=\"/static/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        for (method, path, status) in [
            (Method::GET, "/", 200),
            (Method::GET, &format!("/static/{style}") as &str, 200),
            (Method::GET, "/static/nothing.css", 404),
            (Method::GET, "/healthz", 200),
            (Method::GET, "/api/v1/openapi.json", 200),
            (Method::GET, "/api/v1/purchases", 401),
            (Method::POST, "/api/v1/usage/events?atomic=maybe", 400),
            (Method::GET, "/api/nothing", 404),
            (Method::GET, "/nothing", 404),
            (Method::GET, "/notices/%00", 404),
            (Method::GET, "/admin", 403),
            (Method::POST, "/account", 403),
            (Method::PUT, "/account", 404),
            (Method::TRACE, "/", 404),
            (Method::GET, "/account/second-factor", 200),
        ] {
            let response = person.client.request(method.clone(), server.url(path)).send().await.unwrap();
            let private = path.starts_with("/account") && response.headers().get("cache-control").is_none_or(|kept| kept != "no-store");
            assert!(!private, "{path} may be kept by others");
            // Looks at the headers.
            assert_eq!(Answer::of(response).await.status, status, "{method} {path}");
        }
    });
}
