use super::*;

fn issued(key: &str, seller: &str, on: &str, net: &str) -> Issued {
    Issued { key: key.into(), seller: seller.into(), on: on.parse().unwrap(), net: Fen::parse_plain(net).unwrap() }
}

fn keys(invoices: &[Issued]) -> Vec<Vec<String>> {
    rules().splits(invoices).into_iter().map(|split| split.keys).collect()
}

#[test]
fn amounts_agree_within_a_yuan() {
    for (one, other, agree) in [(0, 100, true), (100, 0, true), (0, 101, false), (-50, 50, true), (-51, 50, false)] {
        assert_eq!(rules().agree(Fen::new(one), Fen::new(other)), agree, "{one} {other}");
    }
}

#[test]
fn words_name_what_counts_what_does_not_and_what_a_person_judges() {
    for (service, named) in [
        ("*信息技术服务*算力服务费", Named::Counts),
        ("昇腾910B 卡时", Named::Counts),
        ("ＧＰＵ 租用", Named::Counts),
        ("对象存储", Named::CountsNot),
        ("人工智能培训费", Named::CountsNot),
        ("计算与存储服务", Named::Unclear),
        ("技术服务费", Named::Unclear),
        ("", Named::Unclear),
    ] {
        assert_eq!(rules().named(service), named, "{service}");
    }
}

#[test]
fn invoices_of_one_seller_and_day_just_below_a_threshold_are_a_split() {
    let day = "2026-02-10";
    assert_eq!(keys(&[issued("1", "a", day, "99000.00"), issued("2", "a", day, "100000.00")]), [["1", "2"]]);
    assert_eq!(keys(&[issued("1", "a", day, "95000.00"), issued("2", "a", day, "95000.01")]), [["1", "2"]]);
    assert_eq!(keys(&[issued("1", "a", day, "960000.00"), issued("2", "a", day, "999999.99")]), [["1", "2"]]);
    for none in [
        vec![issued("1", "a", day, "99000.00")],
        vec![issued("1", "a", day, "99000.00"), issued("1", "a", day, "99000.00")],
        vec![issued("1", "a", day, "99000.00"), issued("2", "b", day, "99000.00")],
        vec![issued("1", "a", day, "99000.00"), issued("2", "a", "2026-02-11", "99000.00")],
        vec![issued("1", "a", day, "99000.00"), issued("2", "a", day, "94999.99")],
        vec![issued("1", "a", day, "99000.00"), issued("2", "a", day, "100000.01")],
        vec![issued("1", "a", day, "99000.00"), issued("2", "a", day, "990000.00")],
    ] {
        assert_eq!(keys(&none), Vec::<Vec<String>>::new(), "{none:?}");
    }
}

#[test]
fn every_value_names_its_source_in_both_languages() {
    let rules = rules();
    let SplitRule { thresholds_fen, margin_bp, least } = &rules.split;
    let ServiceWords { counts, counts_not } = &rules.services;
    for source in
        [&rules.tolerance_fen.source, &thresholds_fen.source, &margin_bp.source, &least.source, &counts.source, &counts_not.source]
    {
        assert!(source.contains(" / "), "{source}");
    }
}
