//! Signing in by a real OpenID Connect provider, over HTTP: who gets in, who does not, and what they are
//! told. `second_step` has second factors and fresh proofs, `unlikely` providers that are away or strange.

mod browser;
mod second_step;
mod unlikely;

use std::net::TcpListener;

use serde_json::{Value, json};
use suanquan::acts::close_account::close_account;
use suanquan::acts::create_staff::{House, NewStaff, create_administrator, create_staff};
use suanquan::acts::openid_sign_in::unlink_openid;
use suanquan::lang::Lang;
use suanquan::openid::RETURN;
use suanquan::party::{Actor, Duty};
use suanquan::store;
use suanquan::store::audit::Entry;

use super::{Answer, Person, runtime};
use crate::accounts::house::{PASSWORD, TestHouse};
use crate::accounts::staff::{administrator, system_administrator};
use crate::harness::db::{TestDb, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::openid::{IdentityProvider, SECRET};
use crate::harness::server::Server;

const ADMIN: &str = "admin@city.example";
const SYSTEM: &str = "system@city.example";

/// A site whose staff may sign in by a provider, and the provider.
struct Town {
    house: TestHouse,
    admin: Actor,
    server: Server,
    provider: IdentityProvider,
    _folder: Folder,
}

/// How a town differs from the usual one.
#[derive(Clone, Copy)]
struct Ways {
    /// More lines of `[openid]`.
    settings: &'static str,
    /// `required` or `optional`.
    factor: &'static str,
}

const USUAL: Ways = Ways { settings: "", factor: "optional" };

impl Town {
    fn new(db: &TestDb, ways: Ways, of_provider: &Value) -> Town {
        let house = TestHouse::new(db.url());
        let admin = administrator(&house);
        let folder = Folder::new("openid");
        let bind = free();
        let provider = IdentityProvider::start(&format!("http://{bind}{RETURN}"), of_provider);
        let server = served(db.url(), &folder, &bind, provider.issuer(), ways);
        Town { house, admin, server, provider, _folder: folder }
    }

    /// The lines of the trail about an act.
    fn lines(&self, act: &str) -> Vec<Entry> {
        self.house.store.read(|db| store::audit::of_act(db, act)).unwrap()
    }

    /// Why the last was turned away, as the trail has it.
    fn last_refusal(&self) -> String {
        self.lines("refuse_openid").pop().map(|line| line.detail).unwrap_or_default()
    }

    async fn leave(&self) -> (Person<'_>, String) {
        let person = Person::new(&self.server);
        let address = leave(&person, "").await;
        (person, address)
    }

    /// Signs in by the provider as whoever the fields say, and comes back.
    async fn come(&self, who: &[(&str, &str)]) -> (Person<'_>, Answer) {
        let (person, address) = self.leave().await;
        let place = at_provider(&person, &address, who).await;
        let answer = come_back(&person, &place).await;
        (person, answer)
    }
}

fn free() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// `serve` as an operator runs it, on plain HTTP.
fn served(database: &str, folder: &Folder, bind: &str, issuer: &str, ways: Ways) -> Server {
    use std::os::unix::fs::PermissionsExt as _;
    let (file, secret) = (folder.file("suanquan.toml"), folder.file("secret"));
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let settings = ways.settings;
    std::fs::write(
        &file,
        format!("[openid]\nissuer = \"{issuer}\"\nclient_id = \"suanquan\"\nclient_secret_file = \"{secret}\"\n{settings}\n"),
    )
    .unwrap();
    Server::start(
        &["serve", "--config", &file],
        &[
            ("SUANQUAN_DATABASE", database),
            ("SUANQUAN_BIND", bind),
            ("SUANQUAN_SECRET", "0123456789abcdef0123456789abcdef0123456789abcdef"),
            ("SUANQUAN_BASE_URL", &format!("http://{bind}")),
            ("SUANQUAN_SECURE_COOKIES", "false"),
            ("SUANQUAN_STAFF_SECOND_FACTOR", ways.factor),
            ("SUANQUAN_FILES", &folder.file("files")),
            ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
            ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
        ],
    )
}

/// Presses the button; gives the address of the provider.
async fn leave(person: &Person<'_>, next: &str) -> String {
    let page = person.get(&format!("/login?next={next}")).await;
    assert!(page.text.contains("action=\"/login/openid\""), "{}", page.text);
    let sent = person.send(&page, "/login/openid", &[]).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    address_on(&sent)
}

/// Where the page on the way leads to.
fn address_on(page: &Answer) -> String {
    let link = page.text.split("href=\"http").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("{}", page.text));
    format!("http{}", link.replace("&#38;", "&").replace("&amp;", "&"))
}

/// Lets the provider ask, answers its form, and gives the address that it sends the browser back to.
async fn at_provider(person: &Person<'_>, address: &str, who: &[(&str, &str)]) -> String {
    let mut place = reqwest::Url::parse(address).unwrap();
    for _ in 0..10 {
        let answer = person.client.get(place.clone()).send().await.unwrap();
        let answer = if answer.status() == 200 { person.client.post(place.clone()).form(who).send().await.unwrap() } else { answer };
        let next = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let Some(next) = next else { panic!("{place}: {} {}", answer.status(), answer.text().await.unwrap()) };
        place = place.join(&next).unwrap();
        if place.as_str().starts_with(&person.server.url(RETURN)) {
            return place.to_string();
        }
    }
    panic!("the provider goes round in circles: {place}");
}

async fn come_back(person: &Person<'_>, place: &str) -> Answer {
    Answer::of(person.client.get(place).header("accept-language", "zh-CN").send().await.unwrap()).await
}

/// Somebody of the provider with a verified address.
fn as_person<'a>(sub: &'a str, email: &'a str) -> [(&'a str, &'a str); 4] {
    [("sub", sub), ("email", email), ("verified", "true"), ("amr", "pwd")]
}

/// Replaces the value of a parameter of an address.
fn with(address: &str, name: &str, value: &str) -> String {
    let mut url = reqwest::Url::parse(address).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
    url.query_pairs_mut().clear().extend_pairs(&pairs).append_pair(name, value);
    url.to_string()
}

#[test]
fn the_first_time_by_a_verified_address_and_then_by_the_subject_alone() {
    on_both_databases(|db| {
        let town = Town::new(db, USUAL, &json!({}));
        let second = create_second_administrator(&town.house);
        runtime().block_on(async {
            let (person, address) = town.leave().await;
            for part in ["code_challenge_method=S256", "code_challenge=", "state=", "nonce=", "response_type=code", "scope=openid+email"] {
                assert!(address.contains(part), "{part}: {address}");
            }
            let before = person.get("/login").await.session;
            let place = at_provider(&person, &address, &as_person("7f3a", " Admin@CITY.example")).await;
            let entered = come_back(&person, &place).await;
            assert_eq!((entered.status, entered.place.as_str()), (303, "/admin"), "{}", entered.text);
            assert!(before.is_none() && entered.session.is_some_and(|token| token.len() == 64) && person.is_in().await);

            for act in ["link_openid", "vouch_openid", "sign_in"] {
                let lines = town.lines(act);
                assert_eq!((lines.len(), lines[0].subject.as_str()), (1, ADMIN), "{act}");
            }
            assert_eq!(town.house.letters_to(ADMIN).iter().filter(|letter| letter.kind == "openid_linked").count(), 1);

            // The address went to somebody else over there; the subject stays the person's.
            let (person, entered) =
                town.come(&[("sub", "7f3a"), ("email", "other@city.example"), ("verified", "false"), ("amr", "pwd")]).await;
            assert!(entered.status == 303 && person.is_in().await, "{}", entered.text);
            assert_eq!((town.lines("link_openid").len(), town.lines("vouch_openid").len()), (1, 2));
            let (person, refused) = town.come(&as_person("8c01", ADMIN)).await;
            assert!(refused.status == 422 && refused.text.contains("另一个用户绑定") && !person.is_in().await, "{}", refused.text);
            assert_eq!(town.last_refusal(), "openid_other_subject");

            let id = town.admin.account.unwrap();
            let own = town.house.act_as(&town.admin, |act| unlink_openid(act, id, "换人"));
            assert_eq!(crate::accounts::house::refusal(own).code, "own_account");
            town.house.act_as(&second, |act| unlink_openid(act, id, "换了用户")).unwrap();
            assert!(!person.is_in().await);
            let (person, entered) = town.come(&as_person("8c01", ADMIN)).await;
            assert!(entered.status == 303 && person.is_in().await, "{}", entered.text);
            let (person, refused) = town.come(&as_person("7f3a", ADMIN)).await;
            assert!(refused.status == 422 && !person.is_in().await, "the old user opens nothing any more");
        });
        let printed = town.server.printed();
        assert!(!printed.contains(SECRET) && !printed.contains("7f3a") && !printed.contains(ADMIN), "{printed}");
    });
}

fn create_second_administrator(house: &TestHouse) -> Actor {
    let email = ("second@city.example", "另一位");
    let path = create_administrator(&house.store, house.rules(), house.now(), email, Duty::SecurityAdministrator).unwrap();
    let hash = suanquan::secret::hash_password(PASSWORD).unwrap();
    house
        .act(|act| {
            suanquan::acts::accept_invitation::accept_invitation(act, path.trim_start_matches("/invite/"), "另一位", &hash, Lang::Zh)
        })
        .unwrap();
    house.actor("second@city.example")
}

fn invited(town: &Town, email: &str) {
    let new = NewStaff { email: email.into(), name: "张".into(), lang: Lang::Zh, house: House::Staff([Duty::TaskForce].into()) };
    town.house.act_as(&town.admin, |act| create_staff(act, &new)).unwrap();
}

#[test]
fn whoever_is_no_living_account_of_staff_is_told_what_to_do_and_stands_in_the_trail() {
    on_both_databases(|db| {
        let town = Town::new(db, USUAL, &json!({}));
        town.house.registered("boss@firm.example");
        let closed = system_administrator(&town.house).account.unwrap();
        town.house.act_as(&town.admin, |act| close_account(act, closed, true, "离岗")).unwrap();
        invited(&town, "new@city.example");
        runtime().block_on(async {
            for (who, words, code) in [
                (
                    &[("sub", "1"), ("email", ADMIN), ("verified", "false"), ("amr", "pwd")][..],
                    "没有确认您的邮箱",
                    "openid_unverified_address",
                ),
                (&[("sub", "1"), ("email", ""), ("verified", "true"), ("amr", "pwd")], "没有确认您的邮箱", "openid_unverified_address"),
                (
                    &[("sub", "1"), ("email", "a\0b@city.example"), ("verified", "true"), ("amr", "pwd")],
                    "没有确认",
                    "openid_unverified_address",
                ),
                (&as_person("2", "nobody@city.example"), "没有工作人员账号", "openid_no_account"),
                (&as_person("3", "boss@firm.example"), "只供工作人员使用", "openid_not_staff"),
                (&as_person("4", SYSTEM), "已停用", "openid_closed"),
                (&as_person("5", "new@city.example"), "还没有启用", "openid_invitation_open"),
                (&[("sub", "")], "没有让您登录", "openid_declined"),
            ] {
                let before = town.lines("refuse_openid").len();
                let (person, refused) = town.come(who).await;
                assert!(refused.status == 422 && refused.text.contains(words), "{who:?}: {} {}", refused.status, refused.text);
                assert!(refused.text.contains("action=\"/login/openid\"") && !refused.text.contains("state="), "{}", refused.text);
                assert!(!person.is_in().await, "{who:?}");
                assert_eq!((town.last_refusal().as_str(), town.lines("refuse_openid").len()), (code, before + 1), "{who:?}");
            }
            assert!(town.lines("link_openid").is_empty() && town.lines("sign_in").is_empty());
            // An account that was linked and is closed later.
            let (person, entered) = town.come(&as_person("6", ADMIN)).await;
            assert_eq!(entered.status, 303);
            db.run_sql(&format!("UPDATE account SET disabled_at = created_at WHERE email = '{ADMIN}'"));
            let (_, refused) = town.come(&as_person("6", ADMIN)).await;
            assert!(refused.status == 422 && !person.is_in().await && town.last_refusal() == "openid_closed");
        });
    });
}

#[test]
fn an_answer_counts_once_in_time_and_only_where_the_question_was_asked() {
    on_both_databases(|db| {
        let town = Town::new(db, USUAL, &json!({}));
        let who = as_person("7f3a", ADMIN);
        runtime().block_on(async {
            let (person, address) = town.leave().await;
            let place = at_provider(&person, &address, &who).await;
            assert_eq!(come_back(&person, &place).await.status, 303);
            let fresh = Person::new(&town.server);
            for (person, words) in [(&person, "已经用过"), (&fresh, "已经用过")] {
                let again = come_back(person, &place).await;
                assert!(again.status == 422 && again.text.contains(words), "{} {}", again.status, again.text);
                assert_eq!(town.last_refusal(), "openid_replayed_state");
            }
            assert!(!fresh.is_in().await);

            let (person, address) = town.leave().await;
            let place = at_provider(&person, &address, &who).await;
            let (other, _) = town.leave().await;
            for stranger in [&fresh, &other] {
                let refused = come_back(stranger, &place).await;
                assert!(refused.status == 422 && !stranger.is_in().await, "{}", refused.text);
            }
            let reasons: Vec<String> = town.lines("refuse_openid").into_iter().rev().take(2).map(|line| line.detail).collect();
            assert_eq!(reasons, ["openid_replayed_state", "openid_other_browser"], "who shows a state uses it up");

            let (person, address) = town.leave().await;
            let place = at_provider(&person, &address, &who).await;
            db.run_sql("UPDATE openid_attempt SET expires_at = '2020-01-01 00:00:00'");
            let late = come_back(&person, &place).await;
            assert!(
                late.status == 422 && late.text.contains("超过了 10 分钟") && town.last_refusal() == "openid_expired_state",
                "{}",
                late.text
            );

            for (name, value) in [("nonce", "of-another-question"), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")] {
                let (person, address) = town.leave().await;
                let place = at_provider(&person, &with(&address, name, value), &who).await;
                let refused = come_back(&person, &place).await;
                assert!(
                    refused.status == 422 && refused.text.contains("没有通过核验") && !person.is_in().await,
                    "{name}: {}",
                    refused.text
                );
                assert_eq!(town.last_refusal(), "openid_untrusted", "{name}");
            }
            for (name, value) in [("code", "of-somebody-else"), ("iss", "https://evil.example"), ("iss", "")] {
                let (person, address) = town.leave().await;
                let place = at_provider(&person, &address, &who).await;
                let refused = come_back(&person, &with(&place, name, value)).await;
                assert!(
                    refused.status == 422 && !person.is_in().await && town.last_refusal() == "openid_untrusted",
                    "{name}: {}",
                    refused.text
                );
            }
            let lines = town.lines("refuse_openid").len();
            for nonsense in ["", "?state=", "?state=0&code=0", "?error=access_denied", "?state=%FF&code=%00", "?state=a&state=b&code=c"] {
                let refused = Person::new(&town.server).get(&format!("{RETURN}{nonsense}")).await;
                assert!([404, 422].contains(&refused.status), "{nonsense}: {}", refused.status);
            }
            assert_eq!(town.lines("refuse_openid").len(), lines, "noise from outside fills no trail");
        });
    });
}

#[test]
fn what_was_typed_before_the_session_ended_goes_on_after_the_way_to_the_provider() {
    let db = TestDb::sqlite();
    let town = Town::new(&db, USUAL, &json!({}));
    runtime().block_on(async {
        let (person, _) = town.come(&as_person("7f3a", ADMIN)).await;
        let page = person.get("/account").await;
        db.run_sql("DELETE FROM session");
        let asked = person.send(&page, "/account", &[("name", "王安全"), ("language", "en")]).await;
        assert!(asked.status == 401 && asked.text.contains("action=\"/login/openid\""), "{}", asked.text);
        let long = person.send(&asked, "/login/openid", &[("carried", &"name=".repeat(4000))]).await;
        assert!(long.status == 422 && long.text.contains("内容不会丢失") && long.hidden("carried").len() > 16_000, "{}", long.status);
        let sent = person.send(&asked, "/login/openid", &[]).await;
        let place = at_provider(&person, &address_on(&sent), &as_person("7f3a", ADMIN)).await;
        let done = come_back(&person, &place).await;
        assert!(done.status == 200 && done.hidden("name") == "王安全" && done.text.contains("action=\"/account\""), "{}", done.text);
        assert!(!done.text.contains("state="), "the switches of the page lead to no used state");
        let kept = [("name", done.hidden("name")), ("language", done.hidden("language"))];
        let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(person.send(&done, "/account", &kept).await.status, 303);
        assert!(person.get("/account").await.text.contains("王安全"));

        let second = Person::new(&town.server);
        let address = leave(&second, "/admin/tokens").await;
        let place = at_provider(&second, &address, &as_person("7f3a", ADMIN)).await;
        assert_eq!(come_back(&second, &place).await.place, "/admin/tokens");
        let third = Person::new(&town.server);
        let address = leave(&third, "//evil.example").await;
        let place = at_provider(&third, &address, &as_person("7f3a", ADMIN)).await;
        assert_eq!(come_back(&third, &place).await.place, "/admin", "only an address of ours");
    });
}
