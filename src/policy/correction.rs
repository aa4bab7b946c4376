//! Credit notes and refunds that come after the grant, and what they take back.
//!
//! While the year of a grant is open the tier's year is computed again in order, every
//! application with the tiers and items it had; afterwards the named application alone, with the
//! room it had then (policy.md §5, 38–42).

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::case::{Case, Correction, TierChoice};
use super::evaluation::{Settled, Turn, is_pro_rata, settle};
use super::expenses::{self, Expenses, Later};
use super::pack::{CorrectionRun, CorrectionYear, Pack};
use super::result::{Clawback, Room};
use super::rooms::{Rooms, TierYear};
use super::taking::{Entry, Taking};
use crate::money::Fen;

/// What each correction takes back, in order of its date.
pub(super) fn clawbacks(pack: &Pack, case: &Case, entries: &[Entry<'_>], settled: &[Settled]) -> Vec<Clawback> {
    let mut corrections: Vec<&Correction> = case.corrections.iter().collect();
    corrections.sort_by_key(|one| (one.on, &one.application, &one.item, one.red_letter, one.refunded));
    let kept = keep(entries, settled);
    let mut history = History { pack, case, entries: &kept, settled, later: Later::new(), taken_back: BTreeMap::new() };
    let mut clawbacks = Vec::new();
    for correction in corrections {
        clawbacks.extend(history.correct(correction));
    }
    clawbacks
}

/// Every application keeps its items: what was refused stays refused.
fn keep<'a>(entries: &[Entry<'a>], settled: &[Settled]) -> Vec<Entry<'a>> {
    let mut kept = entries.to_vec();
    for (entry, one) in kept.iter_mut().zip(settled) {
        for (place, planned) in entry.items.iter_mut().enumerate() {
            for (tier_place, at) in planned.at.iter_mut().enumerate() {
                for part in &mut at.parts {
                    let slot = one.taking.slots.get(&(tier_place, part.year));
                    let refused = slot.and_then(|slot| slot.refused.iter().find(|(item, _)| *item == place));
                    part.refusal = part.refusal.or(refused.map(|(_, code)| *code));
                }
            }
        }
    }
    kept
}

struct History<'a, 'b> {
    pack: &'a Pack,
    case: &'a Case,
    entries: &'b [Entry<'a>],
    settled: &'b [Settled],
    later: Later<'a>,
    /// What earlier corrections took back: whose, of which tier and year.
    taken_back: BTreeMap<(usize, TierYear), Fen>,
}

impl<'a> History<'a, '_> {
    fn correct(&mut self, correction: &'a Correction) -> Vec<Clawback> {
        let named = self.entries.iter().position(|entry| entry.application.id == correction.application);
        let Some((number, entry)) = named.and_then(|number| Some((number, self.entries.get(number)?))) else { return Vec::new() };
        let Some(planned) = entry.items.iter().find(|planned| planned.item.id == correction.item) else { return Vec::new() };
        let sums = self.later.entry(expenses::key(planned.item)).or_default();
        sums.0 += correction.red_letter;
        sums.1 += correction.refunded;

        let takings = self.takings();
        let open =
            |of: TierYear| correction.on.year() <= of.1 && self.pack.choices.correction_in_open_year.value == CorrectionRun::RerunYear;
        let year_again = self.run_again(&takings, open);
        let alone = takings.get(number).map(|taking| self.run_alone(number, taking)).unwrap_or_default();
        let mut clawbacks = Vec::new();
        for of in self.touched(planned.expense) {
            let (before, after) = if open(of) {
                let granted: Fen = self.settled.iter().map(|one| granted(one, of)).sum();
                let back: Fen = self.taken_back.iter().filter(|((_, other), _)| *other == of).map(|(_, fen)| *fen).sum();
                (granted - back, year_again.get(&of).copied().unwrap_or_default())
            } else {
                let granted = self.settled.get(number).map(|one| granted(one, of)).unwrap_or_default();
                let back = self.taken_back.get(&(number, of)).copied().unwrap_or_default();
                (granted - back, alone.get(&of).copied().unwrap_or_default())
            };
            let amount = (before - after).or_zero();
            if amount.is_positive() {
                *self.taken_back.entry((number, of)).or_default() += amount;
                let year = match self.pack.choices.correction_booked_to.value {
                    CorrectionYear::GrantYear => of.1,
                    CorrectionYear::CorrectionYear => correction.on.year(),
                };
                clawbacks.push(Clawback { application: correction.application.clone(), tier: of.0, year, amount });
            }
        }
        clawbacks
    }

    /// The bases of all applications with the corrections so far.
    fn takings(&self) -> Vec<Taking> {
        let mut expenses = Expenses::new(self.pack, self.case, &self.later);
        self.entries
            .iter()
            .zip(self.settled)
            .map(|(entry, one)| {
                let taking = entry.take(self.pack, &expenses, &one.assignment);
                expenses.take(&taking.here);
                taking
            })
            .collect()
    }

    /// The sums of all applications by tier and year; years that are closed stay as they were.
    fn run_again(&self, takings: &[Taking], open: impl Fn(TierYear) -> bool) -> BTreeMap<TierYear, Fen> {
        let mut rooms = Rooms::new(self.pack, self.case);
        let mut sums = BTreeMap::new();
        for ((entry, one), taking) in self.entries.iter().zip(self.settled).zip(takings) {
            let nets = entry.application.tier == TierChoice::All;
            let grants = settle(self.pack, taking, nets, &mut rooms, |of, room| {
                if !open(of) {
                    return Turn::Stays(granted(one, of));
                }
                Turn::Within(if is_pro_rata(self.pack, of.0) { Room { budget: room_then(one, of).budget, ..room } } else { room })
            });
            for grant in grants {
                *sums.entry(grant.of).or_insert(Fen::ZERO) += grant.limited.amount;
            }
        }
        sums
    }

    /// One application by itself, with the cap and the budget that it found in its turn.
    fn run_alone(&self, number: usize, taking: &Taking) -> BTreeMap<TierYear, Fen> {
        let Some((entry, one)) = self.entries.get(number).zip(self.settled.get(number)) else { return BTreeMap::new() };
        let nets = entry.application.tier == TierChoice::All;
        let grants = settle(self.pack, taking, nets, &mut Rooms::new(self.pack, self.case), |of, room| {
            Turn::Within(Room { ceiling: room.ceiling, ..room_then(one, of) })
        });
        grants.into_iter().map(|grant| (grant.of, grant.limited.amount)).collect()
    }

    /// The tiers and years of every application that used this expense, in the pack's order.
    fn touched(&self, expense: expenses::ExpenseIndex) -> Vec<TierYear> {
        let mut places = BTreeSet::new();
        for (entry, one) in self.entries.iter().zip(self.settled) {
            let uses = |item: usize| entry.items.get(item).is_some_and(|planned| planned.expense == expense);
            if one.taking.slots.values().any(|slot| slot.lines.iter().any(|line| uses(line.item))) {
                places.extend(one.grants.iter().map(|grant| grant.place));
            }
        }
        places.into_iter().filter_map(|place| Some(Taking::tier_year(self.pack, place)?.0)).collect()
    }
}

fn room_then(settled: &Settled, of: TierYear) -> Room {
    settled.grants.iter().find(|grant| grant.of == of).map(|grant| grant.room).unwrap_or_default()
}

fn granted(settled: &Settled, of: TierYear) -> Fen {
    settled.grants.iter().filter(|grant| grant.of == of).map(|grant| grant.limited.amount).sum()
}
