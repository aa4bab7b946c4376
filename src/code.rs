//! Stable machine codes and the words people read for them: the three tiers of the scheme, and
//! why a subsidy was cut.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lang::Text;

/// 层级: the three vouchers of the scheme. Which of them a policy pack knows, and in which order
/// they are granted, is the pack's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 湖北省科技创新券.
    Province,
    /// 武汉市科技创新券.
    City,
    /// 东湖高新区.
    District,
}

impl Tier {
    pub const ALL: [Tier; 3] = [Tier::Province, Tier::City, Tier::District];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Tier::Province => "province",
            Tier::City => "city",
            Tier::District => "district",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.code() == code)
    }

    /// The tier's short name; its full title stands in the policy pack.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Tier::Province => Text::new("省级", "Province"),
            Tier::City => Text::new("市级", "City"),
            Tier::District => Text::new("区级", "District"),
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why an item was refused or an amount was cut. The order of the variants is the order in which
/// an item is tested, and then the order of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutCode {
    Dishonest,
    OutsideVoucherYear,
    VoucherExpired,
    WindowClosed,
    RelatedParty,
    IneligibleItem,
    NotEligible,
    QualificationLapsed,
    DuplicateExpense,
    NothingToSubsidise,
    CapReached,
    CeilingReached,
    BudgetExhausted,
    BelowMinimum,
}

impl CutCode {
    pub const ALL: [CutCode; 14] = [
        CutCode::Dishonest,
        CutCode::OutsideVoucherYear,
        CutCode::VoucherExpired,
        CutCode::WindowClosed,
        CutCode::RelatedParty,
        CutCode::IneligibleItem,
        CutCode::NotEligible,
        CutCode::QualificationLapsed,
        CutCode::DuplicateExpense,
        CutCode::NothingToSubsidise,
        CutCode::CapReached,
        CutCode::CeilingReached,
        CutCode::BudgetExhausted,
        CutCode::BelowMinimum,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            CutCode::Dishonest => "dishonest",
            CutCode::OutsideVoucherYear => "outside_voucher_year",
            CutCode::VoucherExpired => "voucher_expired",
            CutCode::WindowClosed => "window_closed",
            CutCode::RelatedParty => "related_party",
            CutCode::IneligibleItem => "ineligible_item",
            CutCode::NotEligible => "not_eligible",
            CutCode::QualificationLapsed => "qualification_lapsed",
            CutCode::DuplicateExpense => "duplicate_expense",
            CutCode::NothingToSubsidise => "nothing_to_subsidise",
            CutCode::CapReached => "cap_reached",
            CutCode::CeilingReached => "ceiling_reached",
            CutCode::BudgetExhausted => "budget_exhausted",
            CutCode::BelowMinimum => "below_minimum",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<CutCode> {
        CutCode::ALL.into_iter().find(|cut| cut.code() == code)
    }

    /// What the code says, as a short label.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            CutCode::Dishonest => Text::new("企业在失信名单内", "Enterprise is on the dishonesty list"),
            CutCode::OutsideVoucherYear => Text::new("服务不在创新券年度内", "Service is outside the voucher's year"),
            CutCode::VoucherExpired => Text::new("创新券已过期", "Voucher has expired"),
            CutCode::WindowClosed => Text::new("不在申报期内", "Outside the filing window"),
            CutCode::RelatedParty => Text::new("服务机构为关联方", "Provider is a related party"),
            CutCode::IneligibleItem => Text::new("项目不在支持范围", "Item is not supported"),
            CutCode::NotEligible => Text::new("企业不符合条件", "Enterprise is not eligible"),
            CutCode::QualificationLapsed => Text::new("资质未持续有效", "Qualification has lapsed"),
            CutCode::DuplicateExpense => Text::new("费用已享受补贴", "Expense has been used for a subsidy"),
            CutCode::NothingToSubsidise => Text::new("没有可补贴的费用", "Nothing to subsidise"),
            CutCode::CapReached => Text::new("达到年度上限", "Yearly cap reached"),
            CutCode::CeilingReached => Text::new("达到合计上限", "Joint ceiling reached"),
            CutCode::BudgetExhausted => Text::new("预算不足", "Budget exhausted"),
            CutCode::BelowMinimum => Text::new("低于最低补贴额", "Below the minimum"),
        }
    }
}

impl fmt::Display for CutCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
