use super::*;

#[test]
fn real_codes_pass_and_typing_slips_are_named() {
    for code in
        ["914403001922038216", "9144030071526726XG", "91420100MA4TE5T139", "９１４４０３００１９２２０３８２１６", " 9144030071526726xg "]
    {
        assert!(Uscc::parse(code).is_ok(), "{code}");
    }
    for (code, why) in [
        ("", NotUscc::Empty),
        ("914403001922038217", NotUscc::CheckCharacter),
        ("914403001922038261", NotUscc::CheckCharacter),
        ("91440300192203821", NotUscc::Length),
        ("91440300192203821I", NotUscc::Alphabet),
        ("000000000000000000", NotUscc::Authority),
        ("91A403001922038216", NotUscc::Division),
    ] {
        assert_eq!(Uscc::parse(code), Err(why), "{code}");
    }
}

#[test]
fn a_body_gets_its_check_character() {
    assert_eq!(Uscc::from_body("91440300192203821").map(|c| c.as_str().to_owned()), Some("914403001922038216".to_owned()));
}

#[test]
fn bank_codes_carry_a_check_digit() {
    assert!(is_cnaps("104100000004"));
    assert!(is_cnaps("105100000017"));
    assert!(!is_cnaps("104000000000"));
    assert!(!is_cnaps("10410000000"));
}

#[test]
fn invoice_keys_have_two_shapes() {
    assert!(is_invoice_key("", "24512000000202537619"));
    assert!(is_invoice_key("050001700111", "99999951"));
    assert!(!is_invoice_key("", "99999951"));
    assert!(!is_invoice_key("", "2451200000020253761X"));
}
