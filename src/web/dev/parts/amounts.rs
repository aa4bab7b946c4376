//! Invented sheets, quotas, budgets and a chart.

use crate::lang::Lang;
use crate::money::Fen;
use crate::web::parts::{BudgetBarView, ChartColumn, ChartView, Link, Meter, QuotaView, ReadingsView, SheetRow, SheetView};

fn base_rows(lang: Lang) -> Vec<SheetRow> {
    vec![
        SheetRow::base(lang.pick("发票（已扣红字）", "Invoiced (less credit notes)"), Fen::yuan(180_000), "26422…8821").href("#"),
        SheetRow::base(
            lang.pick("实付（已扣退款）", "Paid (less refunds)"),
            Fen::yuan(150_000),
            lang.pick("回单 2026-02-10", "Bank slip 2026-02-10"),
        )
        .used(),
        SheetRow::base(lang.pick("验收用量", "Accepted usage"), Fen::yuan(160_000), lang.pick("对账单 2026-01", "Statement 2026-01"))
            .href("#"),
        SheetRow::base(
            lang.pick("合同余额", "Left of the contract"),
            Fen::yuan(200_000),
            lang.pick("合同 C-2026-031", "Contract C-2026-031"),
        ),
    ]
}

pub(super) fn sheet(lang: Lang) -> SheetView {
    let mut rows = base_rows(lang);
    rows.push(SheetRow::rate(lang.pick("× 补贴比例", "× rate"), "30%", "鄂科技规〔2022〕3号"));
    rows.push(SheetRow::raw(lang.pick("= 计算额", "= computed"), Fen::yuan(45_000), ""));
    rows.push(SheetRow::cut(
        lang.pick("− 年度上限调减", "− cut by the yearly cap"),
        Fen::yuan(25_000),
        lang.pick("上限 ¥200,000.00，今年已用 ¥180,000.00", "Cap ¥200,000.00, used this year ¥180,000.00"),
    ));
    let mut sheet = SheetView::new(lang, lang.pick("省级 30%", "Province 30%"), rows, Fen::yuan(20_000));
    sheet.meter = Some(Meter::new(
        100,
        lang.pick("本年度额度用满 ¥200,000.00 / ¥200,000.00", "This year's quota is used up: ¥200,000.00 of ¥200,000.00"),
    ));
    sheet.links = vec![
        Link::new("#readings", lang.pick("另一种口径（叠加）", "The other reading")),
        Link::new("#", lang.pick("导出 PDF", "PDF")),
        Link::new("#", lang.pick("重算核验", "Compute again")),
    ];
    sheet.digest = "wuhan-2022 · 7f3a 91c0 5e2b".to_owned();
    sheet
}

pub(super) fn refused_sheet(lang: Lang) -> SheetView {
    let rows = vec![
        SheetRow::base(
            lang.pick("实付（已扣退款）", "Paid (less refunds)"),
            Fen::yuan(1_900),
            lang.pick("回单 2026-02-11", "Bank slip 2026-02-11"),
        )
        .used(),
        SheetRow::rate(lang.pick("× 补贴比例", "× rate"), "50%", "武科规〔2020〕2号"),
        SheetRow::raw(lang.pick("= 计算额", "= computed"), Fen::yuan(950), ""),
        SheetRow::zero(
            lang.pick("低于单次最低 ¥1,000.00，不予补贴", "Below the minimum of ¥1,000.00: no subsidy"),
            lang.pick("与其他账单合并申请可达到最低额。", "Together with other purchases it may reach the minimum."),
        ),
    ];
    let mut sheet = SheetView::new(lang, lang.pick("市级 50%", "City 50%"), rows, Fen::ZERO);
    sheet.meter = Some(Meter::new(35, lang.pick("本年度已用 ¥35,000.00 / ¥100,000.00", "Used this year: ¥35,000.00 of ¥100,000.00")));
    sheet
}

pub(super) fn readings(lang: Lang) -> ReadingsView {
    let rows = |label: &str, amount: i64| SheetRow::base(label, Fen::yuan(amount), "");
    let mut holds = SheetView::new(
        lang,
        lang.pick("省级 30%", "Province 30%"),
        vec![
            rows(lang.pick("省级 30%", "Province 30%"), 120_000).used(),
            rows(lang.pick("市级 50%，上限 ¥100,000.00", "City 50%, cap ¥100,000.00"), 100_000),
        ],
        Fen::yuan(120_000),
    );
    holds.section = lang.pick("同一笔支出只享受一级，取最高", "One level per expense, the best one").to_owned();
    let mut other = SheetView::new(
        lang,
        lang.pick("省 + 市", "Province + city"),
        vec![rows(lang.pick("省级 30%", "Province 30%"), 120_000), rows(lang.pick("市级 50%", "City 50%"), 100_000)],
        Fen::yuan(220_000),
    );
    other.section = lang.pick("各级分别计算后相加", "Each level computed, then added").to_owned();
    other.total_label = lang.pick("假如可以叠加", "If levels could be added").to_owned();
    ReadingsView {
        lang,
        holds_label: lang.pick("互斥口径", "Levels exclude one another").to_owned(),
        holds,
        other_label: lang.pick("叠加口径", "Levels add up").to_owned(),
        other,
        why: lang
            .pick(
                "对已享受市（州）、县（市、区）创新券政策的企业不再重复补贴。没有文件写明可以叠加，因此按互斥口径执行。",
                "Hubei does not pay again where a city or county voucher was enjoyed. No document lets the levels add up, so one level holds.",
            )
            .to_owned(),
        source: "鄂科技规〔2022〕3号".to_owned(),
    }
}

pub(super) fn quotas(lang: Lang) -> Vec<QuotaView> {
    vec![
        QuotaView {
            lang,
            title: lang.pick("省级 · 2026 年度", "Province · 2026").to_owned(),
            cap: Fen::yuan(200_000),
            used: Fen::yuan(180_000),
            adds: Fen::yuan(20_000),
            cut: Fen::yuan(25_000),
        },
        QuotaView {
            lang,
            title: lang.pick("市级 · 2026 年度", "City · 2026").to_owned(),
            cap: Fen::yuan(100_000),
            used: Fen::yuan(35_000),
            adds: Fen::yuan(18_250),
            cut: Fen::ZERO,
        },
    ]
}

pub(super) fn budget(lang: Lang) -> BudgetBarView {
    BudgetBarView {
        lang,
        title: lang.pick("省级预算 · 2026 年", "Province budget · 2026").to_owned(),
        available: Fen::yuan(37_240_118),
        reserved: Fen::yuan(18_410_000),
        ordered: Fen::yuan(7_349_882),
        paid: Fen::yuan(37_000_000),
    }
}

pub(super) fn chart(lang: Lang) -> ChartView {
    let column = |month: u8, ten_thousands: i64| ChartColumn {
        label: lang.pick(format!("{month}月"), format!("{month}/2026")),
        value: lang.pick(format!("{ten_thousands}万"), format!("{}k", ten_thousands * 10)),
        exact: Fen::yuan(ten_thousands * 10_000).display(),
        percent: ten_thousands * 100 / 320,
    };
    ChartView {
        lang,
        title: lang.pick("每月拨付（元）", "Paid per month (yuan)").to_owned(),
        note: String::new(),
        label_head: lang.pick("月份", "Month").to_owned(),
        value_head: lang.pick("拨付", "Paid").to_owned(),
        columns: vec![column(1, 104), column(2, 88), column(3, 231), column(4, 310), column(5, 176), column(6, 12)],
    }
}
