//! Whose second factor counts, and fresh proofs by the provider.

use chrono::{TimeDelta, Utc};
use suanquan::acts::openid_sign_in::{Said, begin, come_back as take_back, confirm_by_openid, sign_in_by_openid};
use suanquan::acts::second_factor::Clocks;
use suanquan::acts::sign_in::Whence;
use suanquan::config::{Config, FactorOf, OpenIdSettings};
use suanquan::secret::Token;
use suanquan::secret::totp::{code, step_of};

use super::*;
use crate::access::second_factor::seed_of;
use crate::accounts::house::refusal;
use crate::harness::db::on_both;

const LONG_AGO: &str = "UPDATE session SET confirmed_at = '2020-01-01 00:00:00'";

fn by(amr: &'static str) -> [(&'static str, &'static str); 4] {
    [("sub", "7f3a"), ("email", ADMIN), ("verified", "true"), ("amr", amr)]
}

#[test]
fn our_second_factor_is_asked_for_whatever_the_provider_says_of_its_own() {
    let db = TestDb::sqlite();
    let town = Town::new(&db, Ways { factor: "required", ..USUAL }, &json!({}));
    runtime().block_on(async {
        let (person, half_way) = town.come(&by("pwd otp")).await;
        assert_eq!((half_way.status, half_way.place.as_str()), (303, "/login/enrol?next=%2F"));
        assert!(!person.is_in().await && person.get("/admin").await.status == 303);
        let page = person.get(&half_way.place).await;
        let (seed, step) = (seed_of(&page.text), step_of(Utc::now()));
        let enrolled = person.send(&page, "/login/enrol", &[("proof", &code(&seed, step))]).await;
        assert!(enrolled.status == 200 && person.is_in().await, "{}", enrolled.text);

        let (person, half_way) = town.come(&by("pwd otp")).await;
        assert_eq!((half_way.status, half_way.place.as_str(), person.is_in().await), (303, "/login/code?next=%2F", false));
        let page = person.get(&half_way.place).await;
        assert!(page.text.contains("第一步已通过"), "{}", page.text);
        let entered = person.send(&page, "/login/code", &[("proof", &code(&seed, step + 1))]).await;
        assert_eq!((entered.status, entered.place.as_str()), (303, "/admin"));
        assert!(entered.session.is_some() && entered.session != half_way.session && person.is_in().await);

        // A fresh proof is a code here too, and the provider offers none.
        db.run_sql(LONG_AGO);
        let asked = person.get("/account/second-factor").await;
        assert!(asked.status == 401 && asked.text.contains("one-time-code"), "{}", asked.text);
        assert!(!asked.text.contains("/account/confirm/openid"), "{}", asked.text);
    });
}

#[test]
fn the_second_factor_of_the_provider_counts_where_the_operator_says_so_and_asks_anew_before_a_weighty_step() {
    let db = TestDb::sqlite();
    let ways = Ways { factor: "required", settings: "second_factor = \"provider\"" };
    let town = Town::new(&db, ways, &json!({}));
    runtime().block_on(async {
        let (person, half_way) = town.come(&by("pwd")).await;
        assert!(half_way.place.starts_with("/login/enrol") && !person.is_in().await, "a password over there is no second factor");
        let (person, entered) = town.come(&by("pwd otp")).await;
        assert_eq!((entered.status, entered.place.as_str()), (303, "/admin"), "{}", entered.text);

        for (who, status, refusal) in [(by("pwd"), 422, "openid_weak_proof"), (by("mfa"), 303, "")] {
            db.run_sql(LONG_AGO);
            let asked = person.get("/account/second-factor").await;
            assert!(asked.status == 401 && asked.text.contains("action=\"/account/confirm/openid\""), "{}", asked.text);
            assert!(!asked.text.contains("type=\"password\""), "a password is less than what let them in");
            let typed = person.send(&asked, "/account/confirm", &[("proof", PASSWORD)]).await;
            assert!(typed.status == 422 && typed.text.contains("密码不足以"), "{}", typed.text);
            let sent = person.send(&asked, "/account/confirm/openid", &[]).await;
            let address = address_on(&sent);
            assert!(address.contains("prompt=login") && address.contains("max_age=0"), "{address}");
            let place = at_provider(&person, &address, &who).await;
            let before = person.get("/login").await.place;
            let back = come_back(&person, &place).await;
            assert!(back.status == status && before == "/admin", "{who:?}: {} {}", back.status, back.text);
            if status == 422 {
                assert_eq!(town.last_refusal(), refusal);
                assert_eq!(person.get("/account/second-factor").await.status, 401);
            } else {
                assert!(back.place == "/account/second-factor" && back.session.is_some());
                assert_eq!(person.get("/account/second-factor").await.status, 200);
                assert_eq!(town.lines("confirm_again").len(), 1);
            }
        }

        // The form that was about to be sent comes back too, and an answer for one session serves no other.
        let page = person.get("/admin/people/new").await;
        db.run_sql(LONG_AGO);
        let typed = [("name", "新同事"), ("email", "new@city.example"), ("language", "zh-CN"), ("house", "staff"), ("duties", "finance")];
        let asked = person.send(&page, "/admin/people/new", &typed).await;
        let sent = person.send(&asked, "/account/confirm/openid", &[]).await;
        let place = at_provider(&person, &address_on(&sent), &by("pwd otp")).await;
        let done = come_back(&person, &place).await;
        assert!(
            done.status == 200 && done.hidden("name") == "新同事" && done.text.contains("action=\"/admin/people/new\""),
            "{}",
            done.text
        );
        assert_eq!(person.send(&done, "/admin/people/new", &typed).await.status, 303);
    });
}

fn by_provider(house: TestHouse) -> TestHouse {
    let openid: OpenIdSettings = toml::from_str("issuer = \"https://id.example.cn\"\nclient_id = \"x\"\nclient_secret = \"y\"").unwrap();
    house.with(&Config { openid: Some(OpenIdSettings { second_factor: FactorOf::Provider, ..openid }), ..Config::default() })
}

fn said(authenticated_at: Option<i64>) -> Said {
    Said {
        issuer: "https://id.example.cn".into(),
        subject: "7f3a".into(),
        email: ADMIN.into(),
        email_verified: true,
        by_second_factor: true,
        authenticated_at,
    }
}

#[test]
fn a_proof_of_an_hour_ago_or_for_another_session_is_no_fresh_one() {
    on_both(|url| {
        let house = TestHouse::new(url);
        administrator(&house);
        let house = by_provider(house);
        let now = Clocks { house: house.now(), world: Utc::now() };
        let sign_in = || sign_in_by_openid(&house.store, house.rules(), &said(None), &Whence::default(), house.now()).unwrap();
        let (here, elsewhere) = (sign_in(), sign_in());
        let browser = Token::from("browser");
        let asked = |state: &str, session: &Token| {
            begin(&house.store, house.rules(), (&state.into(), &browser), Some(session), "", now).unwrap();
            take_back(&house.store, house.rules(), (state, &browser), now).ok().unwrap()
        };
        let world = now.world.timestamp();
        let somebody_else = Said { subject: "8c01".into(), ..said(Some(world)) };
        for (state, session, said, code) in [
            ("one", &here, said(Some(world - 3600)), "openid_old_proof"),
            ("two", &here, said(None), "openid_old_proof"),
            ("three", &elsewhere, said(Some(world)), "openid_other_browser"),
            ("four", &here, somebody_else, "openid_other_person"),
        ] {
            let returned = asked(state, session);
            let why = refusal(confirm_by_openid(&house.store, house.rules(), &here, &returned, &said, now));
            assert_eq!(why.code, code, "{state}");
        }
        let returned = asked("five", &here);
        let renewed = confirm_by_openid(&house.store, house.rules(), &here, &returned, &said(Some(world + 5)), now).unwrap();
        assert_ne!(renewed, here);
        let again = confirm_by_openid(&house.store, house.rules(), &here, &returned, &said(Some(world + 5)), now);
        assert!(matches!(again, Err(suanquan::acts::ActError::NotAllowed)), "the session is another one now");
    });
}

#[test]
fn an_attempt_is_kept_by_hashes_alone_and_forgotten_an_hour_after_its_end() {
    let db = TestDb::sqlite();
    let house = TestHouse::new(db.url());
    let mut now = Clocks { house: house.now(), world: Utc::now() };
    let browser = Token::from("the browser");
    begin(&house.store, house.rules(), (&"the state".into(), &browser), Some(&"the session".into()), "next=%2Fadmin", now).unwrap();
    let kept = house.store.read(|db| store::openid::find_attempt(db, &suanquan::secret::token_hash("the state"))).unwrap().unwrap();
    for word in [kept.browser_hash.as_str(), kept.session_hash.as_deref().unwrap(), &kept.sealed_errand] {
        assert!(!word.contains("the ") && !word.contains("admin") && word.len() >= 64, "{word}");
    }
    now.world += TimeDelta::minutes(71);
    begin(&house.store, house.rules(), (&"another".into(), &browser), None, "", now).unwrap();
    let why = take_back(&house.store, house.rules(), ("the state", &browser), now).err().unwrap();
    assert!(matches!(why, suanquan::acts::ActError::Refused(why) if why[0].code == "openid_unknown_state"));
}
