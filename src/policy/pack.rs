//! A policy pack: one version of the rules as data, every field with its source.
//!
//! The file is TOML (`docs/reference/policy-packs.md`). [`Pack::parse`] refuses a file that is
//! not of that form with the line and the reason; a pack that exists is complete and consistent.

mod form;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::case::ItemKind;
use super::proration::Split;
use super::result::PackStamp;
use super::tier_rules::{TierRules, YearBasis};
use crate::code::Tier;
use crate::lang::Text;
use crate::money::RateBp;

/// A rule's value with the document it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced<T> {
    pub value: T,
    /// Number of the document, or why this value was chosen.
    pub source: String,
    pub status: Status,
}

/// Whether a document states the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Stated by the source.
    Found,
    /// A choice or inference; pages say so.
    Assumed,
}

/// One version of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    pub id: String,
    pub version: String,
    pub title: Text,
    /// What a reader must know before relying on it.
    pub note: Text,
    pub effective_from: NaiveDate,
    /// Last day; `None`: open.
    pub effective_to: Option<NaiveDate>,
    /// Hash of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The tiers, in the order in which they are granted.
    pub order: Sourced<Vec<Tier>>,
    /// Do the tiers stack, or do they exclude one another?
    pub pairing: Sourced<Pairing>,
    pub choices: Choices,
    pub bars: Vec<BarRule>,
    tiers: BTreeMap<Tier, TierRules>,
}

/// How two tiers go together on the same expense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pairing {
    /// 互斥: an expense is subsidised by one tier only.
    Exclusive,
    /// 叠加: the tiers share the expense, up to the joint ceiling.
    Stack,
}

/// The readings that hold for all tiers (policy.md §4 and the rows of §5 marked C).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// Most of an expense that all tiers together pay, in basis points.
    pub ceiling_bp: Sourced<RateBp>,
    pub base: Sourced<BaseRule>,
    pub exclusive_scope: Sourced<ExclusiveScope>,
    pub expense_reuse: Sourced<ExpenseReuse>,
    pub rounding_scope: Sourced<RoundingScope>,
    pub tax_basis: Sourced<TaxBasis>,
    pub year_split: Sourced<YearSplit>,
    pub second_tier_base: Sourced<SecondTierBase>,
    /// A tier with rate zero takes no base of an expense.
    pub zero_rate_takes_base: Sourced<bool>,
    pub part_payment: Sourced<Split>,
    pub discount: Sourced<Split>,
    pub unlabelled_red_letter: Sourced<Split>,
    pub correction_in_open_year: Sourced<CorrectionRun>,
    pub correction_booked_to: Sourced<CorrectionYear>,
    pub eligible_kinds: Sourced<Vec<ItemKind>>,
    pub qualification_dates: QualificationDates,
}

/// 孰低: what the base of an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseRule {
    /// The least of invoiced, paid, accepted usage, contract left and asked.
    LesserOf,
}

/// What exclusive tiers exclude one another for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusiveScope {
    InvoiceLine,
    /// An enterprise has one tier in a year.
    EnterpriseYear,
}

/// Whether a second application may use what the first left of an expense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpenseReuse {
    Remainder,
    Once,
}

/// Over what a grant is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingScope {
    /// Once per application, tier and year.
    Application,
    /// Every item by itself.
    Line,
    /// The year's sum; an application gets what it adds to the rounded sum.
    Year,
}

/// Is tax part of the base?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxBasis {
    Incl,
    Excl,
}

/// What happens to a service that runs over the end of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearSplit {
    ByCompletion,
    /// By inclusive days; each part but the last half-up to the fen.
    ByDays,
}

/// Base of a tier after the first, where tiers stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondTierBase {
    Gross,
    /// Less what the earlier tiers granted in this application.
    NetOfPrior,
}

/// What is computed again for a correction while the grant's year is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionRun {
    RerunYear,
    ApplicationAlone,
}

/// The year that a clawback is booked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionYear {
    GrantYear,
    CorrectionYear,
}

/// On which dates a tier's predicates must hold, by its year basis.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualificationDates {
    pub voucher_year: Sourced<Vec<QualificationDate>>,
    pub service_completed: Sourced<Vec<QualificationDate>>,
}

/// A date of an application on which a qualification is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualificationDate {
    VoucherClaimed,
    ServiceCompleted,
    Submitted,
}

/// One of the pack's exclusions (`none_of`), in words and as a test.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BarRule {
    pub bar: Bar,
    pub zh: String,
    pub en: String,
    pub source: String,
    pub status: Status,
    /// Of `related_party`: from which share on a holding is a tie.
    pub share_bp: Option<Sourced<RateBp>>,
}

/// What bars an item from every tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    DishonestInTerm,
    RelatedParty,
    DuplicateExpense,
    ProvincialProjectLastYear,
    StatutoryTest,
}

/// Why a file is not a policy pack, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadPack {
    pub line: usize,
    pub reason: String,
}

impl Pack {
    /// Reads and checks a pack.
    ///
    /// # Errors
    /// The line and the reason of the first thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Pack, BadPack> {
        let mut pack = form::read(bytes)?;
        pack.sha256 = hex::encode(Sha256::digest(bytes));
        Ok(pack)
    }

    /// The rules of a tier, if the pack has it.
    #[must_use]
    pub fn tier(&self, tier: Tier) -> Option<&TierRules> {
        self.tiers.get(&tier)
    }

    /// The tiers with their rules, in the order in which they are granted.
    pub fn tiers(&self) -> impl Iterator<Item = (Tier, &TierRules)> {
        self.order.value.iter().filter_map(|tier| Some((*tier, self.tiers.get(tier)?)))
    }

    /// Do the tiers stack? A pack with one tier does not.
    #[must_use]
    pub fn stacks(&self) -> bool {
        self.pairing.value == Pairing::Stack
    }

    /// Is the pack in force on this day?
    #[must_use]
    pub fn is_in_force_on(&self, day: NaiveDate) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|to| day <= to)
    }

    /// The pack's rule for an exclusion, if it has it.
    #[must_use]
    pub fn bar(&self, bar: Bar) -> Option<&BarRule> {
        self.bars.iter().find(|rule| rule.bar == bar)
    }

    /// From which share on a holding between enterprise and provider ties them; `None` where the pack
    /// does not bar related parties or names no share.
    #[must_use]
    pub fn related_share(&self) -> Option<RateBp> {
        self.bar(Bar::RelatedParty)?.share_bp.as_ref().map(|share| share.value)
    }

    /// Which pack this is, for results and records.
    #[must_use]
    pub fn stamp(&self) -> PackStamp {
        PackStamp { id: self.id.clone(), version: self.version.clone(), sha256: self.sha256.clone() }
    }

    /// The dates on which the predicates of a tier must hold.
    #[must_use]
    pub fn qualification_dates(&self, rules: &TierRules) -> &Sourced<Vec<QualificationDate>> {
        match rules.year_basis.value {
            YearBasis::VoucherYear => &self.choices.qualification_dates.voucher_year,
            YearBasis::ServiceCompleted => &self.choices.qualification_dates.service_completed,
        }
    }
}
