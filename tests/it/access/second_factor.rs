//! The second factor over HTTP and through its acts.

use chrono::{TimeDelta, Utc};
use suanquan::acts::ActError;
use suanquan::acts::second_factor::{Clocks, confirm_again, enrol, enter_code, offer, reset_second_factor};
use suanquan::config::{Config, SecondFactor};
use suanquan::secret::totp::{code, letters, step_of};
use suanquan::secret::{Token, token_hash};
use suanquan::store;

use super::{Person, runtime};
use crate::accounts::house::{PASSWORD, TestHouse, refusal};
use crate::accounts::staff::{administrator, system_administrator};
use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::server::Server;

const ADMIN: &str = "admin@city.example";

/// What an authenticator makes of the letters on the page.
pub fn seed_of(page: &str) -> Vec<u8> {
    let shown = page.split("<dd class=\"mono\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    let mut bits = String::new();
    for letter in shown.chars().filter(|c| !c.is_whitespace()) {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits.push_str(&format!("{value:05b}"));
    }
    (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap()).collect()
}

/// What a camera reads in the picture of the page: every module drawn four by four.
fn picture_of(page: &str) -> String {
    let part = |mark: &str| page.split(mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let size: usize = part("class=\"qr\" viewBox=\"0 0 ").split(' ').next().unwrap().parse().unwrap();
    let mut dark = vec![false; size * size];
    for run in part("<path d=\"M").split('M') {
        let (x, rest) = run.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let length: usize = rest.split('v').next().unwrap().parse().unwrap();
        dark[y * size + x..y * size + x + length].fill(true);
    }
    let light = |x: usize, y: usize| if dark[y / 4 * size + x / 4] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * 4, size * 4, light);
    image.detect_grids()[0].decode().unwrap().1
}

/// `serve` as an operator runs it: staff need a second factor.
fn served(url: &str, folder: &Folder) -> Server {
    let files = folder.file("files");
    Server::start(
        &["serve"],
        &[
            ("SUANQUAN_DATABASE", url),
            ("SUANQUAN_BIND", "127.0.0.1:0"),
            ("SUANQUAN_SECRET", "0123456789abcdef0123456789abcdef0123456789abcdef"),
            ("SUANQUAN_BASE_URL", "http://127.0.0.1"),
            ("SUANQUAN_SECURE_COOKIES", "false"),
            ("SUANQUAN_FILES", &files),
            ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
            ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
        ],
    )
}

#[test]
fn staff_set_up_a_second_factor_before_anything_else_and_need_it_at_every_sign_in() {
    on_both(|url| {
        administrator(&TestHouse::new(url));
        let folder = Folder::new("second-factor");
        let server = served(url, &folder);
        runtime().block_on(async {
            let (person, page) = Person::knock(&server, ADMIN, PASSWORD).await;
            assert!(page.status == 200 && page.text.contains("绑定动态口令") && page.text.contains("<svg class=\"qr\""), "{}", page.text);
            let link = page.text.split("href=\"otpauth://").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            assert_eq!(picture_of(&page.text), format!("otpauth://{}", link.replace("&#38;", "&")));
            nothing_else_is_open(&person).await;
            let first = page.session.clone().unwrap();
            let seed = seed_of(&page.text);
            let wrong = person.send(&page, "/login/enrol", &[("proof", "000000")]).await;
            assert!(wrong.status == 422 && seed_of(&wrong.text) == seed, "a slip of the finger keeps the secret on the screen");
            let stranger = Person::new(&server);
            let theirs = stranger.get("/login").await;
            let forged = [
                ("csrf", theirs.hidden("csrf")),
                ("request_key", theirs.hidden("request_key")),
                ("sealed", wrong.hidden("sealed")),
                ("proof", code(&seed, step_of(Utc::now()))),
            ];
            let forged = stranger.post("/login/enrol", &forged.map(|(name, value)| (name.to_owned(), value))).await;
            assert_eq!((forged.status, forged.place.as_str()), (303, "/login"), "nobody without the password");

            let step = step_of(Utc::now());
            let done = person.send(&wrong, "/login/enrol", &[("proof", &code(&seed, step))]).await;
            let codes: Vec<String> =
                done.text.split("<li>").skip(1).filter_map(|rest| rest.split('<').next()).map(ToOwned::to_owned).collect();
            assert_eq!((done.status, codes.len()), (200, 10), "{}", done.text);
            assert!(done.session.is_some_and(|new| new != first) && person.get("/admin").await.status == 200);

            let (person, page) = Person::knock(&server, ADMIN, PASSWORD).await;
            assert!(page.text.contains("action=\"/login/code\"") && !person.is_in().await, "{}", page.text);
            nothing_else_is_open(&person).await;
            let replayed = person.send(&page, "/login/code", &[("proof", &code(&seed, step))]).await;
            assert!(replayed.status == 422 && replayed.text.contains("已经用过"), "{}", replayed.text);
            let entered = person.send(&page, "/login/code", &[("proof", &code(&seed, step + 1))]).await;
            assert_eq!((entered.status, entered.place.as_str()), (303, "/admin"));
            assert!(entered.session.is_some() && entered.session != page.session && person.is_in().await);

            for status in [303, 422] {
                let (person, page) = Person::knock(&server, ADMIN, PASSWORD).await;
                let typed = codes[3].to_lowercase();
                assert_eq!(person.send(&page, "/login/code", &[("proof", &typed)]).await.status, status, "a recovery code works once");
                assert_eq!(person.is_in().await, status == 303);
            }
        });
    });
}

async fn nothing_else_is_open(person: &Person<'_>) {
    for path in ["/admin", "/account", "/account/second-factor", "/desk", "/my"] {
        let answer = person.get(path).await;
        assert!(answer.status == 303 && answer.place.starts_with("/login"), "{path}: {} {}", answer.status, answer.place);
    }
    let page = person.get("/login").await;
    for path in ["/account", "/account/sessions/end-others", "/account/confirm", "/admin/people/1/rights"] {
        assert_eq!(person.send(&page, path, &[]).await.status, 401, "{path}");
    }
}

fn strict(url: &str) -> TestHouse {
    let house = TestHouse::new(url);
    administrator(&house);
    house.with(&Config { staff_second_factor: SecondFactor::Required, ..Config::default() })
}

/// Enrols the administrator; gives the seed and a whole session.
fn enrolled(house: &TestHouse, now: Clocks) -> (Vec<u8>, Token) {
    let token = house.sign_in(ADMIN, PASSWORD).unwrap();
    let id = house.actor(ADMIN).account.unwrap();
    let offer = offer(&house.rules().access.sealer, id);
    let typed = code(offer.seed.expose(), step_of(now.world));
    let done = enrol(&house.store, house.rules(), &token, &offer, &typed, now).ok().unwrap();
    (offer.seed.expose().to_vec(), done.token)
}

fn clocks(house: &TestHouse) -> Clocks {
    Clocks { house: house.now(), world: house.now() }
}

#[test]
fn of_two_uses_of_one_code_at_one_moment_one_gets_in() {
    on_both(|url| {
        let house = strict(url);
        let now = clocks(&house);
        let (seed, _) = enrolled(&house, now);
        let typed = code(&seed, step_of(now.world) + 1);
        let halves = [house.sign_in(ADMIN, PASSWORD).unwrap(), house.sign_in(ADMIN, PASSWORD).unwrap()];
        let start = std::sync::Barrier::new(2);
        let run = |token: &Token| {
            start.wait();
            enter_code(&house.store, house.rules(), token, &typed, now).is_ok()
        };
        let entered: Vec<bool> = std::thread::scope(|scope| {
            let run = &run;
            let threads: Vec<_> = halves.iter().map(|token| scope.spawn(move || run(token))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(entered.iter().filter(|entered| **entered).count(), 1, "{entered:?}");
    });
}

#[test]
fn guessing_codes_closes_the_door_and_the_secret_is_sealed_at_rest() {
    on_both(|url| {
        let mut house = strict(url);
        let now = clocks(&house);
        let (seed, _) = enrolled(&house, now);
        let id = house.actor(ADMIN).account.unwrap();
        let kept = house.store.read(|db| store::second_factor::find(db, id)).unwrap().unwrap().sealed_secret;
        assert!(!kept.contains(&hex::encode(&seed)) && !kept.contains(&letters(&seed).replace(' ', "")));

        let token = house.sign_in(ADMIN, PASSWORD).unwrap();
        for _ in 0..10 {
            assert_eq!(refusal(enter_code(&house.store, house.rules(), &token, "000000", now)).code, "wrong_code");
        }
        let right = code(&seed, step_of(now.world) + 1);
        assert_eq!(refusal(enter_code(&house.store, house.rules(), &token, &right, now)).code, "too_many_attempts");
        house.wait(TimeDelta::minutes(16));
        assert!(matches!(enter_code(&house.store, house.rules(), &token, &right, clocks(&house)), Err(ActError::NotAllowed)), "too late");
        let token = house.sign_in(ADMIN, PASSWORD).unwrap();
        let other = house.with(&Config { secret: "another".into(), ..Config::default() });
        let typed = code(&seed, step_of(other.now()));
        assert!(matches!(enter_code(&other.store, other.rules(), &token, &typed, clocks(&other)), Err(ActError::Fault(_))), "another key");
    });
}

#[test]
fn a_lost_factor_is_reset_by_another_security_administrator_who_tells_the_owner() {
    on_both(|url| {
        let house = strict(url);
        let now = clocks(&house);
        let (_, session) = enrolled(&house, now);
        let (admin, system) = (house.actor(ADMIN), system_administrator(&house));
        let id = admin.account.unwrap();
        assert_eq!(refusal(house.act_as(&admin, |act| reset_second_factor(act, id, "x"))).code, "own_account");
        assert!(house.act_as(&system, |act| reset_second_factor(act, id, "x")).is_err(), "the system administrator gives no access");
        let other = suanquan::party::Actor { account: None, ..admin };
        house.act_as(&other, |act| reset_second_factor(act, id, "手机丢失，已当面核实")).unwrap();
        let signed = house.store.read(|db| suanquan::reports::signed_in(db, &token_hash(session.expose()), now.house)).unwrap();
        assert!(signed.is_none(), "they are out at once");
        assert_eq!(house.letters_to(ADMIN).first().map(|letter| letter.kind.clone()), Some("second_factor_removed".to_owned()));
        assert!(house.store.read(|db| store::second_factor::find(db, id)).unwrap().is_none());
        assert_eq!(refusal(house.act_as(&other, |act| reset_second_factor(act, id, "x"))).code, "no_second_factor");
    });
}

#[test]
fn whoever_has_no_factor_confirms_by_the_password() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        let now = clocks(&house);
        let token = house.sign_in("li@yunshan.example", PASSWORD).unwrap();
        assert_eq!(refusal(confirm_again(&house.store, house.rules(), &token, "wrong", now)).code, "wrong_code");
        let renewed = confirm_again(&house.store, house.rules(), &token, PASSWORD, now).unwrap();
        assert!(renewed != token && confirm_again(&house.store, house.rules(), &token, PASSWORD, now).is_err(), "the old id is dead");
    });
}
