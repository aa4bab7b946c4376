//! `suanquan ledger check`: does every entry balance, does every total equal its postings, is no
//! budget overdrawn? Pure: the facts come in, the faults go out, each naming its row.

use std::collections::BTreeMap;

use super::Book;
use crate::code::Tier;
use crate::money::Fen;

/// A posting as stored.
#[derive(Clone, Debug)]
pub struct StoredPosting {
    pub id: i64,
    pub entry_id: i64,
    pub book: Book,
    pub tier: Tier,
    pub year: i64,
    /// Number of the application, where the book is kept per application.
    pub application: Option<i64>,
    pub amount: Fen,
}

/// The totals of a budget as stored.
#[derive(Clone, Debug)]
pub struct StoredBudget {
    pub tier: Tier,
    pub year: i64,
    pub appropriated: Fen,
    pub reserved: Fen,
    pub ordered: Fen,
    pub paid: Fen,
}

/// What an application holds as stored.
#[derive(Clone, Debug)]
pub struct StoredHold {
    pub application: i64,
    pub number: String,
    pub tier: Tier,
    pub year: i64,
    pub held: Fen,
}

/// Something that does not add up; the text names the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding(pub String);

/// All checks; an empty list is a clean ledger.
#[must_use]
pub fn check(postings: &[StoredPosting], budgets: &[StoredBudget], holds: &[StoredHold]) -> Vec<Finding> {
    let mut findings = unbalanced_entries(postings);
    findings.extend(wrong_totals(postings, budgets));
    findings.extend(wrong_holds(postings, holds));
    findings
}

fn unbalanced_entries(postings: &[StoredPosting]) -> Vec<Finding> {
    let mut entries: BTreeMap<i64, Vec<&StoredPosting>> = BTreeMap::new();
    for posting in postings {
        entries.entry(posting.entry_id).or_default().push(posting);
    }
    let mut findings = Vec::new();
    for (entry, lines) in entries {
        let sum: i128 = lines.iter().map(|line| i128::from(line.amount.get())).sum();
        let same_budget = lines.windows(2).all(|pair| matches!(pair, [a, b] if a.tier == b.tier && a.year == b.year));
        if sum != 0 || lines.len() < 2 {
            let rows: Vec<String> =
                lines.iter().map(|line| format!("posting {} ({} {})", line.id, line.book, line.amount.plain())).collect();
            findings.push(Finding(format!("ledger_entry {entry} does not balance: off by {sum} fen in {}", rows.join(", "))));
        } else if !same_budget {
            findings.push(Finding(format!("ledger_entry {entry} mixes two budgets")));
        }
    }
    findings
}

fn wrong_totals(postings: &[StoredPosting], budgets: &[StoredBudget]) -> Vec<Finding> {
    let mut sums: BTreeMap<(Tier, i64, Book), i128> = BTreeMap::new();
    for posting in postings {
        *sums.entry((posting.tier, posting.year, posting.book)).or_default() += i128::from(posting.amount.get());
    }
    let mut findings = Vec::new();
    for budget in budgets {
        let name = format!("budget {} {}", budget.tier, budget.year);
        for (book, stored) in [
            (Book::Appropriation, -budget.appropriated),
            (Book::Reserved, budget.reserved),
            (Book::Ordered, budget.ordered),
            (Book::Paid, budget.paid),
            (Book::Budget, budget.appropriated - budget.reserved - budget.ordered - budget.paid),
        ] {
            let posted = sums.remove(&(budget.tier, budget.year, book)).unwrap_or_default();
            if posted != i128::from(stored.get()) {
                findings.push(Finding(format!(
                    "{name}: the book {book} holds {} in the total and {posted} fen in the postings",
                    stored.plain()
                )));
            }
        }
        if budget.appropriated < budget.reserved + budget.ordered + budget.paid {
            findings.push(Finding(format!("{name} is overdrawn")));
        }
    }
    for ((tier, year, book), sum) in sums {
        if sum != 0 {
            findings.push(Finding(format!("postings of {tier} {year} in the book {book} ({sum} fen) belong to no budget")));
        }
    }
    findings
}

fn wrong_holds(postings: &[StoredPosting], holds: &[StoredHold]) -> Vec<Finding> {
    let mut sums: BTreeMap<(i64, Tier, i64), i128> = BTreeMap::new();
    for posting in postings {
        if let Some(application) = posting.application {
            *sums.entry((application, posting.tier, posting.year)).or_default() += i128::from(posting.amount.get());
        }
    }
    let mut findings = Vec::new();
    for hold in holds {
        let posted = sums.remove(&(hold.application, hold.tier, hold.year)).unwrap_or_default();
        if posted != i128::from(hold.held.get()) {
            findings.push(Finding(format!(
                "application {} holds {} of {} {} and {posted} fen in the postings",
                hold.number,
                hold.held.plain(),
                hold.tier,
                hold.year
            )));
        }
    }
    for ((application, tier, year), sum) in sums {
        if sum != 0 {
            findings.push(Finding(format!("postings of application row {application} in {tier} {year} ({sum} fen) have no subsidy row")));
        }
    }
    findings
}
