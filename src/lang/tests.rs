use super::*;

#[test]
fn language_tags_are_read_by_their_primary_subtag() {
    for tag in ["zh", "zh-CN", "ZH_hans_cn", " zh-TW "] {
        assert_eq!(Lang::parse(tag), Some(Lang::Zh), "{tag}");
    }
    for tag in ["en", "en-GB", "EN"] {
        assert_eq!(Lang::parse(tag), Some(Lang::En), "{tag}");
    }
    for tag in ["", "de", "zhuang", "english"] {
        assert_eq!(Lang::parse(tag), None, "{tag}");
    }
}

#[test]
fn a_text_gives_the_wording_of_the_language_asked_for() {
    let text = Text::new("公示", "Public notice");
    assert_eq!((text.get(Lang::Zh), text.get(Lang::En)), ("公示", "Public notice"));
    assert_eq!(Text::same("A-0117").get(Lang::En), "A-0117");
}

#[test]
fn a_language_travels_through_files_as_its_code() {
    for lang in Lang::ALL {
        let json = serde_json::to_string(&lang).unwrap();
        assert_eq!(json, format!("\"{}\"", lang.code()));
        assert_eq!(serde_json::from_str::<Lang>(&json).unwrap(), lang);
        assert_eq!(Lang::parse(lang.code()), Some(lang));
    }
}
