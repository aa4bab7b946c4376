//! What the log tells whoever watches it: proofs that did not hold, and requests that were refused.

use serde_json::Value;

use super::{Person, runtime};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};

/// A site as an operator runs it: its log is JSON.
fn serve(folder: &Folder, settings: &str) -> Server {
    let url = format!("sqlite://{}", folder.file("suanquan.db"));
    assert!(run(&["init", "--database", &url], &[]).status.success());
    let settings = format!(
        "database = \"{url}\"\nbind = \"127.0.0.1:0\"\nbase_url = \"http://127.0.0.1\"\nfiles = \"{}\"\nsecret = \"0123456789abcdef0123456789abcdef\"\n\
         mail = \"folder:{}\"\nmail_from = \"no-reply@suanquan.example\"\n{settings}\n",
        folder.file("files"),
        folder.file("mail")
    );
    std::fs::write(folder.file("suanquan.toml"), settings).unwrap();
    Server::start(&["serve", "--config", &folder.file("suanquan.toml")], &[])
}

/// The fields of the lines that say this.
fn lines(server: &Server, message: &str) -> Vec<Value> {
    let all: Vec<Value> = server.printed().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(!all.is_empty() && all.iter().all(|line| line["timestamp"].as_str().is_some_and(|at| at.ends_with('Z'))), "UTC: {all:?}");
    all.into_iter().map(|line| line["fields"].clone()).filter(|fields| fields["message"] == message).collect()
}

#[test]
fn a_proof_that_did_not_hold_and_a_request_that_was_refused_stand_in_the_log() {
    let folder = Folder::new("log");
    let server = serve(&folder, "secure_cookies = false\nstaff_second_factor = \"optional\"\ntries_per_minute = 6");
    let made = run(
        &[
            "admin",
            "create",
            "--database",
            &format!("sqlite://{}", folder.file("suanquan.db")),
            "--email",
            "office@firm.test",
            "--name",
            "李",
        ],
        &[],
    );
    let told = String::from_utf8_lossy(&made.stdout).into_owned();
    let link = told.split_whitespace().find_map(|word| word.split_once("/invite/")).map(|(_, token)| token.to_owned());
    let link = link.unwrap_or_else(|| panic!("{made:?}"));
    runtime().block_on(async {
        let stranger = Person::new(&server);
        let page = stranger.get(&format!("/invite/{link}")).await;
        let set = stranger.send(&page, &format!("/invite/{link}"), &[("name", "李"), ("password", "four herons over the lake")]).await;
        assert_eq!(set.status, 303, "{}", set.text);
        assert_eq!(Person::knock(&server, "office@firm.test", "wrong wrong wrong").await.1.status, 422);
        assert_eq!(Person::knock(&server, "nobody@firm.test", "wrong wrong wrong").await.1.status, 422);
        let (person, entered) = Person::knock(&server, "office@firm.test", "four herons over the lake").await;
        assert_eq!(entered.status, 303);
        assert_eq!(person.get("/finance/batches").await.status, 403);
        assert_eq!(person.get("/admin/people/4711").await.status, 404);
        assert_eq!(stranger.post("/login", &[("csrf".into(), "0000".into())]).await.status, 403);
        assert_eq!(stranger.get("/api/v1/purchases").await.status, 401);
        let mut last = 0;
        for _ in 0..40 {
            if last != 429 {
                last = Person::knock(&server, "nobody@firm.test", "wrong wrong wrong").await.1.status;
            }
        }
        assert_eq!(last, 429);
    });
    // What was answered last may be a moment later in the log.
    for _ in 0..500 {
        if !server.printed().contains("\"status\":429") {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
    let proofs = lines(&server, "a proof was refused");
    assert_eq!(proofs[0]["account"], 1, "{proofs:?}");
    assert!(proofs[1].get("account").is_none(), "{proofs:?}");
    for line in &proofs[..2] {
        assert_eq!((&line["act"], &line["code"], &line["address"]), (&"sign_in".into(), &"wrong_password".into(), &"127.0.0.1".into()));
    }
    let refused: Vec<(String, i64, i64)> = lines(&server, "a request was refused")
        .iter()
        .map(|line| (line["route"].as_str().unwrap().to_owned(), line["status"].as_i64().unwrap(), line["account"].as_i64().unwrap_or(0)))
        .collect();
    for line in [
        ("/finance/batches", 403, 1),
        ("/admin/people/{id}", 404, 1),
        ("/login", 403, 1),
        ("/api/v1/purchases", 401, 0),
        ("/login", 429, 0),
    ] {
        assert!(refused.contains(&(line.0.to_owned(), line.1, line.2)), "{line:?}: {refused:?}");
    }
    for private in ["office@firm.test", "nobody@firm.test", "wrong wrong wrong", &link] {
        assert!(!server.printed().contains(private), "{private}");
    }
}

#[test]
fn behind_tls_cookies_are_secure_and_browsers_are_told_to_stay_with_it() {
    let folder = Folder::new("log");
    let server = serve(&folder, "");
    runtime().block_on(async {
        for path in ["/", "/login", "/static/suanquan.js", "/healthz", "/nothing", "/api/v1/purchases"] {
            let answer = reqwest::get(server.url(path)).await.unwrap();
            let strict = answer.headers().get("strict-transport-security").unwrap().to_str().unwrap().to_owned();
            assert!(strict.contains("max-age=31536000") && strict.contains("includeSubDomains"), "{path}: {strict}");
            let page = !path.contains('.') && !path.starts_with("/api") && path != "/healthz";
            assert_eq!(answer.headers().get_all("set-cookie").iter().count(), usize::from(page), "{path}");
            for cookie in answer.headers().get_all("set-cookie") {
                let cookie = cookie.to_str().unwrap();
                for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                    assert!(cookie.split("; ").any(|one| one == part), "{path}: {cookie}");
                }
                assert!(!cookie.contains("Domain="), "{cookie}");
            }
        }
    });
}
