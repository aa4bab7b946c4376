//! Eligibility on any day as a tree: what must all hold, what of which one suffices, what excludes.
//!
//! A subsidy counts only what a reviewer or a registry vouches for. What the enterprise entered
//! itself and nobody has checked yet makes an answer *unknown* where it would turn it into *yes*.

use chrono::NaiveDate;

use super::{Answer, Cause, Finding, Predicate};
use crate::code::Tier;
use crate::lang::Text;
use crate::party::qualification::Qualification;
use crate::policy::Pack;
use crate::policy::case::Enterprise;
use crate::policy::pack::{Bar, BarRule};

/// What is known of an enterprise on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// With what was checked.
    pub checked: Enterprise,
    /// Places and qualifications that were entered and not checked yet.
    pub claimed_places: Vec<String>,
    pub claimed: Vec<Qualification>,
}

/// The findings of one branch, and what they come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub answer: Answer,
    pub leaves: Vec<Finding>,
}

/// One tier on one day. [`Finding::decided_by`] counts the checked qualifications first, then the
/// claimed ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    pub tier: Tier,
    pub title: Text,
    pub answer: Answer,
    pub all_of: Branch,
    pub any_of: Branch,
    /// A leaf is satisfied when the exclusion does not apply.
    pub none_of: Branch,
}

/// Every tier of a pack on one day.
#[must_use]
pub fn trees(pack: &Pack, known: &Known, day: NaiveDate) -> Vec<Tree> {
    let claimed = known.with_claims();
    let ask = |predicate: &Predicate| {
        let (checked, claimed) = (predicate.ask(&known.checked, &[], day), predicate.ask(&claimed, &[], day));
        if claimed.answer > checked.answer { unchecked(claimed) } else { checked }
    };
    let every = |leaves: Vec<Finding>| {
        let answer = leaves.iter().map(|leaf| leaf.answer).min().unwrap_or(Answer::Yes);
        Branch { answer, leaves }
    };
    let some = |leaves: Vec<Finding>| {
        let answer = leaves.iter().map(|leaf| leaf.answer).max().unwrap_or(Answer::Yes);
        Branch { answer, leaves }
    };
    let tree = |(tier, rules): (Tier, &crate::policy::TierRules)| {
        let all_of = every(rules.all_of.iter().map(ask).collect());
        let any_of = some(rules.any_of.iter().map(ask).collect());
        let none_of = every(pack.bars.iter().filter_map(|rule| excluded(rule, &known.checked, day)).collect());
        let answer = all_of.answer.min(any_of.answer).min(none_of.answer);
        Tree { tier, title: rules.title.clone(), answer, all_of, any_of, none_of }
    };
    pack.tiers().map(tree).collect()
}

impl Known {
    fn with_claims(&self) -> Enterprise {
        let mut all = self.checked.clone();
        all.registered_in.extend(self.claimed_places.iter().filter(|place| !self.checked.registered_in.contains(place)).cloned());
        all.qualifications.extend(self.claimed.iter().cloned());
        all
    }
}

impl Tree {
    /// What stands between the enterprise and this tier: conditions that do not hold, and of those
    /// of which one suffices all while none does.
    pub fn missing(&self) -> impl Iterator<Item = &Finding> {
        let some = self.any_of.leaves.iter().filter(|_| self.any_of.answer != Answer::Yes);
        self.none_of.leaves.iter().chain(&self.all_of.leaves).filter(|leaf| leaf.answer != Answer::Yes).chain(some)
    }
}

/// An answer that rests on what nobody has checked: it may become yes.
fn unchecked(claimed: Finding) -> Finding {
    if claimed.answer != Answer::Yes {
        return claimed;
    }
    let why = Text::new(format!("{}；企业已填报，尚未核对", claimed.why.zh), format!("{}; entered, not checked yet", claimed.why.en));
    Finding { answer: Answer::Unknown, cause: Cause::Unchecked, why, ..claimed }
}

/// Exclusions of the enterprise itself; those of an expense are judged with the expense.
fn excluded(rule: &BarRule, enterprise: &Enterprise, day: NaiveDate) -> Option<Finding> {
    let (answer, cause, why) = match rule.bar {
        Bar::DishonestInTerm if enterprise.is_dishonest_on(day) => (
            Answer::No,
            Cause::Listed,
            Text::new(format!("{day}在失信登记簿中"), format!("on the register of dishonest subjects on {day}")),
        ),
        Bar::DishonestInTerm => {
            let why = Text::new(format!("{day}不在失信登记簿中"), format!("not on the register of dishonest subjects on {day}"));
            (Answer::Yes, Cause::Holds, why)
        }
        Bar::RelatedParty if enterprise.related_parties.is_empty() => {
            (Answer::Yes, Cause::Holds, Text::new("没有登记的关联服务机构", "no provider is recorded as tied to the enterprise"))
        }
        Bar::RelatedParty => {
            let tied = enterprise.related_parties.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            let why = Text::new(
                format!("与服务机构（{tied}）有关联关系，向其购买的服务不予补贴，向其他机构购买的不受影响"),
                format!("tied to the provider ({tied}): purchases from it are barred, those from others are not"),
            );
            (Answer::Unknown, Cause::Tied, why)
        }
        Bar::DuplicateExpense | Bar::ProvincialProjectLastYear | Bar::StatutoryTest => return None,
    };
    Some(Finding {
        answer,
        cause,
        asked: None,
        decided_by: None,
        title: Text::new(rule.zh.clone(), rule.en.clone()),
        why,
        source: rule.source.clone(),
        status: rule.status,
    })
}
