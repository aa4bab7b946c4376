use proptest::prelude::*;

use super::*;

#[test]
fn an_array_is_cut_into_the_text_of_its_elements() {
    let text = " [ {\"a\":[1,2],\"b\":\"x,]}\\\"\"} ,7, \"字,\" ]\n";
    assert_eq!(elements(text, 9), Ok(vec!["{\"a\":[1,2],\"b\":\"x,]}\\\"\"}", "7", "\"字,\""]));
    assert_eq!(elements("[]", 9), Ok(vec![]));
    assert_eq!(elements("[ \n ]", 0), Ok(vec![]));
    assert_eq!(elements("[1,]", 9), Ok(vec!["1", ""]));
}

#[test]
fn a_broken_element_leaves_its_neighbours_whole() {
    assert_eq!(elements("[{\"a\":1},{\"a\":NaN},{\"a\":3}]", 9), Ok(vec!["{\"a\":1}", "{\"a\":NaN}", "{\"a\":3}"]));
    assert_eq!(elements("[{\"a\":1]},{\"a\":2}]", 9), Ok(vec!["{\"a\":1]}", "{\"a\":2}"]));
    assert_eq!(elements("[1},2]", 9), Ok(vec!["1}", "2"]));
}

#[test]
fn a_text_that_is_no_whole_array_is_refused_with_the_place() {
    assert_eq!(elements("{\"a\":1}", 9), Err(NotElements::NoBegin('[')));
    assert_eq!(elements("", 9), Err(NotElements::NoBegin('[')));
    assert_eq!(elements("[1, \"two", 9), Err(NotElements::Open(3)));
    assert_eq!(elements("[1, {\"a\":[}, 3]", 9), Err(NotElements::Open(3)));
    assert_eq!(elements("[1] x", 9), Err(NotElements::GoesOn(4)));
    assert_eq!(elements("[1,2,3]", 2), Err(NotElements::TooMany(2)));
    assert!(elements("[1,2,3]", 3).is_ok());
}

#[test]
fn a_member_is_found_at_the_top_of_an_object_only() {
    let text = "{\"meta\":{\"jobs\":0},\"jobs\" : [1,2] ,\"errors\":[]}";
    assert_eq!(member(text, &["jobs"]), Some("[1,2]"));
    assert_eq!(member(text, &["items", "errors"]), Some("[]"));
    assert_eq!(member(text, &["items"]), None);
    assert_eq!(member("[1]", &["jobs"]), None);
}

proptest! {
    #[test]
    fn whole_json_is_cut_where_a_reader_would_cut_it(values in prop::collection::vec(prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        "\\PC{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        ("[a-z]{1,4}", "\\PC{0,8}").prop_map(|(key, text)| serde_json::json!({key: [text]}).to_string()),
    ], 0..8)) {
        let text = format!("[{}]", values.join(" ,\n"));
        prop_assert_eq!(elements(&text, 8).unwrap(), values);
    }

    #[test]
    fn no_text_panics(text in "[\\[\\]{},:\"\\\\a字 ]{0,40}", most in 0_usize..4) {
        let _ = elements(&text, most);
        let _ = member(&text, &["a"]);
    }
}
