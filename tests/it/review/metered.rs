//! Applications whose purchases rest on statements: the provider's step passes by itself, and what
//! is not claimable cannot be chosen.

use suanquan::acts::ActError;
use suanquan::acts::choose_purchases::choose_purchases;
use suanquan::acts::confirm_usage::{Confirmed, confirm_usage};
use suanquan::acts::start_application::start_application;
use suanquan::acts::submit_application::submit_application;
use suanquan::application::State;
use suanquan::ids::PurchaseId;
use suanquan::metering::statement::PurchaseState;
use suanquan::money::Fen;
use suanquan::reports::provider_desk;
use suanquan::store::metering::NewContract;
use suanquan::store::statement::NewStatement;
use suanquan::store::{self, Fault};

use super::{Scene, day};
use crate::harness::db::on_both;

impl Scene {
    /// A purchase of 100,000.00 at the first centre that rests on a confirmed statement.
    fn metered(&mut self, number: &str, state: PurchaseState) -> PurchaseId {
        let at = self.now.naive_utc();
        let model = self.purchases[0];
        let claimable = if state == PurchaseState::Claimable { Fen::yuan(100_000) } else { Fen::ZERO };
        self.store
            .write(|db| {
                let known = store::purchase::find(db, model)?.unwrap();
                let contract = NewContract {
                    provider_id: known.provider_id,
                    enterprise_uscc: known.enterprise_uscc.clone(),
                    enterprise_name: "示例智能".into(),
                    number: format!("HT-{number}"),
                    signed_on: day("2025-12-01"),
                    valid_from: day("2026-01-01"),
                    valid_to: day("2026-12-31"),
                    utc_offset_minutes: 480,
                    cap_fen: None,
                    tariff_code: "standard".into(),
                    recorded_by: None,
                    recorded_at: at,
                };
                let contract = store::metering::insert_contract(db, &contract)?;
                store::statement::keep_key(db, "key", "00", at)?;
                let statement = NewStatement {
                    number: number.into(),
                    contract_id: contract,
                    period: "2026-01".into(),
                    version: 1,
                    kind: "usage".into(),
                    reverses_id: None,
                    cutoff: "0:1".into(),
                    usage_fen: Fen::yuan(100_000),
                    adjustment_fen: Fen::ZERO,
                    total_fen: Fen::yuan(100_000),
                    credit_brought_fen: Fen::ZERO,
                    prepaid_cash_fen: Fen::ZERO,
                    non_cash_fen: Fen::ZERO,
                    payable_fen: Fen::yuan(100_000),
                    credit_left_fen: Fen::ZERO,
                    event_root: String::new(),
                    lines_digest: String::new(),
                    digest: String::new(),
                    key_id: "key".into(),
                    signature: String::new(),
                    issued_by: None,
                    issued_at: at,
                };
                let statement = store::statement::insert(db, &statement, &[], "confirmed", None, at)?;
                let new = store::purchase::NewPurchase {
                    provider_id: known.provider_id,
                    enterprise_uscc: known.enterprise_uscc,
                    order_no: number.into(),
                    kind: known.kind,
                    resource: known.resource,
                    unit: known.unit,
                    quantity: known.quantity,
                    unit_price: String::new(),
                    amount_fen: Fen::yuan(100_000),
                    accepted_fen: claimable,
                    service_from: known.service_from,
                    service_to: known.service_to,
                    recorded_at: at,
                    recorded_by: "statement".into(),
                    statement_id: Some(statement),
                    state,
                    prepaid_cash_fen: Fen::ZERO,
                    non_cash_fen: Fen::ZERO,
                    claimable_fen: claimable,
                };
                store::purchase::insert(db, &new)
            })
            .unwrap()
    }
}

#[test]
fn an_application_on_statements_alone_passes_the_providers_step_by_itself() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let number = scene.submitted(&[metered]);
        let case = scene.case(&number);
        assert_eq!((case.state, case.total_fen), (State::ProviderConfirmed, Fen::yuan(30_000)));
        let trail = scene.store.read(|db| store::audit::of_application(db, case.id)).unwrap();
        let passed = trail.iter().find(|line| line.act == "confirm_usage").unwrap();
        assert!(passed.reason.contains("对账单") && passed.actor_role == "system", "{passed:?}");
        let centre = scene.centres[0].provider().unwrap();
        let waiting = scene.store.read(|db| provider_desk::to_confirm(db, centre)).unwrap();
        assert!(waiting.is_empty());
    });
}

#[test]
fn beside_a_reported_purchase_only_that_one_is_confirmed() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let metered = scene.metered("S-2026-0001", PurchaseState::Claimable);
        let reported = scene.purchases[1];
        let number = scene.submitted(&[metered, reported]);
        assert_eq!(scene.case(&number).state, State::Submitted);
        let centres = scene.centres.clone();
        let waiting = |scene: &Scene, at: usize| {
            let provider = scene.centres[at].provider().unwrap();
            scene.store.read(|db| provider_desk::to_confirm(db, provider)).unwrap()
        };
        assert!(waiting(&scene, 0).is_empty());
        let item = waiting(&scene, 1)[0].items[0].0.id;
        let words = [Confirmed { item, accepted: None, note: String::new() }];
        scene.step(&centres[1], &number, |act, number, version| confirm_usage(act, number, version, &words).map(drop)).unwrap();
        assert_eq!(scene.case(&number).state, State::ProviderConfirmed);
    });
}

#[test]
fn what_is_not_paid_yet_cannot_be_chosen() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let applicant = scene.applicant.clone();
        for (number, state) in [
            ("S-2026-0001", PurchaseState::Issued),
            ("S-2026-0002", PurchaseState::PartiallyPaid),
            ("S-2026-0003", PurchaseState::Paid),
            ("S-2026-0004", PurchaseState::Blocked),
            ("S-2026-0005", PurchaseState::Reversed),
        ] {
            let purchase = scene.metered(number, state);
            let refused = scene.act(&applicant, |act| start_application(act, &[purchase]));
            let Err(ActError::Refused(why)) = refused else { panic!("{state}: {refused:?}") };
            assert_eq!(why[0].code, "not_claimable", "{state}");
        }
        let good = scene.purchases[0];
        let draft = scene.act(&applicant, |act| start_application(act, &[good])).unwrap();
        let late = scene.metered("S-2026-0006", PurchaseState::Claimable);
        scene.step(&applicant, &draft, |act, number, version| choose_purchases(act, number, version, &[good, late])).unwrap();
        // It is reversed while it waits in the draft: the gap is named at submission.
        let spoil = |db: &mut store::Db| {
            let mut purchase = store::purchase::find(db, late)?.unwrap();
            (purchase.state, purchase.claimable_fen) = (PurchaseState::Reversed, Fen::ZERO);
            store::purchase::save_money(db, &purchase).map(|saved| assert!(saved))
        };
        scene.store.write::<_, Fault>(spoil).unwrap();
        let refused = scene.step(&applicant, &draft, submit_application);
        let Err(ActError::Refused(why)) = refused else { panic!("{refused:?}") };
        assert!(why.iter().any(|refusal| refusal.text.zh.contains("S-2026-0006") && refusal.text.zh.contains("已冲销")), "{why:?}");
    });
}
