//! Ties by the declared structure: to the seller, which somebody must explain, and to other
//! applicants of the year. On both databases.

use std::collections::BTreeMap;

use suanquan::acts::Outcome;
use suanquan::acts::case_checks::{CheckKind, Verdict};
use suanquan::acts::declare_structure::{NewStructure, declare_structure};
use suanquan::acts::describe_material::{PaperFacts, describe_material};
use suanquan::ids::Uscc;
use suanquan::money::{Fen, RateBp};
use suanquan::party::structure::{Party, PartyRole};
use suanquan::store;

use super::cross_checks::{checks, worst};
use super::{Scene, TierChoice, choose_tier, day, pass_final, refused};
use crate::harness::db::{on_both, on_both_databases};

pub fn controller(name: &str) -> Party {
    Party { role: PartyRole::Controller, person: true, name: name.into(), uscc: String::new(), share: None, since: day("2020-01-01") }
}

fn centre(role: PartyRole, share: u32) -> Party {
    let uscc = Uscc::from_body("91420100MA4AAAA11").unwrap().to_string();
    Party { role, person: false, uscc, share: Some(RateBp::new(share)), ..controller("甲中心") }
}

pub fn declare(scene: &mut Scene, parties: Vec<Party>) -> Outcome<()> {
    let applicant = scene.applicant.clone();
    let of = applicant.enterprise().unwrap();
    let seen_version = scene.store.read(|db| store::structure::newest(db, of)).unwrap().map_or(0, |(newest, _)| newest.version);
    let new = NewStructure { parties: (1..).zip(parties).collect::<BTreeMap<_, _>>(), no_controller: false, seen_version };
    scene.act(&applicant, |act| declare_structure(act, &new))
}

/// A second application, with an invoice of its own.
pub fn second_case(scene: &mut Scene) -> String {
    let purchase = scene.purchases[1];
    let (number, applicant) = (scene.complete(&[purchase]), scene.applicant.clone());
    let (invoice, id) = (scene.paper(&number, "invoice"), scene.case(&number).id);
    let covers = scene.store.read(|db| store::application::items(db, id)).unwrap().iter().map(|item| item.id).collect();
    let facts = PaperFacts {
        number: "26422000000045508822".into(),
        amount: Fen::yuan(100_000),
        dated_on: Some(day("2026-02-10")),
        covers,
        ..PaperFacts::default()
    };
    scene.act(&applicant, |act| describe_material(act, &number, invoice, &facts)).unwrap();
    scene.step(&applicant, &number, |act, case, version| choose_tier(act, case, version, TierChoice::Best)).unwrap();
    scene.submit(&number);
    number
}

#[test]
fn review_a_declared_holding_of_the_seller_must_be_explained_also_after_it_was_given_up() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.up_to_final();
        declare(&mut scene, vec![controller("王五"), centre(PartyRole::Shareholder, 2_499)]).unwrap();
        assert_eq!(worst(&checks(&scene, &number), CheckKind::RelatedParty), Some(Verdict::Passed), "below the pack's share");
        declare(&mut scene, vec![controller("王五"), centre(PartyRole::Shareholder, 2_500)]).unwrap();
        let found = checks(&scene, &number);
        let tie = found.iter().find(|check| check.kind == CheckKind::RelatedParty).unwrap();
        assert!(tie.verdict == Verdict::Explain && tie.text.zh.contains("甲中心") && tie.text.zh.contains("25%"), "{tie:?}");
        let two = scene.two.clone();
        assert_eq!(refused(scene.step(&two, &number, |act, case, version| pass_final(act, case, version, ""))), "explanation_missing");
        declare(&mut scene, vec![controller("王五")]).unwrap();
        assert_eq!(worst(&checks(&scene, &number), CheckKind::RelatedParty), Some(Verdict::Explain), "it stood during the service");
        let versions = scene.store.read(|db| store::structure::declarations(db, &[scene.applicant.enterprise().unwrap()])).unwrap();
        assert_eq!(versions.len(), 3, "every declaration is kept");
        scene.step(&two, &number, |act, case, version| pass_final(act, case, version, "持股已于上月转让，经核实不影响")).unwrap();
    });
}

#[test]
fn review_another_applicant_of_the_year_with_the_same_controller_is_a_note_without_the_persons_name() {
    on_both_databases(|db| {
        let mut scene = Scene::new(db.url());
        let purchases = scene.purchases;
        let second = second_case(&mut scene);
        let number = scene.submitted(&[purchases[0]]);
        declare(&mut scene, vec![controller("欧阳 若云")]).unwrap();
        assert_eq!(worst(&checks(&scene, &number), CheckKind::RelatedParty), Some(Verdict::Passed));
        db.run_sql(&format!(
            "INSERT INTO enterprise (uscc, name, name_folded, legal_representative, created_at) \
             VALUES ('91420100MA4CCCC334', '另一家', '另一家', '', '2026-01-01 00:00:00'); \
             UPDATE application SET enterprise_id = (SELECT id FROM enterprise WHERE name = '另一家') WHERE number = '{second}'"
        ));
        let (by, at) = (scene.applicant.account.unwrap(), scene.now.naive_utc());
        let other = scene.store.read(|db| store::account::enterprise_by_uscc(db, "91420100MA4CCCC334")).unwrap().unwrap().id;
        scene.store.write(|db| store::structure::declare(db, other, 1, &[controller("欧阳若云")], by, at)).unwrap();
        let found = checks(&scene, &number);
        let tie = found.iter().find(|check| check.kind == CheckKind::RelatedParty).unwrap();
        assert!(tie.verdict == Verdict::Note && tie.text.zh.contains("另一家"), "{tie:?}");
        assert!(!format!("{tie:?}").contains("若云") && tie.evidence.zh.starts_with("欧*"), "{tie:?}");
    });
}

#[test]
fn review_a_declaration_is_refused_beside_its_fields_and_no_colleague_is_written_over() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let own = Uscc::from_body("91420100MA4TE5T13").unwrap().to_string();
        let person_with_code = Party { uscc: "420106199001011234".into(), ..controller("王五") };
        let itself = Party { uscc: own, ..centre(PartyRole::Holding, 3_000) };
        let without_share = Party { share: None, ..centre(PartyRole::Shareholder, 1) };
        for (parties, field) in [
            (vec![], "no_controller-1"),
            (vec![controller("王五"), controller("王 五")], "name_2"),
            (vec![person_with_code], "uscc_1"),
            (vec![controller("王五"), itself], "name_2"),
            (vec![controller("王五"), without_share], "share_2"),
            (vec![controller("王五"), Party { since: day("2026-03-03"), ..centre(PartyRole::Holding, 3_000) }], "since_2"),
            (
                vec![
                    controller("王五"),
                    centre(PartyRole::Shareholder, 6_000),
                    Party { name: "丙".into(), uscc: String::new(), ..centre(PartyRole::Shareholder, 4_001) },
                ],
                "share_3",
            ),
        ] {
            let Err(suanquan::acts::ActError::Refused(refusals)) = declare(&mut scene, parties) else { panic!("{field} was taken") };
            assert_eq!(refusals[0].field.as_deref(), Some(field), "{refusals:?}");
        }
        declare(&mut scene, vec![controller("王五")]).unwrap();
        let late = NewStructure { parties: BTreeMap::from([(1, controller("赵六"))]), ..NewStructure::default() };
        let applicant = scene.applicant.clone();
        assert_eq!(refused(scene.act(&applicant, |act| declare_structure(act, &late))), "structure_changed");
    });
}
