//! What an evaluation answers, in the form that `suanquan evaluate` prints.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::explain::Step;
use crate::code::{CutCode, Tier};
use crate::money::Fen;

/// The whole answer for one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    pub pack: PackStamp,
    /// In order of submission.
    pub applications: Vec<ApplicationResult>,
    pub clawbacks: Vec<Clawback>,
    /// What was granted; clawbacks are not netted.
    pub totals: Totals,
}

/// Which rules were applied: id, version and the hash of the file's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackStamp {
    pub id: String,
    pub version: String,
    pub sha256: String,
}

/// What one application gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApplicationResult {
    pub id: String,
    pub total: Fen,
    /// The accepted bases, each item once, less the total.
    pub own_share: Fen,
    pub grants: Vec<Grant>,
    /// Under `best`: what the tiers that grant nothing said about the items assigned to them.
    /// For explanations; not printed.
    #[serde(skip)]
    pub unused: Vec<Grant>,
}

/// What one application gets from one tier for one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    pub tier: Tier,
    pub year: i32,
    /// The accepted items, by id.
    pub items: Vec<String>,
    /// Sum of the accepted items' bases.
    pub base: Fen,
    /// Base × rate, rounded; before any limit.
    pub raw: Fen,
    pub amount: Fen,
    pub cuts: Vec<Cut>,
    pub steps: Vec<Step>,
    /// The base of each accepted item, in the order of `items`.
    #[serde(skip)]
    pub item_bases: Vec<Fen>,
    /// What was left at each limit when it was this grant's turn.
    #[serde(skip)]
    pub room: Room,
}

/// What is left at the limits of a tier and year; `None`: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    pub cap: Option<Fen>,
    pub ceiling: Option<Fen>,
    pub budget: Option<Fen>,
}

/// A refusal of an item (with `item`) or a limit (with `amount`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    pub code: CutCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Fen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// Money to be taken back from an application because of one correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clawback {
    pub application: String,
    pub tier: Tier,
    /// The year the money is booked to.
    pub year: i32,
    pub amount: Fen,
}

/// Sums over all applications, by tier in the pack's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub tiers: Vec<(Tier, Fen)>,
    pub all: Fen,
}

impl Serialize for Totals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.tiers.len() + 1))?;
        for (tier, amount) in &self.tiers {
            map.serialize_entry(tier.code(), amount)?;
        }
        map.serialize_entry("all", &self.all)?;
        map.end()
    }
}

impl Evaluation {
    /// The result of one application.
    #[must_use]
    pub fn application(&self, id: &str) -> Option<&ApplicationResult> {
        self.applications.iter().find(|result| result.id == id)
    }
}

impl ApplicationResult {
    /// What a tier gives, over all years.
    #[must_use]
    pub fn amount_of(&self, tier: Tier) -> Fen {
        self.grants.iter().filter(|grant| grant.tier == tier).map(|grant| grant.amount).sum()
    }
}
