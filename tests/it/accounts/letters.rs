//! What the outbox keeps of letters: a link works while its letter waits, and nowhere afterwards.

use chrono::TimeDelta;
use suanquan::acts::invite_colleague::{invite_colleague, take_back_invitation};
use suanquan::acts::outbox;
use suanquan::acts::reset_password::{ask_password_reset, reset_password};
use suanquan::acts::retry_letter::retry_letter;
use suanquan::lang::Lang;
use suanquan::secret::{hash_password, tokens_in};
use suanquan::store::letter::Letter;

use super::house::{TestHouse, refusal};
use super::staff::system_administrator;
use crate::harness::db::on_both;

/// The newest letter to an address.
fn newest(house: &TestHouse, email: &str) -> Letter {
    house.letters_to(email).remove(0)
}

/// The newest letter to an address, in the hands of the job that sends it.
fn taken(house: &TestHouse, email: &str) -> Letter {
    let letter = newest(house, email);
    assert!(outbox::take(&house.store, &letter, house.now() + TimeDelta::minutes(1)).unwrap());
    letter
}

#[test]
fn a_letter_that_was_sent_keeps_no_link_and_the_link_still_works() {
    on_both(|url| {
        let house = TestHouse::new(url);
        house.registered("li@yunshan.example");
        house.act(|act| ask_password_reset(act, "li@yunshan.example")).unwrap();
        let token = house.token_of("li@yunshan.example", "/reset/");
        assert!(outbox::sent(&house.store, &taken(&house, "li@yunshan.example"), house.now()).unwrap());
        let kept = newest(&house, "li@yunshan.example");
        assert_eq!(kept.state, "sent");
        assert!(kept.body.contains("/reset/…") && tokens_in(&kept.body).is_empty(), "{}", kept.body);
        let hash = hash_password("another long one").unwrap();
        house.act(|act| reset_password(act, &token, &hash)).unwrap();
    });
}

#[test]
fn a_letter_set_aside_keeps_no_link_and_is_retried_with_a_fresh_one() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        let admin = system_administrator(&house);
        house.registered("li@yunshan.example");
        house.act(|act| ask_password_reset(act, "li@yunshan.example")).unwrap();
        let lost = house.token_of("li@yunshan.example", "/reset/");
        let letter = taken(&house, "li@yunshan.example");
        assert!(outbox::failed(&house.store, &letter, "451 later", Some(house.now())).unwrap());
        assert_eq!(house.token_of("li@yunshan.example", "/reset/"), lost, "a letter that is tried again keeps its link");
        assert!(outbox::failed(&house.store, &taken(&house, "li@yunshan.example"), "550 no such mailbox", None).unwrap());
        let hash = hash_password("another long one").unwrap();
        let kept = house.token_of("li@yunshan.example", "/reset/");
        assert_ne!(kept, lost);
        assert_eq!(refusal(house.act(|act| reset_password(act, &kept, &hash))).code, "link_not_valid", "what is kept opens nothing");
        // The mail server is mended a day later, long after the first link has run out.
        house.wait(TimeDelta::days(1));
        house.act_as(&admin, |act| retry_letter(act, letter.id)).unwrap();
        let fresh = house.token_of("li@yunshan.example", "/reset/");
        assert_eq!(refusal(house.act(|act| reset_password(act, &lost, &hash))).code, "link_not_valid");
        house.act(|act| reset_password(act, &fresh, &hash)).unwrap();
    });
}

#[test]
fn a_letter_whose_link_was_taken_back_is_not_sent_again() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let admin = system_administrator(&house);
        let li = house.registered("li@yunshan.example");
        house.act_as(&li, |act| invite_colleague(act, "chen@yunshan.example", Lang::Zh)).unwrap();
        let letter = taken(&house, "chen@yunshan.example");
        assert!(outbox::failed(&house.store, &letter, "550 no such mailbox", None).unwrap());
        house.act_as(&li, |act| take_back_invitation(act, "chen@yunshan.example")).unwrap();
        assert_eq!(refusal(house.act_as(&admin, |act| retry_letter(act, letter.id))).code, "link_not_wanted");
        assert_eq!(newest(&house, "chen@yunshan.example").state, "dead");
    });
}
