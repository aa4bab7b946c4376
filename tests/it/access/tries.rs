//! Guessing: nobody learns which addresses exist, tries are counted, passwords grow old by one of the
//! two rule books, and a hash with old parameters is made anew.

use std::time::Instant;

use chrono::TimeDelta;
use suanquan::acts::reset_password::{ask_password_reset, reset_password};
use suanquan::config::{Config, PasswordProfile, SecondFactor};
use suanquan::reports::signed_in;
use suanquan::secret::password::is_outdated;
use suanquan::secret::{hash_password, token_hash};
use suanquan::store;

use super::{Answer, Person, demo, runtime};
use crate::accounts::house::{PASSWORD, TestHouse, refusal};
use crate::harness::db::{TestDb, on_both};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};

/// What somebody who guesses sees, without the address they typed and the words of the form.
fn seen(answer: &Answer, email: &str) -> (u16, String, usize) {
    (answer.status, answer.place.clone(), answer.text.replace(email, "").len())
}

#[test]
fn known_and_unknown_addresses_are_answered_alike() {
    let db = TestDb::sqlite();
    let folder = Folder::new("tries");
    let server = demo(db.url(), &folder, "people");
    runtime().block_on(async {
        let mut answers = Vec::new();
        for email in ["tf1@demo.suanquan.example", "tf9@demo.suanquan.example"] {
            let person = Person::new(&server);
            let mut told = Vec::new();
            let page = person.get("/login").await;
            told.push(seen(&person.send(&page, "/login", &[("email", email), ("password", "not the password")]).await, email));
            let long = "x".repeat(1_000_000 / 4);
            told.push(seen(&person.send(&page, "/login", &[("email", email), ("password", &long)]).await, email));
            for form in ["/forgot", "/confirm"] {
                let page = person.get(form).await;
                told.push(seen(&person.send(&page, form, &[("email", email)]).await, email));
            }
            let page = person.get("/register").await;
            let uscc = if email.starts_with("tf1") { "914403001922038216" } else { "91420100MA4TE5T139" };
            let typed = [
                ("uscc", uscc),
                ("enterprise", "武汉云杉智能科技有限公司"),
                ("name", "李明"),
                ("phone", "02787654321"),
                ("email", email),
                ("password", "correct horse battery"),
            ];
            told.push(seen(&person.send(&page, "/register", &typed).await, email));
            answers.push(told);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0].iter().map(|(status, ..)| *status).collect::<Vec<_>>(), [422, 422, 303, 303, 303]);
    });
}

#[test]
fn an_address_without_an_account_costs_as_much_time_as_one_with() {
    let db = TestDb::sqlite();
    let house = TestHouse::new(db.url());
    house.registered("li@yunshan.example");
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..9 {
        for (at, email) in [format!("nobody{round}@yunshan.example"), "li@yunshan.example".into()].into_iter().enumerate() {
            let start = Instant::now();
            assert_eq!(refusal(house.sign_in(&email, "not the password")).code, "wrong_password");
            times[at].push(start.elapsed());
        }
    }
    // The quickest of nine: the machine does other things too, and the same work has the same floor.
    let [unknown, known] = times.map(|times| times.iter().min().unwrap().as_micros());
    assert!(unknown * 2 > known && known * 2 > unknown, "unknown {unknown} µs, known {known} µs");
}

#[test]
fn a_network_that_tries_too_often_is_told_when_to_come_back() {
    on_both(|url| {
        let folder = Folder::new("tries");
        assert!(run(&["init", "--database", url], &[]).status.success());
        let settings = format!(
            "database = \"{url}\"\nbind = \"127.0.0.1:0\"\nbase_url = \"http://127.0.0.1\"\nfiles = \"{}\"\nsecret = \"0123456789abcdef0123456789abcdef\"\n\
             mail = \"smtp://127.0.0.1:9\"\nmail_from = \"no-reply@suanquan.example\"\nsecure_cookies = false\ntries_per_minute = 3\ntrusted_proxies = [\"127.0.0.1\"]\n",
            folder.file("files")
        );
        std::fs::write(folder.file("suanquan.toml"), settings).unwrap();
        let server = Server::start(&["serve", "--config", &folder.file("suanquan.toml")], &[]);
        runtime().block_on(async {
            let person = Person::new(&server);
            let page = person.get("/login").await;
            let form = [("csrf", page.hidden("csrf")), ("email", "a@b.example".into()), ("password", "x".into())];
            let from = async |forwarded: &str| {
                let request = person.client.post(server.url("/login")).header("x-forwarded-for", forwarded).form(&form);
                let answer = request.send().await.unwrap();
                let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
                (answer.status().as_u16(), wait)
            };
            for _ in 0..3 {
                assert_eq!(from("192.0.2.1").await, (422, None));
            }
            assert_eq!(from("192.0.2.1").await, (429, Some("30".into())));
            assert_eq!(from("203.0.113.5, 192.0.2.1").await.0, 429, "what a visitor writes in front changes nothing");
            assert_eq!(from("192.0.2.2").await.0, 422, "a neighbour is not kept out");
            assert_eq!(person.get("/notices").await.status, 200, "reading is not counted");
        });
    });
}

#[test]
fn passwords_grow_old_by_level_three_only_and_five_tries_close_the_address() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        house.wait(TimeDelta::days(91));
        assert!(house.sign_in("li@yunshan.example", PASSWORD).is_ok());
        let mut house = house.with(&Config {
            password_profile: PasswordProfile::Mlps3,
            staff_second_factor: SecondFactor::Optional,
            ..Config::default()
        });
        assert_eq!(refusal(house.sign_in("li@yunshan.example", PASSWORD)).code, "password_too_old");
        assert_eq!(refusal(house.sign_in("li@yunshan.example", "wrong")).code, "wrong_password", "only its owner learns that it is old");
        for _ in 0..4 {
            assert_eq!(refusal(house.sign_in("li@yunshan.example", "wrong")).code, "wrong_password");
        }
        assert_eq!(refusal(house.sign_in("li@yunshan.example", PASSWORD)).code, "too_many_attempts");
        house.wait(TimeDelta::minutes(29));
        assert_eq!(refusal(house.sign_in("li@yunshan.example", PASSWORD)).code, "too_many_attempts");
        house.wait(TimeDelta::minutes(2));
        assert_eq!(refusal(house.sign_in("li@yunshan.example", PASSWORD)).code, "password_too_old");
    });
}

#[test]
fn a_reset_by_the_link_opens_an_address_that_a_stranger_closed() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        let session = house.sign_in("li@yunshan.example", PASSWORD).unwrap();
        house.wait(TimeDelta::minutes(1));
        for _ in 0..10 {
            assert_eq!(refusal(house.sign_in("li@yunshan.example", "a guess")).code, "wrong_password");
        }
        assert_eq!(refusal(house.sign_in("li@yunshan.example", PASSWORD)).code, "too_many_attempts");
        let now = house.now();
        assert!(house.store.read(|db| signed_in(db, &token_hash(session.expose()), now)).unwrap().is_some(), "who is in stays in");
        house.wait(TimeDelta::seconds(1));
        house.act(|act| ask_password_reset(act, "li@yunshan.example")).unwrap();
        let token = house.token_of("li@yunshan.example", "/reset/");
        let hash = hash_password("four herons over the lake").unwrap();
        house.act(|act| reset_password(act, &token, &hash)).unwrap();
        assert!(house.sign_in("li@yunshan.example", "four herons over the lake").is_ok());
        house.wait(TimeDelta::seconds(1));
        for _ in 0..10 {
            assert_eq!(refusal(house.sign_in("li@yunshan.example", "a guess")).code, "wrong_password");
        }
        assert_eq!(refusal(house.sign_in("li@yunshan.example", "a guess")).code, "too_many_attempts");
    });
}

#[test]
fn a_hash_with_old_parameters_is_made_anew_at_the_next_sign_in() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        let known = || house.store.read(|db| store::account::find_by_email(db, "li@yunshan.example")).unwrap().unwrap();
        let weak = {
            use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
            let params = Params::new(9_728, 2, 1, None).unwrap();
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(PASSWORD.as_bytes()).unwrap().to_string()
        };
        let now = house.now().naive_utc();
        let id = known().id;
        house.store.write(|db| store::account_change::set_password(db, id, &weak, now)).unwrap();
        assert!(is_outdated(&weak));
        assert!(house.sign_in("li@yunshan.example", "wrong").is_err() && known().password_hash == Some(weak.clone()));
        assert!(house.sign_in("li@yunshan.example", PASSWORD).is_ok());
        assert!(!is_outdated(&known().password_hash.unwrap()));
        assert!(house.sign_in("li@yunshan.example", PASSWORD).is_ok());
    });
}

#[test]
fn a_key_that_others_may_read_is_refused_and_init_makes_one_that_they_may_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("tries");
    let url = format!("sqlite://{}", folder.file("suanquan.db"));
    let key = folder.file("suanquan.key");
    for _ in 0..2 {
        assert!(run(&["init", "--database", &url, "--key-file", &key], &[]).status.success());
    }
    let mode = |path: &str| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&key), std::fs::read_to_string(&key).unwrap().trim().len()), (0o600, 64));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let output = run(&["serve"], &[("SUANQUAN_DATABASE", &url), ("SUANQUAN_KEY_FILE", &key)]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains("chmod 600"), "{text}");
}
