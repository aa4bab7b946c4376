//! 政策: the rules of the vouchers as versioned data, and the pure function that applies them.
//!
//! A *pack* (`data/policy/*.toml`) holds every number, date and choice between readings of the
//! rules, each with its source and with `found` or `assumed`. [`evaluate`] takes a pack and a
//! [`Case`](case::Case) of one enterprise and answers what every application gets from every
//! tier, why, and what a later credit note takes back. It reads nothing and knows no number.
//!
//! Invariants: a grant is never above its cap, its budget or the joint ceiling; `raw − amount`
//! is the sum of the cuts; the order in which a file lists applications and items means nothing.
//!
//! Example (policy.md §5, 1): 100,000.00 yuan of compute at the province, rate 30 % →
//! 30,000.00 yuan. The order of the rules and the reading where the texts are silent:
//! `docs/concepts/subsidy-rules.md`.

mod assignment;
mod budget;
pub mod case;
mod correction;
pub mod eligibility;
mod evaluation;
pub mod evidence;
mod expenses;
pub mod explain;
pub mod faults;
mod limits;
pub mod obtaining;
pub mod pack;
pub mod proration;
pub mod reading;
pub mod result;
mod rooms;
mod screening;
pub mod shipped;
mod taking;
pub mod tier_rules;
mod writing;
mod years;

pub use budget::{BudgetPolicy, allot};
pub use case::{Case, TierChoice};
pub use evaluation::evaluate;
pub use pack::{BadPack, Pack};
pub use result::{ApplicationResult, Clawback, Cut, Evaluation, Grant};
pub use tier_rules::TierRules;

#[cfg(test)]
mod tests;
