//! What the guides for centres show can be used as it stands, in both languages.

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
