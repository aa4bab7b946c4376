//! 资质: what makes an enterprise eligible, each with its own dates.
//!
//! A qualification holds on the days from `valid_from` to `valid_to`, both included. Whether it
//! is enough is for the policy pack to say; here stand only the facts.

use chrono::NaiveDate;

use super::entry::{CarrierKind, CarrierLevel, EntryKind};
use crate::codes::codes;
use crate::lang::{Lang, Text};
use crate::money::Fen;

codes! {
    /// The kinds of qualification that the vouchers' rules know (policy.md §1).
    QualificationKind {
        /// 全国科技型中小企业信息库, 入库登记编号.
        TechSme = "tech_sme",
        /// 高新技术企业.
        Hightech = "hightech",
        /// 在孵企业 of a carrier.
        Incubatee = "incubatee",
        /// 规上企业.
        AboveDesignatedSize = "above_designated_size",
        /// 技术先进型服务企业.
        AdvancedServiceEnterprise = "advanced_service_enterprise",
    }
}

/// One qualification with its dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualification {
    pub kind: QualificationKind,
    /// The number of the certificate or listing, where there is one.
    pub number: Option<String>,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// Last day on which it holds.
    pub valid_to: NaiveDate,
    /// Sales of the year before, in fen; asked of high-tech enterprises.
    pub prior_year_sales: Option<Fen>,
    /// For an incubatee only.
    pub carrier_kind: Option<CarrierKind>,
    /// For an incubatee only.
    pub carrier_level: Option<CarrierLevel>,
}

impl Qualification {
    /// Does it hold on this day?
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && day <= self.valid_to
    }
}

impl QualificationKind {
    /// The entry it is recorded as.
    #[must_use]
    pub const fn entry(self) -> EntryKind {
        match self {
            QualificationKind::TechSme => EntryKind::TechSme,
            QualificationKind::Hightech => EntryKind::Hightech,
            QualificationKind::Incubatee => EntryKind::Incubatee,
            QualificationKind::AboveDesignatedSize => EntryKind::AboveDesignatedSize,
            QualificationKind::AdvancedServiceEnterprise => EntryKind::AdvancedServiceEnterprise,
        }
    }

    /// The qualification that an entry records; none for the place of registration.
    #[must_use]
    pub fn of(entry: EntryKind) -> Option<QualificationKind> {
        QualificationKind::ALL.iter().copied().find(|kind| kind.entry() == entry)
    }

    #[must_use]
    pub fn title(self) -> Text {
        Text::new(self.entry().label(Lang::Zh), self.entry().label(Lang::En))
    }
}

impl CarrierLevel {
    /// Is the registering authority of this level or a higher one?
    #[must_use]
    pub const fn is_at_least(self, least: CarrierLevel) -> bool {
        self.height() >= least.height()
    }

    const fn height(self) -> u8 {
        match self {
            CarrierLevel::District => 0,
            CarrierLevel::City => 1,
            CarrierLevel::Province => 2,
            CarrierLevel::National => 3,
        }
    }
}
