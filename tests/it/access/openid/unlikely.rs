//! Providers that are away, silent or strange, and settings that cannot work.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use suanquan::config::Config;

use super::*;

/// A site of its own whose settings name this issuer.
fn alone(issuer: &str) -> (TestDb, Folder, Server) {
    let db = TestDb::sqlite();
    administrator(&TestHouse::new(db.url()));
    let folder = Folder::new("openid");
    let server = served(db.url(), &folder, &free(), issuer, Ways { settings: "timeout_seconds = 1", ..USUAL });
    (db, folder, server)
}

#[test]
fn a_provider_that_is_away_silent_or_somebody_else_leaves_the_password() {
    let db = TestDb::sqlite();
    let Town { provider, server, _folder, .. } = Town::new(&db, USUAL, &json!({}));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", listener.local_addr().unwrap());
    let other_name = provider.issuer().replace("localhost", "127.0.0.1");
    let away = format!("http://{}", free());
    runtime().block_on(async {
        for (issuer, why) in [(&other_name, "another name"), (&silent, "silent"), (&away, "away")] {
            let (_db, _folder, server) = alone(issuer);
            let begun = Instant::now();
            refused_for_now(&server, why).await;
            assert!(begun.elapsed() < Duration::from_secs(20), "{why}: {:?}", begun.elapsed());
        }
        // Somebody is over there when it goes away.
        let person = Person::new(&server);
        let address = leave(&person, "").await;
        let place = at_provider(&person, &address, &as_person("7f3a", ADMIN)).await;
        provider.stop();
        let lost = come_back(&person, &place).await;
        assert!(lost.status == 503 && lost.text.contains("没有应答") && !person.is_in().await, "{}", lost.text);
    });
}

async fn refused_for_now(server: &Server, why: &str) {
    let person = Person::new(server);
    let page = person.get("/login?next=/admin/tokens").await;
    let sent = person.send(&page, "/login/openid", &[]).await;
    assert!(sent.status == 503 && sent.text.contains("统一身份认证暂时没有应答"), "{why}: {} {}", sent.status, sent.text);
    assert_eq!(sent.hidden("next"), "/admin/tokens", "{why}");
    let entered = person.send(&sent, "/login", &[("email", ADMIN), ("password", PASSWORD)]).await;
    assert_eq!((entered.status, entered.place.as_str()), (303, "/admin/tokens"), "{why}: {}", entered.text);
}

#[test]
fn every_way_of_signing_that_is_trusted_is_read_and_a_shared_secret_is_not() {
    for (algorithm, plain, taken) in [
        ("RS256", true, true),
        ("PS256", false, true),
        ("ES256", false, true),
        ("ES384", true, true),
        ("EdDSA", true, true),
        ("HS256", true, false),
    ] {
        let db = TestDb::sqlite();
        let town = Town::new(&db, USUAL, &json!({"algorithm": algorithm, "plain": plain}));
        runtime().block_on(async {
            let (person, answer) = town.come(&as_person("7f3a", ADMIN)).await;
            assert_eq!((person.is_in().await, answer.status == 303), (taken, taken), "{algorithm}: {}", answer.text);
            assert_eq!(town.last_refusal(), if taken { "" } else { "openid_untrusted" }, "{algorithm}");
        });
    }
}

#[test]
fn without_a_provider_in_the_settings_there_is_no_button_and_no_way() {
    let folder = Folder::new("openid");
    let db = TestDb::sqlite();
    let server = crate::access::demo(db.url(), &folder, "people");
    runtime().block_on(async {
        let person = Person::new(&server);
        let page = person.get("/login").await;
        assert!(!page.text.contains("openid"), "{}", page.text);
        assert_eq!(person.send(&page, "/login/openid", &[]).await.status, 404);
        assert_eq!(person.get(RETURN).await.status, 404);
    });
}

#[test]
fn settings_of_a_provider_say_what_is_missing_and_print_no_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("openid");
    let (path, secret) = (folder.file("suanquan.toml"), folder.file("secret"));
    std::fs::write(&secret, "hidden words\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let read = |text: &str| {
        let whole = format!(
            "database = \"sqlite:///x\"\nsecret = \"0123456789abcdef0123456789abcdef\"\nbase_url = \"https://x\"\nmail = \"folder:/x\"\nmail_from = \"x@x.cn\"\n[openid]\n{text}"
        );
        std::fs::write(&path, whole).unwrap();
        Config::load(Some(path.as_ref())).and_then(|config| config.check_for_production().map(|()| config)).map_err(|why| why.to_string())
    };
    let good = format!("issuer = \"https://id.example.cn\"\nclient_id = \"suanquan\"\nclient_secret_file = \"{secret}\"");
    let openid = read(&good).ok().unwrap().openid.unwrap();
    assert!(openid.client_secret.expose() == "hidden words" && !format!("{openid:?}").contains("hidden"));
    for (from, to, word) in [
        ("https://id", "http://id", "issuer must begin with https://"),
        ("https://id.example.cn", "http://localhost:80@id.example.cn", "issuer must begin with https://"),
        ("\"suanquan\"", "\"\"", "client_id is missing"),
        (good.lines().last().unwrap(), "", "SUANQUAN_OPENID_CLIENT_SECRET"),
        ("client_id", "klient_id", "klient_id"),
        ("client_id", "timeout_seconds = 0\nclient_id", "timeout_seconds must be 1 to 30"),
        ("client_id", "second_factor = \"both\"\nclient_id", "second_factor"),
        ("client_id", "label_en = \"\"\nclient_id", "label_en"),
    ] {
        let why = read(&good.replacen(from, to, 1)).err().unwrap();
        assert!(why.contains(word) && !why.contains("hidden"), "{why}");
    }
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let why = read(&good).err().unwrap();
    assert!(why.contains("others may read it") && why.contains(&secret), "{why}");
}
