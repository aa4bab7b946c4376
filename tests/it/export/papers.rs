use suanquan::export::document::{Block, Column, Document, Note, NoteWeight, Row, Table};
use suanquan::export::papers::{notice, payout_report, payout_sheet, receipt};
use suanquan::lang::Lang;

use super::paper_facts::{notice_facts, payout_facts, receipt_facts, report_facts};
use super::pdf_text::render;

#[test]
fn a_receipt_says_number_amount_words_and_what_happens_next() {
    for lang in Lang::ALL {
        let paper = render(&format!("receipt-{lang}"), &receipt(&receipt_facts(lang), lang));
        let text = paper.running_text();
        for expected in [
            "SQ-2026-000117",
            "91420100MA4KWLXX6T",
            "武汉喆堃数字孪生技术有限公司",
            "¥20,000.00",
            "贰万元整",
            "−¥25,000.00".trim_start_matches('−'),
        ] {
            assert!(text.contains(expected), "{lang}: {expected} in {text}");
        }
        assert!(text.contains(lang.pick("补正期为5个工作日", "fiveworkingdays")), "{lang}");
        assert!(text.contains(lang.pick("2026年3月2日09:42", "2March2026,09:42")), "{lang}");
    }
}

#[test]
fn a_long_notice_repeats_its_header_and_numbers_its_pages() {
    let document = notice(&notice_facts(Lang::Zh, 60), Lang::Zh);
    let paper = render("notice-zh-CN", &document);
    let pages = paper.pages();
    let total = pages.len();
    assert!(total >= 4, "{total} pages");
    for (index, page) in pages.iter().enumerate() {
        let tight: String = page.split_whitespace().collect();
        assert!(tight.contains(&format!("第{}页/共{total}页", index + 1)), "page {}: {page}", index + 1);
        assert!(page.contains(&document.content_digest()), "page {}", index + 1);
    }
    for page in pages.iter().skip(1) {
        assert!(page.contains("企业名称"), "{page}");
    }
    let text = paper.running_text();
    for expected in [
        "公示期为2026年3月2日至3月6日（5个工作日），至3月6日（周五）24:00止",
        "匿名或者没有事实依据的异议不予受理",
        "合计60项",
        "合计20项",
        "027-65690002",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    render("notice-en", &notice(&notice_facts(Lang::En, 12), Lang::En));
}

#[test]
fn a_payout_sheet_adds_up_in_digits_and_words() {
    for lang in Lang::ALL {
        let facts = payout_facts(lang);
        let total: suanquan::money::Fen = facts.payees.iter().map(|payee| payee.amount).sum();
        let paper = render(&format!("payout-sheet-{lang}"), &payout_sheet(&facts, lang));
        let text = paper.running_text();
        assert!(text.contains(&total.grouped_abs()) && text.contains(&total.in_words()), "{text}");
        assert!(facts.payees.iter().all(|payee| text.contains(&payee.account)));
        assert!(text.contains(lang.pick("制单人", "Maker")) && text.contains(lang.pick("审批人", "Approver")));
    }
}

#[test]
fn a_payout_report_has_a_table_with_a_total_per_section() {
    for lang in Lang::ALL {
        let paper = render(&format!("payout-report-{lang}"), &payout_report(&report_facts(lang), lang));
        let text = paper.text();
        for heading in lang.pick(["按月份", "按券种", "按企业", "按算力中心"], ["By month", "By voucher", "By enterprise", "By centre"])
        {
            assert!(text.contains(heading), "{heading}");
        }
        assert_eq!(text.matches(lang.pick("合计", "Total")).count(), 4);
        // Three rows of 360,000.00 paid and 7,500.00 recovered.
        for sum in ["1,080,000.00", "22,500.00", "1,057,500.00"] {
            assert!(text.contains(sum), "{sum} in {text}");
        }
    }
}

#[test]
fn fonts_are_embedded_as_subsets_with_unicode_and_the_file_is_small() {
    let paper = render("fonts", &receipt(&receipt_facts(Lang::Zh), Lang::Zh));
    let fonts = paper.fonts();
    let lines: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!lines.is_empty());
    for line in lines {
        // Columns: name, type, encoding, embedded, subset, unicode.
        assert_eq!(line.split_whitespace().filter(|word| *word == "yes").count(), 3, "{fonts}");
        assert!(line.contains('+'), "{fonts}");
    }
    assert!(paper.bytes.len() < 200_000, "{} bytes", paper.bytes.len());
}

#[test]
fn the_same_content_gives_the_same_bytes_and_another_letter_another_digest() {
    let document = receipt(&receipt_facts(Lang::Zh), Lang::Zh);
    assert!(render("same-1", &document).bytes == render("same-2", &document).bytes);
    let mut other = document.clone();
    other.title.push('。');
    assert_ne!(document.content_digest(), other.content_digest());
}

#[test]
fn a_digest_that_is_passed_in_is_printed() {
    let mut document = Document::new(Lang::En, "Issuer", "Title");
    document.digest = Some("ab".repeat(32));
    assert!(render("digest", &document).text().contains(&"ab".repeat(32)));
}

#[test]
fn no_line_begins_with_a_comma_and_no_long_word_leaves_the_page() {
    let mut document = Document::new(Lang::Zh, "武汉市科学技术局", "避头尾");
    let sentence = "企业应当如实申报，不得虚构用量、重复申报；违反的，追回补贴（含利息）。";
    document.blocks.push(Block::Paragraph(sentence.repeat(40)));
    document.blocks.push(Block::Paragraph("x".repeat(400)));
    let text = render("kinsoku", &document).text();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(lines.len() > 30, "{text}");
    for line in lines {
        assert!(!line.starts_with(['，', '。', '；', '、', '）']), "{line}");
        assert!(!line.ends_with('（'), "{line}");
        assert!(line.chars().count() < 120, "{line}");
    }
}

#[test]
fn a_cell_taller_than_a_page_goes_on_and_nothing_is_lost() {
    let mut document = Document::new(Lang::Zh, "武汉市科学技术局", "长单元格");
    let long = (0..700).map(|number| format!("第{number}项说明")).collect::<Vec<_>>().join(",");
    document.blocks.push(Block::Table(Table {
        caption: "表一".into(),
        columns: vec![Column::index("序号"), Column::text("说明", 1), Column::number("金额")],
        rows: vec![Row::plain(vec!["1".into(), long, "1.00".into()]), Row::total(vec![String::new(), "合计".into(), "1.00".into()])],
    }));
    let paper = render("tall-cell", &document);
    let pages = paper.pages();
    assert!(pages.len() == 2 && pages[0].contains("第5项"), "the cell begins under the title: {} pages", pages.len());
    assert!(pages[1].contains("说明") && pages[1].contains("合计"), "header repeated, total kept");
    let text = paper.running_text();
    assert!((0..700).all(|number| text.contains(&format!("第{number}项"))));
}

#[test]
fn rare_characters_of_names_survive() {
    let mut document = Document::new(Lang::Zh, "武汉市科学技术局", "生僻字");
    let names = "喆堃燚犇赟翀昇玥珺垚龢𬭚𠅤㛃";
    document.blocks.push(Block::Paragraph(names.into()));
    assert!(render("rare", &document).running_text().contains(names));
}

#[test]
fn a_missing_or_unfit_font_is_named_and_says_what_to_install() {
    use suanquan::export::pdf::{Fonts, NoFonts};
    let missing = Fonts::load(Some("/nowhere/font.ttc#2"), None).unwrap_err();
    assert!(missing.to_string().contains("/nowhere/font.ttc "), "{missing}");
    let unfit = Fonts::load(Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), None).unwrap_err();
    assert!(unfit.to_string().contains("Cargo.toml is not a font"), "{unfit}");
    let none = NoFonts::NotFound { looked_for: vec!["/a.ttc".into()] }.to_string();
    assert!(none.contains("fonts-noto-cjk") && none.contains("/a.ttc"), "{none}");
}

#[test]
fn a_sheet_longer_than_a_page_goes_on_and_keeps_its_total() {
    let mut facts = receipt_facts(Lang::Zh);
    let mut sheet = super::paper_facts::sheet(Lang::Zh);
    let lines = sheet.lines.clone();
    sheet.lines = lines.iter().cycle().take(5 * lines.len()).cloned().collect();
    sheet.total = suanquan::money::Fen::new(987_654_321_098_765);
    facts.sheet = Some(sheet);
    let paper = render("long-sheet", &receipt(&facts, Lang::Zh));
    let pages = paper.pages();
    assert!(pages.len() == 3 && pages[1].contains("补贴测算") && pages[1].contains("发票"), "begins under its heading: {}", pages.len());
    let text = paper.running_text();
    assert!(text.contains("¥9,876,543,210,987.65") && text.matches("年度上限调减").count() == 5, "{text}");
}

#[test]
fn a_note_longer_than_a_page_is_set_all_the_same() {
    let mut document = Document::new(Lang::En, "Issuer", "Title");
    let words: Vec<String> = (0..1500).map(|number| format!("word{number}")).collect();
    document.blocks.push(Block::Note(Note { weight: NoteWeight::Warning, title: "Long".into(), text: words.join(" ") }));
    let paper = render("long-note", &document);
    let text = paper.running_text();
    assert!(paper.pages().len() > 1 && words.iter().all(|word| text.contains(word)));
}
