//! What is left of each expense: invoice line by invoice line, as applications take their bases.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{AlreadyGranted, Case, Item};
use super::pack::{ExclusiveScope, ExpenseReuse, Pack, TaxBasis};
use crate::code::{CutCode, Tier};
use crate::money::Fen;

/// An expense is known by its invoice and line.
pub(super) type ExpenseKey<'a> = (&'a str, &'a str);

/// Where an expense stands in the list of a case's expenses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ExpenseIndex(usize);

/// Credit notes and refunds that came later, by expense.
pub(super) type Later<'a> = BTreeMap<ExpenseKey<'a>, (Fen, Fen)>;

/// The expenses of a case and what has been taken of them so far.
#[derive(Clone, Debug)]
pub(super) struct Expenses<'a> {
    index: BTreeMap<ExpenseKey<'a>, ExpenseIndex>,
    entries: Vec<Expense>,
    /// Under scope `enterprise_year`: the tiers that the enterprise has used in each year.
    used: BTreeSet<(i32, Tier)>,
    /// An expense that one application took leaves nothing for later ones.
    once: bool,
    one_tier_a_year: bool,
}

#[derive(Clone, Debug)]
struct Expense {
    /// min(invoiced − red letters, paid − refunded); may be below zero.
    net: Fen,
    taken: Fen,
    /// Taken in an earlier application, where that leaves nothing.
    closed: bool,
    /// Already granted to these tiers (under exclusive tiers: to all).
    granted_to: Vec<Tier>,
}

/// What one application has taken so far, before it is done.
#[derive(Clone, Debug, Default)]
pub(super) struct Here {
    pub taken: BTreeMap<ExpenseIndex, Fen>,
    pub used: BTreeSet<(i32, Tier)>,
}

/// What an item finds of its expense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    pub fen: Fen,
    /// There was something, and it has been taken.
    pub taken: bool,
}

pub(super) fn key(item: &Item) -> ExpenseKey<'_> {
    (&item.invoice, &item.line)
}

impl<'a> Expenses<'a> {
    /// The expenses of a case, with credit notes that came later added to those in the items.
    pub(super) fn new(pack: &Pack, case: &'a Case, later: &Later<'_>) -> Expenses<'a> {
        let stacks = pack.stacks();
        let mut expenses = Expenses {
            index: BTreeMap::new(),
            entries: Vec::new(),
            used: BTreeSet::new(),
            once: stacks || pack.choices.expense_reuse.value == ExpenseReuse::Once,
            one_tier_a_year: !stacks && pack.choices.exclusive_scope.value == ExclusiveScope::EnterpriseYear,
        };
        for granted in &case.already_granted {
            expenses.used.insert((granted.year, granted.tier));
        }
        for item in case.applications.iter().flat_map(|application| &application.items) {
            if expenses.index.contains_key(&key(item)) {
                continue;
            }
            let (red_letter, refunded) = later.get(&key(item)).copied().unwrap_or_default();
            let net = (item.invoiced - item.red_letter - red_letter).min(item.paid - item.refunded - refunded);
            let granted_to: Vec<Tier> = case
                .already_granted
                .iter()
                .filter(|granted| names(granted, item))
                .flat_map(|granted| if stacks { vec![granted.tier] } else { Tier::ALL.to_vec() })
                .collect();
            expenses.index.insert(key(item), ExpenseIndex(expenses.entries.len()));
            expenses.entries.push(Expense { net, taken: Fen::ZERO, closed: false, granted_to });
        }
        expenses
    }

    pub(super) fn index_of(&self, item: &Item) -> Option<ExpenseIndex> {
        self.index.get(&key(item)).copied()
    }

    /// What is left for a tier and year, after what this application took before.
    pub(super) fn left(&self, expense: ExpenseIndex, tier: Tier, year: i32, here: &Here) -> Left {
        let Some(entry) = self.entries.get(expense.0) else { return Left { fen: Fen::ZERO, taken: false } };
        let taken = entry.taken + here.taken.get(&expense).copied().unwrap_or_default();
        let gone = entry.closed || entry.granted_to.contains(&tier) || self.used_by_another(tier, year, here);
        if gone || (taken.is_positive() && entry.net <= taken) {
            return Left { fen: Fen::ZERO, taken: true };
        }
        Left { fen: (entry.net - taken).or_zero(), taken: false }
    }

    fn used_by_another(&self, tier: Tier, year: i32, here: &Here) -> bool {
        let used = |other| self.used.contains(&(year, other)) || here.used.contains(&(year, other));
        self.one_tier_a_year && Tier::ALL.into_iter().any(|other| other != tier && used(other))
    }

    /// Does the tier of a year exclude the other tiers of that year?
    pub(super) fn one_tier_a_year(&self) -> bool {
        self.one_tier_a_year
    }

    /// An application is done: what it took of each expense, and for which tiers and years.
    pub(super) fn take(&mut self, here: &Here) {
        for (expense, fen) in &here.taken {
            if let Some(entry) = self.entries.get_mut(expense.0) {
                entry.taken += *fen;
                entry.closed |= self.once && fen.is_positive();
            }
        }
        self.used.extend(&here.used);
    }
}

/// Does an earlier grant name this item's expense?
fn names(granted: &AlreadyGranted, item: &Item) -> bool {
    granted.invoice.as_deref() == Some(item.invoice.as_str()) && granted.line.as_ref().is_none_or(|line| *line == item.line)
}

/// 孰低: the least of what is asked, left of the expense, accepted and left of the contract.
pub(super) fn lesser_of(item: &Item, left: Fen) -> Fen {
    [item.asked, item.accepted_usage, item.contract_left].into_iter().flatten().fold(left, Fen::min).or_zero()
}

/// Why a base is zero: nothing left because it was taken, or nothing to begin with.
pub(super) fn refusal_of(left: Left, base: Fen) -> Option<CutCode> {
    if left.taken {
        Some(CutCode::DuplicateExpense)
    } else if base.is_positive() {
        None
    } else {
        Some(CutCode::NothingToSubsidise)
    }
}

/// The part of a base that is subsidised: all of it, or what remains without its tax.
pub(super) fn subsidised(pack: &Pack, item: &Item, base: Fen) -> Fen {
    match pack.choices.tax_basis.value {
        TaxBasis::Incl => base,
        TaxBasis::Excl => base.share((item.invoiced - item.tax).or_zero().get(), item.invoiced.get()).min(base),
    }
}
