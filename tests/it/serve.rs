//! `suanquan init` and `suanquan serve` as an operator meets them.

use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn serve_refuses_missing_and_weak_settings_and_says_how_to_mend_them() {
    let url = "sqlite:///nowhere/suanquan.db";
    for (environment, told) in [
        (vec![], "SUANQUAN_DATABASE"),
        (vec![("SUANQUAN_DATABASE", url)], "openssl rand -hex 32"),
        (vec![("SUANQUAN_DATABASE", url), ("SUANQUAN_SECRET", "password")], "too weak"),
        (vec![("SUANQUAN_DATABASE", url), ("SUANQUAN_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")], "too weak"),
        (vec![("SUANQUAN_DATABASE", url), ("SUANQUAN_SECRET", SECRET)], "SUANQUAN_BASE_URL"),
    ] {
        let output = run(&["serve"], &environment);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains(told), "{environment:?}: {text}");
    }
}

#[test]
fn a_mistyped_database_is_refused_and_nothing_is_made() {
    let folder = Folder::new("serve");
    let path = folder.file("mistyped.db");
    let url = format!("sqlite://{path}");
    let environment = [
        ("SUANQUAN_DATABASE", url.as_str()),
        ("SUANQUAN_SECRET", SECRET),
        ("SUANQUAN_BASE_URL", "http://127.0.0.1"),
        ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
        ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
    ];
    let output = run(&["serve"], &environment);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains("suanquan init"), "{text}");
    assert!(!std::path::Path::new(&path).exists());
}

#[test]
fn broken_settings_name_line_and_reason() {
    let folder = Folder::new("serve");
    let path = folder.file("suanquan.toml");
    std::fs::write(&path, "bind = \"127.0.0.1:0\"\nupload_mib = \"much\"\n").unwrap();
    let output = run(&["serve", "--config", &path], &[]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains("line 2") && text.contains("upload_mib"), "{text}");
}

#[test]
fn serve_answers_is_ready_has_no_demo_pages_and_stops_in_order() {
    on_both(|url| {
        let folder = Folder::new("serve");
        assert!(run(&["init", "--database", url], &[]).status.success());
        let files = folder.file("files");
        let server = Server::start(
            &["serve"],
            &[
                ("SUANQUAN_DATABASE", url),
                ("SUANQUAN_BIND", "127.0.0.1:0"),
                ("SUANQUAN_SECRET", SECRET),
                ("SUANQUAN_BASE_URL", "http://127.0.0.1"),
                ("SUANQUAN_FILES", &files),
                ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
                ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
            ],
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for (path, status) in
                [("/healthz", 200), ("/readyz", 200), ("/dev/people", 404), ("/dev/mail", 404), ("/dev/parts", 404), ("/nope", 404)]
            {
                let answer = reqwest::get(server.url(path)).await.unwrap();
                assert_eq!(answer.status().as_u16(), status, "{path}");
                assert!(answer.headers().contains_key("content-security-policy"), "{path}");
            }
        });
        assert!(server.stop().success());
    });
}
