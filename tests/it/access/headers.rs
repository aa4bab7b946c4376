//! Headers of every kind of answer: pages, files, programs' answers and errors.

use reqwest::Method;

use super::{Answer, Person, demo, runtime};
use crate::accounts::house::{PASSWORD, TestHouse};
use crate::accounts::staff::administrator;
use crate::harness::db::TestDb;
use crate::harness::folder::Folder;
use crate::harness::server::Server;

const ADMIN: &str = "admin@city.example";

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

#[test]
fn behind_tls_cookies_belong_to_this_host_alone() {
    let db = TestDb::sqlite();
    administrator(&TestHouse::new(db.url()));
    let folder = Folder::new("cookies");
    let server = Server::start(
        &["serve"],
        &[
            ("SUANQUAN_DATABASE", db.url()),
            ("SUANQUAN_BIND", "127.0.0.1:0"),
            ("SUANQUAN_SECRET", "0123456789abcdef0123456789abcdef0123456789abcdef"),
            ("SUANQUAN_BASE_URL", "https://suanquan.example"),
            ("SUANQUAN_STAFF_SECOND_FACTOR", "optional"),
            ("SUANQUAN_FILES", &folder.file("files")),
            ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
            ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
        ],
    );
    runtime().block_on(async {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let planted = "1".repeat(64);
        let plain = client.get(server.url("/login")).header("cookie", format!("sq_session={planted}")).send().await.unwrap();
        let set = plain.headers().get("set-cookie").unwrap().to_str().unwrap().to_owned();
        assert!(set.starts_with("__Host-sq_session=") && !set.contains(&planted), "a cookie without the prefix is not ours: {set}");
        for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(set.contains(part) && !set.contains("Domain"), "{set}");
        }
        for (name, shown) in [("sq_flash", false), ("__Host-sq_flash", true)] {
            let asked = client.get(server.url("/login")).header("cookie", format!("{name}={}", hex::encode("ok:一句话")));
            assert_eq!(asked.send().await.unwrap().text().await.unwrap().contains("一句话"), shown, "{name}");
        }
        let wished = client.get(server.url("/view?lang=en&theme=dark&back=/")).send().await.unwrap();
        let kept: Vec<&str> = wished.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        for name in ["sq_lang=en", "sq_theme=dark"] {
            assert!(kept.iter().any(|set| set.starts_with(&format!("__Host-{name};")) && set.contains("; Secure")), "{kept:?}");
        }
        let token = set.split(['=', ';']).nth(1).unwrap().to_owned();
        let csrf = suanquan::secret::csrf_word(&token);
        let form = [("csrf", csrf.as_str()), ("email", ADMIN), ("password", PASSWORD), ("next", "")];
        let asked = client.post(server.url("/login")).header("cookie", format!("__Host-sq_session={token}")).form(&form);
        let entered = asked.send().await.unwrap();
        let set = entered.headers().get("set-cookie").unwrap().to_str().unwrap().to_owned();
        assert!(entered.status() == 303 && set.starts_with("__Host-sq_session=") && set.contains("; Secure"), "{set}");
        let token = set.split(['=', ';']).nth(1).unwrap();
        for (name, status) in [("__Host-sq_session", 200), ("sq_session", 303)] {
            let asked = client.get(server.url("/account")).header("cookie", format!("{name}={token}"));
            assert_eq!(asked.send().await.unwrap().status(), status, "{name}");
        }
    });
}
