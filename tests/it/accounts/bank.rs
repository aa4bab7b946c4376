//! The bank account: the first one at once, a change by the old contacts.

use chrono::TimeDelta;
use suanquan::acts::confirm_bank_account::{Answer, answer_bank_change, take_back_bank_change};
use suanquan::acts::enter_bank_account::{BankEntry, Entered, enter_bank_account};
use suanquan::reports::own_enterprise;

use super::house::{NAME, TestHouse, refusal};
use crate::harness::db::on_both;

fn entry(account_no: &str) -> BankEntry {
    BankEntry {
        account_name: NAME.into(),
        bank_name: "中国建设银行武汉光谷支行".into(),
        account_no: account_no.into(),
        cnaps: "105100000017".into(),
    }
}

#[test]
fn a_change_holds_only_when_an_old_contact_confirms_it_within_a_day() {
    on_both(|url| {
        let mut house = TestHouse::new(url);
        let li = house.registered("li@yunshan.example");
        let own = |house: &TestHouse| house.store.read(|db| own_enterprise::bank(db, li.enterprise().unwrap())).unwrap();
        assert_eq!(house.act_as(&li, |act| enter_bank_account(act, &entry("42050110000000000001"))).unwrap(), Entered::Active);
        assert_eq!(refusal(house.act_as(&li, |act| enter_bank_account(act, &entry("42050110000000000001")))).code, "same_account");
        assert_eq!(house.act_as(&li, |act| enter_bank_account(act, &entry("42050110000000000002"))).unwrap(), Entered::Pending);
        assert_eq!(own(&house).active.unwrap().account_no, "42050110000000000001");
        let late = house.token_of("li@yunshan.example", "/bank-change/");
        house.wait(TimeDelta::hours(25));
        assert_eq!(refusal(house.act(|act| answer_bank_change(act, &late, Answer::Confirm))).code, "link_not_valid");
        house.act_as(&li, |act| enter_bank_account(act, &entry("42050110000000000003"))).unwrap();
        let token = house.token_of("li@yunshan.example", "/bank-change/");
        house.act(|act| answer_bank_change(act, &token, Answer::Confirm)).unwrap();
        let now = own(&house);
        assert_eq!(now.active.unwrap().account_no, "42050110000000000003");
        assert!(now.pending.is_none());
        let states: Vec<String> = now.earlier.into_iter().map(|known| known.state).collect();
        assert_eq!(states, ["refused", "replaced"]);
        assert_eq!(house.letters_to("li@yunshan.example").first().map(|letter| letter.kind.clone()), Some("bank_changed".to_owned()));
    });
}

#[test]
fn a_refused_or_withdrawn_change_leaves_the_old_account_in_use() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let li = house.registered("li@yunshan.example");
        let own = |house: &TestHouse| house.store.read(|db| own_enterprise::bank(db, li.enterprise().unwrap())).unwrap();
        house.act_as(&li, |act| enter_bank_account(act, &entry("42050110000000000001"))).unwrap();
        house.act_as(&li, |act| enter_bank_account(act, &entry("42050110000000000002"))).unwrap();
        let token = house.token_of("li@yunshan.example", "/bank-change/");
        house.act(|act| answer_bank_change(act, &token, Answer::Refuse)).unwrap();
        house.act_as(&li, |act| enter_bank_account(act, &entry("42050110000000000003"))).unwrap();
        let token = house.token_of("li@yunshan.example", "/bank-change/");
        let pending = own(&house).pending.unwrap().0.id;
        house.act_as(&li, |act| take_back_bank_change(act, pending)).unwrap();
        assert_eq!(refusal(house.act(|act| answer_bank_change(act, &token, Answer::Confirm))).code, "link_not_valid");
        assert_eq!(own(&house).active.unwrap().account_no, "42050110000000000001");
    });
}
