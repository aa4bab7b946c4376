use super::*;

fn written(json: &str) -> Result<String, NotCanonical> {
    canonical(&serde_json::from_str(json).unwrap())
}

#[test]
fn order_and_white_space_do_not_matter() {
    let one = written(r#"{ "b": [1, {"y": null, "x": true}], "a": "昇腾 \u0041\n" }"#).unwrap();
    assert_eq!(one, "{\"a\":\"昇腾 A\\n\",\"b\":[1,{\"x\":true,\"y\":null}]}");
    assert_eq!(written(r#"{"a":"昇腾 A\n","b":[1,{"x":true,"y":null}]}"#).unwrap(), one);
}

#[test]
fn keys_are_ordered_by_utf16_units_as_the_rfc_says() {
    // U+1F600 is D83D DE00 in UTF-16 and so comes before U+FB33, which has the smaller scalar value.
    assert_eq!(written("{\"\u{fb33}\":1,\"\u{1f600}\":2}").unwrap(), "{\"\u{1f600}\":2,\"\u{fb33}\":1}");
}

#[test]
fn only_plain_integers_are_numbers() {
    for good in ["0", "-1", "9007199254740991", "-9007199254740991"] {
        assert_eq!(written(good).unwrap(), good);
    }
    for bad in ["1.5", "1e3", "9007199254740992", "-9007199254740992", "18446744073709551615", "1.0"] {
        assert!(written(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_border_between_parts_cannot_be_moved() {
    assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
    assert_ne!(digest(&[b"ab"]), digest(&[b"ab", b""]));
}
