//! What the guides for centres show can be used as it stands, in both languages; and every promise
//! of the engine names tests that exist.

use std::path::Path;

use chrono::Utc;
use serde_json::Value;
use suanquan::metering::event::read_event;
use suanquan::metering::imports::ImportMap;
use suanquan::metering::moment::Moment;
use suanquan::metering::tariff::read_tariff;

fn guide(name: &str) -> String {
    std::fs::read_to_string(format!("{}/docs/guides/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The blocks of a language, without the lines that open and close them.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    text.split(&format!("```{language}\n")).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_examples_of_the_guides_for_centres_are_read_by_the_program() {
    for name in ["for-centres.md", "for-centres.zh-CN.md"] {
        let text = guide(name);
        let [map] = blocks(&text, "toml")[..] else { panic!("{name}: one map") };
        let map = ImportMap::parse(map).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!((map.resources.len(), map.subject("zhixing"), map.subject("other")), (2, Some("wh-zhixing"), None));
        let json: Vec<Value> = blocks(&text, "json").into_iter().map(|block| serde_json::from_str(block).unwrap()).collect();
        let [event, tariff] = &json[..] else { panic!("{name}: an event and a tariff") };
        assert_eq!(read_event(event, Moment::at(Utc::now())).unwrap().subject, "wh-zhixing");
        let tariff = read_tariff(tariff).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        assert_eq!(tariff.rates.len(), 4);
    }
}

/// All names of functions below a folder.
fn functions(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.split("fn ").skip(1).map(|rest| rest.split(['(', '<']).next().unwrap_or_default().to_owned());
            found.extend(names);
        }
    }
}

#[test]
fn every_promise_of_the_metering_engine_is_held_by_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/internals/metering-invariants.md")).unwrap();
    let mut known = Vec::new();
    functions(&root.join("src/metering"), &mut known);
    functions(&root.join("tests/it"), &mut known);
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let lost: Vec<&&str> = named.iter().filter(|name| !known.iter().any(|known| known == *name)).collect();
    assert_eq!(lost, Vec::<&&str>::new());
    for number in 1..=32 {
        let row = text.lines().find(|line| line.starts_with(&format!("| I{number} |"))).unwrap();
        assert!(row.contains('`'), "{row}");
    }
}
