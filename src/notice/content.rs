//! What a notice shows. Published, it is kept as JSON byte by byte; page, PDF and the file for
//! machines are made from it, so that anyone can check the digest. Never in it: bank accounts,
//! telephone numbers of applicants, application numbers, pictures of papers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::code::Tier;
use crate::lang::Text;
use crate::money::Fen;

/// A notice as anyone may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeContent {
    pub number: String,
    pub issuer: String,
    pub title: Text,
    /// Legal basis and procedure passed.
    pub basis: Text,
    pub published_on: NaiveDate,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// The working days that count, in order.
    pub counted_days: Vec<NaiveDate>,
    pub contact_phone: String,
    pub supervision_phone: String,
    pub address: String,
    /// The rules the amounts were computed by.
    pub policy_pack: String,
    pub tiers: Vec<TierList>,
}

/// The list of one level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierList {
    pub tier: Tier,
    pub title: Text,
    pub lines: Vec<ListLine>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLine {
    /// Place of the case in the notice; a case with two levels has two lines and one place.
    pub place: i64,
    pub enterprise: String,
    pub provider: String,
    pub service: String,
    pub contract: Fen,
    /// What the review accepted as the base.
    pub approved: Fen,
    pub proposed: Fen,
}

impl NoticeContent {
    pub fn lines(&self) -> impl Iterator<Item = &ListLine> {
        self.tiers.iter().flat_map(|tier| &tier.lines)
    }

    #[must_use]
    pub fn total(&self) -> Fen {
        self.lines().map(|line| line.proposed).sum()
    }

    /// How many enterprises are on the list.
    #[must_use]
    pub fn enterprises(&self) -> usize {
        self.lines().map(|line| line.enterprise.as_str()).collect::<std::collections::BTreeSet<_>>().len()
    }
}

/// The words of a notice that its editor writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeWords {
    pub title: Text,
    pub basis: Text,
    pub issuer: String,
    pub contact_phone: String,
    pub supervision_phone: String,
    pub address: String,
}

/// The title of the year's `batch`th notice.
#[must_use]
pub fn usual_title(year: i32, batch: u32) -> Text {
    Text::new(
        format!("{year}年第{batch}批科技创新券拟兑付名单公示"),
        format!("Public notice: proposed voucher payouts, batch {batch} of {year}"),
    )
}

/// The opening sentence from the documents that the pack names.
#[must_use]
pub fn usual_basis(documents: &[String]) -> Text {
    let (zh, en) = if documents.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("根据{}，", documents.join("、")), format!("Under {}, and after", documents.join(", ")))
    };
    let en = if en.is_empty() { "After".to_owned() } else { en };
    Text::new(
        format!("{zh}经企业申请、服务机构确认用量、专班预审、初审、复审和主管部门信用核查，现将拟兑付名单予以公示。"),
        format!(
            "{en} application by the enterprises, confirmation of usage by the providers, precheck, preliminary and final review and a credit check, the proposed payouts are hereby published."
        ),
    )
}

/// What still has to be written before a notice may be published: field and words.
#[must_use]
pub fn missing(words: &NoticeWords) -> Vec<(&'static str, Text)> {
    let fields = [
        ("title_zh", &words.title.zh, "请填写中文标题。", "Write the Chinese title."),
        ("title_en", &words.title.en, "请填写英文标题。", "Write the English title."),
        ("basis_zh", &words.basis.zh, "请写明依据（中文）。", "State the legal basis in Chinese."),
        ("basis_en", &words.basis.en, "请写明依据（英文）。", "State the legal basis in English."),
        ("issuer", &words.issuer, "请填写发布单位。", "Name the issuing authority."),
        ("contact_phone", &words.contact_phone, "请填写受理异议的电话。", "Give the telephone number for objections."),
        ("supervision_phone", &words.supervision_phone, "请填写监督电话。", "Give the telephone number of supervision."),
        ("address", &words.address, "请填写书面异议的邮寄地址。", "Give the address for written objections."),
    ];
    let empty = fields.into_iter().filter(|(_, text, _, _)| text.trim().is_empty());
    empty.map(|(field, _, zh, en)| (field, Text::new(zh, en))).collect()
}
