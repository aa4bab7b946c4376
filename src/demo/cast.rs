//! The enterprises of the demo: invented names, codes with right check characters, qualifications of
//! every kind, and what they bought at the two centres.

use chrono::{Datelike, Days, NaiveDate};

use super::people::CENTRES;
use crate::ids::Uscc;
use crate::metering::purchase_row::RawRow;
use crate::money::Fen;
use crate::party::Place;

/// How many enterprises there are.
pub const ENTERPRISES: usize = 40;

/// What kind of firm it is; decides its qualifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Technology SME.
    Sme,
    /// Technology SME and high-tech with small sales.
    SmeHightech,
    /// East Lake, high-tech, above designated size.
    Large,
    /// Incubatee of a provincial incubator.
    Incubatee,
    /// Nothing that opens a level.
    Plain,
}

/// One enterprise of the story.
#[derive(Clone, Debug)]
pub struct Firm {
    pub name: String,
    pub uscc: String,
    pub kind: Kind,
    pub place: Place,
    pub person: String,
    pub email: String,
    pub account_no: String,
}

const STEMS: [&str; 20] = [
    "光谷深瞳",
    "珞珈智算",
    "东湖云图",
    "江城数脉",
    "长江慧语",
    "楚天视界",
    "汉阳智造",
    "南湖基因",
    "首义机器人",
    "沙湖气象",
    "晴川材料",
    "知音语音",
    "归元医影",
    "白云遥感",
    "金银湖物流",
    "梁子湖生态",
    "磨山芯片",
    "梅园网络",
    "樱顶教育",
    "墨水湖能源",
];
const FIELDS: [&str; 2] = ["科技有限公司", "智能技术有限公司"];
const SURNAMES: [&str; 20] =
    ["王", "李", "张", "刘", "陈", "杨", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁"];
const GIVEN: [&str; 8] = ["思远", "雨桐", "子涵", "浩然", "佳怡", "明哲", "欣妍", "俊杰"];

/// The firm of this index; the same in every demo.
#[must_use]
pub fn firm(index: usize) -> Firm {
    let pick = |list: &[&'static str], at: usize| list.get(at % list.len()).copied().unwrap_or_default();
    let kind = match index % 8 {
        0 | 3 | 5 => Kind::Sme,
        1 | 6 => Kind::SmeHightech,
        2 => Kind::Large,
        4 => Kind::Incubatee,
        _ if index == 39 => Kind::Plain,
        _ => Kind::Sme,
    };
    let place = match (kind, index % 5) {
        (Kind::Large, _) => Place::EastLake,
        (_, 0 | 1) => Place::EastLake,
        (_, 4) if index > 20 => Place::Hubei,
        _ => Place::Wuhan,
    };
    let stem = pick(&STEMS, index);
    let field = pick(&FIELDS, index / STEMS.len());
    let uscc = Uscc::from_body(&format!("91420100MA4D{index:05}")).map(|code| code.to_string()).unwrap_or_default();
    Firm {
        name: format!("武汉{stem}{field}"),
        uscc,
        kind,
        place,
        person: format!("{}{}", pick(&SURNAMES, index), pick(&GIVEN, index * 3)),
        email: format!("firm{:02}@demo.suanquan.example", index + 1),
        account_no: format!("4205010012340000{index:04}"),
    }
}

/// What can be bought: resource, unit, yuan per unit in hundredths.
const OFFERS: [(&str, &str, i64); 4] =
    [("昇腾910B", "card_hour", 1250), ("昇腾910A", "card_hour", 860), ("CPU 64核节点", "node_hour", 2400), ("GPU A800", "card_hour", 1980)];

/// A purchase of the story with its day of completion.
#[derive(Clone, Debug)]
pub struct Bought {
    pub row: RawRow,
    pub order_no: String,
    pub completed: NaiveDate,
    pub amount: Fen,
}

/// What a firm bought in one of eight slots: six weeks from January on, then two of December.
/// Amounts differ by firm and slot, and suit the size of the firm.
#[must_use]
pub fn bought(index: usize, slot: usize) -> Bought {
    let firm = firm(index);
    let centre_at = (index + slot) % 3 / 2;
    let (centre, prefix) = match CENTRES.get(centre_at) {
        Some(centre) => (*centre, if centre_at == 0 { "WAICC" } else { "WHSC" }),
        None => (CENTRES[0], "WAICC"),
    };
    let (resource, unit, price) = OFFERS.get((index * 5 + slot) % OFFERS.len()).copied().unwrap_or(OFFERS[0]);
    let weeks = [
        (2026, 1, 1, 9),
        (2026, 1, 10, 9),
        (2026, 1, 20, 11),
        (2026, 2, 1, 9),
        (2026, 2, 11, 8),
        (2026, 2, 20, 6),
        (2025, 12, 1, 14),
        (2025, 12, 16, 15),
    ];
    let (year, month, day, length) = weeks.get(slot).copied().unwrap_or((2026, 1, 1, 9));
    let from = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let to = from.checked_add_days(Days::new(length)).unwrap_or(from);
    let scale = if firm.kind == Kind::Large { 21 } else { 1 };
    let seed = i64::try_from(index * 37 + slot * 53).unwrap_or(0);
    let quantity = (1_600 + seed % 29 * 240) * scale;
    let amount = Fen::new(quantity * price);
    let order_no = format!("{prefix}-{:04}{:02}-{:03}{slot}", to.year(), to.month(), index + 1);
    let mut row = RawRow::default();
    let provider = Uscc::from_body(centre.body).map(|code| code.to_string()).unwrap_or_default();
    for (column, value) in [
        ("provider_uscc", provider),
        ("enterprise_uscc", firm.uscc),
        ("order_no", order_no.clone()),
        ("resource", resource.to_owned()),
        ("unit", unit.to_owned()),
        ("quantity", quantity.to_string()),
        ("unit_price", format!("{}.{:02}", price / 100, price % 100)),
        ("amount", amount.plain()),
        ("service_from", from.to_string()),
        ("service_to", to.to_string()),
        ("accepted_amount", amount.plain()),
    ] {
        row.set(column, &value);
    }
    Bought { row, order_no, completed: to, amount }
}
