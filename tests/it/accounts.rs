//! People and accounts through the acts, on both databases: registration, links by mail,
//! colleagues, qualifications, the bank account, staff and their rights.

mod bank;
pub mod house;
mod letters;
pub mod staff;

use chrono::TimeDelta;
use suanquan::acts::accept_invitation::accept_invitation;
use suanquan::acts::close_account::close_account;
use suanquan::acts::confirm_email::{confirm_email, resend_confirmation};
use suanquan::acts::enter_qualification::{QualificationEntry, enter_qualification};
use suanquan::acts::invite_colleague::{invite_colleague, take_back_invitation};
use suanquan::acts::remove_qualification::remove_qualification;
use suanquan::acts::reset_password::{ask_password_reset, reset_password};
use suanquan::acts::save_account::{OwnAccount, save_account};
use suanquan::files::Kept;
use suanquan::lang::Lang;
use suanquan::party::{EntryKind, Place};
use suanquan::reports::people::myself;
use suanquan::reports::{own_enterprise, signed_in};
use suanquan::secret::{hash_password, token_hash};

use self::house::{PASSWORD, TestHouse, refusal};
use crate::harness::db::on_both;

#[test]
fn a_registration_waits_for_its_link_and_then_opens_the_door() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.register("li@yunshan.example").unwrap();
        let refused = refusal(house.sign_in("li@yunshan.example", PASSWORD));
        assert_eq!(refused.code, "email_not_confirmed");
        let token = house.token_of("li@yunshan.example", "/confirm/");
        house.act(|act| confirm_email(act, &token)).unwrap();
        assert!(house.sign_in("LI@yunshan.example", PASSWORD).is_ok());
        assert_eq!(refusal(house.act(|act| confirm_email(act, &token))).code, "link_not_valid");
    });
}

#[test]
fn a_registered_code_is_refused_with_what_to_do_and_an_abandoned_one_is_free_again() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        house.register("li@yunshan.example").unwrap();
        let waiting = refusal(house.register("wang@yunshan.example"));
        assert_eq!((waiting.code, waiting.field.as_deref()), ("uscc_waits_for_confirmation", Some("uscc")));
        house.wait(TimeDelta::hours(49));
        house.register("wang@yunshan.example").unwrap();
        let token = house.token_of("wang@yunshan.example", "/confirm/");
        house.act(|act| confirm_email(act, &token)).unwrap();
        let taken = refusal(house.register("zhao@yunshan.example"));
        assert_eq!(taken.code, "uscc_registered");
        assert!(taken.text.zh.contains("邀请") && taken.text.en.contains("invite"));
    });
}

#[test]
fn a_known_address_gets_a_letter_and_nobody_else_learns_of_it() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        house.register_as("91420100MA4TE5T139", "li@yunshan.example").unwrap();
        assert_eq!(house.letters_to("li@yunshan.example").first().map(|letter| letter.kind.clone()), Some("address_is_known".to_owned()));
        assert!(house.enterprise("91420100MA4TE5T139").is_none(), "no enterprise stands without its person");
        let before = house.all_letters().len();
        house.act(|act| ask_password_reset(act, "nobody@yunshan.example")).unwrap();
        house.act(|act| resend_confirmation(act, "nobody@yunshan.example")).unwrap();
        assert_eq!(house.all_letters().len(), before, "an unknown address gets no letter, and the act answers the same");
    });
}

#[test]
fn a_new_password_ends_every_session_and_its_link_works_once_within_half_an_hour() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        let session = house.sign_in("li@yunshan.example", PASSWORD).unwrap();
        house.act(|act| ask_password_reset(act, "li@yunshan.example")).unwrap();
        let late = house.token_of("li@yunshan.example", "/reset/");
        house.wait(TimeDelta::minutes(31));
        let hash = hash_password("another long one").unwrap();
        assert_eq!(refusal(house.act(|act| reset_password(act, &late, &hash))).code, "link_not_valid");
        house.act(|act| ask_password_reset(act, "li@yunshan.example")).unwrap();
        let token = house.token_of("li@yunshan.example", "/reset/");
        house.act(|act| reset_password(act, &token, &hash)).unwrap();
        let now = house.now();
        assert!(house.store.read(|db| signed_in(db, &token_hash(session.expose()), now)).unwrap().is_none());
        assert_eq!(refusal(house.sign_in("li@yunshan.example", PASSWORD)).code, "wrong_password");
        assert!(house.sign_in("li@yunshan.example", "another long one").is_ok());
    });
}

#[test]
fn at_most_five_reset_letters_go_to_an_address_within_an_hour() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        for _ in 0..8 {
            house.act(|act| ask_password_reset(act, "li@yunshan.example")).unwrap();
        }
        let resets = house.letters_to("li@yunshan.example").into_iter().filter(|letter| letter.kind == "reset_password").count();
        assert_eq!(resets, 5);
    });
}

#[test]
fn a_colleague_joins_by_invitation_and_can_be_closed_but_nobody_closes_themselves() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let li = house.registered("li@yunshan.example");
        house.act_as(&li, |act| invite_colleague(act, "chen@yunshan.example", Lang::En)).unwrap();
        let token = house.token_of("chen@yunshan.example", "/invite/");
        let hash = hash_password(PASSWORD).unwrap();
        let chen = house.act(|act| accept_invitation(act, &token, "Chen", &hash, Lang::En)).unwrap();
        let session = house.sign_in("chen@yunshan.example", PASSWORD).unwrap();
        let person = house.actor("chen@yunshan.example");
        assert_eq!(person.enterprise(), li.enterprise());
        assert_eq!(refusal(house.act_as(&person, |act| close_account(act, chen, true, ""))).code, "own_account");
        house.act_as(&li, |act| close_account(act, chen, true, "")).unwrap();
        let now = house.now();
        assert!(house.store.read(|db| signed_in(db, &token_hash(session.expose()), now)).unwrap().is_none());
        let known = house.store.read(|db| own_enterprise::colleagues(db, li.enterprise().unwrap(), now)).unwrap();
        assert_eq!(known.people.len(), 2);
        assert_eq!(known.sign_ins.first().map(|(_, name)| name.as_str()), Some("Chen"));
    });
}

#[test]
fn people_change_their_own_name_and_the_language_of_their_letters() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let li = house.registered("li@yunshan.example");
        let seen = house.store.read(|db| myself(db, &li)).unwrap();
        let own = |name: &str, version| OwnAccount { name: name.into(), lang: Lang::En, version };
        house.act_as(&li, |act| save_account(act, &own("Li Ming", seen.version))).unwrap();
        assert_eq!(refusal(house.act_as(&li, |act| save_account(act, &own("李明明", seen.version)))).code, "account_changed");
        house.act(|act| ask_password_reset(act, "li@yunshan.example")).unwrap();
        let letter = house.letters_to("li@yunshan.example").remove(0);
        assert!(letter.subject.starts_with("[Suanquan]") && letter.to_name == "Li Ming", "{letter:?}");
        assert!(house.act(|act| save_account(act, &own("系统", 1))).is_err(), "a job has no account");
    });
}

#[test]
fn an_invitation_taken_back_or_run_out_opens_nothing() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        let li = house.registered("li@yunshan.example");
        let hash = hash_password(PASSWORD).unwrap();
        house.act_as(&li, |act| invite_colleague(act, "chen@yunshan.example", Lang::Zh)).unwrap();
        let token = house.token_of("chen@yunshan.example", "/invite/");
        house.act_as(&li, |act| take_back_invitation(act, "chen@yunshan.example")).unwrap();
        assert_eq!(refusal(house.act(|act| accept_invitation(act, &token, "陈", &hash, Lang::Zh))).code, "link_not_valid");
        house.act_as(&li, |act| invite_colleague(act, "chen@yunshan.example", Lang::Zh)).unwrap();
        let token = house.token_of("chen@yunshan.example", "/invite/");
        house.wait(TimeDelta::days(7));
        assert_eq!(refusal(house.act(|act| accept_invitation(act, &token, "陈", &hash, Lang::Zh))).code, "link_not_valid");
    });
}

#[test]
fn an_entry_needs_its_proof_stands_once_and_only_its_enterprise_removes_it() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let li = house.registered("li@yunshan.example");
        let mut entry = QualificationEntry {
            kind: EntryKind::RegistrationPlace,
            number: String::new(),
            place: Some(Place::EastLake),
            carrier_kind: None,
            carrier_level: None,
            prior_year_sales: None,
            valid_from: "2019-05-20".parse().unwrap(),
            valid_to: "2099-12-31".parse().unwrap(),
            file: None,
            file_name: "licence.pdf".into(),
        };
        assert_eq!(refusal(house.act_as(&li, |act| enter_qualification(act, &entry))).field.as_deref(), Some("proof"));
        entry.file = Some(Kept { sha256: "ab".repeat(32), size_bytes: 9, media_type: "application/pdf" });
        house.act_as(&li, |act| enter_qualification(act, &entry)).unwrap();
        assert_eq!(refusal(house.act_as(&li, |act| enter_qualification(act, &entry))).field.as_deref(), Some("valid_from"));
        let own = house.store.read(|db| own_enterprise::own(db, li.enterprise().unwrap())).unwrap();
        let id = own.entries.first().unwrap().id;
        house.register_as("91420100MA4TE5T139", "zhou@other.example").unwrap();
        let token = house.token_of("zhou@other.example", "/confirm/");
        house.act(|act| confirm_email(act, &token)).unwrap();
        let other = house.actor("zhou@other.example");
        assert!(house.act_as(&other, |act| remove_qualification(act, id)).is_err());
        house.act_as(&li, |act| remove_qualification(act, id)).unwrap();
        let own = house.store.read(|db| own_enterprise::own(db, li.enterprise().unwrap())).unwrap();
        assert!(own.entries.is_empty());
    });
}
