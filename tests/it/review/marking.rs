//! What a reviewer marks on an item, and the credit check that follows the review.

use suanquan::acts::check_credit::{Finding, check_credit};
use suanquan::acts::mark_item::{Marks, mark_item};
use suanquan::acts::pass_final::pass_final;
use suanquan::acts::pass_preliminary::pass_preliminary;
use suanquan::acts::precheck_application::precheck_application;
use suanquan::application::State;
use suanquan::money::Fen;
use suanquan::store;

use super::{Scene, refused};
use crate::harness::db::on_both;

#[test]
fn review_marks_only_lower_what_was_asked_and_the_credit_check_ends_or_goes_on() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        scene.confirm(0, &number).unwrap();
        scene.accept_qualifications();
        let (one, two, authority) = (scene.one.clone(), scene.two.clone(), scene.authority.clone());
        scene.step(&one, &number, precheck_application).unwrap();
        let id = scene.case(&number).id;
        let item = scene.store.read(|db| store::application::items(db, id)).unwrap()[0].id;
        let marks =
            |yuan| Marks {
                statutory_test: false, provincial_project: false, asked: Some(Fen::yuan(yuan)), reason: "部分用于测试".into()
            };
        let raise = scene.step(&one, &number, |act, case, version| mark_item(act, case, version, item, &marks(100_001)).map(|_| ()));
        assert_eq!(refused(raise), "asked_raised");
        scene.step(&one, &number, |act, case, version| mark_item(act, case, version, item, &marks(50_000)).map(|_| ())).unwrap();
        assert_eq!((scene.case(&number).total_fen, scene.reserved()), (Fen::yuan(15_000), Fen::yuan(15_000)));
        scene.step(&one, &number, |act, case, version| pass_preliminary(act, case, version, "")).unwrap();
        scene.step(&two, &number, |act, case, version| pass_final(act, case, version, "")).unwrap();
        let silent = Finding { source: "信用中国".into(), clean: false, note: String::new() };
        assert_eq!(
            refused(scene.step(&authority, &number, |act, case, version| check_credit(act, case, version, &silent))),
            "note_missing"
        );
        let clean = Finding { source: "信用中国".into(), clean: true, note: String::new() };
        scene.step(&authority, &number, |act, case, version| check_credit(act, case, version, &clean)).unwrap();
        assert_eq!(scene.case(&number).state, State::CreditChecked);
        let checks = scene.store.read(|db| store::credit::checks_of(db, id)).unwrap();
        assert_eq!(checks.last().map(|check| (check.occasion.as_str(), check.clean)), Some(("after_review", true)));
    });
}
