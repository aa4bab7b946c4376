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

fn rows(text: &'static str) -> impl Iterator<Item = Vec<String>> {
    let rows = csv::ReaderBuilder::new().from_reader(text.as_bytes()).into_records();
    rows.map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect())
}

#[test]
fn every_public_code_passes_with_its_organisation_code() {
    let mut seen = 0;
    for row in rows(include_str!("../../tests/fixtures/codes/uscc-valid.csv")) {
        let code = Uscc::parse(&row[0]).unwrap_or_else(|why| panic!("{} {why}", row[0]));
        assert_eq!(code.as_str(), row[0]);
        assert!(code.organisation_code_checks(), "{code}");
        seen += 1;
    }
    assert_eq!(seen, 27);
}

#[test]
fn odd_codes_are_decided_as_written_beside_them() {
    for row in rows(include_str!("../../tests/fixtures/codes/uscc-odd.csv")) {
        let decision = match Uscc::parse(&row[0]) {
            Ok(code) if code.organisation_code_checks() => "accepted",
            Ok(_) => "accepted with a doubt",
            Err(NotUscc::Empty) => "empty",
            Err(NotUscc::Length) => "length",
            Err(NotUscc::Alphabet) => "alphabet",
            Err(NotUscc::Division) => "division",
            Err(NotUscc::Authority) => "authority",
            Err(NotUscc::CheckCharacter) => "check character",
        };
        assert_eq!(decision, row[1], "{}: {}", row[0], row[2]);
    }
}

#[test]
fn every_public_bank_code_passes_and_none_with_another_last_digit() {
    let mut seen = 0;
    for row in rows(include_str!("../../tests/fixtures/codes/cnaps-sample.csv")) {
        let code = row[1].as_str();
        assert!(is_cnaps(code), "{} {code}", row[0]);
        let others = (0..10).map(|digit| format!("{}{digit}", code.get(..11).unwrap())).filter(|other| other != code);
        assert!(others.into_iter().all(|other| !is_cnaps(&other)), "{code}");
        seen += 1;
    }
    assert_eq!(seen, 54);
}
