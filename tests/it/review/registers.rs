//! A submission asks the registers and waits for none of them; the reviewer sees how far they are.

use std::collections::BTreeMap;

use suanquan::acts::case_checks::{Check, Looked, Verdict, checks};
use suanquan::acts::case_facts::Dossier;
use suanquan::config::Config;
use suanquan::registry::ListKind;
use suanquan::store;

use super::Scene;
use crate::harness::db::on_both;

fn rows(scene: &Scene, number: &str) -> Vec<Check> {
    let application = scene.case(number);
    scene
        .store
        .read(|db| {
            let dossier = Dossier::load(db, application)?;
            checks(db, Looked { dossier: &dossier, case: None, voucher: None, bank: None, related_share: None }, scene.now.date_naive())
        })
        .unwrap()
}

fn about_registers(scene: &Scene, number: &str) -> Vec<(Verdict, String)> {
    rows(scene, number)
        .into_iter()
        .filter(|check| check.text.en.starts_with("Technology SME register"))
        .map(|check| (check.verdict, check.text.en))
        .collect()
}

#[test]
fn a_submission_goes_on_while_the_register_is_down_and_the_check_says_pending() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        scene.house.registers.online.insert(ListKind::TechSme);
        let number = scene.submitted(&scene.purchases.clone());
        let shown = about_registers(&scene, &number);
        assert_eq!(shown.len(), 1);
        assert!(shown[0].0 == Verdict::Note && shown[0].1.contains("pending"), "{shown:?}");
        let of = scene.case(&number).enterprise_id;
        let asked = scene.store.read(|db| store::register::newest_of(db, of)).unwrap();
        assert_eq!(asked.iter().map(|check| check.register.as_str()).collect::<Vec<_>>(), ["tech_sme"]);
    });
}

#[test]
fn nobody_is_asked_where_no_service_answers_and_no_list_was_imported() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.submitted(&scene.purchases.clone());
        assert!(about_registers(&scene, &number).is_empty());
    });
}

#[test]
fn settings_of_a_register_say_what_is_wrong_with_them() {
    let good: suanquan::config::RegisterSettings = toml::from_str("url = \"https://r.example/{uscc}\"\nfound = \"/listed\"").unwrap();
    let config = |name: &str, change: &dyn Fn(&mut suanquan::config::RegisterSettings)| {
        let mut settings = good.clone();
        change(&mut settings);
        let config = Config {
            database: "sqlite:///x".into(),
            secret: "0123456789abcdef0123456789abcdef".into(),
            base_url: "https://x.example".into(),
            mail: "smtp://x".into(),
            mail_from: "x@x.example".into(),
            registers: BTreeMap::from([(name.to_owned(), settings)]),
            ..Config::default()
        };
        config.check_for_production().map_err(|why| why.to_string())
    };
    assert_eq!(config("tech_sme", &|_| {}), Ok(()));
    for (name, change, says) in [
        ("sme", (&|_: &mut _| {}) as &dyn Fn(&mut suanquan::config::RegisterSettings), "no such register"),
        ("tech_sme", &|settings| settings.url = "https://r.example/".into(), "{uscc}"),
        ("tech_sme", &|settings| settings.url = "file:///{uscc}".into(), "https://"),
        ("tech_sme", &|settings| settings.found = "data.listed".into(), "JSON pointer"),
        ("tech_sme", &|settings| settings.timeout_seconds = 31, "1 to 30"),
    ] {
        let why = config(name, change).unwrap_err();
        assert!(why.contains(says) && why.contains(name), "{why}");
    }
}
