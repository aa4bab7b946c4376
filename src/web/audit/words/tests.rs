use super::*;

/// Every `act: "…"` in the acts has words, so that no reader meets a code.
#[test]
fn every_act_of_the_house_has_words() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/acts");
    let mut unknown = Vec::new();
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for rest in text.split("act: \"").skip(1) {
            let code = rest.split('"').next().unwrap();
            seen += 1;
            if act_words(code, Lang::En) == "Another act" {
                unknown.push(code.to_owned());
            }
        }
    }
    assert!(seen > 10, "the acts were not found");
    assert_eq!(unknown, Vec::<String>::new(), "give these acts words in src/web/audit/words.rs");
}
