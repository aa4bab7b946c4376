//! Believable facts for the papers.

use suanquan::export::document::{Quota, Sheet, SheetLine, SheetLineKind};
use suanquan::export::papers::{
    NoticeContact, NoticePaper, NoticeRow, NoticeTier, Payee, PayoutReport, PayoutSheet, Receipt, ReceiptItem, ReportRow, ReportSection,
};
use suanquan::lang::Lang;
use suanquan::money::Fen;

const ENTERPRISES: [&str; 6] = [
    "武汉智算云图科技有限公司",
    "湖北长江大模型研究院有限责任公司",
    "武汉光谷具身智能机器人股份有限公司",
    "武汉喆堃数字孪生技术有限公司",
    "湖北楚天自动驾驶数据服务有限公司武汉东湖新技术开发区分公司",
    "Wuhan DeepVision AI Co., Ltd.",
];
const PROVIDERS: [&str; 2] = ["武汉人工智能计算中心", "武汉超算中心"];

fn word(lang: Lang, zh: &str, en: &str) -> String {
    lang.pick(zh, en).to_owned()
}

pub fn sheet(lang: Lang) -> Sheet {
    let amount = |kind, zh: &str, en: &str, yuan, zh_source: &str, en_source: &str| {
        SheetLine::amount(kind, word(lang, zh, en), Fen::yuan(yuan), word(lang, zh_source, en_source))
    };
    Sheet {
        title: word(lang, "计算单", "Calculation sheet"),
        tag: word(lang, "省级科技创新券", "Provincial voucher"),
        lines: vec![
            SheetLine::section(word(lang, "核定依据（孰低）", "Base (the lowest counts)")),
            amount(
                SheetLineKind::Plain,
                "发票（已扣红字）",
                "Invoices, less credit notes",
                180_000,
                "发票 2244 2000 0000 1234 0001",
                "Invoice 2244 2000 0000 1234 0001",
            ),
            amount(
                SheetLineKind::Used,
                "实付（已扣退款）",
                "Paid, less refunds",
                150_000,
                "银行回单 2026-02-03",
                "Bank slip of 2026-02-03",
            ),
            amount(SheetLineKind::Plain, "验收用量", "Accepted usage", 160_000, "对账单 2026-01", "Statement of 2026-01"),
            amount(SheetLineKind::Plain, "合同余额", "Left on the contract", 200_000, "合同 C-2026-031", "Contract C-2026-031"),
            SheetLine::factor(
                word(lang, "补贴比例", "Rate"),
                "30%",
                word(lang, "鄂科技规〔2022〕3号", "鄂科技规〔2022〕3号（provincial rules）"),
            ),
            amount(SheetLineKind::Result, "计算额", "Computed", 45_000, "", ""),
            amount(
                SheetLineKind::Cut,
                "年度上限调减",
                "Cut by the yearly cap",
                25_000,
                "上限 ¥200,000.00 · 已用 ¥180,000.00",
                "cap ¥200,000.00, used ¥180,000.00",
            ),
        ],
        total_label: word(lang, "拟补贴", "Subsidy"),
        total: Fen::yuan(20_000),
        quotas: vec![Quota {
            label: word(lang, "2026年度额度", "Quota of 2026"),
            used: Fen::yuan(180_000),
            added: Fen::yuan(20_000),
            limit: Fen::yuan(200_000),
        }],
    }
}

pub fn receipt_facts(lang: Lang) -> Receipt {
    let item = |service: &str, amount| ReceiptItem {
        provider: PROVIDERS[0].into(),
        service: service.into(),
        period: "2026-01-01 – 2026-01-31".into(),
        amount: Fen::yuan(amount),
    };
    Receipt {
        issuer: word(lang, "武汉市算力创新券工作专班", "Wuhan Compute Voucher Task Force"),
        number: "SQ-2026-000117".into(),
        submitted_at: "2026-03-02T01:42:00Z".parse().unwrap(),
        enterprise: ENTERPRISES[3].into(),
        uscc: "91420100MA4KWLXX6T".into(),
        tier: word(lang, "省级科技创新券", "Provincial innovation voucher"),
        policy: word(lang, "鄂科技规〔2022〕3号", "鄂科技规〔2022〕3号"),
        contact: word(lang, "张*(138****5678)", "Zhang * (138****5678)"),
        items: vec![item("昇腾910B 训练 12,000 卡时", 120_000), item("昇腾910B 推理 3,000 卡时", 40_000)],
        sheet: Some(sheet(lang)),
        next_steps: Vec::new(),
        help: word(lang, "专班电话 027-6565 0000，工作日 9:00–17:30。", "Task force: 027-6565 0000, working days 9:00–17:30."),
    }
}

pub fn notice_facts(lang: Lang, rows: i64) -> NoticePaper {
    let row = |index: i64| {
        let accepted = Fen::new(5_000_000 + index * 123_457);
        NoticeRow {
            enterprise: ENTERPRISES[usize::try_from(index).unwrap() % 6].into(),
            provider: PROVIDERS[usize::try_from(index).unwrap() % 2].into(),
            service: word(lang, "昇腾910B 训练算力", "Ascend 910B training"),
            contract: accepted + Fen::yuan(20_000),
            accepted,
            subsidy: accepted.floor_to(Fen::yuan(1)).share(3, 10),
        }
    };
    let tier = |zh: &str, en: &str, count: i64| NoticeTier { name: word(lang, zh, en), rows: (0..count).map(row).collect() };
    NoticePaper {
        issuer: word(lang, "武汉市科学技术局", "Wuhan Science and Technology Bureau"),
        number: "武科公示〔2026〕12号".into(),
        title: word(lang, "2026年第一批算力创新券拟补贴名单公示", "Public notice of intended compute voucher subsidies, batch 1 of 2026"),
        opening: word(
            lang,
            "根据《湖北省科技创新券管理办法》，经企业申请、算力中心确认用量、材料预审、初审、复审和信用核查，现将拟补贴名单予以公示。",
            "Under the provincial rules for innovation vouchers, and after application, review and a credit check, the intended subsidies are hereby published.",
        ),
        published_on: "2026-03-02".parse().unwrap(),
        first_day: "2026-03-02".parse().unwrap(),
        last_day: "2026-03-06".parse().unwrap(),
        length: word(lang, "5个工作日", "5 working days"),
        contacts: vec![
            NoticeContact {
                office: word(lang, "高新技术处", "High-tech division"),
                telephone: "027-6569 0001".into(),
                address: word(lang, "武汉市江汉区发展大道164号", "164 Fazhan Avenue, Jianghan, Wuhan"),
                email: "gxc@example.cn".into(),
            },
            NoticeContact {
                office: word(lang, "机关纪委", "Discipline committee"),
                telephone: "027-6569 0002".into(),
                address: String::new(),
                email: String::new(),
            },
        ],
        tiers: vec![
            tier("省级科技创新券", "Provincial innovation voucher", rows),
            tier("武汉市算力券", "City compute voucher", rows / 3),
            tier("东湖高新区算力券", "East Lake compute voucher", 2),
        ],
        digest: None,
    }
}

pub fn payout_facts(lang: Lang) -> PayoutSheet {
    let payee = |index: usize| Payee {
        application: format!("SQ-2026-{:06}", 100 + index),
        name: ENTERPRISES[index % 6].into(),
        bank: "中国工商银行股份有限公司武汉光谷支行".into(),
        cnaps: "102521000018".into(),
        account: format!("32020280092{:08}", index * 7919),
        amount: Fen::new(2_000_000 + i64::try_from(index).unwrap() * 1_234_507),
        remark: String::new(),
    };
    PayoutSheet {
        issuer: word(lang, "武汉市科学技术局", "Wuhan Science and Technology Bureau"),
        number: "BF-2026-0003".into(),
        tier: word(lang, "省级科技创新券", "Provincial innovation voucher"),
        appropriation: "鄂财教发〔2026〕8号".into(),
        notice: "武科公示〔2026〕12号".into(),
        drawn_up_on: "2026-03-09".parse().unwrap(),
        maker: word(lang, "李明", "Li Ming"),
        approver: String::new(),
        payees: (0..14).map(payee).collect(),
    }
}

pub fn report_facts(lang: Lang) -> PayoutReport {
    let section = |zh: (&str, &str), en: (&str, &str), labels: &[&str]| {
        let (title, row_title) = lang.pick(zh, en);
        ReportSection {
            title: title.into(),
            row_title: row_title.into(),
            rows: labels
                .iter()
                .map(|label| ReportRow {
                    label: (*label).into(),
                    payments: 12,
                    accepted: Fen::yuan(1_200_000),
                    paid: Fen::yuan(360_000),
                    recovered: Fen::yuan(7_500),
                })
                .collect(),
        }
    };
    PayoutReport {
        issuer: word(lang, "武汉市科学技术局", "Wuhan Science and Technology Bureau"),
        span: word(lang, "2026年1月至3月", "January to March 2026"),
        made_at: "2026-04-01T02:00:00Z".parse().unwrap(),
        made_by: word(lang, "王芳（财务）", "Wang Fang (finance)"),
        enterprises: 31,
        sections: vec![
            section(("按月份", "月份"), ("By month", "Month"), &["2026-01", "2026-02", "2026-03"]),
            section(("按券种", "券种"), ("By voucher", "Voucher"), &["省级科技创新券", "武汉市算力券", "东湖高新区算力券"]),
            section(("按企业", "企业"), ("By enterprise", "Enterprise"), &ENTERPRISES),
            section(("按算力中心", "算力中心"), ("By centre", "Centre"), &PROVIDERS),
        ],
    }
}
