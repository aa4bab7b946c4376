//! What is left at the cap and the budget of every tier and year as applications pass in order.

use std::collections::BTreeMap;

use super::case::Case;
use super::pack::{Pack, RoundingScope};
use super::result::Room;
use super::tier_rules::TierRules;
use crate::code::Tier;
use crate::money::Fen;

/// A tier and a year.
pub(super) type TierYear = (Tier, i32);

/// The running sums of a case.
#[derive(Clone, Debug)]
pub(super) struct Rooms<'p> {
    pack: &'p Pack,
    /// Granted before and in this case.
    granted: BTreeMap<TierYear, Fen>,
    /// Left of each tier that has a limit.
    budget: BTreeMap<Tier, Fen>,
    /// For rounding over the year: bases and raw amounts so far.
    rounded: BTreeMap<TierYear, (Fen, Fen)>,
}

impl<'p> Rooms<'p> {
    pub(super) fn new(pack: &'p Pack, case: &Case) -> Rooms<'p> {
        let mut granted = BTreeMap::new();
        for before in &case.already_granted {
            *granted.entry((before.tier, before.year)).or_insert(Fen::ZERO) += before.amount;
        }
        let budget = pack
            .tiers()
            .filter_map(|(tier, rules)| {
                let left = case.budget_left.get(&tier).copied().or(rules.budget.as_ref().map(|budget| budget.value));
                left.map(|left| (tier, left))
            })
            .collect();
        Rooms { pack, granted, budget, rounded: BTreeMap::new() }
    }

    /// What is left at the cap and the budget; the ceiling is the application's own.
    pub(super) fn room(&self, rules: &TierRules, of: TierYear) -> Room {
        let before = self.granted.get(&of).copied().unwrap_or_default();
        Room {
            cap: rules.cap.as_ref().map(|cap| (cap.value - before).or_zero()),
            ceiling: None,
            budget: self.budget.get(&of.0).map(|left| left.or_zero()),
        }
    }

    /// The amount before any limit, from the bases of the accepted items.
    pub(super) fn raw(&self, rules: &TierRules, of: TierYear, bases: &[Fen], less: Fen) -> Fen {
        let sum: Fen = bases.iter().sum();
        match self.pack.choices.rounding_scope.value {
            RoundingScope::Line if less.is_zero() => bases.iter().map(|base| rules.raw(*base)).sum(),
            RoundingScope::Application | RoundingScope::Line => rules.raw((sum - less).or_zero()),
            RoundingScope::Year => {
                let (base_before, raw_before) = self.rounded.get(&of).copied().unwrap_or_default();
                (rules.raw(base_before + (sum - less).or_zero()) - raw_before).or_zero()
            }
        }
    }

    /// A grant is settled.
    pub(super) fn grant(&mut self, of: TierYear, base: Fen, raw: Fen, amount: Fen) {
        *self.granted.entry(of).or_insert(Fen::ZERO) += amount;
        if let Some(left) = self.budget.get_mut(&of.0) {
            *left -= amount;
        }
        let rounded = self.rounded.entry(of).or_default();
        rounded.0 += base;
        rounded.1 += raw;
    }
}
