//! What the items of one application take of their expenses, tier by tier and year by year.

use std::collections::BTreeMap;

use super::case::{Application, Case, Item, TierChoice};
use super::expenses::{self, ExpenseIndex, Expenses, Here, Left};
use super::pack::Pack;
use super::rooms::TierYear;
use super::tier_rules::TierRules;
use super::{screening, years};
use crate::code::{CutCode, Tier};
use crate::money::Fen;

/// One application, its items in order of id, each with what every tier of the pack says of it.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    pub application: &'a Application,
    pub items: Vec<Planned<'a>>,
}

/// An item and its plan at every tier of the pack, in the pack's order.
#[derive(Clone, Debug)]
pub(super) struct Planned<'a> {
    pub item: &'a Item,
    pub expense: ExpenseIndex,
    pub at: Vec<AtTier>,
}

/// The parts of an item at one tier; one part, unless the pack splits over years.
#[derive(Clone, Debug)]
pub(super) struct AtTier {
    pub tier: Tier,
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug)]
pub(super) struct Part {
    pub slice: years::Slice,
    pub year: i32,
    /// Known before any money is looked at.
    pub refusal: Option<CutCode>,
}

/// What goes to one tier and year: accepted lines and refused items.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    pub lines: Vec<Line>,
    /// Place of the item and why.
    pub refused: Vec<(usize, CutCode)>,
}

/// An accepted item at one tier and year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Place of the item in the entry.
    pub item: usize,
    /// What is subsidised.
    pub base: Fen,
    /// What was left of the expense when it was this item's turn.
    pub left: Fen,
}

/// Everything one application takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Taking {
    /// By the tier's place in the pack's order and the year.
    pub slots: BTreeMap<(usize, i32), Slot>,
    /// The base of each item that at least one tier accepted, once.
    pub item_bases: Vec<Fen>,
    pub here: Here,
}

/// The tiers that each item is put to.
pub(super) type Assignment = Vec<Vec<Tier>>;

impl<'a> Entry<'a> {
    /// All applications of a case in the order of rule 1.
    pub(super) fn all(pack: &Pack, case: &'a Case, expenses: &Expenses<'_>) -> Vec<Entry<'a>> {
        let mut applications: Vec<&Application> = case.applications.iter().collect();
        applications.sort_by(|a, b| a.submitted_at.cmp(&b.submitted_at).then_with(|| a.id.cmp(&b.id)));
        applications.into_iter().map(|application| Entry::new(pack, case, application, expenses)).collect()
    }

    fn new(pack: &Pack, case: &'a Case, application: &'a Application, expenses: &Expenses<'_>) -> Entry<'a> {
        let mut items: Vec<&Item> = application.items.iter().collect();
        items.sort_by(|a, b| a.id.cmp(&b.id));
        let planned = |item: &'a Item| {
            let at = pack.tiers().map(|(tier, rules)| AtTier { tier, parts: parts(pack, rules, case, application, item) }).collect();
            Some(Planned { item, expense: expenses.index_of(item)?, at })
        };
        Entry { application, items: items.into_iter().filter_map(planned).collect() }
    }

    /// The assignment that the application itself names; `None` under `best`.
    pub(super) fn named_assignment(&self, pack: &Pack) -> Option<Assignment> {
        let tiers = match self.application.tier {
            TierChoice::Named(tier) => vec![tier],
            TierChoice::All => pack.order.value.clone(),
            TierChoice::Best => return None,
        };
        Some(vec![tiers; self.items.len()])
    }

    /// Lets every item take its base, in order.
    pub(super) fn take(&self, pack: &Pack, expenses: &Expenses<'_>, assignment: &[Vec<Tier>]) -> Taking {
        let mut taking = Taking { item_bases: vec![Fen::ZERO; self.items.len()], ..Taking::default() };
        for (place, (planned, tiers)) in self.items.iter().zip(assignment).enumerate() {
            let mut most_taken = Fen::ZERO;
            for (tier_place, (at, (_, rules))) in planned.at.iter().zip(pack.tiers()).enumerate() {
                if !tiers.contains(&at.tier) {
                    continue;
                }
                let accepted = planned.at_tier(pack, expenses, &taking.here, at, |part, outcome| {
                    let slot = taking.slots.entry((tier_place, part.year)).or_default();
                    match outcome {
                        Ok((base, left)) => slot.lines.push(Line { item: place, base, left: left.fen }),
                        Err(code) => slot.refuse(place, code),
                    }
                });
                if let Some(item_base) = taking.item_bases.get_mut(place) {
                    *item_base = accepted.base.max(*item_base);
                }
                if takes_base(pack, rules) {
                    most_taken = most_taken.max(accepted.taken);
                    taking.used_next(at.tier, &accepted.years);
                }
            }
            *taking.here.taken.entry(planned.expense).or_default() += most_taken;
        }
        for slot in taking.slots.values_mut() {
            slot.forget_partly_refused();
        }
        taking
    }
}

/// Does an accepted item use up its expense at this tier?
pub(super) fn takes_base(pack: &Pack, rules: &TierRules) -> bool {
    rules.rate.value.get() > 0 || pack.choices.zero_rate_takes_base.value
}

/// What one item got accepted at one tier.
#[derive(Default)]
struct Accepted {
    base: Fen,
    taken: Fen,
    years: Vec<i32>,
}

impl Planned<'_> {
    /// Works out the parts of the item at one tier and tells `each` what became of them.
    fn at_tier(
        &self,
        pack: &Pack,
        expenses: &Expenses<'_>,
        here: &Here,
        at: &AtTier,
        mut each: impl FnMut(&Part, Result<(Fen, Left), CutCode>),
    ) -> Accepted {
        let days: Vec<i64> = at.parts.iter().map(|part| part.slice.days).collect();
        let mut accepted = Accepted::default();
        for (number, part) in at.parts.iter().enumerate() {
            if let Some(code) = part.refusal {
                each(part, Err(code));
                continue;
            }
            let left = expenses.left(self.expense, at.tier, part.year, here);
            let share = years::split_base(expenses::lesser_of(self.item, left.fen), &days).get(number).copied().unwrap_or_default();
            if let Some(code) = expenses::refusal_of(left, share) {
                each(part, Err(code));
                continue;
            }
            let base = expenses::subsidised(pack, self.item, share);
            accepted.base += base;
            accepted.taken += share;
            accepted.years.push(part.year);
            each(part, Ok((base, left)));
        }
        accepted
    }
}

impl Taking {
    fn used_next(&mut self, tier: Tier, years: &[i32]) {
        self.here.used.extend(years.iter().map(|year| (*year, tier)));
    }

    /// A slot's tier and year.
    pub(super) fn tier_year(pack: &Pack, (place, year): (usize, i32)) -> Option<(TierYear, &TierRules)> {
        let (tier, rules) = pack.tiers().nth(place)?;
        Some(((tier, year), rules))
    }
}

impl Slot {
    pub(super) fn bases(&self) -> Vec<Fen> {
        self.lines.iter().map(|line| line.base).collect()
    }

    /// One refusal per item, the first in the order of the codes.
    fn refuse(&mut self, item: usize, code: CutCode) {
        match self.refused.iter_mut().find(|(refused, _)| *refused == item) {
            Some(known) => known.1 = known.1.min(code),
            None => self.refused.push((item, code)),
        }
    }

    /// An item of which one part was accepted here is not refused here.
    fn forget_partly_refused(&mut self) {
        let lines = &self.lines;
        self.refused.retain(|(item, _)| !lines.iter().any(|line| line.item == *item));
    }
}

fn parts(pack: &Pack, rules: &TierRules, case: &Case, application: &Application, item: &Item) -> Vec<Part> {
    years::slices(pack.choices.year_split.value, item)
        .into_iter()
        .map(|slice| Part {
            slice,
            year: years::year_of(rules, application, &slice),
            refusal: screening::refusal(pack, rules, &case.enterprise, application, item, &slice),
        })
        .collect()
}
