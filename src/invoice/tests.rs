use super::field::{Said, amount, date, normal};
use super::*;

fn value(field: Field, raw: &str) -> Option<String> {
    match normal(field, raw) {
        Said::Value(value) => Some(value),
        Said::Hidden | Said::Malformed => None,
    }
}

#[test]
fn days_are_read_in_every_form_that_files_write() {
    let day = NaiveDate::from_ymd_opt(2020, 10, 10);
    for raw in
        ["2020-10-10", "2020-10-10 10:08:05", "2020-10-10T10:08:05", "2020年10月10日", "2020 年 10 月 10 日", "20201010", "２０２０/10/10"]
    {
        assert_eq!(date(raw), day, "{raw}");
    }
    for raw in ["2020-02-30", "20-10-10", "10.10.2020", "2020", ""] {
        assert_eq!(date(raw), None, "{raw}");
    }
}

#[test]
fn amounts_keep_their_sign_and_lose_no_fen() {
    for (raw, fen) in
        [("¥1,234.50", 123_450), ("-318.00", -31_800), ("－０.12", -12), ("2.120000", 212), ("￥ 5", 500), ("−1.1", -110), ("10元", 1000)]
    {
        assert_eq!(amount(raw), Ok(Fen::new(fen)), "{raw}");
    }
    for raw in ["", "***", "1.005", "--1", "1e3", "12O.00", "1.2.3"] {
        assert!(amount(raw).is_err(), "{raw}");
    }
}

#[test]
fn a_number_has_8_or_20_digits_and_a_code_10_or_12() {
    assert_eq!(value(Field::Number, " ２６422000000123456789 "), Some("26422000000123456789".into()));
    assert_eq!(value(Field::Number, "264220000001234567"), None);
    assert_eq!(value(Field::Code, "042002200111"), Some("042002200111".into()));
    assert_eq!(value(Field::Code, "04200220011"), None);
}

#[test]
fn the_kind_follows_from_code_and_number_not_from_the_length_alone() {
    assert_eq!(kind::of_key(None, Some("24112000000048542163")), Some(Kind::Digital));
    assert_eq!(kind::of_key(Some("042001700112"), Some("11162913")), Some(Kind::Electronic));
    assert_eq!(kind::of_key(Some("4200221130"), Some("11162913")), Some(Kind::Paper));
    assert_eq!(kind::of_key(None, None), None);
}

#[test]
fn a_code_of_old_and_of_digital_invoices_is_read_with_its_dropped_zeros() {
    let old = qr::parse("01,10,042001700112,11162913,184.65,20180323,11241636206802490280,DDB1,").unwrap();
    assert_eq!((old.kind, old.code.as_deref(), old.amount.as_str()), (Some(Kind::Electronic), Some("042001700112"), "184.65"));
    let digital = qr::parse("01,31,,24512000000202537619,128656.32,20240925,,DFC").unwrap();
    assert_eq!((digital.special, digital.code, digital.number.as_str()), (Some(true), None, "24512000000202537619"));
    for other in ["https://example.test", "01,31,,123,1.00,20240925,,DFC", ""] {
        assert_eq!(qr::parse(other), None, "{other}");
    }
}

#[test]
fn a_remark_of_a_red_letter_names_the_blue_invoice() {
    assert_eq!(
        dialects::red_of_remark("被红冲蓝字数电票号码：24112000000048542163 红字发票信息确认单编号：1"),
        Some("24112000000048542163".into())
    );
    assert_eq!(dialects::red_of_remark("对应正数发票代码:042001700112号码:11162913"), Some("04200170011211162913".into()));
    assert_eq!(dialects::red_of_remark("合同编号 2411200000004854"), None);
}

#[test]
fn every_warning_speaks_both_languages() {
    let (yuan, said) = (Fen::yuan(1), (Place::Xml, "1.00".to_owned()));
    let all = [
        Warning::Empty,
        Warning::TooLarge,
        Warning::UnknownFormat,
        Warning::Image("PNG"),
        Warning::Encrypted,
        Warning::Broken("XML".into()),
        Warning::Bomb,
        Warning::Doctype,
        Warning::OtherXml,
        Warning::OtherZip,
        Warning::OtherOfd,
        Warning::OtherPdf,
        Warning::NoText,
        Warning::Unconfirmed,
        Warning::LinesNotRead,
        Warning::Missing(Field::Date),
        Warning::Malformed(Field::Date, "2026-02-30".into()),
        Warning::Conflict { field: Field::Total, first: said.clone(), second: said },
        Warning::SumDiffers { net: yuan, tax: yuan, total: yuan },
        Warning::NoTaxShown,
        Warning::NoTaxButTotalDiffers { net: yuan, total: yuan },
        Warning::WordsDiffer { words: "2".into(), total: yuan },
        Warning::LinesDiffer { field: Field::Net, lines: yuan, said: yuan },
        Warning::LineAmount { line: 1 },
        Warning::TaxNumber(Field::BuyerId, crate::ids::NotUscc::Length),
        Warning::CitizenNumber(Field::SellerId),
        Warning::QrDiffers(Field::Number, "1".into()),
        Warning::RedOfUnknown,
        Warning::ReaderDied("signal".into()),
        Warning::ReaderTimedOut(20),
        Warning::CannotOpen("permission denied".into()),
    ];
    for warning in all {
        let text = warning.text();
        assert!(text.zh.ends_with('。') && !text.zh.ends_with("。。"), "{}", text.zh);
        assert!(text.en.ends_with('.') && text.en.is_ascii(), "{}", text.en);
    }
}
