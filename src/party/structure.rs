//! Who stands behind an enterprise: its actual controllers and the holdings it declares, and the ties
//! between two houses that follow from them (policy.md §2.1, "related party").

use chrono::NaiveDate;

use crate::codes::codes;
use crate::ids::folded_name;
use crate::lang::Lang;
use crate::money::RateBp;

codes! {
    /// What a party is to the house that declares it.
    PartyRole {
        /// Actual controller (实际控制人).
        Controller = "controller",
        /// Holds a part of the house.
        Shareholder = "shareholder",
        /// The house holds a part of it.
        Holding = "holding",
    }
}

impl PartyRole {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            PartyRole::Controller => ("实际控制人", "Actual controller"),
            PartyRole::Shareholder => ("股东", "Shareholder"),
            PartyRole::Holding => ("对外持股", "Holding in another organisation"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// A person or a house in a declared structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub role: PartyRole,
    pub person: bool,
    pub name: String,
    /// Empty for a person, and for a house without one.
    pub uscc: String,
    /// A controller need not hold a share.
    pub share: Option<RateBp>,
    pub since: NaiveDate,
}

/// A house as far as ties show in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct House {
    pub uscc: String,
    pub name: String,
    /// Empty where it is not known.
    pub representative: String,
    /// What it declared, one list for each declaration that counts.
    pub declared: Vec<Vec<Party>>,
}

/// What ties a first house to a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tie {
    /// They are one.
    OneHouse,
    SameRepresentative {
        name: String,
    },
    /// The one is declared as the controller of the other.
    Controls {
        first: bool,
    },
    SameController {
        name: String,
        person: bool,
    },
    /// The one holds a share of the other.
    Holds {
        first: bool,
        share: RateBp,
    },
    /// Somebody holds a share of both.
    CommonHolder {
        name: String,
        person: bool,
        shares: [RateBp; 2],
    },
}

impl Party {
    /// Is it the same person or house? Codes decide where both have one, else names in their folded
    /// form: persons of one name count as one until somebody has looked.
    #[must_use]
    pub fn is_same(&self, other: &Party) -> bool {
        self.person == other.person && is_one((&self.uscc, &self.name), (&other.uscc, &other.name))
    }

    fn is_house(&self, house: &House) -> bool {
        !self.person && is_one((&self.uscc, &self.name), (&house.uscc, &house.name))
    }
}

fn is_one(one: (&str, &str), other: (&str, &str)) -> bool {
    if one.0.is_empty() || other.0.is_empty() {
        let name = folded_name(one.1);
        !name.is_empty() && name == folded_name(other.1)
    } else {
        one.0 == other.0
    }
}

/// A person's name for those who need not know it: the first character, the others hidden.
#[must_use]
pub fn masked_name(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().collect();
    first + "*".repeat(letters.count().max(1)).as_str()
}

/// Everything that ties two houses on a day. A holding counts from `least` on, from which the pack
/// says it is a tie; without it no holding counts.
#[must_use]
pub fn ties(first: &House, second: &House, least: Option<RateBp>, day: NaiveDate) -> Vec<Tie> {
    if first.uscc == second.uscc {
        return vec![Tie::OneHouse];
    }
    let mut found = Vec::new();
    let name = folded_name(&first.representative);
    if !name.is_empty() && name == folded_name(&second.representative) {
        found.push(Tie::SameRepresentative { name: first.representative.clone() });
    }
    let counts = |share: u32| least.is_some_and(|least| share >= least.get() && share > 0);
    for (this, that, is_first) in [(first, second, true), (second, first, false)] {
        for list in &this.declared {
            if of_role(list, PartyRole::Controller, day).any(|party| party.is_house(that)) {
                found.push(Tie::Controls { first: !is_first });
            }
            for (role, holder) in [(PartyRole::Holding, is_first), (PartyRole::Shareholder, !is_first)] {
                let share = sum(of_role(list, role, day).filter(|party| party.is_house(that)));
                if counts(share) {
                    found.push(Tie::Holds { first: holder, share: RateBp::new(share) });
                }
            }
        }
    }
    for (ours, theirs) in first.declared.iter().flat_map(|ours| second.declared.iter().map(move |theirs| (ours, theirs))) {
        found.extend(shared_by(ours, theirs, counts, day));
    }
    let mut once: Vec<Tie> = Vec::new();
    for tie in found {
        if !once.contains(&tie) {
            once.push(tie);
        }
    }
    once
}

/// Controllers and holders that stand in both lists.
fn shared_by(ours: &[Party], theirs: &[Party], counts: impl Fn(u32) -> bool, day: NaiveDate) -> Vec<Tie> {
    let mut found = Vec::new();
    for controller in of_role(ours, PartyRole::Controller, day) {
        if of_role(theirs, PartyRole::Controller, day).any(|other| other.is_same(controller)) {
            found.push(Tie::SameController { name: controller.name.clone(), person: controller.person });
        }
    }
    for holder in of_role(ours, PartyRole::Shareholder, day) {
        let of = |list| sum(of_role(list, PartyRole::Shareholder, day).filter(|other| other.is_same(holder)));
        let (one, other) = (of(ours), of(theirs));
        if counts(one) && counts(other) {
            let shares = [RateBp::new(one), RateBp::new(other)];
            found.push(Tie::CommonHolder { name: holder.name.clone(), person: holder.person, shares });
        }
    }
    found
}

fn of_role(list: &[Party], role: PartyRole, day: NaiveDate) -> impl Iterator<Item = &Party> {
    list.iter().filter(move |party| party.role == role && party.since <= day)
}

/// Shares held side by side count together.
fn sum<'a>(parties: impl Iterator<Item = &'a Party>) -> u32 {
    parties.filter_map(|party| party.share).fold(0, |sum, share| sum.saturating_add(share.get()))
}

#[cfg(test)]
mod tests;
