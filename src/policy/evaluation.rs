//! The evaluation of a case: applications in order, each takes its bases and gets its grants,
//! then the corrections that came later.

use std::collections::BTreeMap;

use super::budget::{BudgetPolicy, allot};
use super::case::{Case, TierChoice};
use super::expenses::{Expenses, Later};
use super::limits::{Limited, limit};
use super::pack::{Pack, SecondTierBase};
use super::result::{ApplicationResult, Cut, Evaluation, Grant, Room, Totals};
use super::rooms::{Rooms, TierYear};
use super::taking::{Assignment, Entry, Slot, Taking};
use super::{assignment, correction, explain};
use crate::code::Tier;
use crate::money::{Fen, RoundMode};

/// Applies a pack to a case. Pure: the same pack and case give the same answer, whatever the
/// order of applications, items or qualifications in the case.
#[must_use]
pub fn evaluate(pack: &Pack, case: &Case) -> Evaluation {
    let entries = Entry::all(pack, case, &Expenses::new(pack, case, &Later::new()));
    let mut settled = settle_all(pack, case, &entries, None, &Shares::new());
    if pack.tiers().any(|(_, rules)| rules.budget_policy.value == BudgetPolicy::ProRata) {
        let shares = shares(pack, case, &settled);
        let assignments: Vec<Assignment> = settled.into_iter().map(|one| one.assignment).collect();
        settled = settle_all(pack, case, &entries, Some(&assignments), &shares);
    }
    let clawbacks = correction::clawbacks(pack, case, &entries, &settled);
    let applications: Vec<ApplicationResult> = entries.iter().zip(&settled).map(|(entry, one)| report(pack, case, entry, one)).collect();
    let totals = totals(pack, &applications);
    Evaluation { pack: pack.stamp(), applications, clawbacks, totals }
}

/// One application after its turn.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub assignment: Assignment,
    pub taking: Taking,
    pub grants: Vec<Settlement>,
}

/// One tier and year of one application after its turn.
#[derive(Clone, Debug)]
pub(super) struct Settlement {
    pub place: (usize, i32),
    pub of: TierYear,
    pub room: Room,
    pub limited: Limited,
    /// What earlier tiers granted and a later tier's base is reduced by.
    pub less: Fen,
}

/// Under `pro_rata`: what was set aside for an application's tier and year.
type Shares = BTreeMap<(usize, TierYear), Fen>;

fn settle_all(pack: &Pack, case: &Case, entries: &[Entry<'_>], assignments: Option<&[Assignment]>, shares: &Shares) -> Vec<Settled> {
    let mut expenses = Expenses::new(pack, case, &Later::new());
    let mut rooms = Rooms::new(pack, case);
    let mut settled = Vec::with_capacity(entries.len());
    for (number, entry) in entries.iter().enumerate() {
        let assignment = assignments
            .and_then(|known| known.get(number).cloned())
            .or_else(|| entry.named_assignment(pack))
            .unwrap_or_else(|| assignment::best(pack, entry, &expenses, &rooms));
        let taking = entry.take(pack, &expenses, &assignment);
        expenses.take(&taking.here);
        let nets = entry.application.tier == TierChoice::All;
        let grants = settle(pack, &taking, nets, &mut rooms, |of, room| match shares.get(&(number, of)) {
            Some(share) => Turn::Within(Room { budget: Some(*share), ..room }),
            None => Turn::Within(if is_pro_rata(pack, of.0) { Room { budget: None, ..room } } else { room }),
        });
        settled.push(Settled { assignment, taking, grants });
    }
    settled
}

/// What decides a tier and year of an application when it is its turn.
pub(super) enum Turn {
    /// The limits, with this room.
    Within(Room),
    /// It stays what it was.
    Stays(Fen),
}

/// The limits for everything one application takes, in the pack's order and by year.
pub(super) fn settle(
    pack: &Pack,
    taking: &Taking,
    nets: bool,
    rooms: &mut Rooms<'_>,
    mut turn: impl FnMut(TierYear, Room) -> Turn,
) -> Vec<Settlement> {
    let spent: Fen = taking.item_bases.iter().sum();
    let ceiling = pack.choices.ceiling_bp.value.apply(spent, RoundMode::Floor, Fen::new(1));
    let nets = nets && pack.choices.second_tier_base.value == SecondTierBase::NetOfPrior;
    let mut here = Fen::ZERO;
    let mut of_earlier_tiers = Fen::ZERO;
    let mut last_place = None;
    let mut settlements = Vec::with_capacity(taking.slots.len());
    for (place, slot) in &taking.slots {
        let Some((of, rules)) = Taking::tier_year(pack, *place) else { continue };
        if last_place != Some(place.0) {
            of_earlier_tiers = here;
            last_place = Some(place.0);
        }
        let bases = slot.bases();
        let less = if nets { of_earlier_tiers } else { Fen::ZERO };
        let base = (bases.iter().sum::<Fen>() - less).or_zero();
        let raw = rooms.raw(rules, of, &bases, less);
        let room = Room { ceiling: Some((ceiling - here).or_zero()), ..rooms.room(rules, of) };
        let (room, limited) = match turn(of, room) {
            Turn::Within(room) => (room, limit(rules, base, raw, &room)),
            Turn::Stays(amount) => (room, Limited::fixed(amount)),
        };
        rooms.grant(of, base, raw, limited.amount);
        here += limited.amount;
        settlements.push(Settlement { place: *place, of, room, limited, less });
    }
    settlements
}

pub(super) fn is_pro_rata(pack: &Pack, tier: Tier) -> bool {
    pack.tier(tier).is_some_and(|rules| rules.budget_policy.value == BudgetPolicy::ProRata)
}

/// Sets the budget of every tier that shares it out in proportion aside, in order of submission.
fn shares(pack: &Pack, case: &Case, settled: &[Settled]) -> Shares {
    let mut shares = Shares::new();
    for (tier, rules) in pack.tiers().filter(|(tier, _)| is_pro_rata(pack, *tier)) {
        let Some(left) = Rooms::new(pack, case).room(rules, (tier, 0)).budget else { continue };
        let wanted: Vec<((usize, TierYear), Fen)> = settled
            .iter()
            .enumerate()
            .flat_map(|(number, one)| one.grants.iter().map(move |grant| ((number, grant.of), grant.limited.amount)))
            .filter(|((_, of), _)| of.0 == tier)
            .collect();
        let amounts: Vec<Fen> = wanted.iter().map(|(_, amount)| *amount).collect();
        let allotted = allot(BudgetPolicy::ProRata, left, &amounts);
        shares.extend(wanted.into_iter().map(|(whose, _)| whose).zip(allotted));
    }
    shares
}

fn report(pack: &Pack, case: &Case, entry: &Entry<'_>, settled: &Settled) -> ApplicationResult {
    let grants: Vec<Grant> = settled
        .grants
        .iter()
        .filter_map(|settlement| {
            let slot = settled.taking.slots.get(&settlement.place)?;
            Some(grant(pack, case, entry, slot, settlement))
        })
        .collect();
    let total: Fen = grants.iter().map(|grant| grant.amount).sum();
    let own_share = settled.taking.item_bases.iter().sum::<Fen>() - total;
    let (grants, unused) = if entry.application.tier == TierChoice::Best { used_tiers(grants) } else { (grants, Vec::new()) };
    ApplicationResult { id: entry.application.id.clone(), total, own_share, grants, unused }
}

/// Under `best` only the tiers that grant something are listed, or the first where none does.
fn used_tiers(grants: Vec<Grant>) -> (Vec<Grant>, Vec<Grant>) {
    let paying: Vec<Tier> = grants.iter().filter(|grant| grant.amount.is_positive()).map(|grant| grant.tier).collect();
    let first: Vec<Tier> = grants.first().map(|grant| grant.tier).into_iter().collect();
    let used = if paying.is_empty() { first } else { paying };
    grants.into_iter().partition(|grant| used.contains(&grant.tier))
}

fn grant(pack: &Pack, case: &Case, entry: &Entry<'_>, slot: &Slot, settlement: &Settlement) -> Grant {
    let id_of = |place: usize| entry.items.get(place).map(|planned| planned.item.id.clone()).unwrap_or_default();
    let refused = slot.refused.iter().map(|(place, code)| Cut { code: *code, amount: None, item: Some(id_of(*place)) });
    let limits = settlement.limited.cuts().into_iter().map(|(code, amount)| Cut { code, amount: Some(amount), item: None });
    Grant {
        tier: settlement.of.0,
        year: settlement.of.1,
        items: slot.lines.iter().map(|line| id_of(line.item)).collect(),
        base: slot.lines.iter().map(|line| line.base).sum(),
        raw: settlement.limited.raw,
        amount: settlement.limited.amount,
        cuts: refused.chain(limits).collect(),
        steps: explain::steps(pack, case, entry, slot, settlement),
        item_bases: slot.bases(),
        room: settlement.room,
    }
}

/// Every level of the scheme stands in the totals, also one that the pack does not have: a reader
/// of the JSON finds the same names under every pack.
fn totals(pack: &Pack, applications: &[ApplicationResult]) -> Totals {
    let known = pack.tiers().map(|(tier, _)| tier);
    let others = Tier::ALL.into_iter().filter(|tier| pack.tier(*tier).is_none());
    let tiers = known.chain(others).map(|tier| (tier, applications.iter().map(|one| one.amount_of(tier)).sum())).collect();
    Totals { tiers, all: applications.iter().map(|one| one.total).sum() }
}
