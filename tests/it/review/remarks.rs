//! A remark beside a move of the case: whichever comes second sees what the first one left.

use std::sync::Barrier;
use std::time::Duration;

use suanquan::acts::add_remark::add_remark;
use suanquan::acts::return_for_correction::{Wanted, return_for_correction};
use suanquan::acts::{ActError, perform};
use suanquan::application::State;
use suanquan::store;

use super::Scene;
use crate::harness::db::on_both;

#[test]
fn a_remark_that_comes_while_the_case_is_returned_is_too_late_and_stands_nowhere() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        let (invoice, version) = (scene.paper(&number, "invoice"), scene.case(&number).version);
        let wanted = Wanted { papers: Vec::new(), other: "请补传回单".into() };
        let written = Barrier::new(2);
        let remarked = std::thread::scope(|both| {
            let returned = both.spawn(|| {
                perform(&scene.store, &scene.house, &scene.three, scene.now, |act| {
                    return_for_correction(act, &number, version, &wanted)?;
                    written.wait();
                    std::thread::sleep(Duration::from_millis(300));
                    Ok(())
                })
            });
            written.wait();
            let remark =
                perform(&scene.store, &scene.house, &scene.one, scene.now, |act| add_remark(act, &number, version, invoice, "缺税号"));
            returned.join().unwrap().unwrap();
            remark
        });
        assert!(matches!(remarked, Err(ActError::Stale(_))), "{remarked:?}");
        let case = scene.case(&number);
        assert_eq!(case.state, State::Returned);
        let last = scene.store.read(|db| store::audit::last_of_application(db, case.id)).unwrap().unwrap();
        assert_eq!(last.to_state, State::Returned.as_str(), "nothing stands behind the return");
    });
}
