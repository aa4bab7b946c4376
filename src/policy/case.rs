//! The facts of one enterprise that a pack is applied to: what `suanquan evaluate` reads and
//! what the pages build from the database. Amounts are in fen and include tax.
//!
//! A case read from JSON has been checked ([`super::reading`]). A case built in Rust is expected
//! to keep the same promises: unique ids, the same numbers in every item that names an expense,
//! `service_from ≤ service_to`, at most [`BEST_ITEMS_MAX`] items under `best`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::beijing_date;
use crate::code::Tier;
use crate::codes::codes;
use crate::ids::Uscc;
use crate::lang::Text;
use crate::money::Fen;
use crate::party::qualification::Qualification;

/// Most items of an application whose best assignment is searched for.
pub const BEST_ITEMS_MAX: usize = 12;

/// The line that is meant where an invoice has only one.
pub const ONLY_LINE: &str = "1";

/// One enterprise, what it had before, and its applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub enterprise: Enterprise,
    /// Money left of a tier, for all years of the case; a tier left out has its pack's budget.
    pub budget_left: BTreeMap<Tier, Fen>,
    /// Grants from outside this case: paid, or approved and reserved.
    pub already_granted: Vec<AlreadyGranted>,
    pub applications: Vec<Application>,
    /// Credit notes and refunds that came after the grant.
    pub corrections: Vec<Correction>,
}

/// 申请企业.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    pub uscc: Uscc,
    /// Every place it is registered in, from the province down: `hubei`, `wuhan`, `east-lake`.
    pub registered_in: Vec<String>,
    pub qualifications: Vec<Qualification>,
    pub dishonesty: Vec<Dishonesty>,
    /// Providers it is tied to (投资, 隶属, 共建, 产权纽带).
    pub related_parties: Vec<Uscc>,
}

/// A time on the list of 严重失信主体, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dishonesty {
    pub from: NaiveDate,
    /// `None`: still on it.
    pub to: Option<NaiveDate>,
}

/// Money of a tier and year that the enterprise has, or has reserved, from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlreadyGranted {
    pub tier: Tier,
    pub year: i32,
    pub amount: Fen,
    /// The invoice it was for, where known; nothing is left of it.
    pub invoice: Option<String>,
    /// Only this line of the invoice; `None`: the whole invoice.
    pub line: Option<String>,
}

/// 兑付申请.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub id: String,
    pub submitted_at: DateTime<Utc>,
    /// `None`: the day of submission.
    pub voucher_claimed_on: Option<NaiveDate>,
    pub tier: TierChoice,
    pub items: Vec<Item>,
}

/// Which tier an application asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TierChoice {
    Named(Tier),
    /// The assignment of the items to tiers with the largest total.
    Best,
    /// Every tier; for packs whose tiers stack.
    All,
}

/// One purchase, or the part of it that an application asks a subsidy for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: String,
    pub provider: Uscc,
    pub kind: ItemKind,
    pub invoice: String,
    pub line: String,
    pub service_from: NaiveDate,
    pub service_to: NaiveDate,
    /// The expense: the invoice line as issued.
    pub invoiced: Fen,
    /// Credit notes (红字) on the expense.
    pub red_letter: Fen,
    /// Tax contained in `invoiced`.
    pub tax: Fen,
    pub paid: Fen,
    pub refunded: Fen,
    /// `None`: all of the expense.
    pub asked: Option<Fen>,
    /// `None`: no limit.
    pub contract_left: Option<Fen>,
    /// `None`: no limit.
    pub accepted_usage: Option<Fen>,
    pub flags: Vec<ItemFlag>,
}

codes! {
    /// What was bought.
    ItemKind { Compute = "compute", Storage = "storage", Network = "network", Training = "training", Other = "other" }
}

codes! {
    /// What may exclude an item.
    ItemFlag {
        /// 法定检测.
        StatutoryTest = "statutory_test",
        /// Part of a project that a provincial programme funded in the year before.
        ProvincialProjectLastYear = "provincial_project_last_year",
    }
}

/// A credit note or refund after the grant, on the expense of the named item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub application: String,
    pub item: String,
    pub on: NaiveDate,
    pub red_letter: Fen,
    pub refunded: Fen,
}

impl Application {
    /// The day of submission in Beijing.
    #[must_use]
    pub fn submitted_on(&self) -> NaiveDate {
        beijing_date(self.submitted_at)
    }

    /// The day the voucher was claimed, or of submission.
    #[must_use]
    pub fn claimed_on(&self) -> NaiveDate {
        self.voucher_claimed_on.unwrap_or_else(|| self.submitted_on())
    }
}

impl TierChoice {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            TierChoice::Named(tier) => tier.code(),
            TierChoice::Best => "best",
            TierChoice::All => "all",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<TierChoice> {
        match code {
            "best" => Some(TierChoice::Best),
            "all" => Some(TierChoice::All),
            other => Tier::parse(other).map(TierChoice::Named),
        }
    }
}

impl ItemKind {
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            ItemKind::Compute => Text::new("计算服务", "Compute"),
            ItemKind::Storage => Text::new("存储服务", "Storage"),
            ItemKind::Network => Text::new("网络服务", "Network"),
            ItemKind::Training => Text::new("培训服务", "Training"),
            ItemKind::Other => Text::new("其他服务", "Other services"),
        }
    }
}

impl Enterprise {
    /// Is it on the list of dishonest subjects on this day?
    #[must_use]
    pub fn is_dishonest_on(&self, day: NaiveDate) -> bool {
        self.dishonesty.iter().any(|term| term.from <= day && term.to.is_none_or(|to| day <= to))
    }
}
