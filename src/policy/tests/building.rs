//! Cases and test packs that read like sentences.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};

use crate::ids::Uscc;
use crate::money::Fen;
use crate::party::qualification::{Qualification, QualificationKind};
use crate::policy::case::{Application, Case, Enterprise, Item, ItemKind, TierChoice};
use crate::policy::{Evaluation, Pack, evaluate, shipped};

/// A shipped pack with other values: `("tiers.city.rate_bp", "0")`.
pub(super) fn pack_with(id: &str, changes: &[(&str, &str)]) -> Pack {
    let mut text = String::from_utf8(shipped::bytes_of(id).unwrap().to_vec()).unwrap();
    for (place, value) in changes {
        text = changed(&text, place, value);
    }
    Pack::parse(text.as_bytes()).unwrap()
}

fn changed(text: &str, place: &str, value: &str) -> String {
    let (section, key) = place.rsplit_once('.').unwrap_or(("", place));
    let mut here = String::new();
    let mut found = false;
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with('[') {
                here = line.trim_matches(['[', ']']).to_owned();
            }
            let rest = line.strip_prefix(key).and_then(|rest| rest.strip_prefix(" = { value = "));
            match rest.and_then(|rest| rest.split_once(", status")) {
                Some((_, tail)) if here == section => {
                    found = true;
                    format!("{key} = {{ value = {value}, status{tail}")
                }
                _ => line.to_owned(),
            }
        })
        .collect();
    assert!(found, "{place} is not in the pack");
    lines.join("\n")
}

pub(super) fn px() -> &'static Pack {
    shipped::by_id("wuhan-2022").unwrap()
}

pub(super) fn ps() -> &'static Pack {
    shipped::by_id("wuhan-2022-stacked").unwrap()
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn yuan(text: &str) -> Fen {
    Fen::parse_plain(text).unwrap()
}

pub(super) fn holding(kind: QualificationKind, from: &str, to: &str) -> Qualification {
    Qualification {
        kind,
        number: None,
        valid_from: day(from),
        valid_to: day(to),
        prior_year_sales: Some(Fen::yuan(150_000_000)),
        carrier_kind: None,
        carrier_level: None,
    }
}

/// Of East Lake, in the SME list, high-tech and above designated size, from 2021 to 2025.
pub(super) fn enterprise() -> Enterprise {
    let kinds = [QualificationKind::TechSme, QualificationKind::Hightech, QualificationKind::AboveDesignatedSize];
    Enterprise {
        uscc: Uscc::parse("91420100MA4TE5T139").unwrap(),
        registered_in: ["hubei", "wuhan", "east-lake"].map(str::to_owned).to_vec(),
        qualifications: kinds.map(|kind| holding(kind, "2021-01-01", "2025-12-31")).to_vec(),
        dishonesty: Vec::new(),
        related_parties: Vec::new(),
    }
}

/// An item with an invoice of its own.
pub(super) fn item(id: &str, invoiced: &str) -> Item {
    let invoiced = yuan(invoiced);
    Item {
        id: id.to_owned(),
        provider: Uscc::parse("91420100MA4PRW01XR").unwrap(),
        kind: ItemKind::Compute,
        invoice: format!("invoice of {id}"),
        line: "1".to_owned(),
        service_from: day("2022-01-05"),
        service_to: day("2022-05-31"),
        invoiced,
        red_letter: Fen::ZERO,
        tax: Fen::ZERO,
        paid: invoiced,
        refunded: Fen::ZERO,
        asked: None,
        contract_left: None,
        accepted_usage: None,
        flags: Vec::new(),
    }
}

/// An application of August 2022 with a voucher claimed in March.
pub(super) fn application(id: &str, tier: TierChoice, items: Vec<Item>) -> Application {
    Application {
        id: id.to_owned(),
        submitted_at: DateTime::parse_from_rfc3339("2022-08-01T09:00:00+08:00").unwrap().to_utc(),
        voucher_claimed_on: Some(day("2022-03-01")),
        tier,
        items,
    }
}

pub(super) fn case(applications: Vec<Application>) -> Case {
    Case { enterprise: enterprise(), budget_left: BTreeMap::new(), already_granted: Vec::new(), applications, corrections: Vec::new() }
}

/// One application of one item.
pub(super) fn one(tier: TierChoice, invoiced: &str) -> Case {
    case(vec![application("A1", tier, vec![item("I1", invoiced)])])
}

/// The amounts of all grants, in order.
pub(super) fn amounts(result: &Evaluation) -> Vec<String> {
    result.applications.iter().flat_map(|one| &one.grants).map(|grant| grant.amount.plain()).collect()
}

/// The totals of all applications, in order.
pub(super) fn totals(pack: &Pack, case: &Case) -> Vec<String> {
    evaluate(pack, case).applications.iter().map(|one| one.total.plain()).collect()
}
