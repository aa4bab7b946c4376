use super::*;

#[test]
fn the_question_is_one_by_rfc_3161() {
    let asked = question(&[0xab; 32], [0xff, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(asked.len(), 2 + 0x43);
    let mut outer = elements::Elements::of(&asked).unwrap();
    let mut parts = outer.next(der::Tag::Sequence, "outer").unwrap().within().unwrap();
    assert_eq!(parts.next(der::Tag::Integer, "version").unwrap().value, [1]);
    let mut imprint = parts.next(der::Tag::Sequence, "imprint").unwrap().within().unwrap();
    imprint.next(der::Tag::Sequence, "algorithm").unwrap();
    assert_eq!(imprint.next(der::Tag::OctetString, "hash").unwrap().value, [0xab; 32]);
    let nonce = parts.next(der::Tag::Integer, "nonce").unwrap().value;
    assert_eq!(nonce, [0x7f, 1, 2, 3, 4, 5, 6, 7], "positive, and of eight bytes");
    assert_eq!(parts.next(der::Tag::Boolean, "certificates").unwrap().value, [0xff]);
    parts.must_end().unwrap();
}

#[test]
fn what_is_no_answer_is_told_from_a_refusal() {
    let told = |bytes: &[u8]| check(bytes, &[0; 32], None, None).unwrap_err();
    for nonsense in [&b""[..], b"<html>", b"\x30", b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff", b"\x30\x05\x30\x03\x02\x01\x00"] {
        assert!(matches!(told(nonsense), NoStamp::Form(_)), "{nonsense:?}: {}", told(nonsense));
    }
    // rejection, "no such policy", unacceptedPolicy
    let refusal = b"\x30\x1b\x30\x19\x02\x01\x02\x30\x0f\x0c\x0dno such\x0apolic\x03\x03\x00\x00\x01";
    let why = told(refusal);
    assert_eq!(why, NoStamp::Refused("status 02, no suchpolic, unacceptedPolicy".into()));
}

#[test]
fn a_text_without_a_certificate_is_no_trusted_one() {
    for text in [&b""[..], b"# none", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert!(matches!(Trusted::from_pem(text), Err(NoStamp::Certificate(_))), "{text:?}");
    }
}
