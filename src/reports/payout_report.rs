//! What was paid and what came back in a span of days, by month, level, enterprise and centre. A
//! grant that stands on purchases of two centres is split between them by the bases of its items;
//! all four views add up to the same totals, to the fen.
//!
//! Both sides count on the day the money moved, as the ledger has them: a clawback that arrives in
//! May is May's, whenever the grant was paid. A span may therefore be negative.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Db;
use super::kept_evaluation;
use super::names::Names;
use crate::acts::{House, Outcome};
use crate::calendar::year_month;
use crate::code::Tier;
use crate::ids::ApplicationId;
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::payout::split;
use crate::policy::evaluate;
use crate::store;
use crate::store::payout::Disbursement;

/// One row of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub label: Text,
    /// A payment over two centres counts at the one with the larger part.
    pub payments: usize,
    pub accepted: Fen,
    pub paid: Fen,
    /// Clawbacks that arrived.
    pub recovered: Fen,
}

/// The report.
#[derive(Clone, Debug)]
pub struct PayoutFigures {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub enterprises: usize,
    pub payments: usize,
    pub paid: Fen,
    pub recovered: Fen,
    pub by_month: Vec<Row>,
    pub by_tier: Vec<Row>,
    pub by_enterprise: Vec<Row>,
    pub by_centre: Vec<Row>,
}

/// What one payment or one clawback adds to a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub payments: usize,
    pub accepted: Fen,
    pub paid: Fen,
    pub recovered: Fen,
}

/// Sums by key, kept in the order of the keys.
#[derive(Debug)]
struct View<K>(BTreeMap<K, (Text, Sums)>);

impl<K: Ord> View<K> {
    fn add(&mut self, key: K, label: impl FnOnce() -> Text, more: Sums) {
        let (_, sums) = self.0.entry(key).or_insert_with(|| (label(), Sums::default()));
        sums.payments += more.payments;
        sums.accepted += more.accepted;
        sums.paid += more.paid;
        sums.recovered += more.recovered;
    }

    fn rows(self) -> Vec<Row> {
        let row = |(label, Sums { payments, accepted, paid, recovered })| Row { label, payments, accepted, paid, recovered };
        self.0.into_values().map(row).collect()
    }
}

/// The four views as they grow.
struct Views {
    months: View<String>,
    tiers: View<Tier>,
    firms: View<String>,
    centres: View<String>,
}

impl Views {
    fn add(&mut self, on: NaiveDate, tier: Tier, enterprise: &str, sums: Sums, centres: Vec<(String, Sums)>) {
        self.months.add(on.format("%Y-%m").to_string(), || Text::new(year_month(on, Lang::Zh), year_month(on, Lang::En)), sums);
        self.tiers.add(tier, || tier.title(), sums);
        self.firms.add(enterprise.to_owned(), || Text::same(enterprise), sums);
        for (centre, part) in centres {
            self.centres.add(centre.clone(), || Text::same(centre), part);
        }
    }
}

/// Everything paid and recovered from one day to another, both included; `tier` narrows it to one
/// level.
///
/// # Errors
/// A fault of the database.
pub fn payout_figures(db: &mut Db, house: &House, from: NaiveDate, to: NaiveDate, tier: Option<Tier>) -> Outcome<PayoutFigures> {
    let mut names = Names::default();
    let empty = || View(BTreeMap::new());
    let mut views = Views { months: View(BTreeMap::new()), tiers: View(BTreeMap::new()), firms: empty(), centres: empty() };
    let mut enterprises = BTreeSet::new();
    let (mut payments, mut paid, mut recovered) = (0, Fen::ZERO, Fen::ZERO);
    let wanted = |of: Tier| tier.is_none_or(|only| only == of);
    for line in store::payout::paid_between(db, from, to)?.into_iter().filter(|line| wanted(line.tier)) {
        let accepted = base_of(db, &line)?;
        let (_, enterprise) = names.case(db, line.application_id)?;
        let parts = parts_by_centre(&weights(db, house, line.application_id, (line.tier, line.year))?, accepted, line.amount_fen);
        let sums = Sums { payments: 1, accepted, paid: line.amount_fen, recovered: Fen::ZERO };
        views.add(line.settled_on.unwrap_or(from), line.tier, &enterprise, sums, parts);
        enterprises.insert(enterprise);
        payments += 1;
        paid += line.amount_fen;
    }
    for back in store::clawback::recovered_between(db, from, to)?.into_iter().filter(|back| wanted(back.tier)) {
        let (_, enterprise) = names.case(db, back.application_id)?;
        let parts = parts_by_centre(&weights(db, house, back.application_id, (back.tier, back.year))?, Fen::ZERO, back.amount_fen);
        let came_back = |amount| Sums { recovered: amount, ..Sums::default() };
        let parts = parts.into_iter().map(|(centre, part)| (centre, came_back(part.paid))).collect();
        views.add(back.recovered_on.unwrap_or(from), back.tier, &enterprise, came_back(back.amount_fen), parts);
        recovered += back.amount_fen;
    }
    Ok(PayoutFigures {
        from,
        to,
        enterprises: enterprises.len(),
        payments,
        paid,
        recovered,
        by_month: views.months.rows(),
        by_tier: views.tiers.rows(),
        by_enterprise: views.firms.rows(),
        by_centre: views.centres.rows(),
    })
}

/// The accepted base that the line's grant was computed from.
fn base_of(db: &mut Db, line: &Disbursement) -> Outcome<Fen> {
    let rows = store::subsidy::of_application(db, line.application_id)?;
    Ok(rows.iter().find(|row| (row.tier, row.year) == (line.tier, line.year)).map_or(Fen::ZERO, |row| row.base_fen))
}

/// Name and base of every centre that a grant stands on, in the order of its items.
fn weights(db: &mut Db, house: &House, id: ApplicationId, of: (Tier, i64)) -> Outcome<Vec<(String, Fen)>> {
    let evaluated = match store::subsidy::latest_evaluation(db, id)? {
        Some(kept) => kept_evaluation::read(house, &kept).map(|(pack, case)| (evaluate(pack, &case), case)),
        None => None,
    };
    let mut weights: Vec<(String, Fen)> = Vec::new();
    if let Some((evaluation, case)) = evaluated {
        let items = case.applications.iter().flat_map(|application| &application.items);
        let provider_of: BTreeMap<&str, &str> = items.map(|item| (item.id.as_str(), item.provider.as_str())).collect();
        let grants = evaluation.applications.iter().flat_map(|result| &result.grants);
        for grant in grants.filter(|grant| (grant.tier, i64::from(grant.year)) == of) {
            for (item, base) in grant.items.iter().zip(&grant.item_bases) {
                let uscc = provider_of.get(item.as_str()).copied().unwrap_or_default();
                let name = store::purchase::provider_by_uscc(db, uscc)?.map_or_else(|| uscc.to_owned(), |provider| provider.name);
                weigh(&mut weights, name, *base);
            }
        }
    }
    if weights.is_empty() {
        // A pack that this program no longer holds: by what the centres accepted.
        for item in store::application::items(db, id)? {
            if let Some(purchase) = store::purchase::find(db, item.purchase_id)? {
                let name = store::purchase::provider(db, purchase.provider_id)?.map(|provider| provider.name).unwrap_or_default();
                weigh(&mut weights, name, item.provider_accepted_fen.unwrap_or(purchase.accepted_fen));
            }
        }
    }
    Ok(weights)
}

fn weigh(weights: &mut Vec<(String, Fen)>, name: String, base: Fen) {
    match weights.iter_mut().find(|(known, _)| *known == name) {
        Some((_, sum)) => *sum += base,
        None => weights.push((name, base)),
    }
}

/// Splits base and amount of one payment between its centres; the payment itself counts where the
/// larger part is, the earlier centre where two are equal.
#[must_use]
pub fn parts_by_centre(weights: &[(String, Fen)], base: Fen, amount: Fen) -> Vec<(String, Sums)> {
    let shares: Vec<Fen> = weights.iter().map(|(_, weight)| *weight).collect();
    let largest = shares.iter().enumerate().max_by_key(|(index, share)| (**share, std::cmp::Reverse(*index))).map(|(index, _)| index);
    let (bases, amounts) = (split(base, &shares), split(amount, &shares));
    let parts = bases.into_iter().zip(amounts).enumerate();
    weights
        .iter()
        .zip(parts)
        .map(|((name, _), (index, (accepted, paid)))| {
            (name.clone(), Sums { payments: usize::from(largest == Some(index)), accepted, paid, recovered: Fen::ZERO })
        })
        .collect()
}

#[cfg(test)]
mod tests;
