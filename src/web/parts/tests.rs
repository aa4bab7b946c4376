use super::*;
use crate::lang::Lang;
use crate::money::Fen;

#[test]
fn a_part_inside_a_part_is_not_escaped_and_a_text_is() {
    let meter = Meter::new(40, "<b>");
    let html = meter.to_string();
    assert!(html.contains("<svg"), "{html}");
    assert!(html.contains("&#60;b&#62;") || html.contains("&lt;b&gt;"), "{html}");
}

#[test]
fn pieces_of_a_bar_never_overlap_and_small_ones_stay_visible() {
    let whole = Fen::yuan(1000);
    let bar =
        Bar::pieces(whole, &[(Fen::yuan(1), Pattern::Solid), (Fen::yuan(1), Pattern::Ordered), (Fen::yuan(500), Pattern::Reserved)], "x");
    let edges: Vec<(i64, i64)> = bar.segments.iter().map(|s| (s.start, s.width)).collect();
    assert_eq!(edges, [(0, 1), (1, 1), (2, 48)]);
}

#[test]
fn a_full_bar_stops_at_the_end() {
    let bar = Bar::pieces(Fen::yuan(10), &[(Fen::yuan(10), Pattern::Solid), (Fen::yuan(5), Pattern::Reserved)], "x");
    assert_eq!(bar.segments.len(), 1);
    assert_eq!(bar.segments[0].width, 100);
}

#[test]
fn the_quota_says_all_four_numbers_in_both_languages() {
    let mut quota = QuotaView {
        lang: Lang::Zh,
        title: String::new(),
        cap: Fen::yuan(200_000),
        used: Fen::yuan(180_000),
        adds: Fen::yuan(20_000),
        cut: Fen::yuan(25_000),
    };
    assert_eq!(quota.sentence(), "年度上限 ¥200,000.00：已用 ¥180,000.00，本次增加 ¥20,000.00，上限调减 ¥25,000.00；还剩 ¥0.00。");
    quota.lang = Lang::En;
    assert_eq!(
        quota.sentence(),
        "Of ¥200,000.00 a year you used ¥180,000.00, this adds ¥20,000.00, the cap cuts ¥25,000.00; ¥0.00 is left."
    );
}

#[test]
fn an_error_summary_links_each_error_to_its_input() {
    let fields = [
        FieldView::text(Lang::Zh, "name", "企业名称").error("请填写企业名称"),
        FieldView::text(Lang::Zh, "phone", "电话"),
        FieldView::new(Lang::Zh, FieldKind::Radios, "kind", "类型").choices(vec![Choice::new("a", "甲")]).error("请选择一项"),
    ];
    let html = ErrorSummary::of(Lang::Zh, &fields).to_string();
    assert!(html.contains("请您修改 2 处"), "{html}");
    assert!(html.contains(r##"href="#name""##) && html.contains(r##"href="#kind-1""##), "{html}");
    assert!(fields[2].to_string().contains(r#"id="kind-1""#));
    assert!(fields[0].to_string().contains(r#"aria-describedby="name-error""#));
}

#[test]
fn a_cut_is_shown_with_its_minus_before_the_currency() {
    let sheet = SheetView::new(Lang::Zh, "省级 30%", vec![SheetRow::cut("年度上限调减", Fen::yuan(25_000), "")], Fen::yuan(20_000));
    let html = sheet.to_string();
    assert!(html.contains("−¥25,000.00"), "{html}");
    assert!(html.contains("贰万元整"), "{html}");
}
