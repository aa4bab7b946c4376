//! What refuses an item at a tier whatever the money: dishonesty, dates, relations, kind and
//! qualification, in this order (evaluate.md, "cuts").

use chrono::{Datelike, NaiveDate};

use super::case::{Application, Enterprise, Item, ItemFlag};
use super::eligibility::{self, Answer};
use super::pack::{Bar, Pack, QualificationDate};
use super::tier_rules::{TierRules, YearBasis};
use super::years::Slice;
use crate::code::CutCode;

/// The first reason why this part of the item gets nothing at this tier, if there is one.
pub(super) fn refusal(
    pack: &Pack,
    rules: &TierRules,
    enterprise: &Enterprise,
    application: &Application,
    item: &Item,
    slice: &Slice,
) -> Option<CutCode> {
    let submitted = application.submitted_on();
    if pack.bar(Bar::DishonestInTerm).is_some() && enterprise.is_dishonest_on(submitted) {
        return Some(CutCode::Dishonest);
    }
    if let Some(code) = out_of_time(rules, application.claimed_on(), submitted, slice) {
        return Some(code);
    }
    if pack.bar(Bar::RelatedParty).is_some() && enterprise.related_parties.contains(&item.provider) {
        return Some(CutCode::RelatedParty);
    }
    if !is_supported(pack, item) {
        return Some(CutCode::IneligibleItem);
    }
    let dates = &pack.qualification_dates(rules).value;
    let held = dates
        .iter()
        .filter(|date| eligibility::check(rules, enterprise, &[], day_of(**date, application, slice)).answer == Answer::Yes)
        .count();
    match held {
        0 => Some(CutCode::NotEligible),
        some if some < dates.len() => Some(CutCode::QualificationLapsed),
        _ => None,
    }
}

/// The day that a qualification date means for this part of an item.
pub(super) fn day_of(date: QualificationDate, application: &Application, slice: &Slice) -> NaiveDate {
    match date {
        QualificationDate::VoucherClaimed => application.claimed_on(),
        QualificationDate::ServiceCompleted => slice.completed_on,
        QualificationDate::Submitted => application.submitted_on(),
    }
}

fn out_of_time(rules: &TierRules, claimed: NaiveDate, submitted: NaiveDate, slice: &Slice) -> Option<CutCode> {
    match rules.year_basis.value {
        YearBasis::VoucherYear => {
            if slice.completed_on.year() != claimed.year() {
                return Some(CutCode::OutsideVoucherYear);
            }
            let in_grace = rules
                .voucher_grace_until
                .as_ref()
                .is_some_and(|until| submitted.year() == claimed.year().saturating_add(1) && until.value.not_before(submitted));
            (submitted.year() != claimed.year() && !in_grace).then_some(CutCode::VoucherExpired)
        }
        YearBasis::ServiceCompleted => rules
            .filing_window
            .as_ref()
            .is_some_and(|window| !window.value.is_open_on(submitted, slice.completed_on.year()))
            .then_some(CutCode::WindowClosed),
    }
}

fn is_supported(pack: &Pack, item: &Item) -> bool {
    let barred = |flag: &ItemFlag| {
        let bar = match flag {
            ItemFlag::StatutoryTest => Bar::StatutoryTest,
            ItemFlag::ProvincialProjectLastYear => Bar::ProvincialProjectLastYear,
        };
        pack.bar(bar).is_some()
    };
    pack.choices.eligible_kinds.value.contains(&item.kind) && !item.flags.iter().any(barred)
}
