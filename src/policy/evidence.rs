//! The numbers and words that the cross-checks of papers use (`data/evidence.toml`), and the
//! judgements that rest on them. The checks themselves look papers up; what counts as agreement,
//! as a split or as compute is decided here.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::pack::Sourced;
use crate::ids::folded_name;
use crate::money::{Fen, RateBp, RoundMode};

/// What the cross-checks go by, each value with its source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRules {
    pub tolerance_fen: Sourced<i64>,
    pub split: SplitRule,
    pub services: ServiceWords,
}

/// When several invoices look like one that was split.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitRule {
    pub thresholds_fen: Sourced<Vec<i64>>,
    pub margin_bp: Sourced<u32>,
    pub least: Sourced<usize>,
}

/// Words of a paper that name what was bought.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceWords {
    pub counts: Sourced<Vec<String>>,
    pub counts_not: Sourced<Vec<String>>,
}

/// What the words of a paper say about the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Counts,
    CountsNot,
    /// Words of both kinds, or of none.
    Unclear,
}

/// An invoice as far as a split shows in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Code and number.
    pub key: String,
    /// Code or name of the seller.
    pub seller: String,
    pub on: NaiveDate,
    /// Without tax.
    pub net: Fen,
}

/// Invoices of one seller and day that stay just below a threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    pub threshold: Fen,
    pub seller: String,
    pub on: NaiveDate,
    pub keys: Vec<String>,
}

#[expect(clippy::panic, reason = "the file is part of the program and a test reads it")]
static RULES: LazyLock<EvidenceRules> = LazyLock::new(|| match toml::from_str(include_str!("../../data/evidence.toml")) {
    Ok(rules) => rules,
    Err(why) => panic!("data/evidence.toml, {why}"),
});

/// The rules that the program comes with.
#[must_use]
pub fn rules() -> &'static EvidenceRules {
    &RULES
}

impl EvidenceRules {
    /// Are two amounts the same, but for rounding?
    #[must_use]
    pub fn agree(&self, one: Fen, other: Fen) -> bool {
        one.get().abs_diff(other.get()) <= self.tolerance_fen.value.unsigned_abs()
    }

    /// Do the words of a paper name a service that counts?
    #[must_use]
    pub fn named(&self, service: &str) -> Named {
        let text = folded_name(service);
        let any = |words: &[String]| words.iter().any(|word| text.contains(&folded_name(word)));
        match (any(&self.services.counts.value), any(&self.services.counts_not.value)) {
            (true, false) => Named::Counts,
            (false, true) => Named::CountsNot,
            (true, true) | (false, false) => Named::Unclear,
        }
    }

    /// Invoices that look like one which was split to stay below a threshold, by threshold, seller
    /// and day.
    #[must_use]
    pub fn splits(&self, invoices: &[Issued]) -> Vec<Split> {
        let mut found: Vec<Split> = Vec::new();
        for threshold in self.split.thresholds_fen.value.iter().copied().map(Fen::new) {
            for invoice in invoices.iter().filter(|invoice| self.is_just_below(invoice.net, threshold)) {
                let same = |split: &&mut Split| (split.threshold, &split.seller, split.on) == (threshold, &invoice.seller, invoice.on);
                match found.iter_mut().find(same) {
                    Some(split) if split.keys.contains(&invoice.key) => {}
                    Some(split) => split.keys.push(invoice.key.clone()),
                    None => {
                        found.push(Split { threshold, seller: invoice.seller.clone(), on: invoice.on, keys: vec![invoice.key.clone()] });
                    }
                }
            }
        }
        found.retain(|split| split.keys.len() >= self.split.least.value);
        found
    }

    /// From the threshold less its margin up to the threshold itself, which an invoice may reach.
    fn is_just_below(&self, net: Fen, threshold: Fen) -> bool {
        let margin = RateBp::new(self.split.margin_bp.value).apply(threshold, RoundMode::Floor, Fen::new(1));
        threshold - margin <= net && net <= threshold
    }
}

#[cfg(test)]
mod tests;
