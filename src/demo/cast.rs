//! The enterprises of the demo: invented names, codes with right check characters, and
//! qualifications of every kind.

use crate::hidden::tells;
use crate::ids::Uscc;
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
#[derive(Clone)]
pub struct Firm {
    pub name: String,
    pub uscc: String,
    pub kind: Kind,
    pub place: Place,
    pub person: String,
    pub email: String,
    pub account_no: String,
}

tells! { Firm { name, uscc } }

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
