//! Slips and contracts as banks and offices draw them, line by line.

use proptest::prelude::*;

use super::*;

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().replace(' ', "").replace(':', "：")).filter(|line| !line.is_empty()).collect()
}

fn slip(text: &str) -> Reading {
    slip::read(&lines(text)).expect("a slip")
}

fn contract(text: &str) -> Reading {
    contract::read(&lines(text)).expect("a contract")
}

#[track_caller]
fn says(reading: &Reading, expected: &[(PaperField, &str)]) {
    for (field, value) in expected {
        assert_eq!(reading.value(*field), *value, "{field} of {reading:?}");
    }
}

const SIDE_BY_SIDE: &str = "中国某银行网上银行电子回单
    电子回单号码:0010-9437-9563
    户名武汉示例智能科技有限公司户名湖北示例算力服务有限公司
    付款人账号42050100123400000001收款人账号42001868608050000002
    开户银行某银行光谷支行开户银行某银行洪山支行
    金额￥106,000.00元
    金额(大写)人民币壹拾万陆仟元整
    摘要算力服务费
    交易流水号81234567
    记账日期2026年02月26日打印日期2026年03月01日";

#[test]
fn a_slip_with_both_sides_in_one_line_is_read() {
    let read = slip(&SIDE_BY_SIDE.replace('(', "（").replace(')', "）"));
    assert_eq!(read.kind, Some(PaperKind::Payment));
    says(
        &read,
        &[
            (PaperField::PayerName, "武汉示例智能科技有限公司"),
            (PaperField::PayeeName, "湖北示例算力服务有限公司"),
            (PaperField::PayerAccount, "42050100123400000001"),
            (PaperField::PayeeAccount, "42001868608050000002"),
            (PaperField::Amount, "106000.00"),
            (PaperField::DatedOn, "2026-02-26"),
            (PaperField::BankSerial, "81234567"),
            (PaperField::Number, "0010-9437-9563"),
            (PaperField::PaidBy, "bank_transfer"),
        ],
    );
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
}

#[test]
fn a_slip_of_sections_is_read() {
    let read = slip(
        "国内支付业务付款回单
        日期:2026-02-26
        付款人账号:4205 0100 1234 0000 0001
        付款人名称:武汉示例智能科技有限公司
        付款人开户行:某银行光谷支行
        收款人账号:42001868608050000002
        收款人名称:湖北示例算力服务有限公司
        金额:CNY50,000.00
        用途:算力服务费
        流水号:CZ20260226001",
    );
    says(
        &read,
        &[
            (PaperField::PayerName, "武汉示例智能科技有限公司"),
            (PaperField::PayerAccount, "42050100123400000001"),
            (PaperField::PayeeAccount, "42001868608050000002"),
            (PaperField::Amount, "50000.00"),
            (PaperField::DatedOn, "2026-02-26"),
            (PaperField::BankSerial, "CZ20260226001"),
        ],
    );
}

#[test]
fn columns_under_two_heads_name_nobody() {
    let read = slip("电子回单\n付款人\n收款人\n户名\n武汉示例智能科技有限公司\n账号\n42050100123400000001\n金额￥10.00元\n2026年02月26日");
    says(&read, &[(PaperField::PayerName, ""), (PaperField::PayeeName, ""), (PaperField::PayeeAccount, ""), (PaperField::Amount, "10.00")]);
}

#[test]
fn the_fee_of_a_slip_is_not_its_amount() {
    let with_fee = SIDE_BY_SIDE.replace("摘要算力服务费", "手续费金额￥10.50元").replace('(', "（").replace(')', "）");
    assert_eq!(slip(&with_fee).value(PaperField::Amount), "106000.00", "the amount in words decides");
    let without_words = with_fee.replace("金额（大写）人民币壹拾万陆仟元整", "");
    let read = slip(&without_words);
    assert_eq!(read.value(PaperField::Amount), "", "two amounts and nothing to decide between them");
    assert_eq!(read.warnings.len(), 1);
}

#[test]
fn a_slip_whose_words_and_figures_differ_gives_no_amount() {
    let read = slip(&SIDE_BY_SIDE.replace("￥106,000.00", "￥160,000.00").replace('(', "（").replace(')', "）"));
    assert_eq!(read.value(PaperField::Amount), "");
}

#[test]
fn refunds_and_failed_payments_give_no_amount() {
    for words in ["摘要:退款", "交易状态:交易失败"] {
        let read = slip(&format!("{SIDE_BY_SIDE}\n{words}"));
        assert_eq!(read.value(PaperField::Amount), "", "{words}");
        assert_eq!(read.warnings.len(), 1, "{words}");
    }
}

const CONTRACT: &str = "算力服务合同
    合同编号:WH-SL-2025-018 签订日期:2025年11月18日
    甲方(购买方):武汉示例智能科技有限公司
    统一社会信用代码:91420100MA4TE5T139
    乙方(服务机构):湖北示例算力服务有限公司
    统一社会信用代码:91420100MA4PRW01XR
    服务内容:智能算力租用
    甲方应按月支付服务费，乙方应开具增值税电子发票（专用发票）。
    合同总金额:人民币壹佰万元整(¥1,000,000.00)
    本合同自2025年11月20日起至2026年11月19日止。";

#[test]
fn a_contract_is_read() {
    let read = contract(&CONTRACT.replace('(', "（").replace(')', "）"));
    assert_eq!(read.kind, Some(PaperKind::Contract));
    says(
        &read,
        &[
            (PaperField::Number, "WH-SL-2025-018"),
            (PaperField::DatedOn, "2025-11-18"),
            (PaperField::PartyAName, "武汉示例智能科技有限公司"),
            (PaperField::PartyAId, "91420100MA4TE5T139"),
            (PaperField::PartyBName, "湖北示例算力服务有限公司"),
            (PaperField::PartyBId, "91420100MA4PRW01XR"),
            (PaperField::Amount, "1000000.00"),
            (PaperField::ContractFrom, "2025-11-20"),
            (PaperField::ContractTo, "2026-11-19"),
            (PaperField::Service, "智能算力租用"),
        ],
    );
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
}

#[test]
fn a_contract_that_names_two_prices_gives_none() {
    let read = contract(&format!("{}\n合同金额:200000元", CONTRACT.replace('(', "（").replace(')', "）")));
    assert_eq!(read.value(PaperField::Amount), "");
    assert_eq!(read.warnings.len(), 1);
}

#[test]
fn prices_are_also_written_in_ten_thousands() {
    for (written, read) in [("30万元", "300000.00"), ("人民币300000元", "300000.00"), ("￥300,000.00", "300000.00"), ("12", "")] {
        let amount = text::leading_amount(written).map(crate::money::Fen::plain).unwrap_or_default();
        assert_eq!(amount, read, "{written}");
    }
}

#[test]
fn what_is_no_slip_and_no_contract_is_neither() {
    let letter = lines("关于付款方式的说明\n付款人应在收款人开票后付款");
    assert_eq!(slip::read(&letter), None);
    assert_eq!(contract::read(&letter), None);
}

proptest! {
    /// Labels without values, values without labels, in any order: nothing panics, and what is read
    /// stands in the text.
    #[test]
    fn jumbled_slips_and_contracts_are_read_without_a_panic(words in proptest::collection::vec(0_usize..PIECES.len(), 0..40)) {
        let text: String = words.iter().map(|at| PIECES[*at]).collect();
        let text = format!("电子回单\n服务合同\n{text}");
        for reading in [slip::read(&lines(&text)), contract::read(&lines(&text))].into_iter().flatten() {
            let number = reading.value(PaperField::Number);
            prop_assert!(text.contains(number), "{number}");
        }
    }
}

const PIECES: &[&str] = &[
    "付款人",
    "收款人",
    "户名",
    "账号",
    "\n",
    "：",
    "金额",
    "大写",
    "￥1,000.00",
    "￥20.5",
    "壹仟元整",
    "人民币",
    "年",
    "月",
    "日",
    "2026",
    "02",
    "26",
    "日期",
    "流水号",
    "A-1",
    "甲方",
    "乙方",
    "（",
    "）",
    "武汉示例有限公司",
    "合同编号",
    "合同金额",
    "30万元",
    "自",
    "至",
    "起",
    "统一社会信用代码",
    "91420100MA4TE5T139",
    "签订日期",
    "4205010012345",
];

#[test]
fn pictures_and_empty_files_are_read_as_nothing() {
    assert_eq!(read(b"\xff\xd8\xff\xe0 photo").kind, None);
    let empty = read(b"");
    assert_eq!((empty.kind, empty.warnings.len()), (None, 1));
}
