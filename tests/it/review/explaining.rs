//! A check that must be explained holds the final review until somebody has explained it.

use suanquan::acts::pass_final::pass_final;
use suanquan::acts::{ActError, Refusal};
use suanquan::application::State;
use suanquan::store::{self, Fault, bank::NewBankAccount};

use super::Scene;
use crate::harness::db::on_both;

/// Another enterprise names the account that the applicant is paid to.
fn somebody_shares_the_account(scene: &Scene) {
    let by = scene.applicant.account.unwrap();
    let at = scene.now.naive_utc();
    let shared = scene.store.write(|db| {
        let other = store::account::insert_enterprise(db, "91420100MA4TE5T998", "另一家公司", "另一家公司", at)?;
        let bank = NewBankAccount {
            enterprise_id: other,
            account_name: "另一家公司",
            bank_name: "工商银行",
            account_no: "420000000000031",
            cnaps: "",
            state: "active",
            created_by: by,
            created_at: at,
            confirmed_at: Some(at),
        };
        store::bank::insert(db, &bank)?;
        Ok::<_, Fault>(())
    });
    shared.unwrap();
}

#[test]
fn review_a_check_that_must_be_explained_holds_the_final_review_until_it_is() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.up_to_final();
        somebody_shares_the_account(&scene);
        let two = scene.two.clone();
        for silent in ["", "  ", "已核"] {
            let outcome = scene.step(&two, &number, |act, case, version| pass_final(act, case, version, silent));
            let Err(ActError::Refused(refusals)) = outcome else { panic!("{silent:?}: {outcome:?}") };
            let Refusal { code, field, text } = &refusals[0];
            assert_eq!((*code, field.as_deref()), ("explanation_missing", Some("note")));
            assert!(text.zh.contains("另一家公司") && text.en.contains("另一家公司"), "the check is named: {text:?}");
        }
        assert_eq!(scene.case(&number).state, State::PreliminaryPassed);
        let id = scene.case(&number).id;
        assert!(scene.store.read(|db| store::application::sides(db, id)).unwrap().iter().all(|(_, side)| side != "final"));
        let why = "两家公司为母子公司，共用结算账户，已核对授权书";
        scene.step(&two, &number, |act, case, version| pass_final(act, case, version, why)).unwrap();
        assert_eq!(scene.case(&number).state, State::FinalPassed);
        let trail = scene.store.read(|db| store::audit::of_application(db, id)).unwrap();
        assert!(trail.iter().any(|line| line.act == "pass_final" && line.reason == why));
    });
}
