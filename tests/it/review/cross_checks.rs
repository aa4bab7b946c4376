//! The cross-checks of a case: each passes on papers that fit, and says what is wrong on papers that
//! do not. On both databases.

use suanquan::acts::case_checks::{Check, CheckKind, Verdict};
use suanquan::acts::describe_material::{PaperFacts, describe_material};
use suanquan::acts::withdraw_application::withdraw_application;
use suanquan::ids::MaterialId;
use suanquan::money::Fen;
use suanquan::paper::{PaperField, Source};
use suanquan::reports::case_desk;
use suanquan::store::paper::{PaperFact, put_fact};
use suanquan::store::{self, Store};

use super::ties::{controller, declare, second_case};
use super::{Scene, TierChoice, choose_tier, day};
use crate::harness::db::{on_both, on_both_databases};

use CheckKind as K;
use PaperField as F;
use Verdict::{Explain, Note, Passed};

/// What the papers of the scene say when everything is right.
const RIGHT: &[(&str, PaperField, &str)] = &[
    ("contract", F::PartyAName, "示例智能"),
    ("contract", F::PartyBName, "甲中心"),
    ("contract", F::ContractFrom, "2026-01-01"),
    ("contract", F::ContractTo, "2026-12-31"),
    ("contract", F::Service, "智能计算服务"),
    ("invoice", F::BuyerName, "示例智能"),
    ("invoice", F::SellerName, "甲中心"),
    ("invoice", F::Service, "*信息技术服务*算力服务"),
    ("payment", F::PaidBy, "bank_transfer"),
    ("payment", F::PayerName, "示例智能"),
    ("payment", F::PayerAccount, "420000000000031"),
    ("payment", F::PayeeName, "甲中心"),
];

fn say(store: &Store, paper: MaterialId, field: PaperField, value: &str) {
    let fact = PaperFact { material_id: paper, field, value: value.into(), source: Source::Typed, confirmed_by: None, confirmed_at: None };
    store.write(|db| put_fact(db, &fact)).unwrap();
}

pub fn checks(scene: &Scene, number: &str) -> Vec<Check> {
    scene.store.read(|db| case_desk::load(db, &scene.house, &scene.one, number, day("2026-03-02"))).unwrap().checks
}

/// The most serious verdict of a kind.
pub fn worst(checks: &[Check], kind: CheckKind) -> Option<Verdict> {
    let height = |verdict: Verdict| match verdict {
        Passed => 0,
        Note => 1,
        Explain => 2,
    };
    checks.iter().filter(|check| check.kind == kind).map(|check| check.verdict).max_by_key(|verdict| height(*verdict))
}

#[test]
fn review_every_cross_check_passes_on_papers_that_fit_and_finds_the_one_that_does_not() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        let silent = checks(&scene, &number);
        for kind in [K::BuyerIsApplicant, K::SellerIsProvider, K::ServiceCounts, K::PaidByTransfer, K::RelatedParty] {
            assert_eq!(worst(&silent, kind), Some(Note), "{kind} on papers that say nothing");
        }
        for (paper, field, value) in RIGHT {
            say(&scene.store, scene.paper(&number, paper), *field, value);
        }
        declare(&mut scene, vec![controller("王五")]).unwrap();
        let fitting = checks(&scene, &number);
        for kind in [
            K::BuyerIsApplicant,
            K::SellerIsProvider,
            K::ServiceCounts,
            K::PaidByTransfer,
            K::ContractDates,
            K::PaperDates,
            K::AmountsAgree,
            K::RedLetterKnown,
            K::InvoiceSplit,
            K::InvoiceUnused,
            K::ContractRoom,
            K::RelatedParty,
        ] {
            assert_eq!(worst(&fitting, kind), Some(Passed), "{kind} on papers that fit");
        }
        for (paper, field, value, kind, expected) in [
            ("invoice", F::BuyerName, "另一家公司", K::BuyerIsApplicant, Explain),
            ("invoice", F::BuyerName, " 示例智能 ", K::BuyerIsApplicant, Passed),
            ("contract", F::PartyAId, "914403001922038216", K::BuyerIsApplicant, Explain),
            ("contract", F::PartyBName, "乙中心", K::SellerIsProvider, Explain),
            ("invoice", F::Service, "对象存储", K::ServiceCounts, Explain),
            ("invoice", F::Service, "技术服务费", K::ServiceCounts, Note),
            ("payment", F::PaidBy, "cash", K::PaidByTransfer, Explain),
            ("payment", F::PayerName, "张三", K::PaidByTransfer, Explain),
            ("payment", F::PayeeName, "乙中心", K::PaidByTransfer, Explain),
            ("contract", F::ContractTo, "2026-01-31", K::ContractDates, Explain),
        ] {
            let id = scene.paper(&number, paper);
            say(&scene.store, id, field, value);
            assert_eq!(worst(&checks(&scene, &number), kind), Some(expected), "{paper} {field} {value}");
            match RIGHT.iter().find(|(known, right, _)| *known == paper && *right == field) {
                Some((_, _, right)) => say(&scene.store, id, field, right),
                None => scene.store.write(|db| store::paper::forget_fact(db, id, field)).unwrap(),
            }
        }
    });
}

#[test]
fn review_a_red_letter_in_any_application_is_seen_and_the_other_one_is_named() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchases = scene.purchases;
        let other = scene.complete(&[purchases[1]]);
        let red = scene.paper(&other, "invoice");
        let applicant = scene.applicant.clone();
        scene.step(&applicant, &other, |act, case, version| withdraw_application(act, case, version, "")).unwrap();
        let number = scene.submitted(&[purchases[0]]);
        say(&scene.store, red, F::RedOf, "26422000000045508821");
        let found = checks(&scene, &number);
        assert_eq!(worst(&found, K::RedLetterKnown), Some(Explain));
        let named = found.iter().find(|check| check.kind == K::RedLetterKnown).unwrap();
        assert_eq!(named.other.as_deref(), Some(other.as_str()));
    });
}

#[test]
fn review_a_split_invoice_and_a_shared_representative_are_pointed_out() {
    on_both_databases(|db| {
        let mut scene = Scene::new(db.url());
        let purchases = scene.purchases;
        let second = scene.complete(&[purchases[1]]);
        let (invoice, applicant) = (scene.paper(&second, "invoice"), scene.applicant.clone());
        let id = scene.case(&second).id;
        let covers = scene.store.read(|db| store::application::items(db, id)).unwrap().iter().map(|item| item.id).collect();
        let facts = PaperFacts {
            number: "26422000000045508822".into(),
            amount: Fen::yuan(100_000),
            dated_on: Some(day("2026-02-10")),
            covers,
            ..PaperFacts::default()
        };
        scene.act(&applicant, |act| describe_material(act, &second, invoice, &facts)).unwrap();
        scene.step(&applicant, &second, |act, case, version| choose_tier(act, case, version, TierChoice::Best)).unwrap();
        let number = scene.submitted(&[purchases[0]]);
        scene.submit(&second);
        assert_eq!(worst(&checks(&scene, &number), K::InvoiceSplit), Some(Passed), "two providers are no split");
        db.run_sql("UPDATE purchase SET provider_id = (SELECT MIN(id) FROM provider)");
        for case in [&number, &second] {
            assert_eq!(worst(&checks(&scene, case), K::InvoiceSplit), Some(Explain), "{case}");
        }
        db.run_sql(
            "UPDATE enterprise SET legal_representative = '李四'; \
             INSERT INTO enterprise (uscc, name, name_folded, legal_representative, created_at) \
             VALUES ('91420100MA4CCCC334', '另一家', '另一家', '李四', '2026-01-01 00:00:00')",
        );
        let found = checks(&scene, &number);
        let shared = found.iter().find(|check| check.kind == K::RepresentativeShared).unwrap();
        assert!(shared.verdict == Note && shared.text.zh.contains("另一家"), "{shared:?}");
        db.run_sql("UPDATE enterprise SET uscc = (SELECT MIN(uscc) FROM provider) WHERE name = '另一家'");
        assert_eq!(worst(&checks(&scene, &number), K::RelatedParty), Some(Explain), "the provider has the same representative");
    });
}

#[test]
fn review_one_payment_in_two_applications_is_seen_by_staff_with_the_other_one_named() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchases = scene.purchases;
        let second = second_case(&mut scene);
        let number = scene.submitted(&[purchases[0]]);
        assert_eq!(worst(&checks(&scene, &number), K::PaymentUnused), Some(Passed), "two slips");
        for case in [&number, &second] {
            say(&scene.store, scene.paper(case, "payment"), F::BankSerial, "2026021000000001");
        }
        let found = checks(&scene, &number);
        let used = found.iter().find(|check| check.kind == K::PaymentUnused).unwrap();
        assert!(used.verdict == Explain && used.evidence.zh.contains("200,000.00"), "{used:?}");
        assert_eq!(used.other.as_deref(), Some(second.as_str()));
        say(&scene.store, scene.paper(&second, "payment"), F::BankSerial, "2026021000000002");
        assert_eq!(worst(&checks(&scene, &number), K::PaymentUnused), Some(Passed), "another serial number is another payment");
    });
}
