//! The TOML form of a pack: read strictly, checked as a whole, faults with their line.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{BadPack, Bar, BarRule, Choices, Pack, Pairing, Sourced, Status};
use crate::code::Tier;
use crate::lang::Text;
use crate::money::{Fen, RateBp, RoundMode};
use crate::policy::budget::BudgetPolicy;
use crate::policy::eligibility::Predicate;
use crate::policy::tier_rules::{FilingWindow, MinimumTested, MonthDay, TierRules, YearBasis};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackForm {
    id: String,
    version: String,
    title_zh: String,
    title_en: String,
    note_zh: String,
    note_en: String,
    effective_from: NaiveDate,
    effective_to: Option<NaiveDate>,
    order: Sourced<Vec<Tier>>,
    #[serde(default)]
    pair_rules: BTreeMap<String, Sourced<Pairing>>,
    choices: Choices,
    none_of: Vec<BarRule>,
    tiers: BTreeMap<Tier, TierForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TierForm {
    title_zh: String,
    title_en: String,
    rate_bp: Sourced<RateBp>,
    cap_fen: Option<Sourced<i64>>,
    cap_period: Sourced<CapPeriod>,
    year_basis: Sourced<YearBasis>,
    min_claim_fen: Sourced<i64>,
    minimum_tested: Sourced<MinimumTested>,
    granularity_fen: Sourced<i64>,
    mode: Sourced<RoundMode>,
    budget_fen: Option<Sourced<i64>>,
    budget_policy: Sourced<BudgetPolicy>,
    filing_window: Option<Sourced<FilingWindow>>,
    voucher_grace_until: Option<Sourced<MonthDay>>,
    #[serde(default)]
    all_of: Vec<Predicate>,
    #[serde(default)]
    any_of: Vec<Predicate>,
}

/// The only period that caps are known for.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CapPeriod {
    CalendarYear,
}

/// Reads and checks the form; the hash is left to the caller.
pub(super) fn read(bytes: &[u8]) -> Result<Pack, BadPack> {
    let text = std::str::from_utf8(bytes)
        .map_err(|why| BadPack { line: line_at(bytes, why.valid_up_to()), reason: "is not UTF-8 text; save the file as UTF-8".into() })?;
    let form: PackForm = toml::from_str(text).map_err(|why| BadPack {
        line: why.span().map_or(1, |span| line_at(bytes, span.start)),
        reason: why.message().lines().collect::<Vec<_>>().join(" "),
    })?;
    checked(form).map_err(|(place, reason)| BadPack { line: line_of(text, &place), reason: format!("{place} {reason}") })
}

/// A place in the file (`tiers.city.rate_bp`) and what is wrong there.
type Wrong = (String, String);

fn checked(form: PackForm) -> Result<Pack, Wrong> {
    for (place, text) in [("id", &form.id), ("version", &form.version), ("title_zh", &form.title_zh), ("title_en", &form.title_en)] {
        require(!text.trim().is_empty(), place, "is empty")?;
    }
    if let Some(to) = form.effective_to {
        require(to >= form.effective_from, "effective_to", "lies before effective_from")?;
    }
    check_order(&form)?;
    require(form.choices.ceiling_bp.value <= RateBp::FULL, "choices.ceiling_bp", "is above 10000: no expense is paid more than once")?;
    require(
        form.none_of.iter().any(|rule| rule.bar == Bar::DuplicateExpense),
        "none_of",
        "must list duplicate_expense: no expense is paid more than once",
    )?;
    for (place, dates) in [
        ("choices.qualification_dates.voucher_year", &form.choices.qualification_dates.voucher_year),
        ("choices.qualification_dates.service_completed", &form.choices.qualification_dates.service_completed),
    ] {
        require(!dates.value.is_empty(), place, "names no date; write for example [\"service_completed\"]")?;
    }
    for share in form.none_of.iter().filter_map(|rule| rule.share_bp.as_ref().map(|share| (rule.bar, share.value))) {
        require(share.0 == Bar::RelatedParty, "none_of", "has share_bp on another bar than related_party")?;
        require(share.1.get() > 0 && share.1 <= RateBp::FULL, "none_of", "has a share_bp that is not between 1 and 10000")?;
    }
    let pairing = pairing(&form)?;
    let mut tiers = BTreeMap::new();
    for (tier, section) in form.tiers {
        tiers.insert(tier, tier_rules(tier, section)?);
    }
    Ok(Pack {
        id: form.id,
        version: form.version,
        title: Text::new(form.title_zh, form.title_en),
        note: Text::new(form.note_zh, form.note_en),
        effective_from: form.effective_from,
        effective_to: form.effective_to,
        sha256: String::new(),
        order: form.order,
        pairing,
        choices: form.choices,
        bars: form.none_of,
        tiers,
    })
}

fn check_order(form: &PackForm) -> Result<(), Wrong> {
    let order = &form.order.value;
    require(!order.is_empty(), "order", "names no tier")?;
    for (place, tier) in order.iter().enumerate() {
        require(!order.iter().take(place).any(|earlier| earlier == tier), "order", &format!("names {tier} twice"))?;
        require(form.tiers.contains_key(tier), "order", &format!("names {tier}, which has no section [tiers.{tier}]"))?;
    }
    for tier in form.tiers.keys() {
        require(order.contains(tier), &format!("tiers.{tier}"), "is not named in order")?;
    }
    Ok(())
}

/// Every pair of the pack's tiers is named once, and all pairs say the same.
fn pairing(form: &PackForm) -> Result<Sourced<Pairing>, Wrong> {
    let order = &form.order.value;
    let mut found: Option<&Sourced<Pairing>> = None;
    let mut named = 0_usize;
    for (place, first) in order.iter().enumerate() {
        for second in order.iter().skip(place + 1) {
            let keys = [format!("{first}+{second}"), format!("{second}+{first}")];
            let rules: Vec<&Sourced<Pairing>> = keys.iter().filter_map(|key| form.pair_rules.get(key)).collect();
            let [rule] = rules[..] else {
                return Err(("pair_rules".into(), format!("must say once how {first} and {second} go together: \"{first}+{second}\"")));
            };
            named += 1;
            let same = found.is_none_or(|other| other.value == rule.value);
            require(same, "pair_rules", "mixes exclusive and stack; all pairs of a pack must be the same")?;
            found = found.or(Some(rule));
        }
    }
    require(named == form.pair_rules.len(), "pair_rules", "names a pair that is not of two tiers of this pack")?;
    Ok(found.cloned().unwrap_or(Sourced {
        value: Pairing::Exclusive,
        source: "本政策包只有一个层级 / this pack has one tier only".into(),
        status: Status::Found,
    }))
}

fn tier_rules(tier: Tier, form: TierForm) -> Result<TierRules, Wrong> {
    let place = |field: &str| format!("tiers.{tier}.{field}");
    require(form.rate_bp.value <= RateBp::FULL, &place("rate_bp"), "is above 10000 (100 %)")?;
    let CapPeriod::CalendarYear = form.cap_period.value;
    let amounts = [
        ("cap_fen", form.cap_fen.as_ref(), 0),
        ("min_claim_fen", Some(&form.min_claim_fen), 0),
        ("granularity_fen", Some(&form.granularity_fen), 1),
        ("budget_fen", form.budget_fen.as_ref(), 0),
    ];
    for (field, amount, least) in amounts {
        let fits = amount.is_none_or(|amount| (least..=Fen::MAX_ABS).contains(&amount.value));
        require(fits, &place(field), &format!("must lie between {least} and {}", Fen::MAX_ABS))?;
    }
    if let Some(window) = &form.filing_window {
        require(form.year_basis.value == YearBasis::ServiceCompleted, &place("filing_window"), "needs year_basis service_completed")?;
        require(window.value.from <= window.value.to, &place("filing_window"), "ends before it begins")?;
    }
    if form.voucher_grace_until.is_some() {
        require(form.year_basis.value == YearBasis::VoucherYear, &place("voucher_grace_until"), "needs year_basis voucher_year")?;
    }
    require(!(form.all_of.is_empty() && form.any_of.is_empty()), &place("all_of"), "and any_of are empty: anyone would be eligible")?;
    Ok(TierRules {
        title: Text::new(form.title_zh, form.title_en),
        rate: form.rate_bp,
        cap: form.cap_fen.map(in_fen),
        year_basis: form.year_basis,
        min_claim: in_fen(form.min_claim_fen),
        minimum_tested: form.minimum_tested,
        granularity: in_fen(form.granularity_fen),
        mode: form.mode,
        budget: form.budget_fen.map(in_fen),
        budget_policy: form.budget_policy,
        filing_window: form.filing_window,
        voucher_grace_until: form.voucher_grace_until,
        all_of: form.all_of,
        any_of: form.any_of,
    })
}

fn in_fen(amount: Sourced<i64>) -> Sourced<Fen> {
    Sourced { value: Fen::new(amount.value), source: amount.source, status: amount.status }
}

fn require(holds: bool, place: &str, reason: &str) -> Result<(), Wrong> {
    if holds { Ok(()) } else { Err((place.to_owned(), reason.to_owned())) }
}

fn line_at(bytes: &[u8], offset: usize) -> usize {
    bytes.iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

/// The line on which a field (`tiers.city.rate_bp`) stands, or its section, or the first line.
fn line_of(text: &str, place: &str) -> usize {
    let mut section = String::new();
    let mut best = 1;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        let here = if let Some(header) = line.strip_prefix('[') {
            header.trim_matches(['[', ']', ' ']).clone_into(&mut section);
            section.clone()
        } else {
            let key = line.split('=').next().unwrap_or_default().trim();
            if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
        };
        if here == place {
            return number;
        }
        if place.starts_with(&format!("{here}.")) && line.starts_with('[') {
            best = number;
        }
    }
    best
}
