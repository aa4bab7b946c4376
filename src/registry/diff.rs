//! What changed since the last list of a kind.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::row::Wrong;
use super::sheet::Row;
use super::{Column, Listed, RowFault, RowOutcome, Scope};

/// A listing that stands, from the lists before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: i64,
    pub key: (String, String),
    pub digest: String,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// What a row of the file comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub row: u32,
    pub read: Result<Listed, RowFault>,
    pub outcome: RowOutcome,
    /// The listing that the row repeats, changes or ends.
    pub earlier: Option<i64>,
}

/// A list beside those before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    pub rows: Vec<Compared>,
    /// Standing listings that a complete list does not have any more. What had run out before its day
    /// is not among them.
    pub gone: Vec<i64>,
}

impl Diff {
    /// How many rows came to this; the gone ones of a complete list stand in no row.
    #[must_use]
    pub fn count(&self, outcome: RowOutcome) -> usize {
        let rows = self.rows.iter().filter(|row| row.outcome == outcome).count();
        if outcome == RowOutcome::Gone { rows + self.gone.len() } else { rows }
    }
}

/// Compares the rows of a list with what stands.
#[must_use]
pub fn compare(
    scope: Scope,
    as_of: NaiveDate,
    rows: impl Iterator<Item = (Row, Result<Option<Listed>, RowFault>)>,
    standing: &[Standing],
) -> Diff {
    let known: HashMap<(&str, &str), &Standing> = standing.iter().map(|one| ((one.key.0.as_str(), one.key.1.as_str()), one)).collect();
    let mut by_who: HashMap<&str, Vec<&Standing>> = HashMap::new();
    for one in standing.iter().filter(|_| scope == Scope::Withdrawal) {
        by_who.entry(one.key.0.as_str()).or_default().push(one);
    }
    // Where each listing of the file stands among the rows.
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    let mut met: BTreeSet<i64> = BTreeSet::new();
    let mut diff = Diff::default();
    for (row, read) in rows {
        let listed = match read {
            Ok(None) => continue,
            Err(fault) => {
                diff.rows.push(Compared { row: row.number, read: Err(fault), outcome: RowOutcome::Unreadable, earlier: None });
                continue;
            }
            Ok(Some(listed)) => listed,
        };
        let mut listed = listed;
        let key = listed.key();
        let earlier = known.get(&(key.0.as_str(), key.1.as_str())).copied();
        // Without a first day of its own a listing that goes on began when it was first seen.
        if let Some(from) = earlier.filter(|one| one.to.is_none_or(|to| listed.from <= to)).and_then(|one| one.from)
            && !listed.dated
            && scope != Scope::Withdrawal
        {
            listed.from = listed.from.min(from);
        }
        let digest = listed.digest();
        if let Some(place) = seen.get(&key) {
            // The same row twice is one listing; with other content nobody knows which is right.
            let same = diff.rows.get(*place).is_none_or(|first| match &first.read {
                Ok(first) => first.digest() == digest,
                Err(fault) => fault.wrong != Wrong::Twice,
            });
            if !same {
                let fault = || Err(RowFault { column: Column::Name, wrong: Wrong::Twice, value: listed.name.clone() });
                if let Some(first) = diff.rows.get_mut(*place) {
                    (first.read, first.outcome, first.earlier) = (fault(), RowOutcome::Unreadable, None);
                }
                diff.rows.push(Compared { row: row.number, read: fault(), outcome: RowOutcome::Unreadable, earlier: None });
            }
            continue;
        }
        seen.insert(key.clone(), diff.rows.len());
        diff.rows.push(if scope == Scope::Withdrawal {
            withdrawn(listed, &by_who, &known)
        } else {
            met.extend(earlier.map(|one| one.id));
            let outcome = match earlier {
                None => RowOutcome::New,
                Some(one) if one.digest == digest => RowOutcome::Same,
                Some(_) => RowOutcome::Changed,
            };
            Compared { row: row.number, read: Ok(listed), outcome, earlier: earlier.map(|one| one.id) }
        });
    }
    if scope == Scope::Complete {
        let lasts = |one: &&Standing| !met.contains(&one.id) && one.to.is_none_or(|to| as_of <= to);
        diff.gone = standing.iter().filter(lasts).map(|one| one.id).collect();
    }
    diff
}

/// A cancelled listing is known by code and number; where the list names no number, the one that the
/// enterprise has.
fn withdrawn(listed: Listed, by_who: &HashMap<&str, Vec<&Standing>>, known: &HashMap<(&str, &str), &Standing>) -> Compared {
    let (who, number) = listed.key();
    let earlier = if number.is_empty() {
        match by_who.get(who.as_str()).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        }
    } else {
        known.get(&(who.as_str(), number.as_str())).copied()
    };
    let row = listed.row;
    match earlier {
        Some(one) => Compared { row, read: Ok(listed), outcome: RowOutcome::Gone, earlier: Some(one.id) },
        None => {
            let fault = RowFault { column: Column::Name, wrong: Wrong::NotListed, value: listed.name };
            Compared { row, read: Err(fault), outcome: RowOutcome::Unreadable, earlier: None }
        }
    }
}
