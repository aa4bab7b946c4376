//! The administrators' work: accounts, rights, packs, tokens.

use std::collections::BTreeSet;

use suanquan::acts::accept_invitation::accept_invitation;
use suanquan::acts::activate_pack::activate_pack;
use suanquan::acts::add_provider::add_provider;
use suanquan::acts::close_account::close_account;
use suanquan::acts::create_staff::{House, NewStaff, create_administrator, create_staff};
use suanquan::acts::give_rights::give_rights;
use suanquan::acts::service_tokens::{MeterRights, issue_service_token, revoke_service_token};
use suanquan::ids::Uscc;
use suanquan::lang::Lang;
use suanquan::party::{Actor, Duty, Role};
use suanquan::reports::{administration, service_actor};
use suanquan::secret::{hash_password, token_hash};

use super::house::{PASSWORD, TestHouse, refusal};
use crate::harness::db::on_both;

/// The one who makes accounts and gives rights.
pub fn administrator(house: &TestHouse) -> Actor {
    first(house, "admin@city.example", Duty::SecurityAdministrator)
}

/// The one who runs the system.
pub fn system_administrator(house: &TestHouse) -> Actor {
    first(house, "system@city.example", Duty::Administrator)
}

fn first(house: &TestHouse, email: &str, duty: Duty) -> Actor {
    let path = create_administrator(&house.store, house.rules(), house.now(), (email, "管理员"), duty).unwrap();
    let hash = hash_password(PASSWORD).unwrap();
    let token = path.trim_start_matches("/invite/");
    house.act(|act| accept_invitation(act, token, "王管理", &hash, Lang::Zh)).unwrap();
    house.actor(email)
}

fn new(email: &str, duties: &[Duty]) -> NewStaff {
    NewStaff { email: email.into(), name: "张".into(), lang: Lang::Zh, house: House::Staff(duties.iter().copied().collect()) }
}

#[test]
fn the_first_administrator_sets_a_password_by_a_link_and_signs_in() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let admin = administrator(&house);
        assert_eq!(admin.roles(), [Role::SecurityAdministrator]);
        assert!(house.sign_in("admin@city.example", PASSWORD).is_ok());
        let again =
            create_administrator(&house.store, house.rules(), house.now(), ("admin@city.example", "x"), Duty::SecurityAdministrator);
        assert_eq!(refusal(again).code, "email_known");
        assert!(house.all_letters().is_empty(), "the link is printed, not sent");
    });
}

#[test]
fn rights_that_exclude_one_another_are_refused_in_words_and_nobody_changes_their_own() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let admin = administrator(&house);
        for duties in [
            &[Duty::Finance, Duty::TaskForce][..],
            &[Duty::FinalReviewer],
            &[Duty::Administrator, Duty::Auditor],
            &[Duty::SecurityAdministrator, Duty::TaskForce],
            &[Duty::AuditAdministrator, Duty::SecurityAdministrator],
            &[],
        ] {
            let why = refusal(house.act_as(&admin, |act| create_staff(act, &new("zhang@city.example", duties))));
            assert_eq!(why.field.as_deref(), Some("duties"), "{duties:?}");
        }
        house.act_as(&admin, |act| create_staff(act, &new("zhang@city.example", &[Duty::TaskForce]))).unwrap();
        let token = house.token_of("zhang@city.example", "/invite/");
        let hash = hash_password(PASSWORD).unwrap();
        let zhang = house.act(|act| accept_invitation(act, &token, "张三", &hash, Lang::Zh)).unwrap();
        let session = house.sign_in("zhang@city.example", PASSWORD).unwrap();
        let both = BTreeSet::from([Duty::TaskForce, Duty::FinalReviewer]);
        house.act_as(&admin, |act| give_rights(act, zhang, &both, "任命")).unwrap();
        assert!(house.actor("zhang@city.example").holds(Role::FinalReviewer));
        let now = house.now();
        let signed = house.store.read(|db| suanquan::reports::signed_in(db, &token_hash(session.expose()), now)).unwrap();
        assert!(signed.is_none(), "changed rights end the sessions");
        let own = admin.account.unwrap();
        let auditor = BTreeSet::from([Duty::Auditor]);
        assert_eq!(refusal(house.act_as(&admin, |act| give_rights(act, own, &auditor, "x"))).code, "own_account");
        assert_eq!(refusal(house.act_as(&admin, |act| close_account(act, own, true, "x"))).code, "own_account");
        let task_force = house.actor("zhang@city.example");
        assert!(house.act_as(&task_force, |act| give_rights(act, own, &auditor, "x")).is_err());
    });
}

#[test]
fn a_pack_is_activated_with_a_reason_and_its_history_is_kept() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let admin = system_administrator(&house);
        assert_eq!(refusal(house.act_as(&admin, |act| activate_pack(act, "hubei-2025", ""))).field.as_deref(), Some("reason"));
        assert!(house.act_as(&admin, |act| activate_pack(act, "hubei-2099", "x")).is_err());
        house.act_as(&admin, |act| activate_pack(act, "hubei-2025", "鄂科技通〔2024〕54号")).unwrap();
        let history = house.store.read(|db| administration::packs(db, house.rules())).unwrap();
        assert_eq!(history.in_force, "hubei-2025");
        let [change] = &history.changes[..] else { panic!("{history:?}") };
        assert_eq!((change.who.as_str(), change.reason.as_str()), ("王管理", "鄂科技通〔2024〕54号"));
        assert_eq!(refusal(house.act_as(&admin, |act| activate_pack(act, "hubei-2025", "x"))).code, "pack_in_force");
    });
}

#[test]
fn a_service_token_opens_its_provider_until_it_is_revoked() {
    on_both(|url| {
        let house = TestHouse::new(url);
        let admin = administrator(&house);
        let uscc = Uscc::from_body("91420100MA4TE5T13").unwrap();
        let system = system_administrator(&house);
        let provider = house.act_as(&system, |act| add_provider(act, &uscc, "武汉人工智能计算中心", "100P")).unwrap();
        let twice = house.act_as(&system, |act| add_provider(act, &uscc, "另一家", ""));
        assert_eq!(refusal(twice).field.as_deref(), Some("uscc"));
        let hash = house.act_as(&admin, |act| issue_service_token(act, provider, "每日报送", "sq_token", &MeterRights::default())).unwrap();
        let actor = house.store.read(|db| service_actor(db, &hash)).unwrap().unwrap();
        assert_eq!(actor.provider(), Some(provider));
        let known = house.store.read(administration::tokens).unwrap();
        let id = known.first().unwrap().id;
        house.act_as(&admin, |act| revoke_service_token(act, id, "泄露")).unwrap();
        assert!(house.store.read(|db| service_actor(db, &hash)).unwrap().is_none());
        assert_eq!(refusal(house.act_as(&admin, |act| revoke_service_token(act, id, "x"))).code, "token_revoked");
    });
}
