//! One month: every version that was valid in it prices its own days; then minimum and cap.

use std::collections::BTreeMap;

use super::super::moment::Month;
use super::super::quantity::{HOUR_MS, UnitMillis};
use super::super::tariff::{Accumulate, Cell, Model, PriceTier, Rate, Rounding, Tariff, cell_price};
use super::{AMOUNT_DEN, LineKind, RatedLine, RatedMonth, RatingFault, Terms};
use crate::money::Fen;

/// Milliseconds of a day; a contract's clock has a fixed offset, so all its days are equally long.
const DAY_MS: i128 = 24 * 3_600_000;

/// What a matrix may tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot<'a> {
    pub(super) resource: &'a str,
    pub(super) partition: &'a str,
    pub(super) qos: &'a str,
}

/// What each version prices in a month, by its place among the versions.
pub(super) type MonthUse<'a> = BTreeMap<usize, BTreeMap<Slot<'a>, i128>>;

/// What was used of a resource so far, per window.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    month: i128,
    year: i128,
    contract: i128,
}

impl Counted {
    const fn of(self, window: Accumulate) -> i128 {
        match window {
            Accumulate::Month => self.month,
            Accumulate::Year => self.year,
            Accumulate::Contract => self.contract,
        }
    }
}

/// What goes on from month to month.
#[derive(Debug, Default)]
pub(super) struct Running {
    year: Option<i32>,
    counted: BTreeMap<String, Counted>,
    carry: i128,
}

impl Running {
    fn begin(&mut self, month: Month) {
        let new_year = self.year.replace(month.year()) != Some(month.year());
        for counted in self.counted.values_mut() {
            counted.month = 0;
            counted.year = if new_year { 0 } else { counted.year };
        }
    }

    fn counted(&self, resource: &str) -> Counted {
        self.counted.get(resource).copied().unwrap_or_default()
    }

    fn count(&mut self, resource: &str, quantity: i128) {
        let counted = self.counted.entry(resource.to_owned()).or_default();
        counted.month += quantity;
        counted.year += quantity;
        counted.contract += quantity;
    }
}

pub(super) fn rate_month(terms: &Terms<'_>, month: Month, uses: &MonthUse<'_>, running: &mut Running) -> Result<RatedMonth, RatingFault> {
    running.begin(month);
    let mut whole: BTreeMap<&str, i128> = BTreeMap::new();
    for (slot, quantity) in uses.values().flatten() {
        *whole.entry(slot.resource).or_insert(0) += quantity;
    }
    let mut lines = Vec::new();
    for (place, tariff) in terms.tariffs.iter().enumerate() {
        let days = days_of(terms, place, month);
        if days > 0 {
            let nothing = BTreeMap::new();
            let used = uses.get(&place).unwrap_or(&nothing);
            let mut segment = Segment { tariff, month, days, used, whole: &whole, lines: &mut lines };
            segment.price(running)?;
        }
    }
    lines.sort_by_cached_key(|(line, _)| line.key());
    for (line, rounding) in &mut lines {
        line.amount = round(line.amount_num, *rounding, &mut running.carry).ok_or(RatingFault::TooLarge { month })?;
    }
    let mut lines: Vec<RatedLine> = lines.into_iter().map(|(line, _)| line).collect();
    let sum: i128 = lines.iter().map(|line| i128::from(line.amount.get())).sum();
    lines.extend(limit(terms, month, sum));
    let rated = RatedMonth { month, lines, carry: running.carry };
    if rated.total().get().unsigned_abs() > Fen::MAX_ABS.unsigned_abs() { Err(RatingFault::TooLarge { month }) } else { Ok(rated) }
}

/// Days of the month on which a version is valid within the contract.
fn days_of(terms: &Terms<'_>, place: usize, month: Month) -> i128 {
    let begins = |place: usize| terms.tariffs.get(place).map(|tariff| tariff.valid_from);
    let first = month.first_day().max(terms.first).max(begins(place).unwrap_or(terms.first));
    let last = month.last_day().min(terms.last);
    let last = begins(place + 1).and_then(|next| next.pred_opt()).map_or(last, |day| last.min(day));
    i128::from((last - first).num_days() + 1).max(0)
}

/// The days of a month that one version prices.
struct Segment<'a, 'u> {
    tariff: &'a Tariff,
    month: Month,
    days: i128,
    used: &'a BTreeMap<Slot<'u>, i128>,
    /// Quantity of the whole month per resource, whichever version prices it.
    whole: &'a BTreeMap<&'u str, i128>,
    lines: &'a mut Vec<(RatedLine, Rounding)>,
}

impl Segment<'_, '_> {
    fn price(&mut self, running: &mut Running) -> Result<(), RatingFault> {
        for rate in &self.tariff.rates {
            let resource = rate.resource.as_str();
            let from = Slot { resource, partition: "", qos: "" };
            let slots: Vec<(Slot<'_>, i128)> =
                self.used.range(from..).take_while(|(slot, _)| slot.resource == resource).map(|(slot, used)| (*slot, *used)).collect();
            let quantity: i128 = slots.iter().map(|(_, used)| used).sum();
            let counted = running.counted(resource);
            if counted.contract + quantity > i128::from(i64::MAX) {
                return Err(RatingFault::TooLarge { month: self.month });
            }
            self.rate(rate, &slots, quantity, counted)?;
            if quantity > 0 {
                running.count(resource, quantity);
            }
        }
        Ok(())
    }

    fn rate(&mut self, rate: &Rate, slots: &[(Slot<'_>, i128)], quantity: i128, counted: Counted) -> Result<(), RatingFault> {
        let before = counted.of(self.tariff.accumulate);
        if let Model::Reserved { units, price_reserved, price_over } = &rate.model {
            // Held whether used or not, so the line stands without usage too.
            let held = i128::from(*units) * self.days * DAY_MS;
            self.line(rate, 1, held, price_reserved.micro(), 0)?;
            if quantity > held {
                self.line(rate, 2, quantity - held, price_over.micro(), 0)?;
            }
        }
        if quantity == 0 {
            return Ok(());
        }
        match &rate.model {
            Model::Flat { price } => self.line(rate, 0, quantity, price.micro(), 0),
            Model::Graduated { tiers } => self.graduated(rate, tiers, before, before + quantity),
            Model::Volume { tiers } => self.volume(rate, tiers, quantity, counted),
            Model::Package { size, price } => {
                let size = i128::from(size.get().max(1));
                let packages = |quantity: i128| (quantity + size - 1).div_euclid(size);
                let bought = packages(before + quantity) - packages(before);
                let num = bought.saturating_mul(i128::from(price.micro())).saturating_mul(i128::from(HOUR_MS));
                self.push(rate, ("", ""), 0, quantity, price.micro(), num)
            }
            Model::Matrix { cells } => self.matrix(rate, cells, slots),
            Model::Reserved { .. } => Ok(()),
        }
    }

    fn graduated(&mut self, rate: &Rate, tiers: &[PriceTier], before: i128, after: i128) -> Result<(), RatingFault> {
        let mut priced = 0;
        for (tier, ordinal) in tiers.iter().zip(1_i64..) {
            let from = i128::from(tier.from.get());
            let to = tier.to.map_or(after, |to| after.min(i128::from(to.get())));
            let part = to - before.max(from);
            if part > 0 {
                // Entered here, not in an earlier line of the window.
                let flat = if before <= from { tier.flat } else { Fen::ZERO };
                self.line(rate, ordinal, part, tier.price.micro(), flat.get())?;
                priced += part;
            }
        }
        // Tiers that were read hold every quantity; were they made otherwise, nothing is given away.
        if priced == after - before { Ok(()) } else { Err(RatingFault::TooLarge { month: self.month }) }
    }

    /// The tier is the one in which the window stands at the end of the month, whichever version
    /// prices the days before. Its flat sum is charged in the first line of the month, unless an
    /// earlier month of the window ended in the same tier.
    fn volume(&mut self, rate: &Rate, tiers: &[PriceTier], quantity: i128, counted: Counted) -> Result<(), RatingFault> {
        let whole = self.whole.get(rate.resource.as_str()).copied().unwrap_or(quantity);
        let earlier = counted.of(self.tariff.accumulate) - counted.month;
        let (tier, ordinal) = tier_at(tiers, earlier + whole).ok_or(RatingFault::TooLarge { month: self.month })?;
        let stayed = earlier > 0 && tier_at(tiers, earlier).is_some_and(|(_, before)| before == ordinal);
        let flat = if counted.month > 0 || stayed { Fen::ZERO } else { tier.flat };
        self.line(rate, ordinal, quantity, tier.price.micro(), flat.get())
    }

    fn matrix(&mut self, rate: &Rate, cells: &[Cell], slots: &[(Slot<'_>, i128)]) -> Result<(), RatingFault> {
        for (slot, quantity) in slots {
            let Some(price) = cell_price(cells, slot.partition, slot.qos) else {
                return Err(RatingFault::NoCell {
                    resource: rate.resource.clone(),
                    partition: slot.partition.to_owned(),
                    qos: slot.qos.to_owned(),
                    version: self.tariff.version,
                });
            };
            let num = quantity * i128::from(price.micro());
            self.push(rate, (slot.partition, slot.qos), 0, *quantity, price.micro(), num)?;
        }
        Ok(())
    }

    /// A line of quantity × price and a flat sum in fen.
    fn line(&mut self, rate: &Rate, tier: i64, quantity: i128, price_micro: i64, flat: i64) -> Result<(), RatingFault> {
        let num = quantity.saturating_mul(i128::from(price_micro)).saturating_add(i128::from(flat) * AMOUNT_DEN);
        self.push(rate, ("", ""), tier, quantity, price_micro, num)
    }

    fn push(&mut self, rate: &Rate, of: (&str, &str), tier: i64, quantity: i128, price_micro: i64, num: i128) -> Result<(), RatingFault> {
        let quantity = i64::try_from(quantity).map_err(|_| RatingFault::TooLarge { month: self.month })?;
        let line = RatedLine {
            kind: LineKind::Usage,
            resource: rate.resource.clone(),
            partition: of.0.to_owned(),
            qos: of.1.to_owned(),
            tariff_version: self.tariff.version,
            tier,
            quantity: UnitMillis::new(quantity),
            price_micro,
            amount_num: num,
            amount_den: AMOUNT_DEN,
            amount: Fen::ZERO,
        };
        self.lines.push((line, self.tariff.rounding));
        Ok(())
    }
}

/// The tier that holds a quantity above 0, and its ordinal.
fn tier_at(tiers: &[PriceTier], quantity: i128) -> Option<(&PriceTier, i64)> {
    tiers.iter().zip(1_i64..).find(|(tier, _)| tier.to.is_none_or(|to| quantity <= i128::from(to.get())))
}

/// The one rounding of a line; `None` beyond [`Fen::MAX_ABS`].
fn round(num: i128, rounding: Rounding, carry: &mut i128) -> Option<Fen> {
    let fen = match rounding {
        Rounding::HalfUp => num.div_euclid(AMOUNT_DEN) + i128::from(num.rem_euclid(AMOUNT_DEN) * 2 >= AMOUNT_DEN),
        Rounding::FloorCarry => {
            let exact = num.saturating_add(*carry);
            *carry = exact.rem_euclid(AMOUNT_DEN);
            exact.div_euclid(AMOUNT_DEN)
        }
    };
    i64::try_from(fen).ok().filter(|fen| fen.unsigned_abs() <= Fen::MAX_ABS.unsigned_abs()).map(Fen::new)
}

/// The line that brings the month up to its least or down to its most.
fn limit(terms: &Terms<'_>, month: Month, sum: i128) -> Option<RatedLine> {
    let tariff = terms.version_on(month.last_day().min(terms.last))?;
    let fen = |limit: Option<Fen>| limit.map(|fen| i128::from(fen.get()));
    let (kind, missing) = match (fen(tariff.min), fen(tariff.max)) {
        (Some(min), _) if sum < min => (LineKind::Minimum, min - sum),
        (_, Some(max)) if sum > max => (LineKind::Cap, max - sum),
        _ => return None,
    };
    Some(RatedLine {
        kind,
        resource: String::new(),
        partition: String::new(),
        qos: String::new(),
        tariff_version: tariff.version,
        tier: 0,
        quantity: UnitMillis::ZERO,
        price_micro: 0,
        amount_num: missing.saturating_mul(AMOUNT_DEN),
        amount_den: AMOUNT_DEN,
        amount: Fen::saturating(missing),
    })
}
