//! Who buys at which centre, and what a month comes to: the size that the applications of the story
//! need. Together they keep 200P and 50P busy, and not busier than they can be.

use super::super::people::{AI, HPC};

/// A contract: a firm of the cast under its account code at a centre.
#[derive(Clone, Copy, Debug)]
pub(super) struct Customer {
    pub account: &'static str,
    /// Index of the cast.
    pub firm: usize,
    /// Index of the two centres.
    pub centre: usize,
    /// What January comes to, give or take a yuan; February is like it.
    pub yuan: i64,
    /// None for a customer whose statements have steps of their own.
    round: Option<Round>,
}

/// Customers whose statements are issued, confirmed, invoiced and paid at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// January, paid in time for an application of 2 February.
    First,
    /// January, paid in time for one of 12 February.
    Second,
    /// February, for some on its morrow: what they claim when the demo is open.
    February,
}

impl Round {
    /// The month of 2026 that is billed.
    pub const fn month(self) -> u32 {
        match self {
            Round::First | Round::Second => 1,
            Round::February => 2,
        }
    }
}

/// Who has February billed on the first day of March.
const FEBRUARY: [&str; 6] = ["donghu-cloud", "jiangcheng-data", "yingding-learn", "shahu-climate", "zhiyin-speech", "liangzi-water"];

impl Customer {
    pub fn is_of(self, round: Round) -> bool {
        match round {
            Round::February => FEBRUARY.contains(&self.account),
            Round::First | Round::Second => self.round == Some(round),
        }
    }
}

const fn first(account: &'static str, firm: usize, centre: usize, yuan: i64) -> Customer {
    Customer { account, firm, centre, yuan, round: Some(Round::First) }
}

const fn second(account: &'static str, firm: usize, centre: usize, yuan: i64) -> Customer {
    Customer { account, firm, centre, yuan, round: Some(Round::Second) }
}

const fn own(account: &'static str, firm: usize, centre: usize, yuan: i64) -> Customer {
    Customer { account, firm, centre, yuan, round: None }
}

pub(super) const CUSTOMERS: [Customer; 53] = [
    first("shentong-vision", 0, AI, 20_000),
    first("luojia-ai", 1, AI, 30_272),
    first("donghu-hpc", 2, HPC, 2_741_760),
    first("jiangcheng-data", 3, AI, 145_728),
    first("changjiang-nlp", 4, AI, 29_000),
    first("chutian-video", 5, HPC, 36_464),
    first("hanyang-mfg", 6, AI, 147_840),
    first("shouyi-robot", 8, AI, 182_400),
    first("shouyi-hpc", 8, HPC, 15_824),
    first("shahu-ai", 9, AI, 90_240),
    first("qingchuan-ai", 10, AI, 1_104_600),
    first("zhiyin-voice", 11, AI, 95_000),
    first("zhiyin-hpc", 11, HPC, 55_040),
    first("guiyuan-image", 12, HPC, 199_680),
    first("baiyun-sensing", 13, HPC, 107_520),
    first("jinyinhu-freight", 14, AI, 126_720),
    first("meiyuan-web", 37, HPC, 44_160),
    second("shentong-hpc", 0, HPC, 145_208),
    second("luojia-hpc", 1, HPC, 156_368),
    second("donghu-cloud", 2, AI, 118_400),
    second("moshan-ic", 16, AI, 155_232),
    second("moshan-hpc", 16, HPC, 28_208),
    second("meiyuan-net", 17, HPC, 35_000),
    second("yingding-learn", 18, AI, 852_432),
    second("moshui-power", 19, AI, 159_360),
    second("shentong-ai", 20, AI, 67_200),
    second("vision-hpc", 20, HPC, 31_680),
    second("luojia-compute", 21, AI, 44_000),
    second("donghu-map", 22, AI, 46_784),
    second("changjiang-chat", 24, AI, 101_000),
    second("chutian-render", 25, AI, 44_160),
    second("chutian-hpc", 25, HPC, 26_144),
    second("hanyang-works", 26, HPC, 2_499_840),
    second("nanhu-bio", 27, AI, 136_224),
    second("shouyi-motion", 28, AI, 65_360),
    second("motion-hpc", 28, HPC, 23_000),
    second("shahu-climate", 29, AI, 32_336),
    second("qingchuan-lab", 30, AI, 136_320),
    second("zhiyin-speech", 31, HPC, 150_480),
    second("baiyun-image", 33, AI, 38_528),
    second("jinyinhu-port", 34, HPC, 3_225_600),
    second("liangzi-water", 35, AI, 164_736),
    second("liangzi-hpc", 35, HPC, 61_440),
    own("nanhu-gene", 7, AI, 108_000),
    own("liangzi-eco", 15, AI, 92_117),
    own("shumai-data", 23, AI, 82_400),
    own("guiyuan-med", 32, AI, 55_035),
    own("moshan-chip", 36, AI, 58_200),
    own("yingding-edu", 38, AI, 71_467),
    own("nanhu-hpc", 7, HPC, 45_350),
    own("shahu-weather", 9, HPC, 31_712),
    own("qingchuan-mat", 10, HPC, 45_920),
    own("moshui-energy", 39, HPC, 41_363),
];

/// The customer of an account code, with its place in the list.
pub(super) fn customer(account: &str) -> anyhow::Result<(usize, Customer)> {
    let found = CUSTOMERS.iter().copied().enumerate().find(|(_, customer)| customer.account == account);
    found.ok_or_else(|| anyhow::anyhow!("nobody has the account {account}"))
}
