use super::*;

#[test]
fn long_passwords_are_taken_as_they_are_and_guessable_ones_are_not() {
    let about = ["李明远", "li.ming@yunshan.example", "云杉智能"];
    let check = |password: &str| check_password(Profile::Asvs, password, &about);
    for good in [
        "correct horse battery",
        "  two spaces around  ",
        &"长江汉水".repeat(16),
        &"x9 q".repeat(32),
        "武汉的热干面真好吃啊啊",
        "Tr0ub4dor&3xyz",
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    for (bad, why) in [
        ("short", WeakPassword::Short),
        ("九个字的密码不够长", WeakPassword::Short),
        ("x9 q".repeat(33).as_str(), WeakPassword::Long),
        ("1234567890", WeakPassword::Common),
        ("aaaaaaaaaaaa", WeakPassword::Common),
        ("password123", WeakPassword::Common),
        ("P@ssw0rd2026!", WeakPassword::Common),
        ("passwordpassword", WeakPassword::Common),
        ("woaini1314520", WeakPassword::Common),
        ("qwertyuiop", WeakPassword::Common),
        ("20260301!!!", WeakPassword::Common),
        ("suanquan123", WeakPassword::Named),
        ("Suanquan@2026", WeakPassword::Named),
        ("yunshan2026!", WeakPassword::Named),
        ("李明远1234567", WeakPassword::Named),
    ] {
        assert_eq!(check(bad), Err(why), "{bad}");
    }
}

#[test]
fn passwords_that_were_leaked_are_refused_whatever_their_case() {
    let marks: Vec<&str> = LEAKED.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(marks.len() >= 3_000 && marks.is_sorted(), "{}", marks.len());
    assert!(marks.iter().all(|mark| mark.len() == MARK && mark.bytes().all(|byte| byte.is_ascii_hexdigit())));
    for leaked in ["q1w2e3r4t5", "4815162342", "tonystewart", "TonyStewart", "pqowieuryt", "purplerain", "torrevieja"] {
        for profile in [Profile::Asvs, Profile::Mlps3] {
            assert_eq!(check_password(profile, leaked, &[]), Err(WeakPassword::Common), "{leaked}");
        }
    }
    assert_eq!(check_password(Profile::Asvs, "purple rain over the lake", &[]), Ok(()));
}

#[test]
fn level_three_asks_for_every_kind_and_for_a_change_every_90_days() {
    let check = |password: &str| check_password(Profile::Mlps3, password, &[]);
    assert_eq!(check("Correct-Horse-7"), Ok(()));
    for plain in ["correct horse battery", "CORRECT-HORSE-7", "correct-horse-7", "Correct-Horse-x", "CorrectHorse77"] {
        assert_eq!(check(plain), Err(WeakPassword::Plain), "{plain}");
        assert_eq!(check_password(Profile::Asvs, plain, &[]), Ok(()), "{plain}");
    }
    assert_eq!((Profile::Asvs.life(), Profile::Mlps3.life()), (None, Some(TimeDelta::days(90))));
}

#[test]
fn a_hash_fits_its_password_alone_on_any_keyboard() {
    let hash = hash_password("caf\u{e9} au lait").unwrap();
    assert!(verify_password("cafe\u{301} au lait", Some(&hash)), "composed and decomposed are the same word");
    assert!(!verify_password("cafe au lait", Some(&hash)) && !verify_password("caf\u{e9} au lait ", Some(&hash)));
    assert!(!verify_password("caf\u{e9} au lait", None) && !verify_password("x", Some("no hash")));
    let long = "x".repeat(MOST_BYTES + 1);
    assert!(!verify_password(&long, Some(&hash_password(&long).unwrap())), "what is too long is wrong without any work");
}

#[test]
fn nobody_has_a_hash_of_the_same_cost_as_all_others() {
    assert!(!is_outdated(NOBODY), "the work for an unknown address is that for a known one");
    assert!(!is_outdated(&hash_password("correct horse battery").unwrap()));
    assert!(is_outdated(&NOBODY.replace("t=2", "t=1")) && is_outdated(&NOBODY.replace("m=19456", "m=9728")));
}
