//! Choosing and changing a password, and what the fields of passwords let people do.

use super::{Person, demo, runtime};
use crate::harness::db::{TestDb, on_both_databases};
use crate::harness::folder::Folder;

const EMAIL: &str = "tf1@demo.suanquan.example";
const FRESH: &str = "four herons over the lake";

#[test]
fn people_change_their_password_by_the_present_one_and_every_other_session_ends() {
    on_both_databases(|db| {
        let folder = Folder::new("passwords");
        let server = demo(db.url(), &folder, "people");
        runtime().block_on(async {
            let (here, elsewhere) = (Person::enter(&server, EMAIL).await, Person::enter(&server, EMAIL).await);
            let change = async |present: &str, fresh: &str| {
                let page = here.get("/account/password").await;
                here.send(&page, "/account/password", &[("proof", present), ("password", fresh)]).await
            };
            for (present, fresh, told) in [
                ("not the password", FRESH, "现在的密码不对"),
                ("", FRESH, "请填写现在的密码"),
                (super::PASSWORD, "short", "密码至少 10 个字符"),
                (super::PASSWORD, "q1w2e3r4t5", "太常见"),
                (super::PASSWORD, "suanquan 2026!", "不能只由系统名称"),
                (super::PASSWORD, super::PASSWORD, "与现在的密码相同"),
            ] {
                let answer = change(present, fresh).await;
                assert!(answer.status == 422 && answer.text.contains(told), "{fresh}: {} {}", answer.status, answer.text);
                assert!(!answer.text.contains("not the password") && !answer.text.contains(FRESH), "what was typed is not given back");
            }
            assert!(here.is_in().await && elsewhere.is_in().await, "a refusal changes nothing");
            let done = change(super::PASSWORD, FRESH).await;
            assert_eq!((done.status, done.place.as_str()), (303, "/account"));
            assert!(done.session.is_some() && here.is_in().await && !elsewhere.is_in().await);
            assert_eq!(Person::knock(&server, EMAIL, super::PASSWORD).await.1.status, 422);
            assert_eq!(Person::knock(&server, EMAIL, FRESH).await.1.status, 303);
            let letters = here.get("/dev/mail").await.text;
            assert!(letters.contains("密码已更改"), "{letters}");
        });
    });
}

#[test]
fn guessing_the_present_password_closes_the_address_as_guessing_at_the_door_does() {
    let db = TestDb::sqlite();
    let folder = Folder::new("passwords");
    let server = demo(db.url(), &folder, "people");
    runtime().block_on(async {
        let person = Person::enter(&server, EMAIL).await;
        for _ in 0..10 {
            let page = person.get("/account/password").await;
            let answer = person.send(&page, "/account/password", &[("proof", "not the password"), ("password", FRESH)]).await;
            assert!(answer.text.contains("现在的密码不对"), "{}", answer.text);
        }
        let page = person.get("/account/password").await;
        let answer = person.send(&page, "/account/password", &[("proof", super::PASSWORD), ("password", FRESH)]).await;
        assert!(answer.status == 422 && answer.text.contains("尝试次数过多"), "{}", answer.text);
        assert_eq!(Person::knock(&server, EMAIL, super::PASSWORD).await.1.status, 422);
    });
}

#[test]
fn fields_of_passwords_are_covered_may_be_pasted_into_and_are_filled_by_password_managers() {
    let db = TestDb::sqlite();
    let folder = Folder::new("passwords");
    let server = demo(db.url(), &folder, "people");
    runtime().block_on(async {
        let person = Person::enter(&server, EMAIL).await;
        let stranger = Person::new(&server);
        let pages = [
            (stranger.get("/login").await.text, vec!["current-password"]),
            (stranger.get("/register").await.text, vec!["new-password"]),
            (person.get("/account/password").await.text, vec!["current-password", "new-password"]),
        ];
        for (page, wanted) in pages {
            let fields: Vec<&str> = page.split("<input ").skip(1).filter_map(|rest| rest.split('>').next()).collect();
            let is_one = |field: &&&str| field.contains("name=\"password\"") || field.contains("name=\"proof\"");
            let fields: Vec<&&str> = fields.iter().filter(is_one).collect();
            let kinds: Vec<&str> = fields.iter().filter_map(|field| field.split("autocomplete=\"").nth(1)?.split('"').next()).collect();
            assert_eq!(kinds, wanted);
            for field in fields {
                assert!(field.contains("type=\"password\"") && !field.contains("maxlength") && !field.contains("readonly"), "{field}");
                assert!(field.contains("value=\"\""), "a password is never filled in: {field}");
            }
            if wanted.contains(&"new-password") {
                assert!(page.contains("建议不少于 15 个"), "{page}");
            }
        }
    });
    let script = include_str!("../../../static/suanquan.js");
    assert!(!script.contains("paste") && script.contains("input[type=password]"), "nothing keeps people from pasting");
}
