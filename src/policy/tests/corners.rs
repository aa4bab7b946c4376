//! Corners of the contract where a careless reading would pay the wrong amount.

use super::building::*;
use crate::code::{CutCode, Tier};
use crate::money::Fen;
use crate::party::qualification::QualificationKind;
use crate::policy::case::{AlreadyGranted, Case, Correction, Dishonesty, TierChoice};
use crate::policy::{Evaluation, evaluate};

const PROVINCE: TierChoice = TierChoice::Named(Tier::Province);
const CITY: TierChoice = TierChoice::Named(Tier::City);

fn codes(result: &Evaluation, application: usize) -> Vec<CutCode> {
    result.applications[application].grants.iter().flat_map(|grant| &grant.cuts).map(|cut| cut.code).collect()
}

fn granted(tier: Tier, year: i32, amount: i64, invoice: Option<&str>) -> AlreadyGranted {
    AlreadyGranted { tier, year, amount: Fen::yuan(amount), invoice: invoice.map(str::to_owned), line: None }
}

fn credit_note(application: &str, item: &str, on: &str, amount: i64) -> Correction {
    Correction { application: application.into(), item: item.into(), on: day(on), red_letter: Fen::yuan(amount), refunded: Fen::ZERO }
}

#[test]
fn an_item_has_one_cut_the_first_in_order() {
    let mut case = one(PROVINCE, "0.00");
    case.enterprise.related_parties = vec![case.applications[0].items[0].provider.clone()];
    assert_eq!(codes(&evaluate(px(), &case), 0), [CutCode::RelatedParty]);
    case.enterprise.dishonesty.push(Dishonesty { from: day("2022-08-01"), to: Some(day("2022-08-01")) });
    assert_eq!(codes(&evaluate(px(), &case), 0), [CutCode::Dishonest]);
    case.enterprise.dishonesty[0] = Dishonesty { from: day("2022-08-02"), to: None };
    assert_eq!(codes(&evaluate(px(), &case), 0), [CutCode::RelatedParty]);
}

#[test]
fn a_base_is_taken_even_where_the_cap_leaves_nothing() {
    let mut second = item("I2", "100000.00");
    second.invoice = "invoice of I1".into();
    let mut case = case(vec![application("A1", PROVINCE, vec![item("I1", "100000.00")]), application("A2", CITY, vec![second])]);
    case.already_granted.push(granted(Tier::Province, 2022, 200_000, None));
    let result = evaluate(px(), &case);
    assert_eq!(codes(&result, 0), [CutCode::CapReached]);
    assert_eq!(codes(&result, 1), [CutCode::DuplicateExpense]);
    assert_eq!(result.applications[0].own_share, Fen::yuan(100_000));
}

#[test]
fn a_refused_item_leaves_its_expense_to_the_next() {
    let mut second = item("I2", "100000.00");
    second.invoice = "invoice of I1".into();
    let mut first = item("I1", "100000.00");
    first.kind = crate::policy::case::ItemKind::Storage;
    let case = case(vec![application("A1", PROVINCE, vec![first]), application("A2", CITY, vec![second])]);
    assert_eq!(totals(px(), &case), ["0.00", "50000.00"]);
}

#[test]
fn under_a_stacking_pack_a_grant_from_elsewhere_closes_its_own_tier_only() {
    let mut case = one(TierChoice::All, "100000.00");
    case.already_granted.push(granted(Tier::Province, 2022, 30_000, Some("invoice of I1")));
    let result = evaluate(ps(), &case);
    assert_eq!(amounts(&result), ["0.00", "50000.00", "50000.00"]);
    assert_eq!(codes(&result, 0), [CutCode::DuplicateExpense]);
    assert_eq!(result.applications[0].own_share, Fen::ZERO);
}

#[test]
fn under_a_stacking_pack_an_expense_serves_one_application() {
    let mut first = item("I1", "100000.00");
    first.asked = Some(Fen::yuan(10_000));
    let mut second = item("I2", "100000.00");
    second.invoice = "invoice of I1".into();
    let case = case(vec![application("A1", PROVINCE, vec![first]), application("A2", CITY, vec![second])]);
    let result = evaluate(ps(), &case);
    assert_eq!(amounts(&result), ["3000.00", "0.00"]);
    assert_eq!(codes(&result, 1), [CutCode::DuplicateExpense]);
}

#[test]
fn a_tier_whose_items_fall_into_two_years_gives_one_grant_per_year() {
    let mut items = vec![item("I1", "100000.00"), item("I2", "40000.00"), item("I3", "1000.00")];
    items[1].service_to = day("2023-02-28");
    items[2].service_to = day("2023-03-31");
    items[2].kind = crate::policy::case::ItemKind::Network;
    let mut case = case(vec![application("A1", CITY, items)]);
    case.budget_left.insert(Tier::City, Fen::yuan(60_000));
    let result = evaluate(px(), &case);
    let grants = &result.applications[0].grants;
    assert_eq!(
        grants.iter().map(|grant| (grant.year, grant.amount)).collect::<Vec<_>>(),
        [(2022, Fen::yuan(50_000)), (2023, Fen::yuan(10_000))]
    );
    assert_eq!(codes(&result, 0), [CutCode::IneligibleItem, CutCode::BudgetExhausted]);
}

#[test]
fn an_amount_that_a_limit_brought_to_zero_is_not_also_below_the_minimum() {
    let mut case = one(CITY, "100000.00");
    case.already_granted.push(granted(Tier::City, 2022, 100_000, None));
    assert_eq!(codes(&evaluate(px(), &case), 0), [CutCode::CapReached]);
    case.already_granted[0].amount = Fen::yuan(99_500);
    let result = evaluate(px(), &case);
    assert_eq!(codes(&result, 0), [CutCode::CapReached, CutCode::BelowMinimum]);
    assert_eq!(result.applications[0].grants[0].cuts[1].amount, Some(Fen::yuan(500)));
}

#[test]
fn best_shows_the_tiers_used_and_otherwise_the_first_with_its_cut() {
    let used = evaluate(px(), &one(TierChoice::Best, "400000.00"));
    assert_eq!(used.applications[0].grants.iter().map(|grant| grant.tier).collect::<Vec<_>>(), [Tier::District]);
    let mut nothing = one(TierChoice::Best, "400000.00");
    nothing.enterprise.qualifications.clear();
    let nothing = evaluate(px(), &nothing);
    assert_eq!(nothing.applications[0].grants.len(), 1);
    assert_eq!(nothing.applications[0].grants[0].tier, Tier::Province);
    assert_eq!(codes(&nothing, 0), [CutCode::NotEligible]);
}

#[test]
fn a_qualification_held_on_one_of_two_dates_has_lapsed_and_on_none_is_not_eligible() {
    let mut case = one(PROVINCE, "1000.00");
    case.enterprise.qualifications = vec![holding(QualificationKind::TechSme, "2022-01-01", "2022-05-30")];
    assert_eq!(codes(&evaluate(px(), &case), 0), [CutCode::QualificationLapsed]);
    case.enterprise.qualifications.push(holding(QualificationKind::Hightech, "2022-05-31", "2022-12-31"));
    assert_eq!(totals(px(), &case), ["300.00"]);
    case.enterprise.qualifications.clear();
    assert_eq!(codes(&evaluate(px(), &case), 0), [CutCode::NotEligible]);
    case.applications[0].tier = CITY;
    case.enterprise.qualifications = vec![holding(QualificationKind::TechSme, "2022-01-01", "2022-05-30")];
    assert_eq!(codes(&evaluate(px(), &case), 0), [CutCode::NotEligible]);
}

#[test]
fn corrections_go_by_date_and_earlier_clawbacks_are_not_taken_twice() {
    let mut case: Case = one(PROVINCE, "100000.00");
    case.corrections = vec![credit_note("A1", "I1", "2023-03-01", 20_000), credit_note("A1", "I1", "2022-12-01", 10_000)];
    let back: Vec<Fen> = evaluate(px(), &case).clawbacks.iter().map(|clawback| clawback.amount).collect();
    assert_eq!(back, [Fen::yuan(3_000), Fen::yuan(6_000)]);
    case.corrections.push(credit_note("A1", "I1", "2023-04-01", 1_000_000));
    let back: Fen = evaluate(px(), &case).clawbacks.iter().map(|clawback| clawback.amount).sum();
    assert_eq!(back, Fen::yuan(30_000));
}

#[test]
fn a_credit_note_on_a_shared_expense_reaches_the_later_application() {
    let mut first = item("I1", "100000.00");
    first.asked = Some(Fen::yuan(60_000));
    let mut second = item("I2", "100000.00");
    second.invoice = "invoice of I1".into();
    let mut case = case(vec![application("A1", PROVINCE, vec![first]), application("A2", PROVINCE, vec![second])]);
    case.corrections = vec![credit_note("A1", "I1", "2022-12-01", 30_000)];
    let result = evaluate(px(), &case);
    assert_eq!(amounts(&result), ["18000.00", "12000.00"]);
    assert_eq!(result.clawbacks.iter().map(|clawback| clawback.amount).collect::<Vec<_>>(), [Fen::yuan(9_000)]);
}

#[test]
fn a_credit_note_under_a_stacking_pack_reaches_every_tier() {
    let mut case = one(TierChoice::All, "100000.00");
    case.corrections = vec![credit_note("A1", "I1", "2022-12-01", 50_000)];
    let result = evaluate(ps(), &case);
    let back: Vec<(Tier, Fen)> = result.clawbacks.iter().map(|clawback| (clawback.tier, clawback.amount)).collect();
    assert_eq!(back, [(Tier::Province, Fen::yuan(15_000)), (Tier::City, Fen::yuan(25_000)), (Tier::District, Fen::yuan(10_000))]);
}
