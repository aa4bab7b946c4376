//! The best assignment of an application's items to tiers (`best`).
//!
//! The search is exact. It walks the assignments in the order that decides between equals (the
//! pack's order, item by item in order of id), so the first one that reaches the largest total
//! is the answer, and leaves out branches that cannot reach what is already known to be
//! reachable. At most 3^12 = 531,441 assignments; usually a few hundred are looked at.
//!
//! What an assignment gives is the same arithmetic as `taking` and `limits`, kept as running sums;
//! a property test holds the two against each other.

use super::evaluation::is_pro_rata;
use super::expenses::{self, ExpenseIndex, Expenses, Here};
use super::limits::limit;
use super::pack::{Pack, RoundingScope};
use super::result::Room;
use super::rooms::{Rooms, TierYear};
use super::taking::{Assignment, AtTier, Entry, Planned, takes_base};
use super::tier_rules::TierRules;
use super::years;
use crate::code::Tier;
use crate::money::{Fen, RoundMode};

/// The assignment with the largest total; among equals the first.
pub(super) fn best(pack: &Pack, entry: &Entry<'_>, expenses: &Expenses<'_>, rooms: &Rooms<'_>) -> Assignment {
    let tiers: Vec<Tier> = pack.tiers().map(|(tier, _)| tier).collect();
    let board = Board::new(pack, entry, expenses, rooms);
    let mut search = Search {
        reach: board.reachable(tiers.len()),
        sums: Sums::new(&board),
        board: &board,
        tiers: tiers.len(),
        path: Vec::new(),
        found: None,
    };
    search.walk();
    let places = search.found.unwrap_or_else(|| vec![0; entry.items.len()]);
    places.into_iter().map(|place| tiers.get(place).copied().into_iter().collect()).collect()
}

/// Everything about one application that does not change during the search.
struct Board<'a> {
    pack: &'a Pack,
    rooms: &'a Rooms<'a>,
    slots: Vec<BoardSlot<'a>>,
    items: Vec<BoardItem>,
    /// Expenses of this application, by dense number.
    expense_count: usize,
    one_tier_a_year: bool,
    prune: bool,
    /// For each item: what it and all later items can add to each slot at most.
    rest: Vec<Vec<Fen>>,
    /// For each item: what it and all later items can add to the total at most.
    gain: Vec<Fen>,
}

/// A tier and year that items may go to.
struct BoardSlot<'a> {
    of: TierYear,
    tier_place: usize,
    rules: &'a TierRules,
    room: Room,
    takes_base: bool,
}

struct BoardItem {
    expense: usize,
    /// Least of what is asked, accepted and left of the contract; `None`: no limit.
    most: Option<Fen>,
    /// Numerator and denominator of the part without tax; `None`: tax counts.
    without_tax: Option<(Fen, Fen)>,
    /// By tier in the pack's order: the parts that are not refused whatever the money.
    at: Vec<Vec<BoardPart>>,
}

struct BoardPart {
    slot: usize,
    /// Place of the part among all parts, and the days of all parts.
    number: usize,
    days: Vec<i64>,
    /// What is left of the expense for this tier and year before this application.
    left: Fen,
}

impl<'a> Board<'a> {
    fn new(pack: &'a Pack, entry: &Entry<'_>, expenses: &Expenses<'_>, rooms: &'a Rooms<'a>) -> Board<'a> {
        let mut keys: Vec<(usize, i32)> = Vec::new();
        let mut known: Vec<ExpenseIndex> = Vec::new();
        for planned in &entry.items {
            known.push(planned.expense);
            for (place, at) in planned.at.iter().enumerate() {
                keys.extend(at.parts.iter().filter(|part| part.refusal.is_none()).map(|part| (place, part.year)));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        known.sort_unstable();
        known.dedup();
        let slots: Vec<BoardSlot<'a>> = keys
            .iter()
            .filter_map(|(place, year)| {
                let (tier, rules) = pack.tiers().nth(*place)?;
                let of = (tier, *year);
                let room = rooms.room(rules, of);
                let room = if is_pro_rata(pack, tier) { Room { budget: None, ..room } } else { room };
                Some(BoardSlot { of, tier_place: *place, rules, room, takes_base: takes_base(pack, rules) })
            })
            .collect();
        let items = entry.items.iter().map(|planned| BoardItem::new(pack, planned, expenses, &keys, &known)).collect();
        let mut board = Board {
            pack,
            rooms,
            slots,
            items,
            expense_count: known.len(),
            one_tier_a_year: expenses.one_tier_a_year(),
            prune: pack.choices.rounding_scope.value == RoundingScope::Application,
            rest: Vec::new(),
            gain: Vec::new(),
        };
        board.bound();
        board
    }

    /// Fills `rest` and `gain` from the last item to the first.
    fn bound(&mut self) {
        let mut rest = vec![Fen::ZERO; self.slots.len()];
        let mut gain = Fen::ZERO;
        let (mut rests, mut gains) = (vec![rest.clone()], vec![gain]);
        for item in self.items.iter().rev() {
            let mut most = Fen::ZERO;
            for parts in &item.at {
                let mut here = Fen::ZERO;
                for part in parts {
                    let base = item.base(part.left);
                    if let (Some(sum), Some(slot)) = (rest.get_mut(part.slot), self.slots.get(part.slot)) {
                        *sum += base;
                        // One fen more than the product: rounding may add a part of a fen.
                        here += slot.rules.rate.value.apply(base, RoundMode::Floor, Fen::new(1)) + Fen::new(1);
                    }
                }
                most = most.max(here);
            }
            gain += most;
            rests.push(rest.clone());
            gains.push(gain);
        }
        rests.reverse();
        gains.reverse();
        (self.rest, self.gain) = (rests, gains);
    }

    /// A total that some assignment reaches: a good one found by trying, never above the best.
    fn reachable(&self, tiers: usize) -> Fen {
        let value = |places: &[usize]| {
            let mut sums = Sums::new(self);
            places.iter().enumerate().for_each(|(item, place)| {
                sums.put(self, item, *place);
            });
            sums.total(self)
        };
        let mut best = (Fen::ZERO, vec![0; self.items.len()]);
        for place in 0..tiers {
            let all = vec![place; self.items.len()];
            let total = value(&all);
            if total > best.0 {
                best = (total, all);
            }
        }
        for item in (0..self.items.len()).cycle().take(self.items.len() * 3) {
            for place in 0..tiers {
                let mut other = best.1.clone();
                if let Some(slot) = other.get_mut(item) {
                    *slot = place;
                }
                let total = value(&other);
                if total > best.0 {
                    best = (total, other);
                }
            }
        }
        best.0
    }
}

impl BoardItem {
    fn new(pack: &Pack, planned: &Planned<'_>, expenses: &Expenses<'_>, keys: &[(usize, i32)], known: &[ExpenseIndex]) -> BoardItem {
        let item = planned.item;
        let parts = |(place, at): (usize, &AtTier)| {
            let days: Vec<i64> = at.parts.iter().map(|part| part.slice.days).collect();
            let open = at.parts.iter().enumerate().filter(|(_, part)| part.refusal.is_none());
            open.filter_map(|(number, part)| {
                let slot = keys.binary_search(&(place, part.year)).ok()?;
                let left = expenses.left(planned.expense, at.tier, part.year, &Here::default()).fen;
                Some(BoardPart { slot, number, days: days.clone(), left })
            })
            .collect()
        };
        let full = Fen::new(Fen::MAX_ABS);
        let limits = [item.asked, item.accepted_usage, item.contract_left];
        let excl = expenses::subsidised(pack, item, item.invoiced) != item.invoiced;
        BoardItem {
            expense: known.binary_search(&planned.expense).unwrap_or_default(),
            most: limits.iter().any(Option::is_some).then(|| limits.into_iter().flatten().fold(full, Fen::min)),
            without_tax: excl.then(|| ((item.invoiced - item.tax).or_zero(), item.invoiced)),
            at: planned.at.iter().enumerate().map(parts).collect(),
        }
    }

    /// The base before tax is taken out.
    fn base(&self, left: Fen) -> Fen {
        self.most.map_or(left, |most| left.min(most)).or_zero()
    }

    fn subsidised(&self, base: Fen) -> Fen {
        self.without_tax.map_or(base, |(net, gross)| base.share(net.get(), gross.get()).min(base))
    }
}

/// The running sums of an assignment that is being built.
struct Sums {
    bases: Vec<Fen>,
    /// Only for packs that round every line.
    line_raws: Vec<Fen>,
    used: Vec<u32>,
    taken: Vec<Fen>,
    spent: Fen,
    trail: Vec<(usize, Fen, Fen)>,
}

/// What one step changed, to take it back.
struct Step {
    trail: usize,
    expense: usize,
    taken: Fen,
    spent: Fen,
    accepted: bool,
}

impl Sums {
    fn new(board: &Board<'_>) -> Sums {
        let slots = board.slots.len();
        Sums {
            bases: vec![Fen::ZERO; slots],
            line_raws: vec![Fen::ZERO; slots],
            used: vec![0; slots],
            taken: vec![Fen::ZERO; board.expense_count],
            spent: Fen::ZERO,
            trail: Vec::new(),
        }
    }

    /// Puts an item to a tier.
    fn put(&mut self, board: &Board<'_>, item: usize, place: usize) -> Step {
        let mut step = Step { trail: self.trail.len(), expense: 0, taken: Fen::ZERO, spent: Fen::ZERO, accepted: false };
        let Some((facts, parts)) = board.items.get(item).and_then(|facts| Some((facts, facts.at.get(place)?))) else { return step };
        step.expense = facts.expense;
        let taken = self.taken.get(facts.expense).copied().unwrap_or_default();
        for part in parts {
            let Some(slot) = board.slots.get(part.slot) else { continue };
            if board.one_tier_a_year && self.another_used(board, slot) {
                continue;
            }
            let base = facts.base(part.left - taken);
            let share =
                if part.days.len() == 1 { base } else { years::split_base(base, &part.days).get(part.number).copied().unwrap_or_default() };
            if !share.is_positive() {
                continue;
            }
            let base = facts.subsidised(share);
            step.accepted = true;
            step.spent += base;
            if slot.takes_base {
                step.taken += share;
            }
            self.add(slot, part.slot, base, 1);
        }
        if let Some(taken) = self.taken.get_mut(facts.expense) {
            *taken += step.taken;
        }
        self.spent += step.spent;
        step
    }

    fn add(&mut self, slot: &BoardSlot<'_>, place: usize, base: Fen, count: u32) {
        let raw = slot.rules.raw(base);
        if let (Some(sum), Some(raws), Some(used)) = (self.bases.get_mut(place), self.line_raws.get_mut(place), self.used.get_mut(place)) {
            *sum += base;
            *raws += raw;
            *used += count;
        }
        self.trail.push((place, base, raw));
    }

    fn another_used(&self, board: &Board<'_>, slot: &BoardSlot<'_>) -> bool {
        let other = |(other, used): (&BoardSlot<'_>, &u32)| {
            *used > 0 && other.takes_base && other.of.1 == slot.of.1 && other.tier_place != slot.tier_place
        };
        board.slots.iter().zip(&self.used).any(other)
    }

    fn take_back(&mut self, step: &Step) {
        while self.trail.len() > step.trail {
            let Some((place, base, raw)) = self.trail.pop() else { break };
            if let (Some(sum), Some(raws), Some(used)) =
                (self.bases.get_mut(place), self.line_raws.get_mut(place), self.used.get_mut(place))
            {
                *sum -= base;
                *raws -= raw;
                *used -= 1;
            }
        }
        if let Some(taken) = self.taken.get_mut(step.expense) {
            *taken -= step.taken;
        }
        self.spent -= step.spent;
    }

    /// What the assignment gives: the limits over all slots in order.
    fn total(&self, board: &Board<'_>) -> Fen {
        let ceiling = board.pack.choices.ceiling_bp.value.apply(self.spent, RoundMode::Floor, Fen::new(1));
        let mut total = Fen::ZERO;
        let (mut tier_place, mut of_tier) = (usize::MAX, Fen::ZERO);
        for ((slot, base), line_raws) in board.slots.iter().zip(&self.bases).zip(&self.line_raws) {
            if slot.tier_place != tier_place {
                (tier_place, of_tier) = (slot.tier_place, Fen::ZERO);
            }
            if base.is_zero() {
                continue;
            }
            let raw = match board.pack.choices.rounding_scope.value {
                RoundingScope::Application => slot.rules.raw(*base),
                RoundingScope::Line => *line_raws,
                RoundingScope::Year => board.rooms.raw(slot.rules, slot.of, &[*base], Fen::ZERO),
            };
            let budget = slot.room.budget.map(|left| (left - of_tier).or_zero());
            let room = Room { cap: slot.room.cap, ceiling: Some((ceiling - total).or_zero()), budget };
            let amount = limit(slot.rules, *base, raw, &room).amount;
            total += amount;
            of_tier += amount;
        }
        total
    }

    /// No assignment of the items from `next` on gives more than this.
    fn bound(&self, board: &Board<'_>, next: usize) -> Fen {
        let (Some(rest), Some(gain)) = (board.rest.get(next), board.gain.get(next)) else { return Fen::new(i64::MAX) };
        let mut apart = Fen::ZERO;
        let mut together = *gain;
        for ((slot, base), rest) in board.slots.iter().zip(&self.bases).zip(rest) {
            let most = slot.room.cap.into_iter().chain(slot.room.budget).min();
            let within = |raw: Fen| most.map_or(raw, |most| raw.min(most));
            apart += within(slot.rules.raw(*base + *rest));
            together += within(slot.rules.raw(*base) + slot.rules.granularity.value);
        }
        apart.min(together)
    }
}

struct Search<'a> {
    board: &'a Board<'a>,
    tiers: usize,
    /// A total that is reached for certain.
    reach: Fen,
    sums: Sums,
    path: Vec<usize>,
    found: Option<Vec<usize>>,
}

impl Search<'_> {
    fn walk(&mut self) {
        let item = self.path.len();
        if item == self.board.items.len() {
            let total = self.sums.total(self.board);
            if total > self.reach || (self.found.is_none() && total == self.reach) {
                self.reach = total;
                self.found = Some(self.path.clone());
            }
            return;
        }
        if self.board.prune {
            let bound = self.sums.bound(self.board, item);
            if bound < self.reach || (self.found.is_some() && bound == self.reach) {
                return;
            }
        }
        let mut refused = false;
        for place in 0..self.tiers {
            let step = self.sums.put(self.board, item, place);
            // Refused here is as good as refused at an earlier tier, which comes first.
            if step.accepted || !refused {
                refused |= !step.accepted;
                self.path.push(place);
                self.walk();
                self.path.pop();
            }
            self.sums.take_back(&step);
        }
    }
}
