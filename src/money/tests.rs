use super::*;

#[test]
fn yuan_is_read_as_people_write_it() {
    for (text, fen) in [
        ("0", 0),
        ("1", 100),
        ("1.5", 150),
        ("1.05", 105),
        (" ¥1,234.56 ", 123_456),
        ("１２３．４５", 12_345),
        ("￥7", 700),
        ("10000000000000.00", Fen::MAX_ABS),
        ("-0", 0),
    ] {
        assert_eq!(Fen::parse_yuan(text), Ok(Fen::new(fen)), "{text}");
    }
    for (text, why) in [
        ("", NotMoney::Empty),
        ("abc", NotMoney::NotANumber),
        ("1e5", NotMoney::NotANumber),
        ("1.234", NotMoney::TooManyDecimals),
        ("-1", NotMoney::Negative),
        ("1.", NotMoney::NotANumber),
        (".5", NotMoney::NotANumber),
        ("+1", NotMoney::NotANumber),
        ("NaN", NotMoney::NotANumber),
        ("10000000000000.01", NotMoney::TooLarge),
        ("99999999999999999999", NotMoney::TooLarge),
    ] {
        assert_eq!(Fen::parse_yuan(text), Err(why), "{text}");
    }
}

#[test]
fn amounts_are_shown_with_the_sign_before_the_currency() {
    assert_eq!(Fen::new(123_456_789).display(), "¥1,234,567.89");
    assert_eq!(Fen::new(-100_000).display(), "−¥1,000.00");
    assert_eq!(Fen::new(-5).plain(), "-0.05");
}

#[test]
fn a_rate_is_applied_with_one_rounding() {
    let fen = Fen::new(1);
    for (amount, mode, grain, want) in [
        (33_335, RoundMode::HalfUp, 1, 10_001),
        (33_335, RoundMode::Floor, 1, 10_000),
        (33_335, RoundMode::HalfEven, 1, 10_000),
        (12_345_678, RoundMode::Floor, 100_000, 3_700_000),
        (6_500_000, RoundMode::HalfUp, 100_000, 2_000_000),
        (6_500_000, RoundMode::Floor, 100_000, 1_900_000),
    ] {
        assert_eq!(RateBp::new(3000).apply(Fen::new(amount), mode, Fen::new(grain)), Fen::new(want), "{amount} {mode:?}");
    }
    assert_eq!(RateBp::new(10_000).apply(Fen::new(Fen::MAX_ABS), RoundMode::HalfUp, fen), Fen::new(Fen::MAX_ABS));
    assert_eq!(RateBp::new(1250).percent(), "12.5%");
    assert_eq!(RateBp::new(3000).percent(), "30%");
    for (typed, read) in [("30", Some(3_000)), (" 12.5 %", Some(1_250)), ("１００％", Some(10_000)), ("0.01", Some(1))] {
        assert_eq!(RateBp::parse_percent(typed), read.map(RateBp::new), "{typed}");
    }
    for typed in ["", "%", "-3", "3.125", "dreißig"] {
        assert_eq!(RateBp::parse_percent(typed), None, "{typed}");
    }
}

#[test]
fn amounts_in_words_follow_the_rule_for_vouchers() {
    for (fen, words) in [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (53, "伍角叁分"),
        (101, "壹元零壹分"),
        (110, "壹元壹角"),
        (1_050, "壹拾元零伍角"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (140_950, "壹仟肆佰零玖元伍角"),
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (7_050_007, "柒万零伍佰元零柒分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (30_000_030, "叁拾万元零叁角"),
        (100_000_100, "壹佰万零壹元整"),
        (100_100_000, "壹佰万壹仟元整"),
        (1_000_010_000, "壹仟万零壹佰元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (12_000_000_000, "壹亿贰仟万元整"),
        (2_000_000, "贰万元整"),
    ] {
        assert_eq!(Fen::new(fen).in_words(), words, "{fen}");
    }
}

#[test]
fn every_amount_of_the_list_is_written_as_recommended() {
    let mut rows = csv::ReaderBuilder::new().from_reader(include_bytes!("../../tests/fixtures/codes/rmb-uppercase.csv").as_slice());
    let mut seen = 0;
    for row in rows.records() {
        let row = row.unwrap();
        let fen = row[0].replace('.', "").parse().unwrap();
        assert_eq!(Fen::new(fen).in_words(), row[1], "{}", &row[0]);
        seen += 1;
    }
    assert_eq!(seen, 44);
}

#[test]
fn an_amount_below_zero_is_read_where_it_may_stand() {
    #[derive(Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
    struct Row {
        #[serde(with = "super::signed")]
        total: Fen,
    }
    for (fen, text) in [(-12_500, "-125.00"), (0, "0.00"), (1, "0.01"), (-1, "-0.01")] {
        let json = format!("{{\"total\":\"{text}\"}}");
        assert_eq!(serde_json::to_string(&Row { total: Fen::new(fen) }).unwrap(), json);
        assert_eq!(serde_json::from_str::<Row>(&json).unwrap(), Row { total: Fen::new(fen) });
    }
    for bad in ["--1.00", "-", "1e3", "-0.001"] {
        assert!(serde_json::from_str::<Row>(&format!("{{\"total\":\"{bad}\"}}")).is_err(), "{bad}");
    }
}
